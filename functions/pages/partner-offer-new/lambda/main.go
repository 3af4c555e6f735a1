// Command lambda serves /partner/offers/new and what is below it.
package main

import (
	partneroffernew "liaison/functions/pages/partner-offer-new"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, partneroffernew.Page(env, dynamo.Open(env)))
}
