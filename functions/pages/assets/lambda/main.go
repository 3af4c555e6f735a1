// Command lambda serves /assets/{file}: the pages' style sheets and the vendor's pictures.
package main

import (
	"liaison/functions/pages/assets"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	gateway.ServeHTTP(env, assets.Page(env, dynamo.Open(env)))
}
