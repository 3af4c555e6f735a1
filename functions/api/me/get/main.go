// Command get serves GET /v1/me: who the caller is.
package main

import (
	"liaison/functions/api/me"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, me.Get(table))
}
