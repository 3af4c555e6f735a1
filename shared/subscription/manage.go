package subscription

import (
	"context"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// ManageStore is what a customer's own changes need of the table.
type ManageStore interface {
	Store
	// Plan reads a plan, strongly consistent. NotFound where there is none.
	Plan(ctx context.Context, plan catalog.PlanID) (catalog.Plan, error)
}

// ChangeLicenses gives a paid subscription another licence count. seen is the version that the customer decided on, 0 for any. It fails
// with NotFound for another customer's, Stale where it is another version by now, and as Resize does.
func ChangeLicenses(ctx context.Context, store ManageStore, owner customer.ID, id ID, licenses, seen int, o op.Op) (Subscription, error) {
	return change(ctx, store, owner, id, o, func(s Subscription) (Subscription, *event.Change, error) {
		if seen != 0 && s.Version != seen {
			return s, nil, fault.PreconditionFailed
		}
		plan, err := store.Plan(ctx, s.Plan)
		if err != nil {
			return s, nil, err
		}
		next, err := s.Resize(licenses, plan, o.At)
		if err != nil || next.Licenses == s.Licenses {
			return s, nil, err
		}
		happened := event.Of(id, LicensesChangedEvent{Sale: Sale{PlanID: s.Plan, Licenses: licenses}, From: s.Licenses.Bought})
		return next, &happened, nil
	})
}

// Cancel ends a customer's subscription: a trial at once, a paid one at the end of its running term. It fails with NotFound for another
// customer's, and as Stop does.
func Cancel(ctx context.Context, store Store, owner customer.ID, id ID, reason string, o op.Op) (Subscription, error) {
	return change(ctx, store, owner, id, o, func(s Subscription) (Subscription, *event.Change, error) {
		next, err := s.Stop(o.At)
		cancelled := CancelledEvent{PlanID: s.Plan, Reason: reason}
		if next.Ending {
			cancelled.CancelsAt = next.TermEndsAt
		}
		happened := event.Of(id, cancelled)
		return next, &happened, err
	})
}

// UndoCancel takes an announced end back. It fails with NotFound for another customer's, and as Resume does.
func UndoCancel(ctx context.Context, store Store, owner customer.ID, id ID, o op.Op) (Subscription, error) {
	return change(ctx, store, owner, id, o, func(s Subscription) (Subscription, *event.Change, error) {
		next, err := s.Resume(o.At)
		happened := event.Of(id, CancellationUndoneEvent{PlanID: s.Plan, TermEndsAt: next.TermEndsAt})
		return next, &happened, err
	})
}

// Halt suspends a subscription for the vendor, with its reason. It fails with NotFound, and as Suspend does.
func Halt(ctx context.Context, store Store, id ID, reason string, o op.Op) (Subscription, error) {
	return change(ctx, store, "", id, o, func(s Subscription) (Subscription, *event.Change, error) {
		next, err := s.Suspend(o.At)
		happened := event.Of(id, SuspendedEvent{PlanID: s.Plan, Reason: reason})
		return next, &happened, err
	})
}

// Reopen reinstates a suspended subscription for the vendor. It fails with NotFound, and as Reinstate does.
func Reopen(ctx context.Context, store Store, id ID, reason string, o op.Op) (Subscription, error) {
	return change(ctx, store, "", id, o, func(s Subscription) (Subscription, *event.Change, error) {
		next, err := s.Reinstate(o.At)
		happened := event.Of(id, ReinstatedEvent{PlanID: s.Plan, Reason: reason})
		return next, &happened, err
	})
}

// change decides on a subscription as it stands, brought up to the time, and writes it with its events; of an owner
// (empty: any). Where somebody changes it meanwhile it decides again. Without a change nothing is written.
func change(ctx context.Context, store Store, owner customer.ID, id ID, o op.Op, decide func(Subscription) (Subscription, *event.Change, error)) (Subscription, error) {
	var next Subscription
	err := op.RetryStale(func() error {
		s, err := store.StoredSubscription(ctx, id)
		if err != nil {
			return err
		}
		if owner != "" && s.Customer != owner {
			return fault.NotFound
		}
		s, changes := s.renew(o.At) // what fell due before comes first, for whoever bills by it
		var happened *event.Change
		if next, happened, err = decide(s); err != nil || happened == nil {
			return err
		}
		err = store.SaveSubscription(ctx, next, s.Tell(o, s.PartnerOfRecordID(), append(changes, *happened)...), o.Giving(string(id)))
		next.Version++
		return err
	})
	return next, err
}

// Update changes a subscription as it is stored, with its events, without bringing it up to the time first; where somebody changes it meanwhile
// it decides again. decide returns no event where there is nothing to change, and nothing is written then. NotFound where there is no such
// subscription.
func Update(ctx context.Context, store Store, id ID, o op.Op, decide func(Subscription) (Subscription, []event.Event)) error {
	return op.RetryStale(func() error {
		s, err := store.StoredSubscription(ctx, id)
		if err != nil {
			return err
		}
		next, happened := decide(s)
		if len(happened) == 0 {
			return nil
		}
		return store.SaveSubscription(ctx, next, happened, o)
	})
}
