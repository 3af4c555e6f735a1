// Command lambda serves /vendor/terms and what is below it.
package main

import (
	vendorterms "liaison/functions/pages/vendor-terms"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
	"liaison/shared/markdown"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, vendorterms.Page(env, dynamo.Open(env), markdown.HTML))
}
