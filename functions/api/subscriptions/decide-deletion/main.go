// Command decide-deletion serves POST /v1/subscriptions/{subscription_id}/decide-deletion: an operator decides about a deletion that is held.
package main

import (
	"liaison/functions/api/subscriptions"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, subscriptions.DecideDeletion(table))
}
