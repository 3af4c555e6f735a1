// Command lambda takes what SES tells of mails, from the event bus.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"liaison/functions/jobs/mailevents"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
)

func main() {
	env := boot.Load()
	lambda.Start(mailevents.Handler(env, dynamo.Open(env)))
}
