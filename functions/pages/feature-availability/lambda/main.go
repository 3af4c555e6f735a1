// Command lambda serves /feature-availability: what is available where.
package main

import (
	featureavailability "liaison/functions/pages/feature-availability"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	gateway.ServeHTTP(env, featureavailability.Page(env, dynamo.Open(env)))
}
