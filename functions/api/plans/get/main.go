// Command get serves GET /v1/plans/{plan_id}: one plan.
package main

import (
	"liaison/functions/api/plans"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, plans.Get(table))
}
