// Command lambda serves what no page owns.
package main

import (
	"liaison/functions/pages/fallback"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/site"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	site.Serve(env, dynamo.Open(env), fallback.Page)
}
