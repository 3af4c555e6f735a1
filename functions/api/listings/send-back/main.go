// Command send-back serves POST /v1/listings/{partner_id}/send-back: an operator has a listing mended.
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
	gateway.Serve(env, table, listings.SendBack(dynamo.Listings{Table: table}))
}
