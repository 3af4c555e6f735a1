// Package removals is the job that reminds a reseller of a customer's request to end their tie, and says when the vendor may decide it,
// or ends the tie when the agreed notice is over.
package removals

import (
	"context"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
)

// Job returns the job over the table.
func Job(table *dynamo.Table) schedule.Job[relationship.Relationship] {
	return schedule.Job[relationship.Relationship]{
		Class: "removal", Name: "removals",
		Step: func(ctx context.Context, due dynamo.Due[relationship.Relationship], o op.Op) error {
			if asked := due.Item.Removal; asked != nil && !asked.EndsAt.IsZero() {
				_, err := relationship.EndByNotice(ctx, table, due.Item.Customer, due.Item.Partner, o)
				if fault.Is(err, fault.NotDue, fault.NoRemovalRequest) { // withdrawn, or done by another run
					return schedule.ErrMoot
				}
				return err
			}
			next, happened := due.Item.Advance(o.At)
			if len(happened) == 0 {
				return schedule.ErrMoot
			}
			return table.SaveTie(ctx, next, event.New(o, event.Customer(string(next.Customer)), happened...).SharedWith(string(next.Partner)), o)
		},
	}
}
