// Command get serves GET /v1/marketplace/inquiries/{inquiry_id}: its sender, or its company, reads what became of a message to partners.
package main

import (
	"liaison/functions/api/inquiries"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, inquiries.Get(dynamo.Leads{Table: table}))
}
