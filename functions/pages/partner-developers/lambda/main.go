// Command lambda serves /partner/developers and what is below it.
package main

import (
	partnerdevelopers "liaison/functions/pages/partner-developers"
	"liaison/shared/boot"
	"liaison/shared/directory"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL", "API_URL", "ISSUER", "USER_POOL_ID")
	gateway.ServeHTTP(env, partnerdevelopers.Page(env, dynamo.Open(env), directory.OpenClients(env)))
}
