// Command get serves GET /v1/events/{event_id}: one change.
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
	gateway.Serve(env, table, events.Get(table))
}
