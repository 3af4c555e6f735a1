// Command lambda serves /terms/{document}: the vendor's documents.
package main

import (
	"liaison/functions/pages/terms"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	gateway.ServeHTTP(env, terms.Page(env, dynamo.Open(env)))
}
