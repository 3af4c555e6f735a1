// Command lambda serves /account/support: what a customer's people ask the vendor for help with.
package main

import (
	"liaison/functions/pages/support"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, support.Page(env, dynamo.Open(env)))
}
