// Package leads is the job that notes of partners' leads that they are late, calls them to mind, and ends those that nobody answered.
package leads

import (
	"context"
	"errors"

	"liaison/shared/dynamo"
	"liaison/shared/lead"
	"liaison/shared/op"
	"liaison/shared/schedule"
)

// Job returns the job over the table.
func Job(table dynamo.Leads) schedule.Job[lead.Lead] {
	return schedule.Job[lead.Lead]{
		Class: "lead", Name: "leads",
		Step: func(ctx context.Context, due dynamo.Due[lead.Lead], o op.Op) error {
			err := lead.Tick(ctx, table, due.Item.ID, o)
			if errors.Is(err, op.ErrUnchanged) {
				return schedule.ErrMoot
			}
			return err
		},
	}
}
