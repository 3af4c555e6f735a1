// Command lambda serves /partner/listing.
package main

import (
	partnerlisting "liaison/functions/pages/partner-listing"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, partnerlisting.Page(env, dynamo.Listings{Table: dynamo.Open(env)}))
}
