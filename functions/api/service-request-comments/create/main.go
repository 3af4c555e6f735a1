// Command create serves POST /v1/service-requests/{service_request_id}/comments: a side writes about a service request.
package main

import (
	"liaison/functions/api/service-request-comments"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, servicerequestcomments.Create(table))
}
