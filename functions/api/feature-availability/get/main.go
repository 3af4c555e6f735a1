// Command get serves GET /v1/feature-availability: what is available where.
package main

import (
	"liaison/functions/api/feature-availability"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL")
	table := dynamo.Open(env)
	gateway.Serve(env, table, featureavailability.Get(table))
}
