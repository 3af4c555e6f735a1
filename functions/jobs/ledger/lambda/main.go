// Command lambda serves the table's stream: it seals new events into the ledger.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"liaison/functions/jobs/ledger"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
)

func main() {
	env := boot.Load()
	lambda.Start(ledger.Stream(env, dynamo.Open(env)))
}
