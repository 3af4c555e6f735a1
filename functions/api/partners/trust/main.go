// Command trust serves POST /v1/partners/{partner_id}/trust: an operator lifts a partner's daily cap, or puts it back.
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
	gateway.Serve(env, table, partners.Trust(table))
}
