// Command revoke serves POST /v1/invitations/{invitation_id}/revoke.
package main

import (
	"liaison/functions/api/invitations"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, invitations.Revoke(table))
}
