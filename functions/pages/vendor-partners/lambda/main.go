// Command lambda serves /vendor/partners and what lies below it.
package main

import (
	vendorpartners "liaison/functions/pages/vendor-partners"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, vendorpartners.Page(env, dynamo.Open(env)))
}
