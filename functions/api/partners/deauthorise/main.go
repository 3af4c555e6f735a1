// Command deauthorise serves DELETE /v1/partners/{partner_id}/authorisations/{plan_id}: an operator ends an authorisation.
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
	gateway.Serve(env, table, partners.Deauthorise(table))
}
