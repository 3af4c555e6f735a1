// Package removals is the job that reminds a reseller of a customer's request to end their tie, and says when the vendor may decide it.
package removals

import (
	"context"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/op"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
)

// Job returns the job over the table.
func Job(table *dynamo.Table) schedule.Job[relationship.Relationship] {
	return schedule.Job[relationship.Relationship]{
		Class: "removal", Name: "removals",
		Step: func(ctx context.Context, due dynamo.Due[relationship.Relationship], o op.Op) error {
			next, happened := due.Item.Advance(o.At)
			if len(happened) == 0 {
				return schedule.ErrMoot
			}
			return table.SaveTie(ctx, next, event.New(o, event.Customer(string(next.Customer)), happened...).SharedWith(string(next.Partner)), o)
		},
	}
}
