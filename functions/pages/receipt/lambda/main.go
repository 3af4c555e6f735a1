// Command lambda serves /receipts/{token}: the receipt of a consent, and taking back what it records.
package main

import (
	"liaison/functions/pages/receipt"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("API_URL", "PAGES_URL")
	gateway.ServeHTTP(env, receipt.Page(env, dynamo.Open(env)))
}
