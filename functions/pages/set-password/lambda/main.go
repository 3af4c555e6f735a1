// Command lambda serves /set-password/{token}.
package main

import (
	setpassword "liaison/functions/pages/set-password"
	"liaison/shared/boot"
	"liaison/shared/directory"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL", "USER_POOL_ID")
	gateway.ServeHTTP(env, setpassword.Page(env, dynamo.Open(env), directory.OpenPasswords(env)))
}
