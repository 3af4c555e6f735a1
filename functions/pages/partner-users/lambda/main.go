// Command lambda serves /partner/users and what is below it.
package main

import (
	partnerusers "liaison/functions/pages/partner-users"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, partnerusers.Page(env, dynamo.Open(env)))
}
