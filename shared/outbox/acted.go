package outbox

import (
	"context"
	"slices"
	"time"

	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/locale"
	"liaison/shared/mail"
	"liaison/shared/mail/filled"
	"liaison/shared/mailing"
	"liaison/shared/partner"
	"liaison/shared/person"
	"liaison/shared/subscription"
)

// kept returns until when the data of a subscription stays at least after its end.
func kept(end time.Time) time.Time { return end.AddDate(0, 0, subscription.GraceDays) }

// changed asks for the mail to the customer about what was done to one of its subscriptions. What is part of a consent stands in the consent's
// own mails; the end of a cancelled term stood in the mail about its cancellation.
func (d *Outbox) changed(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	if holds[consent.AcceptedEvent](e) {
		return nil, nil
	}
	m := mail.Acted{Reference: c.Subject, At: e.At, From: e.At, Link: d.page(subscriptionsPage + "/" + c.Subject)}
	var counts mail.Order // as this change left them, whatever came after
	var by partner.ID
	switch is := known.Read(c).(type) {
	case subscription.CancelledEvent:
		if !is.EndedAt.IsZero() {
			return nil, nil
		}
		m.What, m.Reason, by = mail.TrialCancelled, is.Reason, is.PartnerID
		if !is.CancelsAt.IsZero() {
			m.What, m.From = mail.Cancelled, is.CancelsAt
		}
		m.DataUntil = kept(m.From)
	case subscription.CancellationUndoneEvent:
		m.What, m.From = mail.CancelUndone, is.TermEndsAt
	case subscription.LicensesChangedEvent:
		m.What, counts.Licenses, counts.Before = mail.LicensesChanged, is.Licenses, is.From
	case subscription.SuspendedEvent:
		m.What, m.Reason = mail.Suspended, is.Reason
	case subscription.ReinstatedEvent:
		m.What, m.Reason = mail.Reinstated, is.Reason
	case subscription.TrialExtendedEvent:
		m.What, m.From, m.Reason = mail.TrialExtended, is.TrialEndsAt, is.Reason
		m.DataUntil = kept(m.From)
	}
	found, err := d.subscriptionOf(ctx, e, c)
	if err != nil {
		return nil, err
	}
	if by != "" { // on the customer's behalf
		m.Partner = filled.Card(found.Partner)
	}
	sub := found.Subscription
	m.Order = mail.Order{Licenses: sub.Licenses.Bought, Term: string(sub.BillingTerm)}
	if sub.Price != nil {
		m.Order.Price = locale.Money(*sub.Price)
	}
	if m.What == mail.LicensesChanged {
		m.Order.Licenses, m.Order.Before = counts.Licenses, counts.Before
		if m.Order.TermEnds = sub.TermEnd(m.At); sub.BilledBy == subscription.Vendor {
			m.Charged = string(found.Vendor.LicensesCharged.Or())
		}
	}
	return d.acted(ctx, found, m)
}

// acted writes the letter about an action to each administrator of the customer, and to its billing owner where that is none of them.
func (d *Outbox) acted(ctx context.Context, found mailing.Mentioned, m mail.Acted) ([]letter, error) {
	users, err := d.table.AdministratorsOf(ctx, found.Customer.ID)
	if err != nil {
		return nil, err
	}
	admins := len(users)
	if id := found.Customer.BillingOwner; id != "" {
		owner, err := d.user(ctx, id)
		if err != nil {
			return nil, err
		}
		if !owner.Disabled && !slices.ContainsFunc(users, func(u customer.User) bool { return person.FoldLogin(u.Mail) == person.FoldLogin(owner.Mail) }) {
			users = append(users, owner)
		}
	}
	letters := make([]letter, len(users))
	m.Vendor, m.Customer = d.vendor(found.Vendor), found.Customer.Name
	for i, u := range users {
		m.To, m.BillingOwner = toUser(u, found.Customer, found.Vendor), i >= admins
		if found.Subscription.ID != "" {
			m.Order.Plan = found.Plans[found.Subscription.Plan].Name.In(string(m.To.Language))
		}
		letters[i] = letter{template: "acted", to: u.Mail, about: found, compose: said(m)}
	}
	return letters, nil
}
