// Command report serves POST /v1/provisioning-tasks/{task_id}/report: say how far a task is.
package main

import (
	"liaison/functions/api/provisioning-tasks"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, provisioningtasks.Report(table))
}
