// Command close serves POST /v1/partners/{partner_id}/close: an operator ends a partner for good.
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
	gateway.Serve(env, table, partners.Close(table))
}
