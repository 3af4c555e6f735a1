// Package trials is the job that moves subscriptions on, trials and paid ones: reminders, renewals, the end, the announcement that the data
// will be deleted, the deletion.
package trials

import (
	"context"
	"maps"
	"slices"

	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
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
			return table.SaveSubscription(ctx, next, next.Tell(o, next.Advisor(), happened...), o)
		},
	}
}

// remove deletes a subscription with what hangs on it, from what stands now; where somebody changes that meanwhile, again.
func remove(ctx context.Context, table *dynamo.Table, id subscription.ID, o op.Op) error {
	return op.Settle(func() error {
		before, err := table.Ending(ctx, id)
		if err != nil {
			return err
		}
		after, happened := Delete(before, o)
		if len(happened) == 0 {
			return schedule.ErrMoot
		}
		return table.SaveEnding(ctx, after, happened, o)
	})
}

// Delete returns what is different once a subscription is deleted, with its events; none where it is not due. Its partner of
// record has one subscription less. With the last one the customer becomes read-only and its delegated administration ends. An act that
// concerns two partners tells each by an event of its own.
func Delete(before dynamo.Ending, o op.Op) (after dynamo.Ending, happened []event.Event) {
	next, changes := before.Subscription.Advance(o.At)
	if next.Status != subscription.Deleted || len(changes) == 0 {
		return before, nil
	}
	after = dynamo.Ending{Subscription: next, Customer: before.Customer, Ties: map[partner.ID]relationship.Relationship{}}
	if record := next.PartnerOfRecord; record != nil {
		if tie, ok := before.Ties[record.Partner]; ok && tie.PorSubscriptions > 0 {
			tie.PorSubscriptions--
			after.Ties[record.Partner] = tie
		}
	}
	happened = next.Tell(o, next.Advisor(), changes...)
	if slices.ContainsFunc(before.Others, func(s subscription.Subscription) bool { return s.Status != subscription.Deleted }) {
		return after, happened
	}
	if before.Customer.Status != customer.ReadOnly {
		after.Customer = before.Customer.Rest(o.At)
		happened[0].Changes = append(happened[0].Changes, event.Of(after.Customer.ID, customer.ChangedEvent{Status: after.Customer.Status}))
	}
	if before.Grant != nil {
		if ended, err := before.Grant.End(relationship.NoSubscription, o.At); err == nil {
			tie, kept := after.Ties[ended.Partner]
			if !kept {
				tie = before.Ties[ended.Partner]
			}
			tie.Administration = ended.Summary()
			after.Grant = &ended
			after.Ties[ended.Partner] = tie
			change := event.Of(ended.Tie(), relationship.AdministrationEndedEvent{
				Administered: ended.Administered(), Cause: ended.Cause,
			})
			if record := next.PartnerOfRecord; record != nil && record.Partner == ended.Partner {
				happened[0].Changes = append(happened[0].Changes, change)
			} else {
				happened = append(happened, event.New(o, event.Customer(string(ended.Customer)), change).SharedWith(string(ended.Partner)))
			}
		}
	}
	maps.DeleteFunc(after.Ties, func(_ partner.ID, tie relationship.Relationship) bool { return tie.Partner == "" })
	return after, happened
}
