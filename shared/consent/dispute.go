package consent

import (
	"context"
	"time"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/matter"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
)

// DisputeStatus of a customer's objection to a consent:
//
//	open -> upheld | rejected
type DisputeStatus string

// The states; the vendor's decision is upheld or rejected.
const (
	DisputeOpen     DisputeStatus = "open"
	DisputeUpheld   DisputeStatus = "upheld"
	DisputeRejected DisputeStatus = "rejected"
)

// Dispute is a customer's objection to a consent that stands in its name. There is at most one of each.
type Dispute struct {
	Status    DisputeStatus
	By        customer.UserID
	At        time.Time
	Reason    string    // the customer's words
	DecidedAt time.Time // zero while open
	Answer    string    // why it was decided so
}

// Waits returns the customer's objection as it waits for the vendor, and whether it does.
func (s StoredConsent) Waits() (matter.Matter, bool) {
	of := s.Dispute
	if of == nil {
		return matter.Matter{}, false
	}
	m := matter.New(matter.Dispute, event.Customer(s.Receipt.Customer), string(s.ID), of.At, of.At)
	m.Partner, m.Customer, m.Reason = string(s.Receipt.Sharer()), s.Receipt.Customer, of.Reason
	return m, of.Status == DisputeOpen
}

// DisputeStore is what disputes need of the table.
type DisputeStore interface {
	// Redemption reads one answer, strongly consistent; NotFound where there is none.
	Redemption(ctx context.Context, id ID) (StoredConsent, error)
	// Relationship reads a tie and the customer's one grant, strongly consistent; NotFound where there is no tie.
	Relationship(ctx context.Context, c customer.ID, p partner.ID) (relationship.Relationship, *relationship.Grant, error)
	// SaveDispute writes the consent's dispute and, where grant is not nil, the changed grant and its relationship, all guarded by the
	// versions they were decided on, and what waits for the vendor with it.
	SaveDispute(ctx context.Context, s StoredConsent, grant *GrantChange, happened event.Event, o op.Op) error
}

// GrantChange is the delegated administration that a consent gave, with the relationship that remembers it.
type GrantChange struct {
	Grant relationship.Grant
	Tie   relationship.Relationship
}

// Object records that a customer disputes a consent: the delegated administration that it gave and that runs is suspended with it. It fails
// with NotFound where the customer has no such consent, Conflict already_disputed about the time, where it did so before.
func Object(ctx context.Context, store DisputeStore, c customer.ID, id ID, by customer.UserID, reason string, o op.Op) (StoredConsent, error) {
	return dispute(ctx, store, c, id, o, func(s StoredConsent, grant *GrantChange) (StoredConsent, *GrantChange, []event.Change, error) {
		if s.Dispute != nil {
			return s, nil, nil, fault.AlreadyDisputed.With(s.Dispute.At)
		}
		s.Dispute = &Dispute{Status: DisputeOpen, By: by, At: o.At, Reason: reason}
		happened := []event.Change{event.Of(id, DisputedEvent{PartnerID: s.Receipt.Sharer(), Reason: reason})}
		if grant == nil {
			return s, nil, happened, nil
		}
		rests, err := grant.Grant.Suspend(o.At)
		if err != nil { // it does not run: there is nothing to suspend
			return s, nil, happened, nil
		}
		return s, grant.as(rests), append(happened, event.Of(rests.Tie(), relationship.AdministrationSuspendedEvent{Administered: rests.Administered()})), nil
	})
}

// DecideDispute is the vendor's decision of a dispute, upheld or rejected, with its reason. Upheld, the delegated administration that the
// consent gave ends (cause vendor); rejected, it runs again unless its end has come. It fails with NotFound, Conflict no_dispute where none
// is open.
func DecideDispute(ctx context.Context, store DisputeStore, c customer.ID, id ID, decision DisputeStatus, reason string, o op.Op) (StoredConsent, error) {
	return dispute(ctx, store, c, id, o, func(s StoredConsent, grant *GrantChange) (StoredConsent, *GrantChange, []event.Change, error) {
		if s.Dispute == nil || s.Dispute.Status != DisputeOpen {
			return s, nil, nil, fault.NoDispute
		}
		decided := *s.Dispute
		decided.Status, decided.Answer, decided.DecidedAt = decision, reason, o.At
		s.Dispute = &decided
		happened := []event.Change{event.Of(id, DisputeDecidedEvent{PartnerID: s.Receipt.Sharer(), Decision: decision, Reason: reason})}
		if grant == nil {
			return s, nil, happened, nil
		}
		if decision == DisputeUpheld {
			ended, err := grant.Grant.End(relationship.ByVendor, o.At)
			if err != nil { // it has ended by itself
				return s, nil, happened, nil
			}
			return s, grant.as(ended), append(happened, event.Of(ended.Tie(), relationship.AdministrationEndedEvent{Administered: ended.Administered(), Cause: ended.Cause})), nil
		}
		runs, err := grant.Grant.Resume(o.At)
		if err != nil {
			return s, nil, happened, nil
		}
		return s, grant.as(runs), append(happened, event.Of(runs.Tie(), relationship.AdministrationResumedEvent{Administered: runs.Administered()})), nil
	})
}

// as returns the change with the grant as it stands now, in the relationship too.
func (p GrantChange) as(g relationship.Grant) *GrantChange {
	p.Grant, p.Tie.Administration = g, g.Summary()
	return &p
}

func dispute(ctx context.Context, store DisputeStore, c customer.ID, id ID, o op.Op,
	decide func(StoredConsent, *GrantChange) (StoredConsent, *GrantChange, []event.Change, error),
) (StoredConsent, error) {
	var next StoredConsent
	err := op.RetryStale(func() error {
		if owner, _, err := Parse(string(id)); err != nil || owner == "" || owner != c { // a declined invitation has no customer, and gave nothing
			return fault.NotFound
		}
		stored, err := store.Redemption(ctx, id)
		if err != nil {
			return err
		}
		given, err := gave(ctx, store, c, stored)
		if err != nil {
			return err
		}
		var grant *GrantChange
		var happened []event.Change
		if next, grant, happened, err = decide(stored, given); err != nil {
			return err
		}
		e := event.New(o, event.Customer(string(c)), happened...)
		if sharer := stored.Receipt.Sharer(); sharer != "" {
			e = e.SharedWith(string(sharer))
		}
		return store.SaveDispute(ctx, next, grant, e, o.Giving(string(id)))
	})
	next.Version++
	return next, err
}

// gave returns the delegated administration that the consent gave, nil where it gave none or a later consent has overwritten it.
func gave(ctx context.Context, store DisputeStore, c customer.ID, s StoredConsent) (*GrantChange, error) {
	p := partner.ID(s.Receipt.Partner.ID)
	if s.Receipt.DelegatedAdministration == nil || p == "" {
		return nil, nil
	}
	tie, grant, err := store.Relationship(ctx, c, p)
	if fault.Is(err, fault.Absent) {
		return nil, nil
	}
	if err != nil || grant == nil || grant.Partner != p || grant.Redemption != string(s.ID) {
		return nil, err
	}
	return &GrantChange{*grant, tie}, nil
}
