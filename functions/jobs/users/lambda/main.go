// Command lambda runs the job users, by the clock.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"liaison/functions/jobs/users"
	"liaison/shared/boot"
	"liaison/shared/directory"
	"liaison/shared/dynamo"
)

func main() {
	env := boot.Load("USER_POOL_ID")
	table := dynamo.Open(env)
	lambda.Start(users.Job(table, directory.OpenPeople(env)).Handler(env, table))
}
