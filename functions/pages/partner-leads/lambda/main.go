// Command lambda serves the pages where a partner reads and answers what came through the marketplace.
package main

import (
	"liaison/functions/pages/partner-leads"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	table := dynamo.Open(env)
	gateway.ServeHTTP(env, partnerleads.Page(env, table, dynamo.Leads{Table: table}))
}
