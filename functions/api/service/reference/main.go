// Command reference serves GET /docs/{page}: a page of the reference.
package main

import (
	"liaison/functions/api/service"
	"liaison/shared/boot"
	"liaison/shared/gateway"
)

func main() {
	gateway.Serve(boot.Load("API_URL"), nil, service.Reference())
}
