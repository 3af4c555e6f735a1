// Command keep serves POST /v1/offers/{offer_id}/keep: an operator lets an offer go on that recipients reported.
package main

import (
	"liaison/functions/api/offers"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, offers.Keep(table))
}
