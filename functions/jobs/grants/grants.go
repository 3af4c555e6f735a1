// Package grants is the job that tells both sides that a delegated administration ends soon, lets it go on where both want that, and ends it.
package grants

import (
	"context"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/op"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
)

// Job returns the job over the table.
func Job(table *dynamo.Table) schedule.Job[relationship.Grant] {
	return schedule.Job[relationship.Grant]{
		Class: "grant", Name: "grants",
		Step: func(ctx context.Context, due dynamo.Due[relationship.Grant], o op.Op) error {
			tie, where, err := table.GrantFacts(ctx, due.Item.Customer, due.Item.Partner)
			if err != nil {
				return err
			}
			next, happened := due.Item.Advance(tie.CustomerCountry, where, o.At)
			if len(happened) == 0 {
				return schedule.ErrMoot
			}
			e := event.New(o, event.Customer(string(next.Customer)), happened...).SharedWith(string(next.Partner))
			if next.Status != relationship.Expired && next.EndsAt.Equal(due.Item.EndsAt) {
				return table.SaveNotice(ctx, next, e, o)
			}
			tie.Administration = next.Summary()
			return table.SaveGrant(ctx, next, tie, []event.Event{e}, o)
		},
	}
}
