// Command lambda serves the table's stream: mails, follow-ups and counts of each new event.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"liaison/functions/jobs/dispatch"
	"liaison/shared/boot"
	"liaison/shared/directory"
	"liaison/shared/dynamo"
	"liaison/shared/outbox"
	"liaison/shared/ses"
)

func main() {
	env := boot.Load("PAGES_URL", "MAIL_FROM", "MAIL_REPORTS", "USER_POOL_ID")
	lambda.Start(dispatch.Stream(env, outbox.New(env, dynamo.Open(env), ses.Open(env), directory.OpenPeople(env))))
}
