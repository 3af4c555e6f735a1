// Package groups is the job that removes the members of customers' deleted groups, and the groups with the last of them.
package groups

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
func Job(table *dynamo.Table) schedule.Job[customer.Group] {
	return schedule.Job[customer.Group]{
		Class: "customer_group", Name: "groups",
		Step: func(ctx context.Context, due dynamo.Due[customer.Group], o op.Op) error {
			err := administration.SweepGroup(ctx, dynamo.Groups{Table: table}, due.Item, o)
			if errors.Is(err, op.ErrUnchanged) {
				return schedule.ErrMoot
			}
			return err
		},
	}
}
