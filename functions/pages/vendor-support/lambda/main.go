// Command lambda serves /vendor/support: what customers ask the vendor for help with.
package main

import (
	vendorsupport "liaison/functions/pages/vendor-support"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, vendorsupport.Page(env, dynamo.Open(env)))
}
