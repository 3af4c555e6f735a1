package invitation

import (
	"context"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/lead"
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
	Bulk       string   // the list of recipients instead, where they are many or some of them are wrong
	Answered   []string // the steps, by name
	CreatedAt  time.Time
	Version    int
}

// BegunDays is for how many days an offer that was begun is kept after the last answer.
const BegunDays = 7

// Outgoing is whom a new offer is mailed to: its invitations with their events, or a list that is started, with its one.
type Outgoing struct {
	Invited  []Invitation
	Bulk     *Bulk
	Happened []event.Event
}

// Count is how many recipients it has.
func (m Outgoing) Count() int {
	if m.Bulk != nil {
		return m.Bulk.Good
	}
	return len(m.Invited)
}

// BegunStore is what making an offer on pages needs of the table.
type BegunStore interface {
	offer.Store
	lead.Linking
	// Begun reads an offer that was begun and not made, strongly consistent; NotFound where there is none, or it was made.
	Begun(ctx context.Context, of offer.ID, at time.Time) (Begun, error)
	// SaveBegun writes it, guarded by the version it was decided on; 0 where there is none yet.
	SaveBegun(ctx context.Context, begun Begun, o op.Op) error
	// Finish writes the offer and its invitations as MakeOffer and Invite do, or has its list sent as MoveBulk does, and takes away what was begun,
	// guarded by its version; with the lead that the offer answers, where it answers one; all in one transaction. NotFound where it was made before.
	Finish(ctx context.Context, begun Begun, made offer.Proposal, answers *lead.Link, sent Outgoing, daily int, o op.Op) error
	BulkStore
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

// Finish makes the offer that was begun and invites its recipients or has its list sent, or does nothing of it. It fails as offer.Propose, lead.LinkTo and Send
// do, and with NotFound where the offer was made before.
func Finish(ctx context.Context, store BegunStore, begun Begun, access partner.CustomerAccess, daily int, o op.Op) error {
	var to []Recipient
	days := DefaultDays
	if len(begun.Recipients) > 0 {
		var err error
		if to, days, err = check(begun.Recipients, 0); err != nil {
			return err
		}
	}
	var list *Bulk
	if begun.Bulk != "" {
		b, err := store.Bulk(ctx, begun.ID, begun.Bulk, o.At)
		if err != nil {
			return err
		}
		if err := b.mine(o); err != nil {
			return err
		}
		list = &b
	}
	return op.RetryStale(func() error { // the offer it replaces may change meanwhile
		made, err := begun.Propose(ctx, store, access, o)
		if err != nil {
			return err
		}
		answers, err := lead.LinkTo(ctx, store, &made, o)
		if err != nil {
			return err
		}
		facts := Facts{Offer: made.Offer, Partner: made.Partner}
		sent, err := facts.mailing(list, to, days, o)
		if err != nil {
			return err
		}
		if sent.Bulk != nil {
			sent.Bulk.Counted = facts.cap(daily) > 0
		}
		return store.Finish(ctx, begun, made, answers, sent, facts.cap(daily), o)
	})
}

// mailing decides whom a new offer is mailed to: the list where there is one, else the recipients, who may be none.
func (f Facts) mailing(list *Bulk, to []Recipient, days int, o op.Op) (m Outgoing, err error) {
	if list == nil {
		m.Invited, m.Happened, err = f.invite(to, days, o)
		return m, err
	}
	started, happened, err := f.start(*list, o)
	return Outgoing{Bulk: &started, Happened: []event.Event{happened}}, err
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
