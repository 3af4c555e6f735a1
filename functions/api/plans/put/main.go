// Command put serves PUT /v1/plans/{plan_id}: an operator makes or changes a plan.
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
	gateway.Serve(env, table, plans.Put(table))
}
