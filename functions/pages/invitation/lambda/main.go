// Command lambda serves /i/{token}: where a personal link leads first.
package main

import (
	"liaison/functions/pages/invitation"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/site"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	site.Serve(env, dynamo.Open(env), invitation.Page)
}
