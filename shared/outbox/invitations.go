package outbox

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"liaison/shared/boot"
	"liaison/shared/consent"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/mail"
	"liaison/shared/mail/filled"
	"liaison/shared/mailing"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/token"
)

// invitationOf reads an invitation that a change is about, with what its mail mentions.
func (d *Outbox) invitationOf(ctx context.Context, c event.Change) (invitation.Invitation, mailing.Mentioned, error) {
	inv, err := d.table.Invitation(ctx, invitation.ID(c.Subject), true)
	if err != nil {
		return inv, mailing.Mentioned{}, err
	}
	about, err := d.table.Mentioned(ctx, mailing.About{Offer: inv.Offer, Partner: inv.Offer.Partner(), Plans: inv.Plans})
	return inv, about, err
}

// current says whether an invitation still waits for the mail of the generation that a change is about.
func current(inv invitation.Invitation, c event.Change, at time.Time) bool {
	generation := 1
	switch is := known.Read(c).(type) {
	case invitation.CreatedEvent:
		if is.Generation != nil {
			generation = *is.Generation
		}
	case invitation.RemindedEvent:
		generation = cmp.Or(is.Generation, 1)
	}
	return generation == inv.Generation && inv.Open(at) == nil
}

// standing returns why the offer can't be answered now, as a stable word; empty where it can.
func standing(about mailing.Mentioned, at time.Time) string {
	err := about.Partner.Working()
	if err == nil {
		err = about.Offer.Usable(at, about.Used)
	}
	if f := fault.As(err); f != nil {
		return f.Code.String()
	}
	return ""
}

// invited asks for mail 1, 2 or 3, or mail 5 where a visitor of the public link left the address.
func (d *Outbox) invited(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	inv, about, err := d.invitationOf(ctx, c)
	if err != nil || !current(inv, c, d.env.Now()) {
		return nil, err
	}
	l := letter{template: filled.Template(about.Offer.Kind), to: inv.Mail, about: about, stops: true, capped: true, inv: &inv, first: true}
	if inv.Origin == invitation.FromVisitor {
		l.template = "continue_here"
	}
	l.refuse = standing(about, d.env.Now())
	l.compose = func(ctx context.Context, _ *mailing.Mail) (mail.Mail, error) {
		links, err := d.links(ctx, inv, c)
		if err != nil {
			return nil, err
		}
		m := d.reminder(inv, about, links)
		if inv.Origin == invitation.FromVisitor {
			return mail.ContinueHere(m), nil
		}
		return filled.First(about.Offer.Kind, m), nil
	}
	return []letter{l}, nil
}

// waits notes where its addressee finds it that an invitation waits for an answer (decision 57): once its mail left, so that the caps and stops of
// offer mail hold for the list too, or where it needs none.
func (d *Outbox) waits(ctx context.Context, e event.Event, c event.Change, states []mailing.State) error {
	if slices.ContainsFunc(states, func(s mailing.State) bool { return s != mailing.Sent && s != mailing.Delivered }) {
		return nil
	}
	inv, err := d.table.Invitation(ctx, invitation.ID(c.Subject), true)
	if err != nil || inv.Open(d.env.Now()) != nil {
		return err
	}
	if err := d.table.NoteWaiting(ctx, inv, d.op(e, "waiting", e.ID(), c.Subject)); err != nil || !renews(inv) {
		return err
	}
	about, err := d.table.Mentioned(ctx, mailing.About{Offer: inv.Offer})
	if _, alone := about.Offer.Kind.Administers(); err != nil || !alone {
		return err
	}
	return d.table.NoteRenewal(ctx, inv, d.op(e, "renewal", e.ID(), c.Subject))
}

// renews says whether an invitation may be the request of a partner to administer on: that one is about no plan.
func renews(inv invitation.Invitation) bool {
	return inv.Origin == invitation.FromPartner && len(inv.Plans) == 0
}

// notRenewed forgets with its tie a request for administration that can't be answered any more (decision 69).
func (d *Outbox) notRenewed(ctx context.Context, e event.Event, c event.Change) error {
	id := invitation.ID(c.Subject)
	if no, ok := event.As[consent.DeclinedEvent](c); ok {
		id = no.InvitationID
	}
	inv, err := d.table.Invitation(ctx, id, true)
	if err != nil || !renews(inv) {
		return err
	}
	return d.table.ForgetRenewal(ctx, inv, d.op(e, "no renewal", e.ID(), string(id)))
}

// reminded asks for mail 4.
func (d *Outbox) reminded(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	inv, about, err := d.invitationOf(ctx, c)
	if err != nil || !current(inv, c, d.env.Now()) || standing(about, d.env.Now()) != "" ||
		inv.Delivery == invitation.Bounced || inv.Delivery == invitation.Complained || inv.Delivery == invitation.Suppressed {
		return nil, err
	}
	return []letter{{
		template: "invitation_reminder", to: inv.Mail, about: about, stops: true, capped: true, inv: &inv,
		compose: func(ctx context.Context, _ *mailing.Mail) (mail.Mail, error) {
			links, err := d.links(ctx, inv, c)
			if err != nil {
				return nil, err
			}
			return d.reminder(inv, about, links), nil
		},
	}}, nil
}

// reminder fills what the mails to an invitation's recipient have in common.
func (d *Outbox) reminder(inv invitation.Invitation, about mailing.Mentioned, links links) mail.InvitationReminder {
	l := filled.Language(about.Vendor, inv.Language, about.Offer.Language)
	to := mail.Recipient{Address: inv.Mail, Language: l, Country: about.Offer.Country}
	m := filled.Invitation(to, d.vendor(about.Vendor), about.Partner, offered(about, l), inv.ExpiresAt)
	m.Link, m.Report, m.Unsubscribe = links.answer, links.answer+"?step=report", links.stop
	return m
}

type links struct{ answer, stop string }

// links makes the secrets of a mail to an invitation's recipient and keeps their hashes; errMoot where a newer mail
// is on its way or the invitation was answered.
func (d *Outbox) links(ctx context.Context, inv invitation.Invitation, c event.Change) (links, error) {
	const tries = 5
	for range tries {
		o := d.op(event.Event{})
		secret := o.IDs.Secret()
		kept, err := d.table.AddLink(ctx, inv, secret, o)
		if err != nil {
			return links{}, err
		}
		if kept {
			id := string(inv.ID)
			return links{
				answer: d.page("/i/" + token.Join(id, secret)),
				stop:   d.page("/unsubscribe/" + token.Join(id, token.Derive(secret, token.Unsubscribe))),
			}, nil
		}
		// Something else was written meanwhile: a draft, a delivery report, an answer.
		if inv, err = d.table.Invitation(ctx, inv.ID, true); err != nil {
			return links{}, err
		}
		if !current(inv, c, d.env.Now()) {
			return links{}, errMoot
		}
	}
	return links{}, fault.Unavailable
}

// spare is how long before the deadline no more invitations are ended or made.
const spare = 10 * time.Second

// errMore says that there was more to do than one run does: the event stays due, and the next run goes on.
var errMore = errors.New("outbox: more invitations than one run takes")

// endInvitations ends the open invitations of a withdrawn offer where their recipients are to be notified: each with an event of its own, so
// that each mail leaves by itself. Otherwise nothing is written: whoever looks sees them ended, and the job invitations writes it when their
// step comes; but ties forget at once that they were asked for a renewal by it.
func (d *Outbox) endInvitations(ctx context.Context, e event.Event, c event.Change) error {
	of, used, err := d.table.Offer(ctx, offer.ID(c.Subject))
	if err != nil {
		return err
	}
	is, _ := event.As[offer.WithdrawnEvent](c)
	end := func(inv invitation.Invitation) error { return d.endWith(ctx, e, of, used, inv.ID) }
	if is.Tell != offer.TellRecipients {
		if _, alone := of.Kind.Administers(); !alone {
			return nil
		}
		end = func(inv invitation.Invitation) error {
			return d.table.ForgetRenewal(ctx, inv, d.op(e, "no renewal", e.ID(), string(inv.ID)))
		}
	}
	open := func(found []invitation.Invitation) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, inv := range found {
			kept[i] = inv.Answer == invitation.Pending
		}
		return kept, nil
	}
	for cursor := ""; ; {
		found, next, err := d.table.Invitations(ctx, of.ID, dynamo.Page{Limit: 100, Cursor: cursor}, open)
		if err != nil {
			return err
		}
		for _, inv := range found {
			if boot.Ending(ctx, spare) {
				return errMore
			}
			if err := end(inv); err != nil {
				return err
			}
		}
		if cursor = next; next == "" {
			return nil
		}
	}
}

// endWith ends one invitation with its offer, unless it was answered or ended before.
func (d *Outbox) endWith(ctx context.Context, e event.Event, of offer.Offer, used int, id invitation.ID) error {
	o := d.op(e, string(invitation.RevokedEvent{}.Type()), string(id))
	err := op.RetryStale(func() error {
		inv, err := d.table.Invitation(ctx, id, true)
		if err != nil {
			return err
		}
		ended, ok := inv.EndWith(of, used, o.At)
		if !ok {
			return nil
		}
		happened := event.New(o, inv.Tenant(), event.Of(id, invitation.RevokedEvent{
			OfferID: of.ID, Generation: inv.Generation, Cause: of.Status, Tell: offer.TellRecipients,
		}))
		return d.table.SaveInvitation(ctx, ended, happened, o)
	})
	if fault.Is(err, fault.Gone, fault.Conflict) {
		return nil // answered at this very moment
	}
	return err
}

// inviteAll invites the recipients of a list, 40 a transaction that moves the list on, too. The mails leave from those invitations' own events. A
// run that is cut short leaves the event due, and the next one goes on where the list stands.
func (d *Outbox) inviteAll(ctx context.Context, e event.Event, c event.Change) error {
	is, _ := event.As[invitation.BulkStartedEvent](c)
	of := offer.ID(c.Subject)
	b, err := d.table.Bulk(ctx, of, is.Bulk, d.env.Now())
	if fault.Is(err, fault.NotFound) {
		return nil // so late that it is kept no longer
	}
	if err != nil {
		return err
	}
	rows, err := d.table.BulkRows(ctx, of, is.Bulk, d.env.Now())
	if err != nil {
		return err
	}
	for b.Status == invitation.BulkSending {
		if boot.Ending(ctx, spare) {
			return errMore
		}
		if b, err = invitation.SendOn(ctx, d.table, b, rows, e.Actor, d.op(e, "bulk", b.ID, strconv.Itoa(b.Invited))); err != nil {
			return err
		}
	}
	return nil
}

// withdrawn asks for the mail "withdrawn", to a recipient who has the invitation's mail and did not report it.
func (d *Outbox) withdrawn(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	if is, _ := event.As[invitation.RevokedEvent](c); is.Tell != offer.TellRecipients {
		return nil, nil
	}
	inv, about, err := d.invitationOf(ctx, c)
	if err != nil || inv.Paused || inv.Delivery != invitation.Sent && inv.Delivery != invitation.Delivered {
		return nil, err
	}
	return []letter{{template: "withdrawn", to: inv.Mail, about: about, stops: true, capped: true, compose: func(ctx context.Context, _ *mailing.Mail) (mail.Mail, error) {
		stop, err := d.stop(string(inv.ID), func(secret string, o op.Op) error {
			now, err := d.table.Invitation(ctx, inv.ID, true)
			if err != nil {
				return err
			}
			return d.table.AddInvitationStop(ctx, now, secret, o)
		})
		m := d.reminder(inv, about, links{stop: stop})
		return mail.Withdrawn{
			To: m.To, Vendor: m.Vendor, Partner: m.Partner, ReplyTo: m.ReplyTo, Offer: m.Offer, Unsubscribe: m.Unsubscribe,
		}, err
	}}}, nil
}

// undelivered asks for mail 19, to the partner that wrote; a visitor's address is nobody's but the visitor's.
func (d *Outbox) undelivered(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	var delivery invitation.Delivery
	switch is := known.Read(c).(type) {
	case invitation.BouncedEvent:
		delivery = invitation.Bounced
	case invitation.ComplainedEvent:
		delivery = invitation.Complained
	case invitation.SuppressedEvent:
		delivery = invitation.Suppressed
		if is.Reason == reasonRate {
			delivery = reasonRate
		}
	}
	inv, about, err := d.invitationOf(ctx, c)
	if err != nil || inv.Origin != invitation.FromPartner {
		return nil, err
	}
	to := toPartner(about.Partner, about.Vendor)
	return d.notifyPartner("bounced", about, mail.Bounced{
		To: to, Vendor: d.vendor(about.Vendor), Partner: filled.Card(about.Partner), Address: inv.Mail,
		Offer: offered(about, to.Language), Reason: string(delivery),
	}), nil
}

// notifyPartner returns the one letter to a partner, or none where it has no address of its own. One that was closed was told so, and is told
// no more: it may have had thousands of customers.
func (d *Outbox) notifyPartner(template string, about mailing.Mentioned, m mail.Mail) []letter {
	if about.Partner.Status == partner.Closed {
		return nil
	}
	return d.toCompany(template, about, m)
}

// toCompany is notifyPartner to one that may be closed.
func (d *Outbox) toCompany(template string, about mailing.Mentioned, m mail.Mail) []letter {
	if filled.ReplyTo(about.Partner) == "" {
		return nil
	}
	return []letter{{template: template, to: about.Partner.Mail, about: about, compose: said(m)}}
}

// renewal asks for mail 28: the holder of a link that no longer counts asks the partner for a new one, or one who may not answer asks it to
// write to an administrator.
func (d *Outbox) renewal(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	said, _ := event.As[invitation.RenewalAskedEvent](c)
	inv, about, err := d.invitationOf(ctx, c)
	if err != nil {
		return nil, err
	}
	to := toPartner(about.Partner, about.Vendor)
	letters := d.notifyPartner("new_link_asked", about, mail.NewLinkAsked{
		To: to, Vendor: d.vendor(about.Vendor), Partner: filled.Card(about.Partner), Address: inv.Mail,
		Offer: offered(about, to.Language), Reference: inv.Offer.Reference(), Reason: said.Reason,
	})
	for i := range letters {
		letters[i].capped = true
	}
	return letters, nil
}

// reportsToPause is how many different addresses, which the partner itself had written to, pause an offer.
const reportsToPause = 3

// reports counts who reported an offer: it waits for the vendor from the first report on, and is paused by the third. Visitors of the public link
// don't count for the pause: anybody can be one.
func (d *Outbox) reports(ctx context.Context, e event.Event, c event.Change) error {
	inv, err := d.table.Invitation(ctx, invitation.ID(c.Subject), true)
	if err != nil {
		return err
	}
	if err := d.notRenewed(ctx, e, c); err != nil {
		return err
	}
	sum, err := d.table.CountReport(ctx, inv, d.env.Now())
	if err != nil {
		return err
	}
	if sum.Recipients >= reportsToPause {
		err := d.report(ctx, e, inv.Offer, offer.PausedEvent{Reason: offer.PausedByReports}, func(of offer.Offer, used int, at time.Time) (offer.Offer, error) {
			reported, err := of.Report(sum.All(), used, at)
			if err != nil {
				return of, err
			}
			return reported.Pause(offer.PausedByReports, used, at)
		})
		if !fault.Is(err, fault.OfferNotActive) {
			return err
		}
	}
	err = d.report(ctx, e, inv.Offer, offer.ReportedEvent{Reports: sum.All()}, func(of offer.Offer, used int, at time.Time) (offer.Offer, error) {
		return of.Report(sum.All(), used, at)
	})
	if fault.Is(err, fault.OfferNotActive) {
		return nil // it has ended, and nothing is left to decide
	}
	return err
}

// report changes an offer by what was reported of it.
func (d *Outbox) report(ctx context.Context, e event.Event, of offer.ID, what event.Typed, decide func(offer.Offer, int, time.Time) (offer.Offer, error)) error {
	o := d.op(e, string(what.Type()), string(of), e.ID())
	_, _, err := offer.Change(ctx, d.table, of, what, o, func(is offer.Offer, used int) (offer.Offer, error) { return decide(is, used, o.At) })
	return err
}

// reported asks for mail 29, to the vendor.
func (d *Outbox) reported(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	inv, about, err := d.invitationOf(ctx, c)
	if err != nil {
		return nil, err
	}
	sum, err := d.table.Reports(ctx, inv.Offer)
	if err != nil {
		return nil, err
	}
	to := mail.Recipient{Address: d.env.MailReports, Language: filled.Language(about.Vendor)}
	return []letter{{template: "offer_reported", to: to.Address, about: about, compose: said(mail.OfferReported{
		To: to, Vendor: d.vendor(about.Vendor), Partner: filled.Card(about.Partner), Reference: inv.Offer.Reference(),
		Offer: offered(about, to.Language), Address: inv.Mail, At: e.At, Reports: sum.All(),
		OfferPaused: about.Offer.Status == offer.Paused && about.Offer.PauseReason == offer.PausedByReports, Link: d.page("/vendor/inbox/report/" + string(inv.Offer)),
	})}}, nil
}
