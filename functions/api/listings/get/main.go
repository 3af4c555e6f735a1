// Command get serves GET /v1/listings/{partner_id}: a partner's entry in the marketplace.
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
	gateway.Serve(env, table, listings.Get(dynamo.Listings{Table: table}))
}
