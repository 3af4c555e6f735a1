// Command ask serves POST /v1/marketplace/visitor-inquiries: a visitor writes to partners, and is mailed a link that sends the message.
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
	gateway.Serve(env, table, inquiries.Ask(dynamo.Leads{Table: table}))
}
