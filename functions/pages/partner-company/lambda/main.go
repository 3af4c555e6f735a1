// Command lambda serves /partner/company and the form below it.
package main

import (
	partnercompany "liaison/functions/pages/partner-company"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, partnercompany.Page(env, dynamo.Open(env)))
}
