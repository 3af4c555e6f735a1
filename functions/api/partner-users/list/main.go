// Command list serves GET /v1/partners/{partner_id}/users: a partner's users.
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
	gateway.Serve(env, table, partnerusers.List(table))
}
