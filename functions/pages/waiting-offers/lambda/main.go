// Command lambda serves /account/offers: the offers that wait for the answer of who is signed in.
package main

import (
	"liaison/functions/pages/waiting-offers"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	gateway.ServeHTTP(env, waitingoffers.Page(env, dynamo.Open(env)))
}
