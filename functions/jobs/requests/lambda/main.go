// Command lambda runs the job requests, by the clock.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"liaison/functions/jobs/requests"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
)

func main() {
	env := boot.Load()
	table := dynamo.Open(env)
	lambda.Start(requests.Job(table).Handler(env, table))
}
