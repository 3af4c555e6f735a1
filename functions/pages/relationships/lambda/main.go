// Command lambda serves /account/partners: a customer's ties to partners, and their end.
package main

import (
	"liaison/functions/pages/relationships"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, relationships.Page(env, dynamo.Open(env)))
}
