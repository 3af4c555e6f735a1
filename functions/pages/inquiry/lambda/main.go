// Command lambda serves the page where a visitor sends a message to partners, and whoever sent one reads what became of it.
package main

import (
	"liaison/functions/pages/inquiry"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	table := dynamo.Open(env)
	gateway.ServeHTTP(env, inquiry.Page(env, table, dynamo.Leads{Table: table}))
}
