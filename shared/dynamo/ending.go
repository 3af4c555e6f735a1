package dynamo

import (
	"context"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// Ending is a customer with what hangs on the deletion of one of its subscriptions.
type Ending struct {
	Subscription subscription.Subscription
	Customer     customer.Customer
	Others       []subscription.Subscription              // the customer's other subscriptions
	Ties         map[partner.ID]relationship.Relationship // of its partner of record and its delegated administrator
	Grant        *relationship.Grant                      // nil where there never was one
}

// Ending reads what hangs on the deletion of a subscription, strongly consistent: the customer first, whose version guards that nothing was
// added, deleted or granted after. NotFound where there is no such subscription.
func (t *Table) Ending(ctx context.Context, s subscription.ID) (Ending, error) {
	found := Ending{Ties: map[partner.ID]relationship.Relationship{}}
	owner, _, ok := s.Customer()
	if !ok {
		return found, fault.New(fault.NotFound, "not_found")
	}
	items, err := t.batch(ctx, true, customerKey(owner))
	if err != nil {
		return found, err
	}
	if err := decode(items[customerKey(owner)], &found.Customer); err != nil {
		return found, err
	}
	all, err := everything(ctx, func(page Page) ([]subscription.Subscription, string, error) {
		return t.SubscriptionsOf(ctx, owner, page, nil)
	})
	if err != nil {
		return found, err
	}
	for _, one := range all {
		if one.ID == s {
			found.Subscription = one
		} else {
			found.Others = append(found.Others, one)
		}
	}
	if found.Subscription.ID == "" {
		return found, fault.New(fault.NotFound, "not_found")
	}
	if items, err = t.batch(ctx, true, grantKey(owner)); err != nil {
		return found, err
	}
	var partners []key
	if record := found.Subscription.PartnerOfRecord; record != nil {
		partners = append(partners, tieKey(owner, record.Partner))
	}
	if it, ok := items[grantKey(owner)]; ok {
		found.Grant = &relationship.Grant{}
		if err := decode(it, found.Grant); err != nil {
			return found, err
		}
		partners = append(partners, tieKey(owner, found.Grant.Partner))
	}
	if len(partners) == 0 {
		return found, nil
	}
	if items, err = t.batch(ctx, true, partners...); err != nil {
		return found, err
	}
	for _, it := range items {
		var tie relationship.Relationship
		if err := decode(it, &tie); err != nil {
			return found, err
		}
		found.Ties[tie.Partner] = tie
	}
	return found, nil
}

// SaveEnding writes a deleted subscription with all that changed with it, in one transaction. The customer is written
// every time, guarded by its version: so two deletions at once can't each leave the last one to the other, nor miss a new purchase.
func (t *Table) SaveEnding(ctx context.Context, e Ending, happened []event.Event, o op.Op) error {
	sub, owner := e.Subscription, e.Customer
	sub.Version++
	owner.Version++
	parts := []part{
		put(subscriptionKey(sub.ID), subscriptionItem(sub)).ifVersion(e.Subscription.Version),
		put(customerKey(owner.ID), customerItem(owner)).ifVersion(e.Customer.Version),
	}
	for _, tie := range e.Ties {
		seen := tie.Version
		tie.Version++
		parts = append(parts, put(tieKey(tie.Customer, tie.Partner), tieItem(tie)).ifVersion(seen))
	}
	if e.Grant != nil {
		grant := *e.Grant
		grant.Version++
		parts = append(parts, put(grantKey(grant.Customer), grantItem(grant)).ifVersion(e.Grant.Version))
	}
	return t.write(ctx, o, append(parts, eventParts(happened)...)...)
}

// SaveNotice writes a grant whose notices went on, with its event, guarded by the version it was decided on.
func (t *Table) SaveNotice(ctx context.Context, g relationship.Grant, happened event.Event, o op.Op) error {
	seen := g.Version
	g.Version++
	return t.write(ctx, o, put(grantKey(g.Customer), grantItem(g)).ifVersion(seen), eventPart(happened))
}

// ChangeSubscription changes a subscription as it stands now, with its events, all in one transaction; where somebody changes it meanwhile,
// it is read and decided again. decide returns none where there is nothing to change.
func (t *Table) ChangeSubscription(ctx context.Context, id subscription.ID, o op.Op, decide func(subscription.Subscription) (subscription.Subscription, []event.Event)) error {
	return op.Settle(func() error {
		s, err := t.StoredSubscription(ctx, id)
		if err != nil {
			return err
		}
		next, happened := decide(s)
		if len(happened) == 0 {
			return nil
		}
		return t.SaveSubscription(ctx, next, happened, o)
	})
}
