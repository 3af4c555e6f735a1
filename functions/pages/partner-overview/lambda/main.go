// Command lambda serves /partner.
package main

import (
	partneroverview "liaison/functions/pages/partner-overview"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, partneroverview.Page(env, dynamo.Open(env)))
}
