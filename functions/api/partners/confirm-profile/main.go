// Command confirm-profile serves POST /v1/partners/{partner_id}/profile-confirmation: a partner proves and confirms its profile.
package main

import (
	"liaison/functions/api/partners"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, partners.ConfirmProfile(table))
}
