// Command lift serves DELETE /v1/suppressions/{address_hash}: offer mail may go there again.
package main

import (
	"liaison/functions/api/suppressions"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, suppressions.Lift(table))
}
