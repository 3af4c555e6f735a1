// Command lambda serves /vendor/plans and what is below it.
package main

import (
	vendorplans "liaison/functions/pages/vendor-plans"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, vendorplans.Page(env, dynamo.Open(env)))
}
