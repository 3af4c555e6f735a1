// Command docs serves GET /docs: the first page of the reference.
package main

import (
	"liaison/functions/api/service"
	"liaison/shared/boot"
	"liaison/shared/gateway"
)

func main() {
	gateway.Serve(boot.Load("API_URL"), nil, service.Docs())
}
