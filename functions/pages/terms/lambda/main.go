// Command lambda serves /terms/{document}: the vendor's documents.
package main

import (
	"liaison/functions/pages/terms"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/site"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	site.Serve(env, dynamo.Open(env), terms.Page)
}
