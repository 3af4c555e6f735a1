// Command submit serves POST /v1/listings/{partner_id}/submit: a partner asks the vendor to publish its listing.
package main

import (
	"liaison/functions/api/listings"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, listings.Submit(dynamo.Listings{Table: table}))
}
