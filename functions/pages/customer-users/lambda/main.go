// Command lambda serves /account/users, /partner/admin/{customer} and what is below them.
package main

import (
	customerusers "liaison/functions/pages/customer-users"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	table := dynamo.Open(env)
	gateway.ServeHTTP(env, customerusers.Page(env, table, dynamo.Groups{Table: table}.GroupsOf))
}
