// Command enrol serves PUT /v1/partners/{partner_id}/programs/{program}: an operator enrols a partner.
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
	gateway.Serve(env, table, partners.Enrol(table))
}
