// Command lambda serves /account/subscriptions/partner: the partner of record of several subscriptions.
package main

import (
	subscriptionpartner "liaison/functions/pages/subscription-partner"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, subscriptionpartner.Page(env, dynamo.Open(env)))
}
