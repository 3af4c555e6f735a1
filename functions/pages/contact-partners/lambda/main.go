// Command lambda serves /find-a-partner/contact: a message to up to three partners.
package main

import (
	contactpartners "liaison/functions/pages/contact-partners"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	gateway.ServeHTTP(env, contactpartners.Page(env, dynamo.Leads{Table: dynamo.Open(env)}))
}
