package redemption

import (
	"context"

	"liaison/shared/consent"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/op"
	"liaison/shared/textinput"
	"liaison/shared/token"
)

// Refuse declines the offer: the partner is notified, and the invitation can never be accepted. reason may be empty.
// It fails as Accept does where the link does not open, and with Invalid on the field reason.
func Refuse(ctx context.Context, store Store, of invitation.ID, by consent.Visitor, reason string, o op.Op) (consent.Consent, error) {
	reason, code := textinput.Note(reason, MaxReason)
	if code != nil {
		return consent.Consent{}, code.With(MaxReason).In("reason")
	}
	inv, err := open(ctx, store, of, by.Secret, o)
	if err != nil {
		return consent.Consent{}, err
	}
	f, err := store.RedemptionFacts(ctx, inv, "")
	if err != nil {
		return consent.Consent{}, err
	}
	made := consent.Consent{
		ID: consent.ID("red_i" + inv.ID.Bare()), Client: by, DecidedAt: o.At, Person: consent.Person{Mail: inv.Mail, Salt: o.IDs.Secret()},
		Kept: token.Add(nil, token.Receipt, token.Derive(by.Secret, token.Receipt), 1),
	}
	declined, err := inv.Decline(string(made.ID), o.At)
	if err != nil {
		return consent.Consent{}, err
	}
	made.Answer = &consent.Answer{Offer: f.Offer, Partner: f.Grounds.Partner, Invitation: declined, Reason: reason}
	made.Receipt = made.WriteReceipt(f.Vendor)
	happened := event.New(o, event.Partner(string(inv.Offer.Partner())), event.Of(made.ID, consent.DeclinedEvent{
		OfferID: inv.Offer, InvitationID: inv.ID,
	}))
	return made, store.SaveRefusal(ctx, made, happened, o)
}

// Report says "I do not know this partner": the invitation pauses and the vendor is notified. It fails as Refuse does.
func Report(ctx context.Context, store Store, of invitation.ID, by consent.Visitor, o op.Op) error {
	return op.RetryStale(func() error {
		inv, err := open(ctx, store, of, by.Secret, o)
		if err != nil {
			return err
		}
		reported, err := inv.Report(o.At)
		if err != nil {
			return err
		}
		happened := event.New(o, event.Invitation(string(inv.ID)), event.Of(inv.ID, invitation.ReportedEvent{
			OfferID: inv.Offer, Origin: inv.Origin,
		}))
		return store.SaveInvitation(ctx, reported, happened, o)
	})
}

// open reads an invitation whose link still opens.
func open(ctx context.Context, store Store, of invitation.ID, secret string, o op.Op) (invitation.Invitation, error) {
	inv, err := store.Invitation(ctx, of, true)
	if err != nil {
		return inv, err
	}
	return inv, answerable(inv, secret, o)
}
