// Command lambda serves /partner/offers and what is below it.
package main

import (
	partneroffers "liaison/functions/pages/partner-offers"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, partneroffers.Page(env, dynamo.Open(env)))
}
