package outbox

import (
	"context"

	"liaison/shared/event"
	"liaison/shared/mail"
	"liaison/shared/mail/filled"
	"liaison/shared/mailing"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/token"
)

// toContact is who applied, as mails address it.
func toContact(found mailing.Mentioned) mail.Recipient {
	a := found.Application
	return mail.Recipient{Address: a.Contact.Mail, Language: filled.Language(found.Vendor, a.Contact.Language), Country: a.Country}
}

// applied asks for mail 22, with the link that confirms the address. It goes to an address that anybody may have typed, so it counts against
// the caps of offers' mails; who wants none of those may still apply.
func (d *Outbox) applied(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	found, err := d.table.Mentioned(ctx, mailing.About{Application: partner.ApplicationID(c.Subject)})
	a := found.Application
	if err != nil || a.Status != partner.ApplicationUnconfirmed {
		return nil, err
	}
	m := mail.ApplicationReceived{To: toContact(found), Vendor: d.vendor(found.Vendor), Company: a.LegalName, Until: a.EndsAt}
	return []letter{{template: "application_received", to: a.Contact.Mail, about: found, capped: true, compose: func(ctx context.Context, _ *mailing.Mail) (mail.Mail, error) {
		var err error
		m.Link, err = d.confirming(ctx, a.ID)
		return m, err
	}}}, nil
}

// confirming makes one more secret that confirms an application, keeps its hash, and returns the link.
func (d *Outbox) confirming(ctx context.Context, id partner.ApplicationID) (string, error) {
	o := d.op(event.Event{})
	secret := o.IDs.Secret()
	err := op.RetryStale(func() error {
		a, err := d.table.Application(ctx, id)
		if err != nil {
			return err
		}
		return d.table.AddApplicationLink(ctx, a, secret, o)
	})
	return d.page("/become-a-partner/confirm/" + token.Join(string(id), secret)), err
}

// rejected asks for mail 24 to who applied.
func (d *Outbox) rejected(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	found, err := d.table.Mentioned(ctx, mailing.About{Application: partner.ApplicationID(c.Subject)})
	a := found.Application
	if err != nil || a.ID == "" {
		return nil, err
	}
	m := mail.ApplicationRejected{To: toContact(found), Vendor: d.vendor(found.Vendor), Company: a.LegalName, Reason: a.Reason}
	return []letter{{template: "application_rejected", to: a.Contact.Mail, about: found, compose: said(m)}}, nil
}
