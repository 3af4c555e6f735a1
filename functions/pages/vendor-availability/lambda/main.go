// Command lambda serves /vendor/availability and what is below it.
package main

import (
	vendoravailability "liaison/functions/pages/vendor-availability"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, vendoravailability.Page(env, dynamo.Open(env)))
}
