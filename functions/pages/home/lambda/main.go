// Command lambda serves the front page.
package main

import (
	"liaison/functions/pages/home"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	gateway.ServeHTTP(env, home.Page(env, dynamo.Open(env)))
}
