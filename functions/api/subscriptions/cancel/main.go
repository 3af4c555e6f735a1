// Command cancel serves POST /v1/subscriptions/{subscription_id}/cancel: a customer ends a subscription, or a partner a trial on its behalf.
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
	gateway.Serve(env, table, subscriptions.Cancel(table))
}
