package dynamo

import (
	"context"
	"errors"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// clientMonths is how long the address and browser of who decided are kept (infra/design/product.md, "The consent and its receipt").
const clientMonths = 12

// SaveConsent implements redemption.Store and order.Store. It fails as invitation.Open does where the link was used, with Gone
// offer_used_up where the last use is gone, with Conflict sign_in_required where the address became a user meanwhile.
func (t *Table) SaveConsent(ctx context.Context, r consent.Consent, happened []event.Event, o op.Op) error {
	kept, err := redemptionItem(r)
	if err != nil {
		return err
	}
	parts := once(o)
	if a := r.Answer; a != nil {
		parts = append(parts, acceptedParts(*a, o)...)
	}
	parts = append(parts, tenantParts(r, o)...)
	for _, s := range r.Sold {
		s.Version = s.Seen + 1
		parts = append(append(parts, over(subscriptionKey(s.ID), subscriptionItem(s.Subscription), s.Seen)), matterParts(s.Subscription, o)...)
	}
	parts = append(parts, put(redemptionKey(string(r.ID)), kept).ifAbsent(), clientPart(r, o))
	for _, tie := range r.Ties {
		parts = append(parts, over(tieKey(tie.Customer, tie.Partner), tieItem(tie), tie.Version-1))
	}
	if r.Grant != nil {
		parts = append(parts, over(grantKey(r.Grant.Customer), grantItem(*r.Grant), r.Grant.Version-1))
	}
	return t.write(ctx, o, append(parts, eventParts(happened)...)...)
}

// acceptedParts accepts the invitation with the draft that was shown, and counts the acceptance where the offer counts.
func acceptedParts(a consent.Answer, o op.Op) []part {
	parts := []part{answeredPart(a.Invitation, o).when("#draft.#rev = :rev", "rev", a.Invitation.Draft.Rev)}
	if a.Offer.MaxRedemptions > 0 {
		parts = append(parts, update(usesKey(a.Offer.ID), "ADD #used :one, #version :one", "one", 1).when("#used < #max").
			or(func(item) error { return fault.OfferUsedUp.With(o.At) }))
	}
	return parts
}

// tenantParts writes a new customer with its owner and the owner's address. A customer that exists is written where a subscription is new, with
// the plans it had, or where somebody becomes its administrator, guarded by its version. So of two requests that start one trial at once only
// one succeeds, and no grant begins after the last subscription was deleted.
func tenantParts(r consent.Consent, o op.Op) []part {
	if r.Member {
		still := memberStill(r.User.ID, customer.BillingAdmin)
		if r.Grant != nil {
			still = memberStill(r.User.ID)
		}
		if !r.Adds() && r.Grant == nil {
			return []part{still}
		}
		return []part{still, customerPart(r.Customer)}
	}
	return []part{
		loginPart(r.User.Mail, string(r.Customer.ID), string(r.User.ID), o).or(func(item) error { return fault.SignInRequired }),
		put(customerKey(r.Customer.ID), customerItem(r.Customer)).ifAbsent(),
		put(customerUserKey(r.User.ID), customerUserItem(r.User)).ifAbsent(),
	}
}

func clientPart(r consent.Consent, o op.Op) part {
	row := item{
		"class": text("client"), "version": number(1), "created_at": text(stamp(o.At)), "address": attribute(r.Client.Address),
		"browser": attribute(r.Client.Browser), "ttl": number(int(o.At.AddDate(0, clientMonths, 0).Unix())),
	}
	return put(visitorKey(r), row).ifAbsent()
}

// SaveRefusal implements redemption.Store.
func (t *Table) SaveRefusal(ctx context.Context, r consent.Consent, happened event.Event, o op.Op) error {
	kept, err := redemptionItem(r)
	if err != nil {
		return err
	}
	return t.write(ctx, o, answeredPart(r.Answer.Invitation, o), put(refusalKey(r.Answer.Invitation.ID), kept).ifAbsent(), clientPart(r, o), eventPart(happened))
}

// redemptionItem lists a consent under the partner that made the offer, or without an offer under the new partner of record.
func redemptionItem(r consent.Consent) (item, error) {
	stored, err := r.Stored()
	if err != nil {
		return nil, err
	}
	it := listAttributes(classed("redemption", stored), "id", "canonical")
	sharer := r.Receipt.Sharer()
	if sharer == "" {
		return it, nil
	}
	return owned(it, string(sharer), "redemption", r.DecidedAt, strings.TrimPrefix(string(r.ID), "red_")), nil
}

// Redemption reads one answer, strongly consistent; NotFound where there is none.
func (t *Table) Redemption(ctx context.Context, id consent.ID) (consent.StoredConsent, error) {
	it, err := t.get(ctx, redemptionKey(string(id)), true)
	if err != nil {
		return consent.StoredConsent{}, err
	}
	if it == nil {
		return consent.StoredConsent{}, fault.NotFound
	}
	return storedRedemption(it)
}

func storedRedemption(it item) (consent.StoredConsent, error) {
	var s consent.StoredConsent
	if err := decode(it, &s); err != nil {
		return s, err
	}
	var err error
	s.Receipt, err = consent.ReadReceipt(s.Canonical)
	return s, err
}

// Redemptions lists the answers to a partner's offers that keep lets through, newest first; from the index, which may lag.
// Persons are not in it.
func (t *Table) Redemptions(ctx context.Context, p partner.ID, page Page, keep Keep[consent.Receipt]) ([]consent.Receipt, string, error) {
	found, next, err := listed(ctx, t, string(p), "redemption", page, onReceipts(keep))
	return readReceipts(found, next, err)
}

// RedemptionsOf lists a customer's own answers (each accepted) that keep lets through, newest first, strongly consistent.
func (t *Table) RedemptionsOf(ctx context.Context, c customer.ID, page Page, keep Keep[consent.Receipt]) ([]consent.Receipt, string, error) {
	found, next, err := sieved(ctx, t, "CUSTOMER#"+c.Bare(), "RED#", true, page, onReceipts(keep))
	return readReceipts(found, next, err)
}

func readReceipts(found []consent.StoredConsent, next string, err error) ([]consent.Receipt, string, error) {
	read := make([]consent.Receipt, len(found))
	for i := range found {
		if err != nil {
			return nil, "", err
		}
		read[i], err = consent.ReadReceipt(found[i].Canonical)
	}
	return read, next, err
}

func onReceipts(keep Keep[consent.Receipt]) Keep[consent.StoredConsent] {
	if keep == nil {
		return nil
	}
	return func(found []consent.StoredConsent) ([]bool, error) {
		read, _, err := readReceipts(found, "", nil)
		if err != nil {
			return nil, err
		}
		return keep(read)
	}
}

// AddReceipt keeps the hash of a receipt's secret that is about to be mailed, in place of the hash of one that nobody got; empty where there is none.
func (t *Table) AddReceipt(ctx context.Context, r consent.StoredConsent, secret, unsent string, o op.Op) error {
	kept := r.Mailed(secret, unsent)
	return t.write(ctx, o, update(redemptionKey(string(r.ID)), "SET #kept = :kept ADD #version :one", "kept", kept, "one", 1).ifVersion(r.Version))
}

// SaveDispute implements consent.DisputeStore. It fails with Forbidden not_your_role where a customer's user acts who is no global
// administrator any more.
func (t *Table) SaveDispute(ctx context.Context, s consent.StoredConsent, grant *consent.GrantChange, happened event.Event, o op.Op) error {
	parts := append(once(o), update(redemptionKey(string(s.ID)), "SET #dispute = :dispute ADD #version :one", "dispute", *s.Dispute, "one", 1).ifVersion(s.Version))
	parts = append(parts, matterParts(s, o)...)
	if grant != nil {
		parts = append(parts, grantPart(grant.Grant), tiePart(grant.Tie))
	}
	return t.write(ctx, o, append(append(parts, byMember(o, customer.GlobalAdmin)...), eventPart(happened))...)
}

// member returns a user with its customer and the customer's grant from what was read; Forbidden unknown_caller where either is gone.
func member(owner customer.ID, by customer.UserID, found map[key]item) (*consent.Member, error) {
	m := &consent.Member{Ties: map[partner.ID]relationship.Relationship{}}
	if found[customerKey(owner)] == nil || found[customerUserKey(by)] == nil {
		return nil, fault.UnknownCaller
	}
	var err error
	m.Grant, err = maybe[relationship.Grant](found[grantKey(owner)])
	return m, errors.Join(err, decode(found[customerKey(owner)], &m.Customer), decode(found[customerUserKey(by)], &m.User))
}

// owned reads into a member its customer's subscriptions, the newest first, and every tie, strongly consistent.
func (t *Table) owned(ctx context.Context, m *consent.Member) error {
	var err error
	if m.Subscriptions, err = everything(ctx, func(page Page) ([]subscription.Subscription, string, error) {
		return t.SubscriptionsOf(ctx, m.Customer.ID, page, nil)
	}); err != nil {
		return err
	}
	ties, err := everything(ctx, func(page Page) ([]relationship.Relationship, string, error) {
		return t.RelationshipsOf(ctx, m.Customer.ID, page, nil)
	})
	for _, tie := range ties {
		m.Ties[tie.Partner] = tie
	}
	return err
}

// candidate returns a partner with its authorisations for some plans from what was read; nil where there is no such partner.
func candidate(found map[key]item, p partner.ID, plans []catalog.PlanID) (*partner.Candidate, error) {
	it, ok := found[partnerKey(p)]
	if !ok {
		return nil, nil
	}
	one := &partner.Candidate{}
	err := decode(it, &one.Partner)
	for _, plan := range plans {
		if it, ok := found[authorisationKey(p, plan)]; ok {
			var a partner.Authorisation
			err = errors.Join(err, decode(it, &a))
			one.Authorisations = append(one.Authorisations, a)
		}
	}
	return one, err
}
