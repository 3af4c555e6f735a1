// Command create serves POST /v1/service-requests: a customer asks the vendor, or a partner on its behalf.
package main

import (
	"liaison/functions/api/service-requests"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, servicerequests.Create(table))
}
