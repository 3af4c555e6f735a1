// Command list serves GET /v1/customers/{customer_id}/imports.
package main

import (
	"liaison/functions/api/imports"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, imports.List(dynamo.ImportsOf(table)))
}
