// Command lambda serves /find-a-partner and what is below it.
package main

import (
	findapartner "liaison/functions/pages/find-a-partner"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	gateway.ServeHTTP(env, findapartner.Page(env, dynamo.Listings{Table: dynamo.Open(env)}))
}
