// Command list serves GET /v1/events: what happened.
package main

import (
	"liaison/functions/api/events"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, events.List(table))
}
