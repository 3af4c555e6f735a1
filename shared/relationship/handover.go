package relationship

import (
	"context"
	"slices"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// Handover is what becomes of what a reseller bills when its tie ends by notice.
type Handover string

// The choices: the vendor bills on at the agreed prices, or each subscription ends with its running term.
const (
	ToVendor Handover = "vendor"
	WithTerm Handover = "term_end"
)

// AgreedPrice is the vendor's price of a licence and term to which the customer agreed with its request.
type AgreedPrice struct {
	Subscription subscription.ID
	Price        catalog.Money
}

// Wish is how a customer asks for the end of a reseller's tie. Handover, Prices and Terms (the version of the vendor's) count where a notice was
// agreed; an empty Handover is WithTerm.
type Wish struct {
	By       customer.UserID
	Reason   string
	Handover Handover
	Prices   []AgreedPrice
	Terms    string
}

// mostHanded is how many subscriptions one transaction (of at most 100 items) hands over, with a notice to a partner of record each.
const mostHanded = 40

// agreed returns the price to which the customer agreed for a subscription; nil where it agreed to none, so that it ends with its term.
func (m Removal) agreed(s subscription.ID) *catalog.Money {
	if m.Handover != ToVendor {
		return nil
	}
	if i := slices.IndexFunc(m.Prices, func(p AgreedPrice) bool { return p.Subscription == s }); i >= 0 {
		return &m.Prices[i].Price
	}
	return nil
}

// handed returns the subscription as the vendor bills it, or as it ends with its term, with the change that says so.
func (m Removal) handed(s subscription.Subscription, o op.Op) (subscription.Subscription, event.Change, error) {
	if price := m.agreed(s.ID); price != nil {
		next, err := s.Rebill(subscription.Vendor, *price, o.At)
		return next, event.Of(s.ID, subscription.BillingTransferredEvent{Sale: subscription.Sale{
			PlanID: s.Plan, Status: next.Status, Licenses: next.Licenses.Bought, BillingTerm: next.BillingTerm, TermEndsAt: next.TermEndsAt,
		}}).Silenced(), err
	}
	next, err := s.Leave(o.At)
	return next, event.Of(s.ID, subscription.CancelledEvent{PlanID: s.Plan, CancelsAt: next.TermEndsAt}).Silenced(), err
}

// over hands over what the reseller bills and ends its tie, for an open request; more says that not all was handed over, and the tie waits.
func (r Relationship) over(billed []subscription.Subscription, cause Cause, reason string, o op.Op) (next Relationship, subs []subscription.Subscription, happened []event.Event, more bool, err error) {
	request, err := r.open()
	if err != nil {
		return r, nil, nil, false, err
	}
	var changes []event.Change
	notices := []event.Event{}
	for _, s := range billed {
		if !s.Billed(r.Partner, o.At) || s.Leaves {
			continue
		}
		if more = len(subs) == mostHanded; more {
			break
		}
		handed, change, err := request.handed(s, o)
		if err != nil {
			return r, nil, nil, false, err
		}
		subs, changes = append(subs, handed), append(changes, change)
		if p := s.PartnerOfRecordID(); p != "" && p != r.Partner {
			notices = append(notices, s.Notice(o, p, change))
		}
	}
	if !more {
		changes = append(changes, event.Of(NewID(r.Customer, r.Partner), ResellerEndedEvent{PartnerID: r.Partner, Cause: cause, Reason: reason, Handover: request.Handover}))
		if r, err = r.closed(Done, reason, o.At); err != nil {
			return r, nil, nil, false, err
		}
		r.Reseller, r.ResellerEndedAt, r.ResellerEnd = false, o.At, cause
	}
	main := event.New(o, event.Customer(string(r.Customer)), changes...).SharedWith(string(r.Partner))
	return r, subs, append([]event.Event{main}, notices...), more, nil
}

// EndByNotice ends a reseller's tie whose notice is over, with what it bills; the customer's request needs no other decision. NotFound where
// there is no tie, Conflict no_removal_request where none is open, not_due where the notice runs or none was agreed. Of more than 40
// subscriptions each 40 are their own transaction, and a rerun goes on.
func EndByNotice(ctx context.Context, store ResellerStore, c customer.ID, p partner.ID, o op.Op) (Relationship, error) {
	return handOver(ctx, store, c, p, ByCustomer, "", o, func(r Relationship) error {
		request, err := r.open()
		if err == nil && (request.EndsAt.IsZero() || o.At.Before(request.EndsAt)) {
			err = fault.NotDue
		}
		return err
	})
}

// handOver ends the tie with all that it bills, where may lets it.
func handOver(ctx context.Context, store ResellerStore, c customer.ID, p partner.ID, cause Cause, reason string, o op.Op, may func(Relationship) error) (Relationship, error) {
	var next Relationship
	for more := true; more; {
		err := op.RetryStale(func() error {
			tie, _, err := store.Relationship(ctx, c, p)
			if err != nil {
				return err
			}
			if err := may(tie); err != nil {
				return err
			}
			billed, err := store.BilledBy(ctx, c, p)
			if err != nil {
				return err
			}
			var subs []subscription.Subscription
			var happened []event.Event
			if next, subs, happened, more, err = tie.over(billed, cause, reason, o); err != nil {
				return err
			}
			step := o.Giving(string(NewID(c, p)))
			if more {
				step.Once = nil
			}
			return store.SaveHandover(ctx, next, subs, happened, step)
		})
		if err != nil {
			return Relationship{}, err
		}
	}
	next.Version++
	return next, nil
}

// RequestEnd asks the customer's reseller to end their tie. Where a notice was agreed the tie ends by itself when that is over, at once where it
// is 0 days. NotFound where there is no tie; it fails as AskRemoval does.
func RequestEnd(ctx context.Context, store ResellerStore, c customer.ID, p partner.ID, wish Wish, o op.Op) (Relationship, error) {
	var next Relationship
	atOnce := false
	err := op.RetryStale(func() error {
		tie, _, err := store.Relationship(ctx, c, p)
		if err != nil {
			return err
		}
		if next, err = tie.AskRemoval(wish, o.At); err != nil {
			return err
		}
		asked := event.Of(NewID(c, p), RemovalRequestedEvent{
			PartnerID: p, Reason: wish.Reason, EndsAt: next.Removal.EndsAt, Handover: next.Removal.Handover,
		})
		if atOnce = !next.Removal.EndsAt.IsZero() && !o.At.Before(next.Removal.EndsAt); !atOnce {
			return store.SaveTie(ctx, next, event.New(o, event.Customer(string(c)), asked).SharedWith(string(p)), o.Giving(string(NewID(c, p))))
		}
		billed, err := store.BilledBy(ctx, c, p)
		if err != nil {
			return err
		}
		ended, subs, happened, more, err := next.over(billed, ByCustomer, "", o)
		if err != nil {
			return err
		}
		next = ended
		if more { // the job hands over the rest
			next.StepAt = o.At
		}
		happened[0].Changes = slices.Insert(happened[0].Changes, 0, asked)
		return store.SaveHandover(ctx, next, subs, happened, o.Giving(string(NewID(c, p))))
	})
	if err != nil {
		return Relationship{}, err
	}
	next.Version++
	return next, nil
}
