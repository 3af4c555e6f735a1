// Package trials is the job that moves subscriptions on, trials and paid ones: reminders, renewals, the end, the announcement that the data
// will be deleted, the deletion.
package trials

import (
	"context"

	"liaison/shared/dynamo"
	"liaison/shared/op"
	"liaison/shared/schedule"
	"liaison/shared/subscription"
)

// Job returns the job over the table.
func Job(table *dynamo.Table) schedule.Job[subscription.Subscription] {
	return schedule.Job[subscription.Subscription]{
		Class: "trial", Name: "trials",
		Step: func(ctx context.Context, due dynamo.Due[subscription.Subscription], o op.Op) error {
			next, happened := due.Item.Advance(o.At)
			switch {
			case len(happened) == 0:
				return schedule.ErrMoot
			case next.Status == subscription.Deleted:
				return remove(ctx, table, next.ID, o)
			}
			return table.SaveSubscription(ctx, next, next.Tell(o, next.PartnerOfRecordID(), happened...), o)
		},
	}
}

// remove deletes a subscription with what hangs on it, from what stands now; where somebody changes that meanwhile, again.
func remove(ctx context.Context, table *dynamo.Table, id subscription.ID, o op.Op) error {
	return op.RetryStale(func() error {
		before, err := table.Ending(ctx, id)
		if err != nil {
			return err
		}
		after, happened := before.Delete(o)
		if len(happened) == 0 {
			return schedule.ErrMoot
		}
		return table.SaveEnding(ctx, after, happened, o)
	})
}
