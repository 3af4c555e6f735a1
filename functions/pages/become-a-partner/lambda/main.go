// Command lambda serves the page where a company applies to become a partner.
package main

import (
	"liaison/functions/pages/become-a-partner"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	gateway.ServeHTTP(env, becomeapartner.Page(env, dynamo.Open(env)))
}
