// Command lambda serves /account/buy: the catalogue, a plan, and the order.
package main

import (
	"liaison/functions/pages/buy"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, buy.Page(env, dynamo.Open(env)))
}
