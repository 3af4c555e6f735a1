// Command create serves POST /v1/customers/{customer_id}/users: a new user of a customer.
package main

import (
	"liaison/functions/api/customer-users"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, customerusers.Create(table))
}
