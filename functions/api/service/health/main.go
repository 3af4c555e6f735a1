// Command health serves GET /healthz: the function runs.
package main

import (
	"liaison/functions/api/service"
	"liaison/shared/boot"
	"liaison/shared/gateway"
)

func main() {
	gateway.Serve(boot.Load("API_URL"), nil, service.Health())
}
