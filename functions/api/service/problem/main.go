// Command problem serves GET /docs/problems/{code}: what a problem means.
package main

import (
	"liaison/functions/api/service"
	"liaison/shared/boot"
	"liaison/shared/gateway"
)

func main() {
	gateway.Serve(boot.Load("API_URL"), nil, service.Problem())
}
