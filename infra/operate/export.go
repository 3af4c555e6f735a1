package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"liaison/shared/access"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/exported"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/locale"
	"liaison/shared/op"
)

// export writes all that is kept of a customer, or of one of its users, as JSON lines.
func export(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("export", flag.ContinueOnError)
	var table, region, endpoint, of, user, below string
	flags.StringVar(&table, "table", "", "name of the table (the stack's output TableName)")
	flags.StringVar(&region, "region", "", "its region (empty: the shell's)")
	flags.StringVar(&endpoint, "endpoint", "", "a DynamoDB Local (empty: AWS)")
	flags.StringVar(&of, "customer", "", "the customer's id")
	flags.StringVar(&user, "user", "", "the id of one of its users (empty: all of the customer)")
	flags.StringVar(&below, "customers-domain", "", "the stack's parameter CustomersDomain (empty: customers have no domain of the vendor's)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if table == "" || !customer.ID(of).Valid() {
		return fmt.Errorf("missing a table and a customer\n%s", usage)
	}
	loaded, err := settings(ctx, region, endpoint)
	if err != nil {
		return err
	}
	tables := dynamo.ExportsOf(dynamo.Over(dynamodb.NewFromConfig(loaded), table))
	return exportTo(ctx, tables, customer.ID(of), customer.UserID(user), below, os.Stdout)
}

func exportTo(ctx context.Context, table dynamo.Exports, of customer.ID, user customer.UserID, below string, out io.Writer) error {
	o := op.Op{Actor: op.Actor{Kind: op.Job, ID: "operate"}, At: time.Now().UTC().Truncate(time.Millisecond), IDs: id.From(rand.Reader)}
	o.ID = o.NewID()
	if err := customer.BeginExport(ctx, table, of, user, o); err != nil {
		return err
	}
	asked := exported.Asked{
		Customer: of, User: user, By: access.Caller{Kind: op.Job, ID: "operate"}, At: o.At, Below: below,
		Detail: func(f *fault.Fault) string {
			_, detail, _ := locale.Problem(locale.English, f.Code.String(), nil)
			return detail
		},
	}
	for cursor := ""; ; {
		file, err := asked.File(ctx, table, cursor, "")
		if err != nil {
			return err
		}
		if _, err := out.Write(file.Lines); err != nil {
			return err
		}
		if cursor = file.Next; cursor == "" {
			return nil
		}
	}
}
