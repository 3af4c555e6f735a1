// Command lambda serves /partner/customers and what is below it.
package main

import (
	partnercustomers "liaison/functions/pages/partner-customers"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, partnercustomers.Page(env, dynamo.Open(env)))
}
