// Command lambda serves /account, what a customer's user sees first.
package main

import (
	"liaison/functions/pages/account"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, account.Page(env, dynamo.Open(env)))
}
