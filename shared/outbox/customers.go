package outbox

import (
	"context"
	"time"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/mail"
	"liaison/shared/mail/filled"
	"liaison/shared/mailing"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/person"
)

// activityPage is where a customer reads what was done on its behalf.
const activityPage = "/account/activity"

// administrator names who did something to a customer's directory: a colleague, or the partner that acts on the customer's behalf.
func (d *Outbox) administrator(ctx context.Context, e event.Event, of mailing.About) (found mailing.Mentioned, colleague string, err error) {
	if e.Actor.Kind != op.CustomerUser {
		of.Partner = partner.ID(e.Partner)
	}
	if found, err = d.table.Mentioned(ctx, of); err != nil || e.Actor.Kind != op.CustomerUser {
		return found, "", err
	}
	by, err := d.table.Person(ctx, person.ID(e.Actor.ID))
	return found, by.Name, err
}

// aboutUser is what a mail about a customer's user mentions.
func aboutUser(e event.Event, c event.Change) mailing.About {
	return mailing.About{Customer: customer.ID("cus_" + e.Tenant.ID), Person: person.ID(c.Subject)}
}

// customerUserInvited asks for mail 18 to a customer's new user.
func (d *Outbox) customerUserInvited(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	found, by, err := d.administrator(ctx, e, aboutUser(e, c))
	if err != nil || found.Person.ID == "" || found.Person.Disabled || !found.Person.Password.SetAt.IsZero() {
		return nil, err
	}
	m := mail.CustomerUserInvited{To: toPerson(found), Vendor: d.vendor(found.Vendor), Customer: found.Customer.Name, By: by}
	if by == "" {
		m.Partner = filled.Card(found.Partner)
	}
	return d.welcome("customer_user_invited", found, func(link string, until time.Time) mail.Mail {
		m.Link, m.Until = link, until
		return m
	}), nil
}

// passwordReset asks for mail 16: the link to the user, and, where a partner started it, a notice to the customer's global administrators.
func (d *Outbox) passwordReset(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	found, by, err := d.administrator(ctx, e, aboutUser(e, c))
	if err != nil || found.Person.ID == "" || found.Person.Disabled {
		return nil, err
	}
	first := found.Person.Password.SetAt.IsZero()
	m := mail.PasswordReset{To: toPerson(found), Vendor: d.vendor(found.Vendor), Customer: found.Customer.Name, By: by, First: first}
	if by == "" {
		m.Partner = filled.Card(found.Partner)
	}
	letters := d.resetLetter("password_reset", found, func(link string, until time.Time) mail.Mail {
		m.Link, m.Until = link, until
		return m
	})
	if by != "" {
		return letters, nil
	}
	administrators, err := d.table.AdministratorsOf(ctx, found.Customer.ID)
	for _, u := range administrators {
		letters = append(letters, letter{template: "password_reset_notice", to: u.Mail, about: found, compose: said(mail.PasswordResetNotice{
			To: toUser(u, found.Customer, found.Vendor), Vendor: d.vendor(found.Vendor), Customer: found.Customer.Name, Partner: filled.Card(found.Partner),
			User: found.Person.Name, First: first, At: e.At, Link: d.page(activityPage), Revoke: d.page(tiesPage),
		})})
	}
	return letters, err
}

// admitCustomerUser makes the account of a customer's new user. With the second one the first is searched for too: the consent that made it wrote no
// rows for that, as most customers stay alone for a while and a redemption is what must cost little.
func (d *Outbox) admitCustomerUser(ctx context.Context, e event.Event, c event.Change) error {
	if err := d.admitUser(ctx, e, c); err != nil {
		return err
	}
	first, err := d.table.FirstCustomerUser(ctx, customer.ID("cus_"+e.Tenant.ID))
	if err == nil && first.Terms == nil {
		err = d.table.KeepSearchTerms(ctx, first.ID, d.op(e, "customer_user.searchable", string(first.ID)))
	}
	if fault.Is(err, fault.Absent) {
		return nil
	}
	return err
}
