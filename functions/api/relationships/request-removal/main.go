// Command request-removal serves POST /v1/relationships/{relationship_id}/request-removal: a customer asks its reseller to go.
package main

import (
	"liaison/functions/api/relationships"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, relationships.RequestRemoval(table))
}
