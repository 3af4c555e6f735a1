package invitation

import (
	"context"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/textinput"
	"liaison/shared/token"
)

// Visitors is what the pages' visitors need of the table.
type Visitors interface {
	InvitationFacts(ctx context.Context, o offer.ID, fresh bool) (Facts, error)
	SendInvitations(ctx context.Context, made []Invitation, happened []event.Event, o op.Op) error
	SaveEvent(ctx context.Context, happened event.Event, o op.Op) error
}

// Followable fails where the offer's own link leads nowhere now: NotFound for an offer that is not public, Gone offer_<status>,
// Conflict partner_not_active or profile_unverified.
func (f Facts) Followable(o op.Op) error {
	if f.Offer.Visibility != offer.Public {
		return fault.NotFound
	}
	return f.Standing(o)
}

// Standing fails where nobody can answer the offer now: Gone offer_<status>, Conflict partner_not_active or profile_unverified.
func (f Facts) Standing(o op.Op) error {
	if err := f.Partner.Working(); err != nil {
		return err
	}
	if err := f.Offer.Usable(o.At, f.Used); err != nil {
		return err
	}
	if !f.Partner.Verified() {
		return fault.ProfileUnverified
	}
	return nil
}

// AskForLink sends the visitor of a public link a personal one (double opt-in). What it does and returns is the same whatever is known of the
// address. It fails with Invalid on the field email, and as Followable does.
func AskForLink(ctx context.Context, store Visitors, of offer.ID, address, language string, o op.Op) error {
	address, code := textinput.Mail(address)
	if code != nil {
		return code.With(textinput.MaxMail).In("email")
	}
	facts, err := store.InvitationFacts(ctx, of, true)
	if err != nil {
		return err
	}
	if err := facts.Followable(o); err != nil {
		return err
	}
	made := New(facts.Offer, Recipient{Mail: address, Language: language}, FromVisitor, DefaultDays, o)
	o.Actor = op.Actor{Kind: op.Visitor, ID: string(made.ID)}
	made.CreatedBy = string(made.ID)
	happened := event.New(o, event.Invitation(string(made.ID)), event.Of(made.ID, CreatedEvent{OfferID: of, Origin: FromVisitor}))
	return store.SendInvitations(ctx, []Invitation{made}, []event.Event{happened}, o)
}

// SignedIn is why no mail is sent of an invitation that somebody signed in took from the offer's own link: its holder has the link already.
const SignedIn = "signed_in"

// TakeUp makes a personal link of a public offer for somebody who is signed in, to their own address and without any mail: their sign-in has
// shown that the address is theirs. The secret opens it. It fails as Followable does.
func TakeUp(ctx context.Context, store Visitors, of offer.ID, own Recipient, secret string, o op.Op) (Invitation, error) {
	facts, err := store.InvitationFacts(ctx, of, true)
	if err != nil {
		return Invitation{}, err
	}
	if err := facts.Followable(o); err != nil {
		return Invitation{}, err
	}
	made := New(facts.Offer, own, FromVisitor, DefaultDays, o)
	made.Delivery, made.DeliveryReason = Suppressed, SignedIn
	made.Links = token.Add(nil, token.Answer, secret, made.Generation)
	// Generation 0 is no mail's: the event says that the invitation was made and asks for none.
	happened := event.New(o, event.Invitation(string(made.ID)), event.Of(made.ID, CreatedEvent{
		OfferID: of, Origin: FromVisitor, Generation: new(0),
	}))
	return made, store.SendInvitations(ctx, []Invitation{made}, []event.Event{happened}, o)
}

// AskAgain tells the partner that the holder of a link that no longer counts asks for a new one, or that somebody who may not answer a link
// that counts asks the partner to write to an administrator. reason is why, a stable word: superseded, used_up, expired and so on; or role,
// account.
func AskAgain(ctx context.Context, store Visitors, inv Invitation, reason string, o op.Op) error {
	happened := event.New(o, event.Partner(string(inv.Offer.Partner())), event.Of(inv.ID, RenewalAskedEvent{
		OfferID: inv.Offer, Reason: reason,
	}))
	return store.SaveEvent(ctx, happened, o)
}
