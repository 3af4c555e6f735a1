// Command hide serves POST /v1/listings/{partner_id}/hide: a listing is taken out of the marketplace.
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
	gateway.Serve(env, table, listings.Hide(dynamo.Listings{Table: table}))
}
