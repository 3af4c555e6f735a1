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

var subscriptionList = []string{
	"id", "customer", "plan", "status", "trial", "licenses", "trial_ends_at", "grace_ends_at", "billed_by", "billing_term",
	"partner_of_record", "offer", "delete_after", "ended_at", "end_cause", "term_ends_at", "ending", "price", "country", "billed_from",
}

// subscriptionItem lists a subscription under its partner of record.
func subscriptionItem(s subscription.Subscription) item {
	it := classed("subscription", s)
	due(it, "trial", subscriptionKey(s.ID), s.StepAt)
	if s.PartnerOfRecord != nil {
		_, ulid, _ := s.ID.Customer()
		owned(it, string(s.PartnerOfRecord.Partner), "subscription", s.CreatedAt, ulid)
	}
	return listAttributes(it, subscriptionList...)
}

// subscriptionPart replaces a subscription, guarded by the version it was decided on.
func subscriptionPart(s subscription.Subscription) part {
	seen := s.Version
	s.Version++
	return put(subscriptionKey(s.ID), subscriptionItem(s)).ifVersion(seen)
}

// StoredSubscription implements subscription.Store.
func (t *Table) StoredSubscription(ctx context.Context, id subscription.ID) (subscription.Subscription, error) {
	if _, _, ok := id.Customer(); !ok {
		return subscription.Subscription{}, fault.NotFound
	}
	return one[subscription.Subscription](ctx, t, subscriptionKey(id), true)
}

// Subscriptions implements administration.LicenseStore.
func (t *Table) Subscriptions(ctx context.Context, ids ...subscription.ID) (map[subscription.ID]subscription.Subscription, error) {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = subscriptionKey(id)
	}
	items, err := t.batch(ctx, true, keys...)
	if err != nil {
		return nil, err
	}
	found := make(map[subscription.ID]subscription.Subscription, len(items))
	for _, it := range items {
		var s subscription.Subscription
		if err := decode(it, &s); err != nil {
			return nil, err
		}
		found[s.ID] = s
	}
	return found, nil
}

// SubscriptionFor reads a subscription with its customer and the customer's one grant (nil where there never was one),
// strongly consistent, one call. NotFound where there is no such subscription.
func (t *Table) SubscriptionFor(ctx context.Context, id subscription.ID) (s subscription.Subscription, c customer.Customer, g *relationship.Grant, err error) {
	owner, _, ok := id.Customer()
	if !ok {
		return s, c, nil, fault.NotFound
	}
	found, err := t.batch(ctx, true, subscriptionKey(id), customerKey(owner), grantKey(owner))
	if err != nil {
		return s, c, nil, err
	}
	it, ok := found[subscriptionKey(id)]
	if !ok {
		return s, c, nil, fault.NotFound
	}
	if err := decode(it, &s); err != nil {
		return s, c, nil, err
	}
	if err := decode(found[customerKey(owner)], &c); err != nil {
		return s, c, nil, err
	}
	g, err = maybe[relationship.Grant](found[grantKey(owner)])
	return s, c, g, err
}

// SubscriptionsOf lists a customer's subscriptions that keep lets through, newest first, strongly consistent.
func (t *Table) SubscriptionsOf(ctx context.Context, c customer.ID, page Page, keep Keep[subscription.Subscription]) ([]subscription.Subscription, string, error) {
	return sieved(ctx, t, "CUSTOMER#"+c.Bare(), "SUB#", true, page, keep)
}

// SubscriptionsByPartnerOfRecord lists the subscriptions that name the partner and keep lets through, newest first; from the index, which may lag.
func (t *Table) SubscriptionsByPartnerOfRecord(ctx context.Context, p partner.ID, page Page, keep Keep[subscription.Subscription]) ([]subscription.Subscription, string, error) {
	return listed(ctx, t, string(p), "subscription", page, keep)
}

// NamingPartnerOfRecord implements relationship.StepDownStore. Deleted subscriptions count too.
func (t *Table) NamingPartnerOfRecord(ctx context.Context, c customer.ID, p partner.ID) ([]subscription.Subscription, error) {
	return t.subscriptionsThat(ctx, c, func(s subscription.Subscription) bool { return s.PartnerOfRecordID() == p })
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

// SaveSubscription writes a changed subscription, guarded by the version it was decided on, with its events.
func (t *Table) SaveSubscription(ctx context.Context, s subscription.Subscription, happened []event.Event, o op.Op) error {
	parts := append(append(once(o), subscriptionPart(s)), matterParts(s, o)...)
	parts = append(parts, eventParts(happened)...)
	return t.write(ctx, o, append(parts, byMember(o, customer.BillingAdmin)...)...)
}
