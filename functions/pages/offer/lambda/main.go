// Command lambda serves /o/{code}: an offer behind its public link.
package main

import (
	"liaison/functions/pages/offer"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	gateway.ServeHTTP(env, offer.Page(env, dynamo.Open(env)))
}
