// Command create serves POST /v1/subscriptions: a customer buys without an offer.
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
	gateway.Serve(env, table, subscriptions.Create(table))
}
