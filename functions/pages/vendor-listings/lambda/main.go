// Command lambda serves /vendor/listings.
package main

import (
	vendorlistings "liaison/functions/pages/vendor-listings"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, vendorlistings.Page(env, dynamo.Listings{Table: dynamo.Open(env)}))
}
