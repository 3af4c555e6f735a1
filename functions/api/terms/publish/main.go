// Command publish serves POST /v1/terms/{document}: an operator publishes a legal text.
package main

import (
	"liaison/functions/api/terms"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
	"liaison/shared/markdown"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, terms.Publish(table, markdown.HTML))
}
