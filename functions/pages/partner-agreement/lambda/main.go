// Command lambda serves /partner/agreement.
package main

import (
	partneragreement "liaison/functions/pages/partner-agreement"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, partneragreement.Page(env, dynamo.Open(env)))
}
