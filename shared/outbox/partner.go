package outbox

import (
	"context"

	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/mail"
	"liaison/shared/mail/filled"
	"liaison/shared/mailing"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/person"
)

// standing asks for the mail that the vendor suspended a partner, let it go on or closed it, to that partner. It is overtaken where the partner stands
// otherwise by now.
func (d *Outbox) standing(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	found, err := d.table.Mentioned(ctx, mailing.About{Partner: partner.ID(c.Subject)})
	if err != nil {
		return nil, err
	}
	m := mail.Standing{To: toPartner(found.Partner, found.Vendor), Vendor: d.vendor(found.Vendor), Partner: filled.Card(found.Partner), At: e.At}
	var now partner.Status
	switch is := known.Read(c).(type) {
	case partner.SuspendedEvent:
		now, m.Now, m.Reason = partner.Suspended, mail.PartnerSuspended, is.Reason
	case partner.ReinstatedEvent:
		now, m.Now, m.Reason = partner.Active, mail.PartnerActive, is.Reason
	case partner.ClosedEvent:
		now, m.Now, m.Reason = partner.Closed, mail.PartnerClosed, is.Reason
	}
	if found.Partner.Status != now {
		return nil, nil
	}
	return d.toCompany("standing", found, m), nil
}

// companyPage is where a partner's administrator types a code.
const companyPage = "/partner/company"

// askerOf is the name of the partner's user who asked for something; empty for a machine.
func (d *Outbox) askerOf(ctx context.Context, e event.Event) (string, error) {
	if e.Actor.Kind != op.PartnerUser {
		return "", nil
	}
	by, err := d.table.Person(ctx, person.ID(e.Actor.ID))
	return by.Name, err
}

// emailCode asks for mail 25, to the address that is to be proved. The code is made with the mail, so that only its reader knows it. It is
// overtaken where a newer one was asked for, or the address is another by now.
func (d *Outbox) emailCode(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	found, err := d.table.Mentioned(ctx, mailing.About{Partner: partner.ID(c.Subject)})
	if err != nil {
		return nil, err
	}
	p := found.Partner
	m := mail.ProfileCode{To: toPartner(p, found.Vendor), Vendor: d.vendor(found.Vendor), Partner: filled.Card(p), Page: d.page(companyPage)}
	m.To.Address = p.Mail // toPartner names only a proved one
	if m.By, err = d.askerOf(ctx, e); err != nil {
		return nil, err
	}
	return []letter{{template: "profile_code", to: p.Mail, about: found, compose: func(ctx context.Context, _ *mailing.Mail) (mail.Mail, error) {
		made, waits, err := partner.MakeMailCode(ctx, d.table, p.ID, e.At, d.op(event.Event{}))
		if err == nil && (!waits || made.Of != p.Mail) {
			err = errMoot
		}
		m.Code, m.Until = made.Digits, made.EndsAt
		return m, err
	}}}, nil
}

// callPage is, with a partner's id, where the vendor makes the code of a call.
const callPage = "/vendor/inbox/call/"

// phoneCall asks for the mail to the vendor that a partner waits for a call. It is overtaken where the number is proved by now.
func (d *Outbox) phoneCall(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	found, err := d.table.Mentioned(ctx, mailing.About{Partner: partner.ID(c.Subject)})
	if err != nil || !found.Partner.Verification.PhoneAt.IsZero() {
		return nil, err
	}
	to := mail.Recipient{Address: d.env.MailReports, Language: filled.Language(found.Vendor), Country: found.Partner.Country}
	m := mail.PhoneCallAsked{To: to, Vendor: d.vendor(found.Vendor), Partner: filled.Card(found.Partner), Phone: found.Partner.Phone, At: e.At, Link: d.page(callPage + c.Subject)}
	if m.By, err = d.askerOf(ctx, e); err != nil {
		return nil, err
	}
	return []letter{{template: "phone_call_asked", to: to.Address, about: found, compose: said(m)}}, nil
}
