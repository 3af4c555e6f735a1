// Command sign-agreement serves POST /v1/partners/{partner_id}/agreement: a partner signs the vendor's agreement.
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
	gateway.Serve(env, table, partners.SignAgreement(table))
}
