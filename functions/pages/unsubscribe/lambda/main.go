// Command lambda serves /unsubscribe/{token}: no more offer mail, or again.
package main

import (
	"liaison/functions/pages/unsubscribe"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	gateway.ServeHTTP(env, unsubscribe.Page(env, dynamo.Open(env)))
}
