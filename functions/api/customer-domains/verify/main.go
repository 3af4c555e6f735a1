// Command verify serves POST /v1/customers/{customer_id}/domains/{domain}/verify: look its record up now.
package main

import (
	"liaison/functions/api/customer-domains"
	"liaison/shared/boot"
	"liaison/shared/dns"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, customerdomains.Verify(dynamo.Domains{Table: table}, dns.Open(env)))
}
