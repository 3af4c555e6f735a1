package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"liaison/shared/dynamo"
)

// fewestInvocations is what clocks, streams and some traffic want at once; Lambda reserves nothing in an account that has fewer.
const fewestInvocations = 100

// examined is one thing that doctor looked at.
type examined struct {
	what  string
	found string
	wrong string // what to do, empty where it is well
}

// doctor looks at what a deployment needs of its account and prints it, one line each. It writes nothing to AWS and fails where something is
// wrong, or cannot be read.
func doctor(ctx context.Context, args []string) error { return examine(ctx, args, os.Stdout) }

func examine(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("doctor", flag.ContinueOnError)
	var table, region string
	flags.StringVar(&table, "table", "", "name of the table (the stack's output TableName)")
	flags.StringVar(&region, "region", "", "its region (empty: the shell's)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if table == "" {
		return fmt.Errorf("missing [-table]\n%s", usage)
	}
	loaded, err := config.LoadDefaultConfig(ctx, config.WithRegion(region))
	if err != nil {
		return err
	}
	if loaded.Region == "" {
		return errors.New("no region: set AWS_REGION to the stack's")
	}
	db := dynamodb.NewFromConfig(loaded)
	wrong := 0
	for _, look := range []func() examined{
		func() examined { return concurrency(ctx, loaded) },
		func() examined { return mail(ctx, sesv2.NewFromConfig(loaded)) },
		func() examined { return theTable(ctx, db, table) },
		func() examined { return vendor(ctx, dynamo.Over(db, table)) },
	} {
		e := look()
		if e.wrong == "" {
			fmt.Fprintf(out, "well   %s: %s\n", e.what, e.found)
			continue
		}
		wrong++
		fmt.Fprintf(out, "wrong  %s: %s\n       %s\n", e.what, e.found, e.wrong)
	}
	if wrong > 0 {
		return fmt.Errorf("%d of 4 are wrong", wrong)
	}
	return nil
}

func unread(what string, err error) examined {
	return examined{what: what, found: "cannot be read", wrong: err.Error()}
}

// concurrency asks Lambda how many invocations the account may run at once. One signed request does it: the client for all of Lambda's
// operations would be for this alone.
func concurrency(ctx context.Context, loaded aws.Config) examined {
	const what = "Lambda's concurrency"
	base := os.Getenv("AWS_ENDPOINT_URL_LAMBDA")
	if base == "" {
		base = "https://lambda." + loaded.Region + ".amazonaws.com"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/2016-08-19/account-settings/", nil)
	if err != nil {
		return unread(what, err)
	}
	credentials, err := loaded.Credentials.Retrieve(ctx)
	if err != nil {
		return unread(what, err)
	}
	empty := sha256.Sum256(nil)
	if err := signer.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(empty[:]), "lambda", loaded.Region, time.Now()); err != nil {
		return unread(what, err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return unread(what, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<16))
	if err != nil {
		return unread(what, err)
	}
	var settings struct {
		AccountLimit struct{ ConcurrentExecutions, UnreservedConcurrentExecutions int }
	}
	if answer.StatusCode != http.StatusOK {
		return unread(what, fmt.Errorf("%s: %s", answer.Status, strings.TrimSpace(string(body))))
	}
	if err := json.Unmarshal(body, &settings); err != nil {
		return unread(what, err)
	}
	limit := settings.AccountLimit
	e := examined{what: what, found: fmt.Sprintf("%d at once, %d of them unreserved", limit.ConcurrentExecutions, limit.UnreservedConcurrentExecutions)}
	if limit.UnreservedConcurrentExecutions < fewestInvocations {
		e.wrong = "clocks, streams and requests share them and would be refused: ask Service Quotas for 1,000 (quota L-B99A9384 of Lambda)"
	}
	return e
}

// mail asks SES what it lets the account send.
func mail(ctx context.Context, client *sesv2.Client) examined {
	const what = "SES"
	account, err := client.GetAccount(ctx, &sesv2.GetAccountInput{})
	if err != nil {
		return unread(what, err)
	}
	e := examined{what: what, found: "enforcement " + aws.ToString(account.EnforcementStatus)}
	if q := account.SendQuota; q != nil {
		e.found = fmt.Sprintf("%g mails a second, %.0f a day, %s", q.MaxSendRate, q.Max24HourSend, e.found)
	}
	switch {
	case !account.ProductionAccessEnabled:
		e.wrong = "the account is in SES's sandbox, where mail reaches verified addresses only: ask for production access"
	case !account.SendingEnabled:
		e.wrong = "the account's sending is paused: see SES's reputation page, and infra/runbooks/reputation.md"
	case aws.ToString(account.EnforcementStatus) != "HEALTHY":
		e.wrong = "SES watches the account: infra/runbooks/reputation.md"
	}
	return e
}

// theTable looks at what the templates gave the table and a hand may have taken away.
func theTable(ctx context.Context, db *dynamodb.Client, name string) examined {
	const what = "the table"
	got, err := db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	if err != nil {
		return unread(what, err)
	}
	t := got.Table
	e := examined{what: what, found: strings.ToLower(string(t.TableStatus))}
	switch {
	case t.TableStatus != types.TableStatusActive:
		e.wrong = "wait until it is active"
	case t.StreamSpecification == nil || !aws.ToBool(t.StreamSpecification.StreamEnabled) || t.StreamSpecification.StreamViewType != types.StreamViewTypeNewImage:
		e.wrong = "its stream is off or holds no new images, so no mail leaves and nothing is sealed: deploy again"
	case !aws.ToBool(t.DeletionProtectionEnabled):
		e.wrong = "it is not protected against deletion: aws dynamodb update-table --deletion-protection-enabled --table-name " + name
	}
	return e
}

// vendor looks at the one item that everything needs.
func vendor(ctx context.Context, table *dynamo.Table) examined {
	const what = "the vendor"
	v, err := table.Vendor(ctx)
	switch {
	case err != nil:
		return unread(what, err)
	case v.Name == "":
		return examined{what, "is not in the table", "run operate bootstrap"}
	case !v.Sending:
		return examined{what, v.Name + ", sending is off", "no mail leaves: infra/runbooks/sending-paused.md"}
	}
	return examined{what, v.Name + ", sending is on", ""}
}
