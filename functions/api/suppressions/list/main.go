// Command list serves GET /v1/suppressions: what stops offer mail to an address.
package main

import (
	"liaison/functions/api/suppressions"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, suppressions.List(table))
}
