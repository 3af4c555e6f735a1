// Command set-partner-of-record serves PUT /v1/subscriptions/{subscription_id}/partner-of-record: a customer names who advises it.
package main

import (
	"liaison/functions/api/subscriptions"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, subscriptions.SetPartnerOfRecord(table))
}
