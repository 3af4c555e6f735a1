// Command get serves GET /v1/brand: who the vendor is, and how it looks.
package main

import (
	"liaison/functions/api/brand"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, brand.Get(table))
}
