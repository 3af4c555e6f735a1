// Command list serves GET /v1/api-clients: a partner's machine clients.
package main

import (
	"liaison/functions/api/api-clients"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, apiclients.List(table))
}
