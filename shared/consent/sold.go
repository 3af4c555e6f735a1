package consent

import (
	"slices"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// What is done to a subscription, as its event names it.
type What string

// What can be done. OnlyPartnerOfRecord: nothing but its partner of record changed, which has an event of its own.
const (
	Created             What = "created"
	Converted           What = "converted"
	Resized             What = "licenses_changed"
	Transferred         What = "billing_transferred"
	OnlyPartnerOfRecord What = ""
)

// Sold is one subscription as it stands after the consent.
type Sold struct {
	subscription.Subscription
	Seen   int        // the version it was decided on; 0 where it is new
	What   What       // what was done besides setting a partner of record
	From   partner.ID // the partner of record before, empty where there was none
	Before int        // licences before
	Biller string     // who billed it before, empty where it is new
}

// Adds says whether the consent creates a subscription.
func (r Consent) Adds() bool {
	return slices.ContainsFunc(r.Sold, func(s Sold) bool { return s.Seen == 0 })
}

// First returns the first subscription that the consent creates or changes; zero where there is none.
func (r Consent) First() subscription.Subscription {
	if len(r.Sold) == 0 {
		return subscription.Subscription{}
	}
	return r.Sold[0].Subscription
}

// SetPartnerOfRecord makes the partner the subscription's partner of record, empty for none.
func (s Sold) SetPartnerOfRecord(partnerOfRecord partner.ID, at time.Time) Sold {
	if s.PartnerOfRecordID() != partnerOfRecord {
		s.Subscription = s.Subscription.SetPartnerOfRecord(partnerOfRecord, at)
	}
	return s
}

// Existing returns a subscription that exists as the start of what is sold.
func Existing(s subscription.Subscription) Sold {
	return Sold{Subscription: s, Seen: s.Version, From: s.PartnerOfRecordID(), Before: s.Licenses.Bought, Biller: s.BilledBy}
}

// NewSubscription returns a fresh id of a subscription of the customer.
func (r *Consent) NewSubscription(o op.Op) subscription.ID {
	return subscription.ID("sub_" + r.Customer.ID.Bare() + "_" + o.NewID())
}

// Order places one order: it converts the customer's trial of the plan, adds to the subscription chosen, or makes a new one. Who advises is
// named by the caller.
func (r *Consent) Order(plan catalog.Plan, ordered subscription.Order, into string, owned []subscription.Subscription, o op.Op) (Sold, error) {
	found, err := subscription.Fulfil(plan.ID, ordered, into, owned, o.At)
	if err != nil {
		return Sold{}, err
	}
	var made Sold
	switch {
	case found.Trial != nil:
		made = Existing(*found.Trial)
		made.What = Converted
	case found.Into != nil:
		made = Existing(*found.Into)
		made.What = Resized
	default:
		return Sold{Subscription: subscription.Buy(r.NewSubscription(o), r.Customer.ID, plan.ID, ordered, "", o.At), What: Created}, nil
	}
	made.Subscription, err = found.Done(plan, o.At)
	return made, err
}

// byPartner gathers the changes that each partner is to see; the empty partner stands for none.
type byPartner struct {
	order   []partner.ID
	changes map[partner.ID][]event.Change
}

func (t *byPartner) add(p partner.ID, c event.Change) {
	if _, there := t.changes[p]; !there {
		t.order = append(t.order, p)
	}
	t.changes[p] = append(t.changes[p], c)
}

// Events returns the events of a consent that accepts: one that its Sharer sees, and one for each other partner that becomes or was partner
// of record, no longer bills a subscription, or loses its delegated administration. A partner that stays what it was gets a notice.
func (r Consent) Events(o op.Op) []event.Event {
	c, main := string(r.Customer.ID), r.Receipt.Sharer()
	gathered := byPartner{changes: map[partner.ID][]event.Change{}}
	gathered.add(main, event.Of(r.ID, AcceptedEvent{OfferID: r.OfferID(), InvitationID: r.InvitationID()}))
	if !r.Member {
		gathered.add(main, event.Of(c, customer.CreatedEvent{}))
	}
	for _, s := range r.Sold {
		if s.What != OnlyPartnerOfRecord {
			gathered.add(main, s.change())
		}
	}
	if g := r.Grant; g != nil && r.Extends {
		gathered.add(main, event.Of(g.Tie(), relationship.AdministrationExtendedEvent{Administered: g.Administered(), EndsAt: g.EndsAt}))
	} else if g != nil {
		gathered.add(main, event.Of(g.Tie(), relationship.AdministrationGrantedEvent{Administered: g.Administered(), EndsAt: g.EndsAt}))
	}
	if r.Reseller != "" {
		gathered.add(main, event.Of(relationship.NewID(r.Customer.ID, r.Reseller), relationship.ResellerAddedEvent{PartnerID: r.Reseller}))
	}
	for _, s := range r.Sold {
		if lost := partner.ID(s.Biller); lost != "" && lost != subscription.Vendor && s.Biller != s.BilledBy {
			gathered.add(lost, event.Of(s.ID, relationship.ResellerBillingEndedEvent{PartnerID: lost, RedemptionID: string(r.ID)}))
		}
		now := s.PartnerOfRecordID()
		switch {
		case now == s.From:
		case now != "" && s.From == "":
			gathered.add(now, event.Of(s.ID, relationship.PartnerOfRecordSetEvent{PartnerID: now, PlanID: s.Plan}))
		case now != "":
			gathered.add(now, event.Of(s.ID, relationship.PartnerOfRecordChangedEvent{PartnerID: now, PlanID: s.Plan, From: s.From}))
		}
		if s.From != "" && now != s.From {
			gathered.add(s.From, event.Of(s.ID, relationship.PartnerOfRecordRemovedEvent{
				PartnerID: s.From, PlanID: s.Plan, Cause: relationship.ByCustomer, To: now, RedemptionID: string(r.ID),
			}))
		}
	}
	if old := r.Replaced; old != nil {
		gathered.add(old.Partner, event.Of(old.Tie(), relationship.AdministrationReplacedEvent{
			Administered: old.Administered(), Cause: old.Cause, ReplacedBy: r.Grant.Partner,
		}))
	}
	if old := r.Expired; old != nil {
		gathered.add(old.Partner, event.Of(old.Tie(), relationship.AdministrationExpiredEvent{
			Administered: old.Administered(), EndsAt: old.EndsAt, Cause: relationship.InTime,
		}))
	}
	events := make([]event.Event, len(gathered.order))
	for i, p := range gathered.order {
		events[i] = event.New(o, event.Customer(c), gathered.changes[p]...).SharedWith(string(p))
	}
	for _, s := range r.Sold {
		for _, p := range s.Concerns() {
			named := p == s.PartnerOfRecordID() && p != s.From // the new partner of record has an event of its own
			if s.What != OnlyPartnerOfRecord && p != main && !named {
				events = append(events, s.Notice(o, p, s.change()))
			}
		}
	}
	return events
}

// change returns what was done to the subscription, as its event says it.
func (s Sold) change() event.Change {
	sale := subscription.Sale{PlanID: s.Plan, Status: s.Status}
	if s.Price != nil {
		sale.Licenses, sale.BillingTerm, sale.BilledBy, sale.TermEndsAt = s.Licenses.Bought, s.BillingTerm, partner.ID(s.BilledBy), s.TermEndsAt
	}
	switch s.What {
	case Converted:
		return event.Of(s.ID, subscription.ConvertedEvent{Sale: sale})
	case Resized:
		return event.Of(s.ID, subscription.LicensesChangedEvent{Sale: sale, From: s.Before})
	case Transferred:
		return event.Of(s.ID, subscription.BillingTransferredEvent{Sale: sale})
	}
	return event.Of(s.ID, subscription.CreatedEvent{Sale: sale})
}
