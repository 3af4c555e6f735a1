// Command list serves GET /v1/offers: the offers of a partner.
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
	gateway.Serve(env, table, offers.List(table))
}
