// Command auto-extend serves POST /v1/relationships/{relationship_id}/auto-extend: one side's switch.
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
	gateway.Serve(env, table, relationships.AutoExtend(table))
}
