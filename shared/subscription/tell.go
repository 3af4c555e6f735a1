package subscription

import (
	"maps"
	"slices"

	"liaison/shared/event"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// Concerns returns the partners that a change of the subscription concerns, each once: its partner of record and the reseller that bills it.
func (s Subscription) Concerns() []partner.ID {
	var all []partner.ID
	if partnerOfRecord := s.PartnerOfRecordID(); partnerOfRecord != "" {
		all = append(all, partnerOfRecord)
	}
	if biller := partner.ID(s.BilledBy); biller != "" && biller != Vendor && !slices.Contains(all, biller) {
		all = append(all, biller)
	}
	return all
}

// Tell returns the events of what changed on the subscription: its customer's, which one partner shares (empty: none), and a notice to each
// other partner that it concerns (decision 15).
func (s Subscription) Tell(o op.Op, sharer partner.ID, changes ...event.Change) []event.Event {
	events := []event.Event{event.New(o, event.Customer(string(s.Customer)), changes...).SharedWith(string(sharer))}
	for _, p := range s.Concerns() {
		if p != sharer {
			events = append(events, s.Notice(o, p, changes...))
		}
	}
	return events
}

// Notice returns a partner's own event of changes that it does not share: subscription.changed, which says in `change` what became of it
// and holds that change's data. A change itself stands in one event alone (infra/design/trust.md, I6).
func (s Subscription) Notice(o op.Op, p partner.ID, changes ...event.Change) event.Event {
	noticed := make([]event.Change, len(changes))
	for i, c := range changes {
		noticed[i] = event.Of(c.Subject, ChangedEvent{Change: c.Type})
		maps.Copy(noticed[i].Data, c.Data)
	}
	e := event.New(o, event.Partner(string(p)), noticed...)
	e.Customer = string(s.Customer)
	return e
}
