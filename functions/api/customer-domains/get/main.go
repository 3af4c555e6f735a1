// Command get serves GET /v1/customers/{customer_id}/domains/{domain}: one domain.
package main

import (
	"liaison/functions/api/customer-domains"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, customerdomains.Get(dynamo.Domains{Table: table}))
}
