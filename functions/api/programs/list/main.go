// Command list serves GET /v1/programs: every program.
package main

import (
	"liaison/functions/api/programs"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, programs.List(table))
}
