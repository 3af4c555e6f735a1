// Command put serves PUT /v1/brand: an operator changes who the vendor is, and how it looks.
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
	gateway.Serve(env, table, brand.Put(table))
}
