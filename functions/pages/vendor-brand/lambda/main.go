// Command lambda serves /vendor/brand.
package main

import (
	vendorbrand "liaison/functions/pages/vendor-brand"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, vendorbrand.Page(env, dynamo.Open(env)))
}
