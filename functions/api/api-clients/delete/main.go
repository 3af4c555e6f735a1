// Command delete serves DELETE /v1/api-clients/{api_client_id}: a machine client ends.
package main

import (
	"liaison/functions/api/api-clients"
	"liaison/shared/boot"
	"liaison/shared/directory"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "USER_POOL_ID")
	table := dynamo.Open(env)
	gateway.Serve(env, table, apiclients.Delete(table, directory.OpenClients(env)))
}
