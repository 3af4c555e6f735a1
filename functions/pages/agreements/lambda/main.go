// Command lambda serves /account/agreements: the terms that a customer accepted.
package main

import (
	"liaison/functions/pages/agreements"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, agreements.Page(env, dynamo.Open(env)))
}
