// Command lower serves POST /v1/relationships/{relationship_id}/lower: full rights become limited ones.
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
	gateway.Serve(env, table, relationships.Lower(table))
}
