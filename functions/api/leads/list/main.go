// Command list serves GET /v1/leads: a partner lists its leads.
package main

import (
	"liaison/functions/api/leads"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, leads.List(dynamo.Leads{Table: table}))
}
