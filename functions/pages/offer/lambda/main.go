// Command lambda serves /o/{code}: an offer behind its public link.
package main

import (
	"liaison/functions/pages/offer"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/site"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	site.Serve(env, dynamo.Open(env), offer.Page)
}
