// Package invitations is the job that reminds of invitations nobody answered yet, and ends them, also where their offer has ended.
package invitations

import (
	"context"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/op"
	"liaison/shared/schedule"
)

// Job returns the job over the table.
func Job(table *dynamo.Table) schedule.Job[invitation.Invitation] {
	return schedule.Job[invitation.Invitation]{
		Class: "invitation", Name: "invitations",
		Step: func(ctx context.Context, due dynamo.Due[invitation.Invitation], o op.Op) error {
			of, used, err := table.Offer(ctx, due.Item.Offer)
			if err != nil {
				return err
			}
			next, happened := due.Item.Advance(of, used, o.At)
			if len(happened) == 0 {
				return schedule.ErrMoot
			}
			return table.SaveInvitation(ctx, next, event.New(o, next.Tenant(), happened...), o)
		},
	}
}
