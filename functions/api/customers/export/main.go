// Command export serves POST /v1/customers/{customer_id}/export: what is kept of a customer.
package main

import (
	"liaison/functions/api/customers"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, customers.Export(dynamo.ExportsOf(table)))
}
