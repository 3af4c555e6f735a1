// Command lambda serves /sign-in, its callback and /sign-out.
package main

import (
	signin "liaison/functions/pages/sign-in"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL", "ISSUER", "PAGES_CLIENT_ID")
	gateway.ServeHTTP(env, signin.Page(env, dynamo.Open(env)))
}
