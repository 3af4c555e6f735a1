package relationship

import (
	"maps"
	"slices"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// Ending is a customer with what hangs on the deletion of one of its subscriptions.
type Ending struct {
	Subscription subscription.Subscription
	Customer     customer.Customer
	Others       []subscription.Subscription // the customer's other subscriptions
	Ties         map[partner.ID]Relationship // of its partner of record and its delegated administrator
	Grant        *Grant                      // nil where there never was one
}

// Delete returns what is different once a subscription is deleted, with its events; none where it is not due. Its partner of
// record has one subscription less. With the last one the customer becomes read-only and its delegated administration ends. Each of two
// partners that it concerns has an event of its own.
func (e Ending) Delete(o op.Op) (after Ending, happened []event.Event) {
	next, changes := e.Subscription.Advance(o.At)
	if next.Status != subscription.Deleted || len(changes) == 0 {
		return e, nil
	}
	after = Ending{Subscription: next, Customer: e.Customer, Ties: map[partner.ID]Relationship{}}
	if named := next.PartnerOfRecord; named != nil {
		if tie, ok := e.Ties[named.Partner]; ok && tie.PartnerOfRecordSubscriptions > 0 {
			tie.PartnerOfRecordSubscriptions--
			after.Ties[named.Partner] = tie
		}
	}
	happened = next.Tell(o, next.PartnerOfRecordID(), changes...)
	if slices.ContainsFunc(e.Others, func(s subscription.Subscription) bool { return s.Status != subscription.Deleted }) {
		return after, happened
	}
	if e.Customer.Status != customer.ReadOnly {
		after.Customer = e.Customer.MakeReadOnly(o.At)
		happened[0].Changes = append(happened[0].Changes, event.Of(after.Customer.ID, customer.ChangedEvent{Status: after.Customer.Status}))
	}
	if e.Grant != nil {
		if ended, err := e.Grant.End(NoSubscription, o.At); err == nil {
			tie, kept := after.Ties[ended.Partner]
			if !kept {
				tie = e.Ties[ended.Partner]
			}
			tie.Administration = ended.Summary()
			after.Grant = &ended
			after.Ties[ended.Partner] = tie
			change := event.Of(ended.Tie(), AdministrationEndedEvent{Administered: ended.Administered(), Cause: ended.Cause})
			if next.PartnerOfRecordID() == ended.Partner {
				happened[0].Changes = append(happened[0].Changes, change)
			} else {
				happened = append(happened, event.New(o, event.Customer(string(ended.Customer)), change).SharedWith(string(ended.Partner)))
			}
		}
	}
	maps.DeleteFunc(after.Ties, func(_ partner.ID, tie Relationship) bool { return tie.Partner == "" })
	return after, happened
}
