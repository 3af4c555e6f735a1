// Command lambda serves /account/activity and /partner/activity: who did what in a customer's account or a partner's company.
package main

import (
	"liaison/functions/pages/activity"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, activity.Page(env, dynamo.Open(env)))
}
