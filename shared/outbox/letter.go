package outbox

import (
	"context"
	"errors"
	"time"

	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/mail"
	"liaison/shared/mailing"
	"liaison/shared/op"
	"liaison/shared/ses"
	"liaison/shared/subscription"
)

// letter is one mail that a change asks for.
type letter struct {
	template string
	to       string
	about    mailing.Mentioned
	stops    bool   // an invitation, offer or reminder: not sent to who asked not to get them
	capped   bool   // counted by the caps over all partners
	refuse   string // it must not be sent, and the reason; its delivery is suppressed
	inv      *invitation.Invitation
	first    bool // the mail whose delivery is the invitation's: no reminder, no mail to others
	sub      subscription.ID
	// compose makes the mail, and with it the secrets that its links hold, once the claim is ours. The row holds what an earlier try left.
	compose func(ctx context.Context, row *mailing.Mail) (mail.Mail, error)
}

// errMoot says that a mail was overtaken while it was made.
var errMoot = errors.New("outbox: the mail was overtaken")

// Reasons why a mail is not sent; the suppressions' own are dynamo's.
const (
	reasonRate    = "rate"
	reasonRefused = "refused"
)

// send sends one mail, once, and returns how far it came. It fails with ses.ErrLater, ses.ErrThrottled or ses.ErrUnclear where SES did not take it
// now, with errBusy where somebody else is at it.
func (d *Outbox) send(ctx context.Context, e event.Event, l letter, turns *turns) (mailing.State, error) {
	row := mailing.Mail{Event: e.ID(), Template: l.template, Address: dynamo.AddressHash(l.to), Subscription: l.sub}
	if l.inv != nil {
		row.Invitation, row.Generation = l.inv.ID, l.inv.Generation
	}
	row, ours, err := d.table.ClaimMail(ctx, row, d.op(e))
	if err != nil {
		return row.State, err
	}
	if !ours {
		if row.State == mailing.Claimed {
			return row.State, errBusy
		}
		// Done before. What follows from it may not be: it is guarded, so noting it again changes nothing.
		return row.State, d.note(ctx, e, l, row)
	}
	state, reason, id, err := d.hand(ctx, &row, l, turns)
	if err != nil {
		if errors.Is(err, ses.ErrUnclear) {
			return row.State, err // the claim stays: nobody sends it again for 5 minutes
		}
		return row.State, errors.Join(err, d.table.SetMail(ctx, row, mailing.Released, "", "", d.op(e)))
	}
	for range 3 { // once SES has the mail, losing this would send it twice
		if err = d.table.SetMail(ctx, row, state, reason, id, d.op(e)); err == nil {
			break
		}
	}
	if err != nil {
		return row.State, err
	}
	row.State, row.Reason, row.MessageID = state, reason, id
	return state, d.note(ctx, e, l, row)
}

// page returns the address of one of our pages.
func (d *Outbox) page(path string) string { return d.env.PagesURL + path }

// hand gives one claimed mail to SES, unless something forbids it, and returns what to note of it.
func (d *Outbox) hand(ctx context.Context, row *mailing.Mail, l letter, turns *turns) (state mailing.State, reason, id string, err error) {
	if l.refuse != "" {
		return mailing.Suppressed, l.refuse, "", nil
	}
	if l.stops {
		if reason, err = d.stopped(ctx, l.to, *row); err != nil || reason != "" {
			return mailing.Suppressed, reason, "", err
		}
	}
	if l.capped && !row.Counted {
		over, err := d.over(ctx, l.to)
		if err != nil {
			return "", "", "", err
		}
		if over {
			return mailing.Suppressed, reasonRate, "", nil
		}
		row.Counted = true
	}
	said, err := l.compose(ctx, row)
	if errors.Is(err, errMoot) {
		return mailing.Moot, "", "", nil
	}
	if err != nil {
		return "", "", "", err
	}
	message := said.Message()
	message.At = d.env.Now()
	raw, err := mail.Compose(message)
	if err != nil { // an address that no mail can go to
		d.env.Log.Warn("mail cannot be composed", "event", row.Event, "template", row.Template, "error", err.Error())
		return mailing.Bounced, reasonRefused, "", nil
	}
	if err := d.await(ctx, turns); err != nil {
		return "", "", "", err
	}
	id, err = d.sender.Send(ctx, ses.Letter{From: message.From, To: message.To, Raw: raw, Account: !l.stops, Tags: map[string]string{
		"event": row.Event, "template": row.Template, "address": row.Address,
	}})
	switch {
	case errors.Is(err, ses.ErrRefused):
		return mailing.Bounced, reasonRefused, "", nil
	case err != nil:
		return "", "", "", err
	}
	return mailing.Sent, "", id, nil
}

// stopped returns why no offer mail may go to an address, empty where it may. Where that was lifted, the address is taken off the mail
// service's own list before the first mail: only here is it known, for the suppression keeps none.
func (d *Outbox) stopped(ctx context.Context, to string, row mailing.Mail) (string, error) {
	s, due, err := d.table.ReleaseDue(ctx, to)
	if err != nil || !due {
		return s.Reason, err
	}
	if err := d.sender.Release(ctx, to); err != nil {
		return "", err
	}
	o := op.Op{ID: op.Name("released", row.Event, row.Template, row.Address), Actor: op.Actor{Kind: op.Job, ID: "dispatch"}, At: d.env.Now(), IDs: d.env.IDs()}
	return "", d.table.Released(ctx, s, o)
}

// over counts an offer mail to an address, over all partners and whatever way the mailbox is spelled, and says whether it is one too many.
func (d *Outbox) over(ctx context.Context, to string) (bool, error) {
	at := d.env.Now()
	for _, window := range []struct {
		name string
		most int
		long time.Duration
	}{{"mail-hour", d.env.MailPerHour, time.Hour}, {"mail-day", d.env.MailPerDay, 24 * time.Hour}} {
		rate, err := d.table.Count(ctx, window.name, customer.FoldCaps(to), window.most, window.long, at)
		if err != nil || rate.Over {
			return rate.Over, err
		}
	}
	return false, nil
}

// delivery is what a mail's state means for the invitation that it carries.
var delivery = map[mailing.State]invitation.Delivery{
	mailing.Sent: invitation.Sent, mailing.Suppressed: invitation.Suppressed, mailing.Bounced: invitation.Bounced,
}

// note writes what became of an invitation's mail to the invitation, with its event; it changes nothing the second time.
func (d *Outbox) note(ctx context.Context, e event.Event, l letter, row mailing.Mail) error {
	means := delivery[row.State]
	if l.inv == nil || !l.first || means == "" {
		return nil
	}
	o := d.op(e, "delivery", e.ID(), string(row.State))
	happened := event.New(o, l.inv.Tenant(), l.inv.DeliveryEvent(means, row.Reason))
	inv := *l.inv
	inv.Delivery = invitation.Queued // a report that came before says that the mail was sent, too
	_, err := d.table.SetDelivery(ctx, inv, means, row.Reason, row.MessageID, &happened, o)
	return err
}
