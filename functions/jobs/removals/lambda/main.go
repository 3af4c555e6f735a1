// Command lambda runs the job removals, by the clock.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"liaison/functions/jobs/removals"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
)

func main() {
	env := boot.Load()
	table := dynamo.Open(env)
	lambda.Start(removals.Job(table).Handler(env, table))
}
