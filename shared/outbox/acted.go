package outbox

import (
	"context"
	"slices"
	"strconv"
	"time"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/locale"
	"liaison/shared/mail"
	"liaison/shared/mailing"
	"liaison/shared/subscription"
)

// kept is from an end how long the data of a subscription stays at least.
func kept(end time.Time) time.Time { return end.AddDate(0, 0, subscription.GraceDays) }

// dated returns the time that a change says; the zero time where it says none.
func dated(c event.Change, name string) time.Time {
	at, _ := time.Parse(time.RFC3339, c.Data[name])
	return at
}

// changed asks for the mail to the customer about what was done to one of its subscriptions. What is part of a yes is told by the yes's own
// mails, and that a cancelled term has run out was told when it was cancelled.
func (d *Outbox) changed(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	if tells(e, "redemption.accepted") || c.Data["ended_at"] != "" {
		return nil, nil
	}
	m := mail.Acted{Reference: c.Subject, At: e.At, From: e.At, Reason: c.Data["reason"], Link: d.page(subscriptionsPage + "/" + c.Subject)}
	switch c.Type {
	case "subscription.cancelled":
		m.What = mail.TrialCancelled
		if ends := dated(c, "cancels_at"); !ends.IsZero() {
			m.What, m.From = mail.Cancelled, ends
		}
		m.DataUntil = kept(m.From)
	case "subscription.cancellation_undone":
		m.What, m.From = mail.CancelUndone, dated(c, "term_ends_at")
	case "subscription.licenses_changed":
		m.What = mail.LicencesChanged
	case "subscription.suspended":
		m.What = mail.Suspended
	case "subscription.reinstated":
		m.What = mail.Reinstated
	case "subscription.trial_extended":
		m.What, m.From = mail.TrialExtended, dated(c, "trial_ends_at")
		m.DataUntil = kept(m.From)
	}
	found, err := d.subscriptionOf(ctx, e, c)
	if err != nil {
		return nil, err
	}
	if c.Data["partner_id"] != "" { // on the customer's behalf
		m.Partner = card(found.Partner)
	}
	sub := found.Subscription
	m.Order = mail.Order{Licences: sub.Licenses.Bought, Term: string(sub.BillingTerm)}
	if sub.Price != nil {
		m.Order.Price = locale.Money(*sub.Price)
	}
	if m.What == mail.LicencesChanged { // as this act left it, whatever came after
		m.Order.Licences, _ = strconv.Atoi(c.Data["licenses"])
		m.Order.Before, _ = strconv.Atoi(c.Data["from"])
	}
	return d.acted(ctx, found, m)
}

// acted writes the letter about an act to each administrator of the customer, and to its billing owner where that is none of them.
func (d *Outbox) acted(ctx context.Context, found mailing.Mentioned, m mail.Acted) ([]letter, error) {
	told, err := d.table.AdministratorsOf(ctx, found.Customer.ID)
	if err != nil {
		return nil, err
	}
	admins := len(told)
	if id := found.Customer.BillingOwner; id != "" {
		owner, err := d.user(ctx, id)
		if err != nil {
			return nil, err
		}
		if !owner.Disabled && !slices.ContainsFunc(told, func(u customer.User) bool { return customer.FoldLogin(u.Mail) == customer.FoldLogin(owner.Mail) }) {
			told = append(told, owner)
		}
	}
	letters := make([]letter, len(told))
	m.Vendor, m.Customer = d.vendor(found.Vendor), found.Customer.Name
	for i, u := range told {
		m.To, m.BillingOwner = toUser(u, found.Customer, found.Vendor), i >= admins
		if found.Subscription.ID != "" {
			m.Order.Plan = found.Plans[found.Subscription.Plan].Name.In(string(m.To.Language))
		}
		letters[i] = letter{template: "acted", to: u.Mail, about: found, compose: said(m)}
	}
	return letters, nil
}
