// Command get serves GET /v1/limits: every limit, and what is left of it.
package main

import (
	"liaison/functions/api/limits"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, limits.Get(table))
}
