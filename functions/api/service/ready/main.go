// Command ready serves GET /readyz: the table answers.
package main

import (
	"liaison/functions/api/service"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, service.Ready(table))
}
