// Command lambda serves what no page owns.
package main

import (
	"liaison/functions/pages/fallback"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	gateway.ServeHTTP(env, fallback.Page(env, dynamo.Open(env)))
}
