// Package redemption is a customer's answer to an offer: it accepts or declines.
package redemption

import (
	"context"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/token"
)

// Facts are an invitation, with the answers that its draft keeps, and what accepting it rests on, read strongly consistent right before the
// transaction.
type Facts struct {
	Invitation invitation.Invitation
	Offer      offer.Offer
	Grounds    offer.Facts // what the offer rests on: its partner and plans, and what that may sell
	Used       int
	Terms      catalog.TermsHead
	Vendor     catalog.Vendor
	Other      *partner.Candidate // another partner that was typed instead, nil where none was or the ID is unknown
	Known      bool               // the address is a user already, of a customer or a partner
	Addressee  customer.ID        // the customer whose user has the address; empty where none has
	Member     *consent.Member    // who answers, signed in; nil for a visitor who makes an account
}

// Store is what redemptions need of the table.
type Store interface {
	// Invitation reads the invitation; strongly consistent where fresh.
	Invitation(ctx context.Context, invitation invitation.ID, fresh bool) (invitation.Invitation, error)
	// RedemptionFacts reads what accepting the invitation rests on in one strongly consistent read; of a signed-in user (empty: none) with its
	// customer, and with one read more where another partner administers that customer.
	RedemptionFacts(ctx context.Context, inv invitation.Invitation, by customer.UserID) (Facts, error)
	// SaveConsent writes everything that the consent creates, all of it or nothing.
	SaveConsent(ctx context.Context, c consent.Consent, happened []event.Event, o op.Op) error
	// SaveRefusal writes that the offer was declined.
	SaveRefusal(ctx context.Context, c consent.Consent, happened event.Event, o op.Op) error
	// SaveInvitation writes a changed invitation that was pending.
	SaveInvitation(ctx context.Context, changed invitation.Invitation, happened event.Event, o op.Op) error
}

// Read reads an invitation and what its answer by a signed-in user (empty: a visitor) rests on. It fails with NotFound where there is none.
func Read(ctx context.Context, store Store, of invitation.ID, by customer.UserID) (Facts, error) {
	inv, err := store.Invitation(ctx, of, true)
	if err != nil {
		return Facts{}, err
	}
	return store.RedemptionFacts(ctx, inv, by)
}

// Accept is the press of the last button: the holder of the personal link accepts. One transaction writes the customer,
// its first user, the subscription, the partner of record, the delegated administration if the answer was Yes, the relationship,
// the consent and the event, and uses up the link. rev is the draft the person saw on the page; terms is the version it showed.
//
// It fails with NotFound where the link was never ours, Gone or Conflict as invitation.Open and offer.Usable do (pressing twice is
// Conflict invitation_answered about the redemption's id), Conflict terms_outdated, stale_draft, sign_in_required, plan_withdrawn,
// partner_not_active, Forbidden not_enrolled, not_authorised_for_plan, feature_unavailable, Invalid partner_not_eligible.
func Accept(ctx context.Context, store Store, of invitation.ID, by consent.Visitor, rev int, terms string, o op.Op) (consent.Consent, error) {
	f, err := Read(ctx, store, of, by.User)
	if err != nil {
		return consent.Consent{}, err
	}
	return f.Accept(ctx, store, by, rev, terms, o)
}

// Accept is the function Accept on what was read a moment ago, in the same request. Where somebody else meanwhile changed what it rests on, it
// reads and decides again, unless it would then do something else than the page said.
func (f Facts) Accept(ctx context.Context, store Store, by consent.Visitor, rev int, terms string, o op.Op) (consent.Consent, error) {
	var made consent.Consent
	first, shown := true, f.Preview(o.At).Fingerprint()
	err := op.RetryStale(func() (err error) {
		if !first {
			if f, err = Read(ctx, store, f.Invitation.ID, by.User); err != nil {
				return err
			}
			if f.Preview(o.At).Fingerprint() != shown {
				return fault.StaleDraft
			}
		}
		first = false
		if err = f.pressed(by, rev, o); err != nil {
			return err
		}
		if made, err = Decide(f, by, terms, o); err != nil {
			return f.meanwhile(ctx, store, err, o)
		}
		// By now the holder of the link is somebody: who is signed in, or who becomes the first owner.
		as := o
		as.Actor = op.Actor{Kind: op.CustomerUser, ID: string(made.User.ID), Link: true}
		return store.SaveConsent(ctx, made, made.Events(as), as)
	})
	return made, err
}

// pressed fails where the link does not open any more, or the draft is not the one that stood on the page.
func (f Facts) pressed(by consent.Visitor, rev int, o op.Op) error {
	if err := answerable(f.Invitation, by.Secret, o); err != nil {
		return err
	}
	if f.Invitation.Draft.Rev != rev {
		return fault.StaleDraft
	}
	return nil
}

// answerable fails as Holds does, and as invitation.Open does where the invitation was answered or has ended.
func answerable(inv invitation.Invitation, secret string, o op.Op) error {
	if err := Holds(inv, secret); err != nil {
		return err
	}
	return inv.Open(o.At)
}

// Holds fails with NotFound where the secret was never the invitation's, and with Gone invitation_superseded where a newer mail was sent.
func Holds(inv invitation.Invitation, secret string) error {
	switch inv.Link(secret) {
	case token.Live:
		return nil
	case token.Outdated:
		if inv.Answer == invitation.Revoked {
			return fault.InvitationRevoked.With(inv.AnsweredAt)
		}
		return fault.InvitationSuperseded
	}
	return fault.NotFound
}

// meanwhile returns why accepting is refused. Where the same link was answered between the two reads, that very answer may have made the
// address known or used up the offer: what counts then is that it was answered.
func (f Facts) meanwhile(ctx context.Context, store Store, refused error, o op.Op) error {
	inv, err := store.Invitation(ctx, f.Invitation.ID, true)
	if err != nil {
		return err
	}
	if answered := inv.Open(o.At); answered != nil {
		return answered
	}
	return refused
}
