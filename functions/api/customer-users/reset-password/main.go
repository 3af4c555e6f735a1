// Command reset-password serves POST /v1/customers/{customer_id}/users/{user_id}/reset-password: mail a user a link to set a new password.
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
	gateway.Serve(env, table, customerusers.ResetPassword(table))
}
