// Command publish serves POST /v1/listings/{partner_id}/publish: an operator lets a listing through.
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
	gateway.Serve(env, table, listings.Publish(dynamo.Listings{Table: table}))
}
