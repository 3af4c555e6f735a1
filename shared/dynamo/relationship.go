package dynamo

import (
	"context"
	"errors"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

var tieList = []string{
	"customer", "partner", "customer_name", "customer_country", "por_subscriptions", "reseller", "reseller_since", "reseller_by",
	"reseller_ended_at", "reseller_end", "notice_period", "removal",
	"administration", "renewal_asked",
}

func tieItem(r relationship.Relationship) item {
	it := listAttributes(classed("relationship", r), tieList...)
	due(it, "removal", tieKey(r.Customer, r.Partner), r.StepAt)
	return owned(it, string(r.Partner), "relationship", r.CreatedAt, r.Customer.Bare())
}

func grantItem(g relationship.Grant) item {
	it := classed("grant", g)
	it["created_at"] = text(stamp(g.Since))
	return due(it, "grant", grantKey(g.Customer), g.StepAt)
}

// tiePart replaces a relationship, guarded by the version it was decided on.
func tiePart(r relationship.Relationship) part {
	seen := r.Version
	r.Version++
	return put(tieKey(r.Customer, r.Partner), tieItem(r)).ifVersion(seen)
}

// grantPart replaces a grant, guarded by the version it was decided on.
func grantPart(g relationship.Grant) part {
	seen := g.Version
	g.Version++
	return put(grantKey(g.Customer), grantItem(g)).ifVersion(seen)
}

// Relationship implements relationship.Store.
func (t *Table) Relationship(ctx context.Context, c customer.ID, p partner.ID) (relationship.Relationship, *relationship.Grant, error) {
	var tie relationship.Relationship
	found, err := t.batch(ctx, true, tieKey(c, p), grantKey(c))
	if err != nil {
		return tie, nil, err
	}
	it, ok := found[tieKey(c, p)]
	if !ok {
		return tie, nil, fault.NotFound
	}
	if err := decode(it, &tie); err != nil {
		return tie, nil, err
	}
	grant, err := maybe[relationship.Grant](found[grantKey(c)])
	return tie, grant, err
}

// GrantFacts reads what the clock's step of a grant rests on, strongly consistent: its tie, and what is available where. NotFound where there is no tie.
func (t *Table) GrantFacts(ctx context.Context, c customer.ID, p partner.ID) (tie relationship.Relationship, where catalog.Availability, err error) {
	found, err := t.batch(ctx, true, tieKey(c, p), availabilityKey())
	if err != nil {
		return tie, where, err
	}
	it, ok := found[tieKey(c, p)]
	if !ok {
		return tie, where, fault.NotFound
	}
	return tie, where, errors.Join(decode(it, &tie), decode(found[availabilityKey()], &where))
}

// NoteRenewal notes with its tie a request for administration that a user of a customer got, one write that is no part of a transaction. Nothing is
// noted where the address is no customer's, or the partner never administered it.
func (t *Table) NoteRenewal(ctx context.Context, inv invitation.Invitation, o op.Op) error {
	asked := relationship.AskedRenewal{Invitation: string(inv.ID), At: inv.CreatedAt, Until: inv.ExpiresAt}
	return t.renewal(ctx, inv, o, func(k key) part {
		return update(k, "SET #card.#renewal_asked = :asked ADD #version :one", "asked", asked, "one", 1).
			when("attribute_exists(#card.#administration) AND (attribute_not_exists(#card.#renewal_asked) OR #card.#renewal_asked.#invitation <> :invitation OR #card.#renewal_asked.#until < :until)",
				"invitation", string(inv.ID), "until", inv.ExpiresAt)
	})
}

// ForgetRenewal takes the note of an invitation away that can't be answered any more.
func (t *Table) ForgetRenewal(ctx context.Context, inv invitation.Invitation, o op.Op) error {
	return t.renewal(ctx, inv, o, func(k key) part {
		return update(k, "REMOVE #card.#renewal_asked ADD #version :one", "one", 1).when("#card.#renewal_asked.#invitation = :invitation", "invitation", string(inv.ID))
	})
}

// renewal changes the tie to the customer whose user an invitation was mailed to.
func (t *Table) renewal(ctx context.Context, inv invitation.Invitation, o op.Op, change func(key) part) error {
	c, err := t.CustomerOf(ctx, inv.Mail)
	if err != nil || c == "" {
		return err
	}
	_, _, err = t.try(ctx, o, change(tieKey(c, inv.Offer.Partner())))
	return err
}

// Relationships lists a partner's ties to customers that keep lets through, newest first; from the index, which may lag.
func (t *Table) Relationships(ctx context.Context, p partner.ID, page Page, keep Keep[relationship.Relationship]) ([]relationship.Relationship, string, error) {
	return listed(ctx, t, string(p), "relationship", page, keep)
}

// RelationshipsOf lists a customer's ties that keep lets through, by partner ID, strongly consistent.
func (t *Table) RelationshipsOf(ctx context.Context, c customer.ID, page Page, keep Keep[relationship.Relationship]) ([]relationship.Relationship, string, error) {
	return sieved(ctx, t, "CUSTOMER#"+c.Bare(), "REL#", false, page, keep)
}

// SaveGrant implements relationship.Store. It fails with Forbidden not_your_role where a customer's user acts who is no global
// administrator any more.
func (t *Table) SaveGrant(ctx context.Context, g relationship.Grant, r relationship.Relationship, happened []event.Event, o op.Op) error {
	parts := append(once(o), grantPart(g), tiePart(r))
	parts = append(parts, byMember(o, customer.GlobalAdmin)...)
	return t.write(ctx, o, append(parts, eventParts(happened)...)...)
}

// SaveNotice writes a grant whose notices went on, with its event, guarded by the version it was decided on.
func (t *Table) SaveNotice(ctx context.Context, g relationship.Grant, happened event.Event, o op.Op) error {
	return t.write(ctx, o, grantPart(g), eventPart(happened))
}

// SaveTie implements relationship.ResellerStore. It fails with Forbidden not_your_role where a customer's user acts who is neither a global
// nor a billing administrator any more.
func (t *Table) SaveTie(ctx context.Context, r relationship.Relationship, happened event.Event, o op.Op) error {
	parts := append(append(once(o), tiePart(r)), matterParts(r, o)...)
	return t.write(ctx, o, append(append(parts, byMember(o, customer.BillingAdmin)...), eventPart(happened))...)
}

// SaveHandover implements relationship.ResellerStore. It fails with Forbidden not_your_role as SaveTie does.
func (t *Table) SaveHandover(ctx context.Context, r relationship.Relationship, subs []subscription.Subscription, happened []event.Event, o op.Op) error {
	parts := append(append(append(once(o), tiePart(r)), matterParts(r, o)...), byMember(o, customer.BillingAdmin)...)
	for _, s := range subs {
		parts = append(parts, subscriptionPart(s))
	}
	return t.write(ctx, o, append(parts, eventParts(happened)...)...)
}

// SaveStepDown implements relationship.StepDownStore. It fails with Forbidden not_your_role where a customer's user acts who is neither
// a global nor a billing administrator any more.
func (t *Table) SaveStepDown(ctx context.Context, tie relationship.Relationship, subs []subscription.Subscription, happened event.Event, o op.Op) error {
	parts := append(append(once(o), tiePart(tie)), byMember(o, customer.BillingAdmin)...)
	for _, s := range subs {
		parts = append(parts, subscriptionPart(s))
	}
	return t.write(ctx, o, append(parts, eventPart(happened))...)
}

// SaveOnBehalf implements relationship.BehalfStore. The partner's running full grant and the actor's own full access are checked in the
// transaction that writes: nothing commits after either was taken back. It fails with Forbidden where one is gone.
func (t *Table) SaveOnBehalf(ctx context.Context, s subscription.Subscription, p partner.ID, happened []event.Event, o op.Op) error {
	actor, ok := partnerMember(o.Actor.ID)
	if !ok {
		return fault.Forbidden
	}
	gone := func(item) error { return fault.Forbidden }
	ended := func(item) error { return fault.Forbidden.With(relationship.FullGrant) }
	parts := append(once(o), subscriptionPart(s),
		check(grantKey(s.Customer)).when("#partner = :partner AND #role = :full AND #status = :active AND #ends_at > :now",
			"partner", string(p), "full", offer.RoleFull, "active", string(relationship.Active), "now", stamp(o.At)).or(ended),
		check(actor).when("attribute_not_exists(#disabled) AND #customer_access = :full", "full", string(partner.Full)).or(gone))
	return t.write(ctx, o, append(parts, eventParts(happened)...)...)
}

// Ending reads what hangs on the deletion of a subscription, strongly consistent: the customer first, whose version guards that nothing was
// added, deleted or granted after. NotFound where there is no such subscription.
func (t *Table) Ending(ctx context.Context, s subscription.ID) (relationship.Ending, error) {
	found := relationship.Ending{Ties: map[partner.ID]relationship.Relationship{}}
	owner, _, ok := s.Customer()
	if !ok {
		return found, fault.NotFound
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
		return found, fault.NotFound
	}
	if items, err = t.batch(ctx, true, grantKey(owner)); err != nil {
		return found, err
	}
	if found.Grant, err = maybe[relationship.Grant](items[grantKey(owner)]); err != nil {
		return found, err
	}
	var partners []key
	if named := found.Subscription.PartnerOfRecord; named != nil {
		partners = append(partners, tieKey(owner, named.Partner))
	}
	if found.Grant != nil {
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
func (t *Table) SaveEnding(ctx context.Context, e relationship.Ending, happened []event.Event, o op.Op) error {
	parts := []part{subscriptionPart(e.Subscription), customerPart(e.Customer)}
	for _, tie := range e.Ties {
		parts = append(parts, tiePart(tie))
	}
	if e.Grant != nil {
		parts = append(parts, grantPart(*e.Grant))
	}
	return t.write(ctx, o, append(parts, eventParts(happened)...)...)
}
