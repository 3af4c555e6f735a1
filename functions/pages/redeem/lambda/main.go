// Command lambda serves /redeem and its steps: the answer to an offer.
package main

import (
	"liaison/functions/pages/redeem"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	gateway.ServeHTTP(env, redeem.Page(env, dynamo.Open(env)))
}
