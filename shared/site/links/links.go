// Package links is what a link that we gave out leads to: a personal link as it was followed, the receipt of one that was used, and the
// page that says why a link or an offer no longer counts and what to do now.
package links

import (
	"context"
	"maps"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/redemption"
	"liaison/shared/site"
	"liaison/shared/token"
)

// Followed is a personal link as it was followed, to show what it leads to.
type Followed struct {
	Secret     string
	Invitation invitation.Invitation
	Facts      invitation.Facts
	Shown      catalog.View
	Err        error // why it no longer counts, or its reader may not answer; nil where it can be answered
}

// Answerable is a personal link as it was followed to answer, with everything that the answer rests on.
type Answerable struct {
	Followed
	Basis redemption.Facts
}

// Invitations is what following a personal link reads.
type Invitations interface {
	Invitation(ctx context.Context, i invitation.ID, fresh bool) (invitation.Invitation, error)
	InvitationFacts(ctx context.Context, o offer.ID, fresh bool) (invitation.Facts, error)
}

var _ Invitations = (*dynamo.Table)(nil)

// Follow reads what a personal link leads to: one GetItem, one BatchGetItem and the catalogue. Followed.Err says why the link no longer counts.
// It fails with NotFound where the link was never ours, which looks the same whatever exists.
func Follow(v *site.Visit, table Invitations, id invitation.ID, secret string, fresh bool) (Followed, error) {
	f := Followed{Secret: secret}
	var err error
	if f.Invitation, err = table.Invitation(v.R.Context(), id, fresh); err != nil {
		return f, err
	}
	if held := redemption.Holds(f.Invitation, secret); fault.Is(held, fault.NotFound) {
		return f, held
	}
	if f.Facts, err = table.InvitationFacts(v.R.Context(), f.Invitation.Offer, fresh); err != nil {
		return f, err
	}
	return followed(v, f, nil)
}

// FollowToAnswer is Follow for the press of the last button, and for every step of a person who is signed in (by; empty for a visitor): it reads,
// in the same two calls and strongly consistent, everything that the answer rests on (infra/design/data.md, "Cost of each use": 1 GetItem and
// 1 BatchGetItem).
func FollowToAnswer(v *site.Visit, store redemption.Store, id invitation.ID, secret string, by customer.UserID) (Answerable, error) {
	a := Answerable{Followed: Followed{Secret: secret}}
	var err error
	if a.Basis, err = redemption.Read(v.R.Context(), store, id, by); err != nil {
		return a, err
	}
	a.Invitation = a.Basis.Invitation
	a.Facts = invitation.Facts{Offer: a.Basis.Offer, Used: a.Basis.Used, Partner: a.Basis.Grounds.Partner}
	if held := redemption.Holds(a.Invitation, secret); fault.Is(held, fault.NotFound) {
		return a, held
	}
	if a.Followed, err = followed(v, a.Followed, a.Basis.Grounds.Plans); err != nil {
		return a, err
	}
	// The terms and prices that count are those that were read with the rest, not those that the process still keeps.
	terms := map[catalog.Document]catalog.TermsHead{}
	maps.Copy(terms, a.Shown.Terms)
	terms[catalog.CustomerTerms] = a.Basis.Terms
	a.Shown.Terms, a.Shown.Vendor = terms, a.Basis.Vendor
	v.PricedBy(a.Basis.Vendor)
	return a, nil
}

// followed adds the catalogue, the languages and why the link no longer counts, by the plans that were read where any were.
func followed(v *site.Visit, f Followed, plans map[catalog.PlanID]catalog.Plan) (Followed, error) {
	var err error
	if f.Shown, err = v.Catalogue(f.Facts.Offer.Plans()...); err != nil {
		return f, err
	}
	v.Speak(f.Invitation.Language, f.Facts.Offer.Language)
	now := f.Shown
	if plans != nil {
		now.Plans = plans
	}
	f.Err = whyUnavailable(v, f, now)
	return f, nil
}

// whyUnavailable returns why a link can't be answered, nil where it can.
func whyUnavailable(v *site.Visit, f Followed, now catalog.View) error {
	if err := redemption.Holds(f.Invitation, f.Secret); err != nil {
		return err
	}
	if !f.Invitation.EndedWith(f.Facts.Offer) { // otherwise the next check says what became of the offer
		if err := f.Invitation.Open(v.Op.At); err != nil {
			return err
		}
	}
	if err := f.Facts.Standing(v.Op); err != nil {
		return err
	}
	return Closed(f.Facts.Offer, now)
}

// InvitationCookie names the cookie that holds the secret of an invitation's link: two invitations in two tabs don't mix.
func InvitationCookie(inv invitation.ID) string { return "i_" + inv.Bare() }

// KeepLink is how long the browser keeps a link's secret: over night, not for ever. The link in the mail goes on working.
const KeepLink = 24 * time.Hour

// ByHolder returns the operation as done by the holder of an invitation's link.
func ByHolder(v *site.Visit, inv invitation.ID) op.Op {
	o := v.Op
	o.Actor = op.Actor{Kind: op.Visitor, ID: string(inv)}
	return o
}

// Answers is what leading to a receipt reads.
type Answers interface {
	Redemption(ctx context.Context, r consent.ID) (consent.StoredConsent, error)
}

// Receipt returns the path of the receipt that a used link leads to, empty where the answer was given by another mail of the same invitation.
func Receipt(v *site.Visit, table Answers, r consent.ID, secret string) (string, error) {
	derived := token.Derive(secret, token.Receipt)
	stored, err := table.Redemption(v.R.Context(), r)
	switch {
	case fault.Is(err, fault.Absent):
		return "", nil
	case err != nil:
		return "", err
	}
	if token.Look(stored.Kept, token.Receipt, derived, 1) != token.Live {
		return "", nil
	}
	return "/receipts/" + token.Join(string(r), derived), nil
}

// Newer returns the path of the offer that took a replaced one's place; empty where it was not replaced, or the newer has no public link now.
func Newer(v *site.Visit, table Invitations, facts invitation.Facts, why error) (string, error) {
	next := facts.Offer.ReplacedBy
	if next == "" || !fault.Is(why, fault.OfferReplaced) {
		return "", nil
	}
	newer, err := table.InvitationFacts(v.R.Context(), next, false)
	if err != nil && !fault.Is(err, fault.Absent) {
		return "", err
	}
	if err != nil || newer.Followable(v.Op) != nil {
		return "", nil
	}
	return OfferPath(next), nil
}

// OfferPath is the path of an offer's own link.
func OfferPath(of offer.ID) string { return "/o/" + of.Code() }

// Linked is what the page of a personal link that no longer counts reads.
type Linked interface {
	Answers
	Invitations
}

// Describe returns the page of a personal link that no longer counts, with its button, the receipt where there is one, and the offer that took
// its place.
func Describe(v *site.Visit, table Linked, p Followed) (Unavailable, error) {
	gone := Unavailable{Err: p.Err, Facts: &p.Facts}
	f := fault.As(p.Err)
	if f == nil {
		return gone, p.Err
	}
	if askReasons[f.Code] != "" {
		gone.Button = AskButton(v, p)
	}
	var err error
	if gone.Newer, err = Newer(v, table, p.Facts, p.Err); err != nil {
		return gone, err
	}
	if fault.Is(f, fault.InvitationAnswered, fault.InvitationDeclined) && p.Invitation.Redemption != "" {
		if gone.Receipt, err = Receipt(v, table, consent.ID(p.Invitation.Redemption), p.Secret); err != nil {
			return gone, err
		}
	}
	return gone, nil
}
