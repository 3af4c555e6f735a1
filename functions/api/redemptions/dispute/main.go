// Command dispute serves POST /v1/redemptions/{redemption_id}/dispute: a customer objects to a consent.
package main

import (
	"liaison/functions/api/redemptions"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, redemptions.Dispute(table))
}
