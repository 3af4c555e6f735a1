// Command lambda serves /account/groups, /partner/admin/{customer}/groups and what is below them.
package main

import (
	customergroups "liaison/functions/pages/customer-groups"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, customergroups.Page(env, dynamo.Groups{Table: dynamo.Open(env)}))
}
