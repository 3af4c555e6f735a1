// Command lambda serves /redeem and its steps: the answer to an offer.
package main

import (
	"liaison/functions/pages/redeem"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/site"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	site.Serve(env, dynamo.Open(env), redeem.Page)
}
