package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"liaison/infra/operate/verify"
	"liaison/shared/dynamo"
)

// check names what breaks an invariant in a table: AWS's with the credentials of the shell, or one of a DynamoDB Local.
func check(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	var table, region, endpoint, at string
	o := verify.Options{}
	flags.StringVar(&table, "table", "", "name of the table (the stack's output TableName)")
	flags.StringVar(&region, "region", "", "its region (empty: the shell's)")
	flags.StringVar(&endpoint, "endpoint", "", "a DynamoDB Local (empty: AWS)")
	flags.StringVar(&at, "at", "", "the system's present, RFC 3339 (empty: now)")
	flags.BoolVar(&o.Stopped, "stopped", false, "the schedules do not run: a trial that should have ended breaks nothing")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if table == "" {
		return fmt.Errorf("missing [-table]\n%s", usage)
	}
	o.At = time.Now()
	if at != "" {
		var err error
		if o.At, err = time.Parse(time.RFC3339, at); err != nil {
			return err
		}
	}
	loaded, err := settings(ctx, region, endpoint)
	if err != nil {
		return err
	}
	return verify.Run(ctx, dynamo.Over(dynamodb.NewFromConfig(loaded), table), o, os.Stdout)
}

// settings are those of the shell, or of a DynamoDB Local.
func settings(ctx context.Context, region, endpoint string) (aws.Config, error) {
	var options []func(*config.LoadOptions) error
	if region != "" {
		options = append(options, config.WithRegion(region))
	}
	if endpoint != "" { // any credentials will do, but there must be some
		options = append(options, config.WithBaseEndpoint(endpoint), config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("LOCAL", "local", "")))
		if region == "" {
			options = append(options, config.WithDefaultRegion("eu-central-1"))
		}
	}
	return config.LoadDefaultConfig(ctx, options...)
}
