// Command lambda serves /i/{token}: where a personal link leads first.
package main

import (
	"liaison/functions/pages/invitation"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	gateway.ServeHTTP(env, invitation.Page(env, dynamo.Open(env)))
}
