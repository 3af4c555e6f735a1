// Command lambda runs the job imports, by the clock.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"liaison/functions/jobs/imports"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
)

func main() {
	env := boot.Load()
	table := dynamo.Open(env)
	lambda.Start(imports.Job(env, table).Handler(env, table))
}
