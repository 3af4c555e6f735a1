package dynamo

import (
	"context"
	"errors"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// SubscriptionFor reads a subscription with its customer and the customer's one grant (nil where there never was one),
// strongly consistent, one call. NotFound where there is no such subscription.
func (t *Table) SubscriptionFor(ctx context.Context, id subscription.ID) (s subscription.Subscription, c customer.Customer, g *relationship.Grant, err error) {
	owner, _, ok := id.Customer()
	if !ok {
		return s, c, nil, fault.New(fault.NotFound, "not_found")
	}
	found, err := t.batch(ctx, true, subscriptionKey(id), customerKey(owner), grantKey(owner))
	if err != nil {
		return s, c, nil, err
	}
	it, ok := found[subscriptionKey(id)]
	if !ok {
		return s, c, nil, fault.New(fault.NotFound, "not_found")
	}
	if err := decode(it, &s); err != nil {
		return s, c, nil, err
	}
	if err := decode(found[customerKey(owner)], &c); err != nil {
		return s, c, nil, err
	}
	if it, ok = found[grantKey(owner)]; ok {
		g = &relationship.Grant{}
		err = decode(it, g)
	}
	return s, c, g, err
}

// StoredSubscription implements subscription.Store.
func (t *Table) StoredSubscription(ctx context.Context, id subscription.ID) (subscription.Subscription, error) {
	var s subscription.Subscription
	if _, _, ok := id.Customer(); !ok {
		return s, fault.New(fault.NotFound, "not_found")
	}
	err := t.one(ctx, subscriptionKey(id), &s)
	return s, err
}

// SaveOnBehalf implements relationship.BehalfStore. The partner's live full grant and the actor's own full access are checked in the
// transaction that writes: nothing commits after either was taken back. It fails with Forbidden where one is gone.
func (t *Table) SaveOnBehalf(ctx context.Context, s subscription.Subscription, p partner.ID, happened []event.Event, o op.Op) error {
	actor, ok := partnerMember(o.Actor.ID)
	if !ok {
		return fault.New(fault.Forbidden, "forbidden")
	}
	gone := func(item) error { return fault.New(fault.Forbidden, "forbidden") }
	ended := func(item) error { return fault.New(fault.Forbidden, "forbidden", relationship.FullGrant) }
	seen := s.Version
	s.Version++
	parts := append(once(o),
		put(subscriptionKey(s.ID), subscriptionItem(s)).ifVersion(seen),
		check(grantKey(s.Customer)).when("#partner = :partner AND #role = :full AND #status = :active AND #ends_at > :now",
			"partner", string(p), "full", offer.RoleFull, "active", string(relationship.Active), "now", stamp(o.At)).or(ended),
		check(actor).when("attribute_not_exists(#disabled) AND #customer_access = :full", "full", string(partner.Full)).or(gone))
	return t.write(ctx, o, append(parts, eventParts(happened)...)...)
}

// RecordsOf implements relationship.StepDownStore. Deleted ones count too: nothing of them is left to advise on.
func (t *Table) RecordsOf(ctx context.Context, c customer.ID, p partner.ID) ([]subscription.Subscription, error) {
	return t.subscriptionsThat(ctx, c, func(s subscription.Subscription) bool { return s.Advisor() == p })
}

// BilledBy implements relationship.ResellerStore.
func (t *Table) BilledBy(ctx context.Context, c customer.ID, p partner.ID) ([]subscription.Subscription, error) {
	return t.subscriptionsThat(ctx, c, func(s subscription.Subscription) bool { return s.BilledBy == string(p) })
}

// subscriptionsThat reads those of a customer's subscriptions that are wanted, strongly consistent.
func (t *Table) subscriptionsThat(ctx context.Context, c customer.ID, wanted func(subscription.Subscription) bool) ([]subscription.Subscription, error) {
	mine := func(found []subscription.Subscription) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, s := range found {
			kept[i] = wanted(s)
		}
		return kept, nil
	}
	return everything(ctx, func(page Page) ([]subscription.Subscription, string, error) {
		return t.SubscriptionsOf(ctx, c, page, mine)
	})
}

// SaveStepDown implements relationship.StepDownStore. It fails with Forbidden not_your_role where a customer's user acts who is neither
// a global nor a billing administrator any more.
func (t *Table) SaveStepDown(ctx context.Context, tie relationship.Relationship, subs []subscription.Subscription, happened event.Event, o op.Op) error {
	seen := tie.Version
	tie.Version++
	parts := append(once(o), put(tieKey(tie.Customer, tie.Partner), tieItem(tie)).ifVersion(seen))
	parts = append(parts, byMember(o, customer.BillingAdmin)...)
	for _, s := range subs {
		seen := s.Version
		s.Version++
		parts = append(parts, put(subscriptionKey(s.ID), subscriptionItem(s)).ifVersion(seen))
	}
	return t.write(ctx, o, append(parts, eventPart(happened))...)
}

// CustomerNames reads the names of up to 100 customers, one call, eventually consistent; an erased one has none.
func (t *Table) CustomerNames(ctx context.Context, ids []customer.ID) (map[customer.ID]string, error) {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = customerKey(id)
	}
	found, err := t.batch(ctx, false, keys...)
	names := make(map[customer.ID]string, len(found))
	for _, id := range ids {
		names[id] = read(found[customerKey(id)], "name")
	}
	return names, err
}

// PartnerNames reads the legal names of up to 100 partners, one call, eventually consistent.
func (t *Table) PartnerNames(ctx context.Context, ids []partner.ID) (map[partner.ID]string, error) {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = partnerKey(id)
	}
	found, err := t.batch(ctx, false, keys...)
	names := make(map[partner.ID]string, len(found))
	for _, id := range ids {
		var p partner.Partner
		err = errors.Join(err, decode(found[partnerKey(id)], &p))
		names[id] = p.LegalName
	}
	return names, err
}
