// Command openapi serves GET /openapi.json: the document of this interface.
package main

import (
	"liaison/functions/api/service"
	"liaison/shared/boot"
	"liaison/shared/gateway"
)

func main() {
	gateway.Serve(boot.Load("API_URL"), nil, service.Openapi())
}
