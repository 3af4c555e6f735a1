// Command lambda runs the job partners, by the clock.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"liaison/functions/jobs/partners"
	"liaison/shared/boot"
	"liaison/shared/directory"
	"liaison/shared/dynamo"
)

func main() {
	env := boot.Load("USER_POOL_ID")
	table := dynamo.Open(env)
	lambda.Start(partners.Job(table, directory.OpenClients(env)).Handler(env, table))
}
