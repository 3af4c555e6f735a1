// Command list serves GET /v1/service-requests: what customers ask the vendor.
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
	gateway.Serve(env, table, servicerequests.List(table))
}
