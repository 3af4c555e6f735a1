// Command get serves GET /v1/marketplace/partners/{partner_id}: one partner of the marketplace.
package main

import (
	"liaison/functions/api/marketplace"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, marketplace.Get(dynamo.Listings{Table: table}))
}
