// Command lambda serves /account/subscriptions: a customer's subscriptions, and what it decides about each.
package main

import (
	"liaison/functions/pages/subscriptions"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, subscriptions.Page(env, dynamo.Open(env)))
}
