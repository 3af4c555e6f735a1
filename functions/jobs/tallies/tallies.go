// Package tallies is the job that takes off how partners answer their leads what is too old to count.
package tallies

import (
	"context"
	"errors"

	"liaison/shared/dynamo"
	"liaison/shared/lead"
	"liaison/shared/op"
	"liaison/shared/schedule"
)

// Job returns the job over the table.
func Job(table dynamo.Leads) schedule.Job[lead.Tally] {
	return schedule.Job[lead.Tally]{
		Class: "tally", Name: "tallies",
		Step: func(ctx context.Context, due dynamo.Due[lead.Tally], o op.Op) error {
			err := lead.Age(ctx, table, due.Item, o)
			if errors.Is(err, op.ErrUnchanged) {
				return schedule.ErrMoot
			}
			return err
		},
	}
}
