// Command create serves POST /v1/marketplace/inquiries: who is signed in writes to partners.
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
	gateway.Serve(env, table, inquiries.Create(dynamo.Leads{Table: table}))
}
