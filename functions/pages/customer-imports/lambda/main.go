// Command lambda serves /account/imports, /partner/admin/{customer}/imports and what is below them.
package main

import (
	customerimports "liaison/functions/pages/customer-imports"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, customerimports.Page(env, dynamo.ImportsOf(dynamo.Open(env))))
}
