// Command get serves GET /v1/customers/{customer_id}: one customer.
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
	gateway.Serve(env, table, customers.Get(table))
}
