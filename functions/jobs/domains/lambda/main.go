// Command lambda runs the job domains, by the clock.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"liaison/functions/jobs/domains"
	"liaison/shared/boot"
	"liaison/shared/dns"
	"liaison/shared/dynamo"
)

func main() {
	env := boot.Load()
	table := dynamo.Open(env)
	lambda.Start(domains.Job(table, dns.Open(env)).Handler(env, table))
}
