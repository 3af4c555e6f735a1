// Command update serves PATCH /v1/service-requests/{service_request_id}: a service request is changed, closed or opened again.
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
	gateway.Serve(env, table, servicerequests.Update(table))
}
