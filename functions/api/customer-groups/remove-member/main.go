// Command remove-member serves DELETE /v1/customers/{customer_id}/groups/{group_id}/members/{user_id}: a user out of a group.
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
	gateway.Serve(env, table, customergroups.RemoveMember(dynamo.Groups{Table: table}))
}
