// Command create serves POST /v1/api-clients: a new machine client.
package main

import (
	"liaison/functions/api/api-clients"
	"liaison/shared/boot"
	"liaison/shared/directory"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "ISSUER", "USER_POOL_ID")
	table := dynamo.Open(env)
	gateway.Serve(env, table, apiclients.Create(table, directory.OpenClients(env)))
}
