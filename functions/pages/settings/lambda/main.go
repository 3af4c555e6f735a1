// Command lambda serves /account/settings: who a person is to us, and who administers its company.
package main

import (
	"liaison/functions/pages/settings"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, settings.Page(env, dynamo.Open(env)))
}
