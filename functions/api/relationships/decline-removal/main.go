// Command decline-removal serves POST /v1/relationships/{relationship_id}/decline-removal: the reseller refuses.
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
	gateway.Serve(env, table, relationships.DeclineRemoval(table))
}
