// Command remove-partner-of-record serves DELETE /v1/subscriptions/{subscription_id}/partner-of-record: nobody advises any more.
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
	gateway.Serve(env, table, subscriptions.RemovePartnerOfRecord(table))
}
