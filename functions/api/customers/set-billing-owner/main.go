// Command set-billing-owner serves PUT /v1/customers/{customer_id}/billing-owner: who of a customer's users is its billing owner.
package main

import (
	"liaison/functions/api/customers"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, customers.SetBillingOwner(table))
}
