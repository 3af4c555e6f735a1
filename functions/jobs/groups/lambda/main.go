// Command lambda runs the job groups, by the clock.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"liaison/functions/jobs/groups"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
)

func main() {
	env := boot.Load()
	table := dynamo.Open(env)
	lambda.Start(groups.Job(table).Handler(env, table))
}
