// Command create serves POST /v1/partners/{partner_id}/users: a partner's administrator invites a colleague.
package main

import (
	"liaison/functions/api/partner-users"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, partnerusers.Create(table))
}
