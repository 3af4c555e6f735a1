// Command lambda is asked by the user pool before it gives a token.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"liaison/functions/jobs/tokens"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
)

func main() {
	env := boot.Load("ISSUER")
	lambda.Start(tokens.Trigger(env, dynamo.Open(env)))
}
