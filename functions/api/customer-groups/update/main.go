// Command update serves PATCH /v1/customers/{customer_id}/groups/{group_id}: change a group.
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
	gateway.Serve(env, table, customergroups.Update(dynamo.Groups{Table: table}))
}
