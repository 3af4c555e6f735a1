// Command lambda runs the job retry, by the clock.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"liaison/functions/jobs/retry"
	"liaison/shared/boot"
	"liaison/shared/directory"
	"liaison/shared/dynamo"
	"liaison/shared/outbox"
	"liaison/shared/ses"
)

func main() {
	env := boot.Load("PAGES_URL", "MAIL_FROM", "MAIL_REPORTS", "USER_POOL_ID")
	table := dynamo.Open(env)
	lambda.Start(retry.Job(env, table, outbox.New(env, table, ses.Open(env), directory.OpenPeople(env))).Handler(env, table))
}
