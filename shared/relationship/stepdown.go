package relationship

import (
	"context"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// StepDownStore is what stepping down as partner of record needs of the table.
type StepDownStore interface {
	Store
	// NamingPartnerOfRecord reads the customer's subscriptions that name the partner, strongly consistent.
	NamingPartnerOfRecord(ctx context.Context, c customer.ID, p partner.ID) ([]subscription.Subscription, error)
	// SaveStepDown writes the subscriptions and the relationship, all guarded by the versions they were decided on.
	SaveStepDown(ctx context.Context, tie Relationship, subs []subscription.Subscription, happened event.Event, o op.Op) error
}

// OneStepDownStore is what stepping down from one subscription needs of the table.
type OneStepDownStore interface {
	StepDownStore
	// StoredSubscription reads one subscription, strongly consistent. NotFound where there is none.
	StoredSubscription(ctx context.Context, id subscription.ID) (subscription.Subscription, error)
}

// mostAtOnce is how many subscriptions one transaction (of at most 100 items) frees.
const mostAtOnce = 90

// StepDown takes the partner off every subscription of the customer that names it as partner of record. Delegated administration
// stays as it is. NotFound where there is no tie, Conflict already_ended where no subscription names the partner. Of more than 90
// subscriptions each 90 are their own transaction, and a rerun frees the rest.
func StepDown(ctx context.Context, store StepDownStore, c customer.ID, p partner.ID, cause Cause, reason string, o op.Op) (Relationship, error) {
	var tie Relationship
	done := false
	for more := true; more; {
		err := op.RetryStale(func() error {
			var err error
			if tie, _, err = store.Relationship(ctx, c, p); err != nil {
				return err
			}
			subs, err := store.NamingPartnerOfRecord(ctx, c, p)
			if err != nil {
				return err
			}
			if len(subs) == 0 && tie.PartnerOfRecordSubscriptions == 0 && !done {
				return fault.AlreadyEnded
			}
			step := o.Giving(string(NewID(c, p)))
			if more = len(subs) > mostAtOnce; more {
				tie.PartnerOfRecordSubscriptions = len(subs) - mostAtOnce
				subs, step.Once = subs[:mostAtOnce], nil
			} else {
				tie.PartnerOfRecordSubscriptions = 0
			}
			changes := make([]event.Change, len(subs))
			for i := range subs {
				subs[i] = subs[i].SetPartnerOfRecord("", o.At)
				changes[i] = event.Of(subs[i].ID, PartnerOfRecordRemovedEvent{PartnerID: p, PlanID: subs[i].Plan, Cause: cause, Reason: reason})
			}
			happened := event.New(o, event.Customer(string(c)), changes...).SharedWith(string(p))
			return store.SaveStepDown(ctx, tie, subs, happened, step)
		})
		if err != nil {
			return Relationship{}, err
		}
		done = true
	}
	tie.Version++
	return tie, nil
}

// StepDownFrom takes the partner of record off one subscription; of only (empty: whoever it is) it does nothing to another's. NotFound
// where there is no such subscription, Conflict already_ended where nobody, or another than only, is its partner of record, Stale where the
// operation was decided on another version of it.
func StepDownFrom(ctx context.Context, store OneStepDownStore, id subscription.ID, only partner.ID, cause Cause, reason string, o op.Op) error {
	return op.RetryStale(func() error {
		s, err := store.StoredSubscription(ctx, id)
		if err != nil {
			return err
		}
		if err := o.On(s.Version); err != nil {
			return err
		}
		p := s.PartnerOfRecordID()
		if p == "" || only != "" && p != only {
			return fault.AlreadyEnded
		}
		tie, _, err := store.Relationship(ctx, s.Customer, p)
		if err != nil {
			return err
		}
		if s.Status != subscription.Deleted { // its deletion has counted it off
			tie.PartnerOfRecordSubscriptions--
		}
		happened := event.New(o, event.Customer(string(s.Customer)), event.Of(id, PartnerOfRecordRemovedEvent{
			PartnerID: p, PlanID: s.Plan, Cause: cause, Reason: reason,
		})).SharedWith(string(p))
		return store.SaveStepDown(ctx, tie, []subscription.Subscription{s.SetPartnerOfRecord("", o.At)}, happened, o.Giving(string(id)))
	})
}
