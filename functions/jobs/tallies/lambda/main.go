// Command lambda runs the job tallies, by the clock.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"liaison/functions/jobs/tallies"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
)

func main() {
	env := boot.Load()
	table := dynamo.Open(env)
	lambda.Start(tallies.Job(dynamo.Leads{Table: table}).Handler(env, table))
}
