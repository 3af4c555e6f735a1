// Command lambda serves /partner/relationships.
package main

import (
	partnerrelationships "liaison/functions/pages/partner-relationships"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, partnerrelationships.Page(env, dynamo.Open(env)))
}
