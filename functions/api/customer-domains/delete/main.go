// Command delete serves DELETE /v1/customers/{customer_id}/domains/{domain}: it is free for others.
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
	gateway.Serve(env, table, customerdomains.Delete(dynamo.Domains{Table: table}))
}
