package invitation

import (
	"context"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// Begun is an offer that somebody of a partner has begun to make on pages and has not made yet: what was answered so far. It is stored and not
// carried in the form: terms and 40 addresses are too long for a cookie or an address, and a form loses them with the session. It has the id
// that its offer gets, so that one offer comes of it, however often the last button is pressed.
type Begun struct {
	ID         offer.ID
	By         partner.UserID
	Draft      offer.Draft // without what the moment of making decides: the end, and the access of who makes it
	Days       int         // for how many days the offer counts once it is made; 0: the default
	Recipients []Recipient
	Answered   []string // the steps, by name
	CreatedAt  time.Time
	Version    int
}

// BegunDays is for how many days an offer that was begun is kept after the last answer.
const BegunDays = 7

// BegunStore is what making an offer on pages needs of the table.
type BegunStore interface {
	offer.Store
	// Begun reads an offer that was begun and not made, strongly consistent; NotFound where there is none, or it was made.
	Begun(ctx context.Context, of offer.ID, at time.Time) (Begun, error)
	// SaveBegun writes it, guarded by the version it was decided on; 0 where there is none yet.
	SaveBegun(ctx context.Context, begun Begun, o op.Op) error
	// Finish writes the offer and its invitations as MakeOffer and Invite do, and takes away what was begun, guarded by its version; all in one
	// transaction. NotFound where it was made before.
	Finish(ctx context.Context, begun Begun, made offer.Proposal, invited []Invitation, happened []event.Event, daily int, o op.Op) error
}

// Propose decides whether the offer may be made now by somebody with that access to customers, and writes nothing. It fails as offer.Propose does.
func (b Begun) Propose(ctx context.Context, store offer.Store, access partner.CustomerAccess, o op.Op) (offer.Proposal, error) {
	draft := b.Draft
	draft.ID, draft.Partner, draft.Access = b.ID, b.ID.Partner(), access
	if b.Days != 0 {
		draft.ExpiresAt = o.At.AddDate(0, 0, b.Days)
	}
	return offer.Propose(ctx, store, draft, o)
}

// Finish makes the offer that was begun and invites its recipients, or does neither. It fails as offer.Propose and Send do, and with NotFound
// where the offer was made before.
func Finish(ctx context.Context, store BegunStore, begun Begun, access partner.CustomerAccess, daily int, o op.Op) error {
	var to []Recipient
	days := DefaultDays
	if len(begun.Recipients) > 0 {
		var err error
		if to, days, err = check(begun.Recipients, 0); err != nil {
			return err
		}
	}
	return op.RetryStale(func() error { // the offer it replaces may change meanwhile
		made, err := begun.Propose(ctx, store, access, o)
		if err != nil {
			return err
		}
		facts := Facts{Offer: made.Offer, Partner: made.Partner}
		invited, events, err := facts.invite(to, days, o)
		if err != nil {
			return err
		}
		return store.Finish(ctx, begun, made, invited, events, facts.cap(daily), o)
	})
}

// CheckRecipients returns the recipients as they are written to; Invalid naming every wrong one.
func CheckRecipients(to []Recipient) ([]Recipient, error) {
	clean, _, err := check(to, 0)
	return clean, err
}

// Mine fails with NotFound where somebody else began it.
func (b Begun) Mine(user string) error {
	if string(b.By) != user {
		return fault.NotFound
	}
	return nil
}
