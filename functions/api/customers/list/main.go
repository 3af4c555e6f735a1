// Command list serves GET /v1/customers: a partner's customers.
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
	gateway.Serve(env, table, customers.List(table))
}
