package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/op"
	"liaison/shared/suppression"
	"liaison/shared/textinput"
)

// suppressions says what stops offer mail to an address, or lifts it.
func suppressions(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("suppressions", flag.ContinueOnError)
	var table, region, endpoint, mail string
	var lift bool
	flags.StringVar(&table, "table", "", "name of the table (the stack's output TableName)")
	flags.StringVar(&region, "region", "", "its region (empty: the shell's)")
	flags.StringVar(&endpoint, "endpoint", "", "a DynamoDB Local (empty: AWS)")
	flags.StringVar(&mail, "mail", "", "an SES of another address (empty: AWS's, or none beside a DynamoDB Local)")
	flags.BoolVar(&lift, "lift", false, "let mail go to the address again")
	if err := flags.Parse(args); err != nil {
		return err
	}
	address, code := textinput.Mail(flags.Arg(0))
	if table == "" || code != nil || flags.NArg() != 1 {
		return fmt.Errorf("missing a table and one address\n%s", usage)
	}
	loaded, err := settings(ctx, region, endpoint)
	if err != nil {
		return err
	}
	s := suppressed{table: dynamo.Over(dynamodb.NewFromConfig(loaded), table), address: address, out: os.Stdout}
	if endpoint == "" || mail != "" {
		s.ses = sesv2.NewFromConfig(loaded, func(o *sesv2.Options) {
			if mail != "" {
				o.BaseEndpoint = aws.String(mail)
			}
		})
	}
	if lift {
		return s.lift(ctx)
	}
	return s.show(ctx)
}

type suppressed struct {
	table   *dynamo.Table
	ses     *sesv2.Client // nil beside a DynamoDB Local
	address string
	out     io.Writer
}

func (s suppressed) show(ctx context.Context) error {
	found, err := s.table.Suppression(ctx, dynamo.AddressHash(s.address))
	switch {
	case fault.Is(err, fault.NotFound), err == nil && found.Reason == "":
		fmt.Fprintln(s.out, "here nothing stops its mail")
	case err != nil:
		return err
	default:
		for _, cause := range found.Causes {
			fmt.Fprintf(s.out, "stopped here: %s, %s\n", cause.Reason, cause.At.Format(time.RFC3339))
		}
	}
	if s.ses == nil {
		return nil
	}
	listed, err := s.ses.GetSuppressedDestination(ctx, &sesv2.GetSuppressedDestinationInput{EmailAddress: &s.address})
	switch {
	case unlisted(err):
		fmt.Fprintln(s.out, "SES does not keep it back")
	case err != nil:
		return err
	default:
		fmt.Fprintf(s.out, "kept back by SES: %s, %s\n", listed.SuppressedDestination.Reason, aws.ToTime(listed.SuppressedDestination.LastUpdateTime).UTC().Format(time.RFC3339))
	}
	return nil
}

// lift takes the address off SES's list first: where that fails, nothing has changed here, and the command can be run again.
func (s suppressed) lift(ctx context.Context) error {
	if s.ses != nil {
		_, err := s.ses.DeleteSuppressedDestination(ctx, &sesv2.DeleteSuppressedDestinationInput{EmailAddress: &s.address})
		switch {
		case unlisted(err):
		case err != nil:
			return err
		default:
			fmt.Fprintln(s.out, "taken off SES's list")
		}
	}
	o := op.Op{Actor: op.Actor{Kind: op.Job, ID: "operate"}, At: time.Now().UTC().Truncate(time.Millisecond), IDs: id.From(rand.Reader)}
	o.ID = o.NewID()
	address := dynamo.AddressHash(s.address)
	err := suppression.Lift(ctx, s.table, address, event.New(o, event.Vendor(), event.Of(address, event.SuppressionLiftedEvent{})), o)
	if fault.Is(err, fault.NotFound) {
		fmt.Fprintln(s.out, "here nothing stopped its mail")
		return nil
	}
	if err == nil {
		fmt.Fprintln(s.out, "lifted here")
	}
	return err
}

func unlisted(err error) bool {
	var none *types.NotFoundException
	return errors.As(err, &none)
}
