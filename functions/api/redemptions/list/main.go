// Command list serves GET /v1/redemptions: the answers to offers.
package main

import (
	"liaison/functions/api/redemptions"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, redemptions.List(table))
}
