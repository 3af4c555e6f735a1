// Package domains is the job that looks up the records of customers' verified domains again, and ends those that were without theirs for too long.
package domains

import (
	"context"
	"errors"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/op"
	"liaison/shared/schedule"
)

// Job returns the job over the table.
func Job(table *dynamo.Table, dns administration.Records) schedule.Job[customer.Domain] {
	return schedule.Job[customer.Domain]{
		Class: "customer_domain", Name: "domains",
		Step: func(ctx context.Context, due dynamo.Due[customer.Domain], o op.Op) error {
			err := administration.RecheckDomain(ctx, dynamo.Domains{Table: table}, dns, due.Item, o)
			if errors.Is(err, op.ErrUnchanged) {
				return schedule.ErrMoot
			}
			return err
		},
	}
}
