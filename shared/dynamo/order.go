package dynamo

import (
	"context"
	"errors"
	"maps"
	"slices"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/order"
	"liaison/shared/partner"
)

// OrderFacts implements order.Store: one read of who acts and what holds for all, two queries of the
// customer's own partition, and one read of the plans.
func (t *Table) OrderFacts(ctx context.Context, by customer.UserID, plans []catalog.PlanID, other partner.ID) (order.Facts, error) {
	var a order.Facts
	owner, _, ok := customer.Under("usr", string(by))
	if !ok {
		return a, fault.UnknownCaller
	}
	// The customer before what it has: its version, which guards the write, is then never younger than the list that was decided on.
	keys := []key{customerKey(owner), customerUserKey(by), grantKey(owner), termsKey(catalog.CustomerTerms), vendorKey()}
	if other != "" {
		keys = append(keys, partnerKey(other))
	}
	found, err := t.batch(ctx, true, keys...)
	if err != nil {
		return a, err
	}
	m, err := member(owner, by, found)
	if err != nil {
		return a, err
	}
	if err := t.owned(ctx, m); err != nil {
		return a, err
	}
	a.Member = *m
	for _, s := range a.Member.Subscriptions {
		if !slices.Contains(plans, s.Plan) {
			plans = append(plans, s.Plan)
		}
	}
	keys = nil
	for _, plan := range plans {
		if keys = append(keys, planKey(plan)); other != "" {
			keys = append(keys, authorisationKey(other, plan))
		}
	}
	sold, err := t.batch(ctx, true, keys...)
	if err != nil {
		return a, err
	}
	maps.Copy(found, sold)
	facts, err := readFacts(found, "", plans)
	if err != nil {
		return a, err
	}
	a.Plans = facts.Plans
	if other != "" {
		if a.Other, err = candidate(found, other, plans); err != nil {
			return a, err
		}
	}
	return a, errors.Join(decode(found[termsKey(catalog.CustomerTerms)], &a.Terms), decode(found[vendorKey()], &a.Vendor))
}
