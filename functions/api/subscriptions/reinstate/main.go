// Command reinstate serves POST /v1/subscriptions/{subscription_id}/reinstate: an operator opens a subscription again.
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
	gateway.Serve(env, table, subscriptions.Reinstate(table))
}
