// Command create serves POST /v1/partner-of-record-changes: a customer changes who advises several subscriptions.
package main

import (
	"liaison/functions/api/partner-of-record-changes"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, partnerofrecordchanges.Create(table))
}
