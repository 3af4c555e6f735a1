// Command lambda serves /vendor/operators and what is below it.
package main

import (
	vendoroperators "liaison/functions/pages/vendor-operators"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, vendoroperators.Page(env, dynamo.Open(env)))
}
