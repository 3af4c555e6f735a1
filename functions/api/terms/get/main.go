// Command get serves GET /v1/terms/{document}: a legal text.
package main

import (
	"liaison/functions/api/terms"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, terms.Get(table))
}
