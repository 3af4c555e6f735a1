// Command get serves GET /v1/leads/{lead_id}: a partner reads a lead.
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
	gateway.Serve(env, table, leads.Get(dynamo.Leads{Table: table}))
}
