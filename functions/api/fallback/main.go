// Command fallback answers what no other route of the API takes: 404, or 405 with Allow.
package main

import (
	"liaison/shared/boot"
	"liaison/shared/gateway"
)

func main() {
	gateway.Serve(boot.Load("API_URL"), nil, refuse())
}
