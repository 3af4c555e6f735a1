// Command lambda serves the front page.
package main

import (
	"liaison/functions/pages/home"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/site"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	site.Serve(env, dynamo.Open(env), home.Page)
}
