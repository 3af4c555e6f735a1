// Command lambda serves /vendor/suppressions and what is below it.
package main

import (
	vendorsuppressions "liaison/functions/pages/vendor-suppressions"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, vendorsuppressions.Page(env, dynamo.Open(env)))
}
