// Command get serves GET /v1/customers/{customer_id}/groups/{group_id}: one group.
package main

import (
	"liaison/functions/api/customer-groups"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, customergroups.Get(dynamo.Groups{Table: table}))
}
