// Command lambda serves /account/export: all that is kept of a customer, as files.
package main

import (
	"liaison/functions/pages/export"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, export.Page(env, dynamo.ExportsOf(dynamo.Open(env))))
}
