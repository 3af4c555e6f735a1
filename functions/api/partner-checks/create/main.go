// Command create serves POST /v1/partner-checks: whose partner ID is this.
package main

import (
	"liaison/functions/api/partner-checks"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, partnerchecks.Create(table))
}
