// Command create serves POST /v1/offers: a partner makes an offer.
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
	gateway.Serve(env, table, offers.Create(dynamo.Leads{Table: table}))
}
