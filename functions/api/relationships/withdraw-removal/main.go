// Command withdraw-removal serves POST /v1/relationships/{relationship_id}/withdraw-removal: it asks no more.
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
	gateway.Serve(env, table, relationships.WithdrawRemoval(table))
}
