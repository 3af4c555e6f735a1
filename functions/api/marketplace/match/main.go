// Command match serves POST /v1/marketplace/matches: up to three partners for what is needed.
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
	gateway.Serve(env, table, marketplace.Match(dynamo.Listings{Table: table}))
}
