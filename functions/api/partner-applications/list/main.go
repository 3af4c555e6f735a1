// Command list serves GET /v1/partner-applications: who applied.
package main

import (
	"liaison/functions/api/partner-applications"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, partnerapplications.List(table))
}
