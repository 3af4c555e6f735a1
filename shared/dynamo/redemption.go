package dynamo

import (
	"context"
	"errors"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/partner"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// RedemptionFacts implements redemption.Store. The offer names the plan, so its item is read together with everything that hangs on
// the partner; only the plan's own rows need its id, which the draft of the page has put on the invitation.
func (t *Table) RedemptionFacts(ctx context.Context, inv invitation.Invitation, by customer.UserID) (redemption.Facts, error) {
	facts := redemption.Facts{Invitation: inv}
	p := inv.Offer.Partner()
	keys := append(factKeys(p, inv.Plans), offerKey(inv.Offer), usesKey(inv.Offer), termsKey(catalog.CustomerTerms), vendorKey(), loginKey(inv.Mail))
	owner, _, signedIn := customer.Under("usr", string(by))
	if signedIn {
		keys = append(keys, customerKey(owner), customerUserKey(by), grantKey(owner), tieKey(owner, p))
	}
	other, otherErr := partner.ParseID(inv.Draft.PartnerOfRecord)
	if otherErr == nil && other != p {
		keys = append(keys, partnerKey(other))
		if signedIn {
			keys = append(keys, tieKey(owner, other))
		}
		for _, plan := range inv.Plans {
			keys = append(keys, authorisationKey(other, plan))
		}
	}
	found, err := t.batch(ctx, true, keys...)
	if err != nil {
		return facts, err
	}
	it, ok := found[offerKey(inv.Offer)]
	if !ok {
		return facts, fault.NotFound
	}
	if facts.Grounds, err = readFacts(found, p, inv.Plans); err != nil {
		return facts, err
	}
	facts.Used = count(found[usesKey(inv.Offer)], "used")
	_, facts.Known = found[loginKey(inv.Mail)]
	facts.Addressee, _ = ofCustomer(found[loginKey(inv.Mail)])
	for target, from := range map[any]item{
		&facts.Offer: it, &facts.Terms: found[termsKey(catalog.CustomerTerms)], &facts.Vendor: found[vendorKey()],
	} {
		if err := decode(from, target); err != nil {
			return facts, err
		}
	}
	if signedIn {
		if facts.Member, err = t.answering(ctx, owner, by, found); err != nil {
			return facts, err
		}
		kind := facts.Offer.Kind
		if kind.Orders() || kind.Picks() { // only these change subscriptions that exist
			if err := t.owned(ctx, facts.Member); err != nil {
				return facts, err
			}
		}
		if kind.Picks() {
			if err := t.authorised(ctx, p, facts.Member.Subscriptions, func(a partner.Authorisation) { facts.Grounds.Authorisations[a.Plan] = a }); err != nil {
				return facts, err
			}
		}
	}
	if otherErr == nil && other != p {
		facts.Other, err = candidate(found, other, inv.Plans)
	}
	return facts, err
}

// answering returns the member that answers from what was read; the tie of another partner that administers its customer takes one read more.
func (t *Table) answering(ctx context.Context, owner customer.ID, by customer.UserID, found map[key]item) (*consent.Member, error) {
	m, err := member(owner, by, found)
	if err != nil {
		return nil, err
	}
	for _, it := range found {
		if read(it, "class") == "relationship" {
			if err := tied(m, it); err != nil {
				return nil, err
			}
		}
	}
	if m.Grant == nil {
		return m, nil
	}
	if _, there := m.Ties[m.Grant.Partner]; !there {
		it, err := t.get(ctx, tieKey(owner, m.Grant.Partner), true)
		if err != nil {
			return nil, err
		}
		if err := tied(m, it); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func tied(m *consent.Member, it item) error {
	var tie relationship.Relationship
	if err := decode(it, &tie); err != nil || it == nil {
		return err
	}
	m.Ties[tie.Partner] = tie
	return nil
}

// authorised reads a partner's authorisations for the plans of some subscriptions.
func (t *Table) authorised(ctx context.Context, p partner.ID, subs []subscription.Subscription, each func(partner.Authorisation)) error {
	if len(subs) == 0 {
		return nil
	}
	keys := make([]key, len(subs))
	for i, s := range subs {
		keys[i] = authorisationKey(p, s.Plan)
	}
	found, err := t.batch(ctx, true, keys...)
	for _, it := range found {
		var a partner.Authorisation
		err = errors.Join(err, decode(it, &a))
		each(a)
	}
	return err
}
