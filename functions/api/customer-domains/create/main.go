// Command create serves POST /v1/customers/{customer_id}/domains: a domain that waits for its record.
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
	gateway.Serve(env, table, customerdomains.Create(dynamo.Domains{Table: table}))
}
