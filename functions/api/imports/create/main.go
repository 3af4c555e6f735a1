// Command create serves POST /v1/customers/{customer_id}/imports: rows of a file become users, licences, groups, mailboxes.
package main

import (
	"liaison/functions/api/imports"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, imports.Create(dynamo.ImportsOf(table)))
}
