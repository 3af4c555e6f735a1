// Command lambda serves /vendor and what waits there.
package main

import (
	vendorinbox "liaison/functions/pages/vendor-inbox"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, vendorinbox.Page(env, dynamo.Listings{Table: dynamo.Open(env)}))
}
