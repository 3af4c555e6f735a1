// Command show serves POST /v1/listings/{partner_id}/show: a hidden listing is in the marketplace again.
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
	gateway.Serve(env, table, listings.Show(dynamo.Listings{Table: table}))
}
