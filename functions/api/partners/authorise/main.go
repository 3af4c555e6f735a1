// Command authorise serves PUT /v1/partners/{partner_id}/authorisations/{plan_id}: an operator authorises a partner for a plan.
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
	gateway.Serve(env, table, partners.Authorise(table))
}
