// Command approve serves POST /v1/partner-applications/{application_id}/approve: the company becomes a partner.
package main

import (
	"liaison/functions/api/partner-applications"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, partnerapplications.Approve(table))
}
