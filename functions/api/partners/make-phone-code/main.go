// Command make-phone-code serves POST /v1/partners/{partner_id}/phone-code: an operator gets the code to read out on the phone.
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
	gateway.Serve(env, table, partners.MakePhoneCode(table))
}
