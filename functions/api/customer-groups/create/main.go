// Command create serves POST /v1/customers/{customer_id}/groups: a new group of users.
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
	gateway.Serve(env, table, customergroups.Create(dynamo.Groups{Table: table}))
}
