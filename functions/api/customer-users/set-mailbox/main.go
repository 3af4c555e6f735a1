// Command set-mailbox serves PUT /v1/customers/{customer_id}/users/{user_id}/mailbox: the mailbox that a user is to have.
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
	gateway.Serve(env, table, customerusers.SetMailbox(table))
}
