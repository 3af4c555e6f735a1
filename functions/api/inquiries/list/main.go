// Command list serves GET /v1/marketplace/inquiries: who is signed in lists what it, or its company, wrote to partners.
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
	gateway.Serve(env, table, inquiries.List(dynamo.Leads{Table: table}))
}
