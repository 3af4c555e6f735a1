// Command lambda serves /vendor/programs and what is below it.
package main

import (
	vendorprograms "liaison/functions/pages/vendor-programs"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, vendorprograms.Page(env, dynamo.Open(env)))
}
