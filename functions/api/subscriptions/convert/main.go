// Command convert serves POST /v1/subscriptions/{subscription_id}/convert: a customer buys what it tried.
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
	gateway.Serve(env, table, subscriptions.Convert(table))
}
