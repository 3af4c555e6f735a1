package outbox

import (
	"cmp"
	"context"
	"slices"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/fault"
	"liaison/shared/mail"
	"liaison/shared/mail/filled"
	"liaison/shared/mailing"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/shared/token"
)

// usedUp ends an offer that was accepted as often as it may be.
func (d *Outbox) usedUp(ctx context.Context, e event.Event, c event.Change) error {
	said, _ := event.As[consent.AcceptedEvent](c)
	id := said.OfferID
	if id == "" { // a consent without an offer
		return nil
	}
	of, used, err := d.table.Offer(ctx, id)
	if err == nil {
		err = d.leadWon(ctx, e, of)
	}
	if err != nil || of.MaxRedemptions == 0 || used < of.MaxRedemptions || of.Status != offer.Active && of.Status != offer.Paused {
		return err
	}
	end := offer.UsedUpEvent{}
	o := d.op(e, string(end.Type()), string(id))
	_, _, err = offer.Change(ctx, d.table, id, end, o, func(of offer.Offer, used int) (offer.Offer, error) {
		if of.StatusAt(o.At, used) == offer.Expired { // its time came first, which the job offers tells
			return of, op.ErrUnchanged
		}
		return of.End(used, o.At)
	})
	if fault.Is(err, fault.OfferNotActive) {
		return nil
	}
	return err
}

// receipt makes one more secret that opens the receipt, keeps its hash, and returns the link. It replaces the secret of an earlier try of the
// same mail that was not accepted: so however often a mail is tried, every link that somebody holds still opens.
func (d *Outbox) receipt(ctx context.Context, r consent.StoredConsent, row *mailing.Mail) (string, error) {
	const tries = 5
	var err error
	for range tries {
		o := d.op(event.Event{})
		secret := o.IDs.Secret()
		if err = d.table.AddReceipt(ctx, r, secret, row.Receipt, o); err == nil {
			row.Receipt = token.Hash(token.Receipt, secret)
			return d.page("/receipts/" + token.Join(string(r.ID), secret)), nil
		}
		if !fault.Is(err, fault.Stale) {
			return "", err
		}
		if r, err = d.table.Redemption(ctx, r.ID); err != nil {
			return "", err
		}
	}
	return "", err
}

// declined asks for mail 8.
func (d *Outbox) declined(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	no, _ := event.As[consent.DeclinedEvent](c)
	of := no.OfferID
	inv, err := d.table.Invitation(ctx, no.InvitationID, true)
	if err != nil {
		return nil, err
	}
	found, err := d.table.Mentioned(ctx, mailing.About{Offer: of, Partner: of.Partner(), Redemption: consent.ID(c.Subject), Plans: inv.Plans})
	if err != nil {
		return nil, err
	}
	to := toPartner(found.Partner, found.Vendor)
	return d.notifyPartner("declined", found, mail.Declined{
		To: to, Vendor: d.vendor(found.Vendor), Partner: filled.Card(found.Partner), Address: inv.Mail, Offer: offered(found, to.Language),
		At: found.Redemption.CreatedAt, Reason: found.Redemption.Reason,
	}), nil
}

// subscriptionOf reads what a mail about a subscription mentions.
func (d *Outbox) subscriptionOf(ctx context.Context, e event.Event, c event.Change) (mailing.Mentioned, error) {
	return d.table.Mentioned(ctx, mailing.About{
		Customer: customer.ID("cus_" + e.Tenant.ID), Subscription: subscription.ID(c.Subject), Partner: partner.ID(e.Partner),
		Plans: []catalog.PlanID{event.Value[catalog.PlanID](known.Read(c))},
	})
}

// trialOf reads what a mail about a trial mentions, and who gets one: every administrator of the customer.
func (d *Outbox) trialOf(ctx context.Context, e event.Event, c event.Change) (mailing.Mentioned, []customer.User, error) {
	found, err := d.subscriptionOf(ctx, e, c)
	if err != nil {
		return found, nil, err
	}
	administrators, err := d.table.AdministratorsOf(ctx, found.Customer.ID)
	return found, administrators, err
}

func (d *Outbox) trial(found mailing.Mentioned, u customer.User, until time.Time) mail.Trial {
	to, sub := toUser(u, found.Customer, found.Vendor), found.Subscription
	plan := found.Plans[sub.Plan]
	made := mail.Trial{
		To: to, Vendor: d.vendor(found.Vendor), Customer: found.Customer.Name, Plan: plan.Name.In(string(to.Language)),
		Licenses: sub.Licenses.Bought, Ends: sub.TrialEndsAt, DataUntil: until,
	}
	if len(plan.Terms()) > 0 {
		made.Link = d.page(subscriptionsPage + "/" + string(sub.ID))
	}
	if found.Partner.Status == partner.Active {
		made.Partner = filled.Card(found.Partner)
	}
	return made
}

// same says whether an end is still the one that a change said, which is to the second.
func same(end, said time.Time) bool { return end.Truncate(time.Second).Equal(said) }

// trialEnding asks for mail 9.
func (d *Outbox) trialEnding(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	said, _ := event.As[subscription.TrialWillEndEvent](c)
	found, administrators, err := d.trialOf(ctx, e, c)
	if err != nil || found.Subscription.StatusAt(d.env.Now()) != subscription.Trialing || !same(found.Subscription.TrialEndsAt, said.TrialEndsAt) {
		return nil, err
	}
	var letters []letter
	for _, u := range administrators {
		m := mail.TrialEnding{Trial: d.trial(found, u, found.Subscription.TrialEndsAt.AddDate(0, 0, subscription.GraceDays))}
		letters = append(letters, letter{template: "trial_ending", to: u.Mail, about: found, stops: true, compose: func(ctx context.Context, _ *mailing.Mail) (mail.Mail, error) {
			var err error
			m.Unsubscribe, err = d.stop(string(u.ID), func(secret string, o op.Op) error {
				now, err := d.table.CustomerUser(ctx, u.ID)
				if err != nil {
					return err
				}
				return d.table.AddUserStop(ctx, now, secret, o)
			})
			return m, err
		}})
	}
	return letters, nil
}

// stop makes a secret that stops mails to the holder of an id, and returns its link. keep reads the holder and keeps the secret's hash;
// it is asked again where something else was written meanwhile.
func (d *Outbox) stop(id string, keep func(secret string, o op.Op) error) (string, error) {
	o := d.op(event.Event{})
	secret := o.IDs.Secret()
	err := op.RetryStale(func() error { return keep(secret, o) })
	return d.page("/unsubscribe/" + token.Join(id, secret)), err
}

// trialEnded asks for mail 10.
func (d *Outbox) trialEnded(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	found, administrators, err := d.trialOf(ctx, e, c)
	if err != nil || found.Subscription.Status != subscription.Expired {
		return nil, err
	}
	var letters []letter
	for _, u := range administrators {
		m := mail.TrialEnded{Trial: d.trial(found, u, found.Subscription.GraceEndsAt)}
		letters = append(letters, letter{template: "trial_ended", to: u.Mail, about: found, compose: said(m)})
	}
	return letters, nil
}

// deletionNotice asks for mail 11. The date it names counts from now.
func (d *Outbox) deletionNotice(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	found, administrators, err := d.trialOf(ctx, e, c)
	if err != nil || found.Subscription.Status != subscription.Expired && found.Subscription.Status != subscription.Cancelled {
		return nil, err
	}
	until := found.Subscription.DeleteAfter
	if until.IsZero() {
		until = found.Subscription.DeletionDate(d.env.Now())
	}
	buy := found.Subscription.GraceEndsAt
	if found.Subscription.Convertible(d.env.Now()) != nil { // its page sells it no longer
		buy = time.Time{}
	}
	letters := make([]letter, 0, len(administrators))
	for _, u := range administrators {
		m := mail.DeletionNotice{Trial: d.trial(found, u, until), BuyUntil: buy, Paid: !found.Subscription.Trial, Cancelled: found.Subscription.Status == subscription.Cancelled}
		letters = append(letters, letter{template: "deletion_notice", to: u.Mail, about: found, sub: found.Subscription.ID, compose: said(m)})
	}
	return letters, nil
}

// deletionNoticed sets the day of the deletion once an administrator's mail was accepted. Where none was, the deletion waits for the
// vendor's decision, and an event asks the vendor for it.
func (d *Outbox) deletionNoticed(ctx context.Context, e event.Event, c event.Change, states []mailing.State) error {
	accepted := false
	for _, state := range states {
		accepted = accepted || state == mailing.Sent || state == mailing.Delivered
	}
	id := subscription.ID(c.Subject)
	o := d.op(e, "subscription.deletion_noticed", e.ID())
	return subscription.Update(ctx, d.table, id, o, func(s subscription.Subscription) (subscription.Subscription, []event.Event) {
		if accepted {
			return s.Announced(o)
		}
		return s.Unannounced(e.At, o)
	})
}

// grantOf reads what a mail about a delegated administration mentions, and the customer's administrators.
func (d *Outbox) grantOf(ctx context.Context, c event.Change) (mailing.Mentioned, []customer.User, error) {
	owner, p, err := relationship.Parse(c.Subject)
	if err != nil {
		return mailing.Mentioned{}, nil, err
	}
	found, err := d.table.Mentioned(ctx, mailing.About{Customer: owner, Partner: p, Grant: true})
	if err != nil {
		return found, nil, err
	}
	administrators, err := d.table.AdministratorsOf(ctx, owner)
	return found, administrators, err
}

// bothSides writes one letter to each administrator of the customer and one to the partner.
func (d *Outbox) bothSides(template string, found mailing.Mentioned, administrators []customer.User, role string, ends time.Time, make func(mail.Grant) mail.Mail) []letter {
	g := mail.Grant{Vendor: d.vendor(found.Vendor), Partner: filled.Card(found.Partner), Customer: found.Customer.Name, Role: role, Ends: ends}
	var letters []letter
	for _, u := range administrators {
		g.To, g.Link = toUser(u, found.Customer, found.Vendor), d.page(tiesPage)
		letters = append(letters, letter{template: template, to: u.Mail, about: found, compose: said(make(g))})
	}
	g.To, g.Link, g.ToPartner = toPartner(found.Partner, found.Vendor), "", true
	return append(letters, d.notifyPartner(template, found, make(g))...)
}

// administrationEnding asks for mail 15. None is sent while a dispute suspends the grant: the partner may do nothing then, and the vendor's
// decision has a mail of its own.
func (d *Outbox) administrationEnding(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	said, _ := event.As[relationship.AdministrationExpiringEvent](c)
	found, administrators, err := d.grantOf(ctx, c)
	if err != nil {
		return nil, err
	}
	g := found.Grant
	if g.Partner != found.Partner.ID || g.StatusAt(d.env.Now()) != relationship.Active || !same(g.EndsAt, said.EndsAt) {
		return nil, nil
	}
	extends := g.ExtendsAt(found.Customer.Country, found.Availability)
	return d.bothSides("administration_ending", found, administrators, g.Role, g.EndsAt, func(g mail.Grant) mail.Mail {
		return mail.AdministrationEnding{Grant: g, Extends: extends, Days: relationship.ExtendDays}
	}), nil
}

// administrationEnded asks for mail 14. Where it was replaced, the customer's mail about the new consent says so; where the same consent changed
// the partner of record too, the partner's mail about that does. A decision about a dispute has its own mail.
func (d *Outbox) administrationEnded(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	what := known.Read(c)
	_, replaced := what.(relationship.AdministrationReplacedEvent)
	if replaced && holds[relationship.PartnerOfRecordRemovedEvent](e) || holds[consent.DisputeDecidedEvent](e) {
		return nil, nil
	}
	found, administrators, err := d.grantOf(ctx, c)
	if err != nil {
		return nil, err
	}
	if replaced {
		administrators = nil
	}
	ended := e.At
	if at := event.Value[time.Time](what); !at.IsZero() {
		ended = at
	}
	return d.bothSides("administration_ended", found, administrators, event.Value[relationship.Administered](what).Role, ended, func(g mail.Grant) mail.Mail {
		return mail.AdministrationEnded{Grant: g, Cause: string(event.Value[relationship.Cause](what)), Left: found.Partner.Status == partner.Closed}
	}), nil
}

// administrationLowered tells both sides that full rights became limited ones.
func (d *Outbox) administrationLowered(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	found, administrators, err := d.grantOf(ctx, c)
	if err != nil {
		return nil, err
	}
	said, _ := event.As[relationship.AdministrationLoweredEvent](c)
	return d.bothSides("administration_lowered", found, administrators, said.Role, found.Grant.EndsAt, func(g mail.Grant) mail.Mail {
		return mail.AdministrationLowered{Grant: g, At: e.At}
	}), nil
}

// administrationExtended tells both sides of a delegated administration that went on by itself.
func (d *Outbox) administrationExtended(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	said, _ := event.As[relationship.AdministrationExtendedEvent](c)
	if !said.Auto { // a consent has its own mails
		return nil, nil
	}
	found, administrators, err := d.grantOf(ctx, c)
	if err != nil {
		return nil, err
	}
	ends := said.EndsAt
	if ends.IsZero() {
		ends = found.Grant.EndsAt
	}
	return d.bothSides("administration_extended", found, administrators, cmp.Or(said.Role, found.Grant.Role), ends, func(g mail.Grant) mail.Mail {
		return mail.AdministrationExtended{Grant: g}
	}), nil
}

// holds says whether an event holds a change of a type.
func holds[T event.Typed](e event.Event) bool {
	return slices.ContainsFunc(e.Changes, event.Is[T])
}
