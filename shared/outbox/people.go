package outbox

import (
	"cmp"
	"context"
	"slices"
	"time"

	"liaison/shared/event"
	"liaison/shared/mail"
	"liaison/shared/mail/filled"
	"liaison/shared/mailing"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/person"
	"liaison/shared/token"
)

// password makes one more secret that sets a person's password until a time, keeps its hash, and returns the link.
func (d *Outbox) password(ctx context.Context, id person.ID, until time.Time) (string, error) {
	o := d.op(event.Event{})
	secret := o.IDs.Secret()
	err := op.RetryStale(func() error {
		p, err := d.table.Person(ctx, id)
		if err != nil {
			return err
		}
		return d.table.AddPassword(ctx, p, secret, until, o)
	})
	return d.page("/set-password/" + token.Join(string(id), secret)), err
}

// toPerson is a person as a mail about its own account names it.
func toPerson(about mailing.Mentioned) mail.Recipient {
	return mail.Recipient{
		Address: about.Person.Mail, Country: cmp.Or(about.Customer.Country, about.Partner.Country),
		Language: filled.Language(about.Vendor, about.Person.Language, about.Customer.Language, about.Partner.Language),
	}
}

// passwordAsked asks for the mail with a new link to set a password.
func (d *Outbox) passwordAsked(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	found, err := d.table.Mentioned(ctx, mailing.About{Person: person.ID(c.Subject)})
	if err != nil || found.Person.ID == "" || found.Person.Disabled {
		return nil, err
	}
	m := mail.SetPassword{To: toPerson(found), Vendor: d.vendor(found.Vendor)}
	return d.resetLetter("set_password", found, func(link string, until time.Time) mail.Mail {
		m.Link, m.Until = link, until
		return m
	}), nil
}

// resetLetter is a letter to a person, made with a link that sets another password until a time.
func (d *Outbox) resetLetter(template string, found mailing.Mentioned, made func(link string, until time.Time) mail.Mail) []letter {
	return d.passwordLetter(template, found, func(now time.Time) time.Time { return now.Add(person.PasswordMinutes * time.Minute) }, made)
}

// passwordLetter is a letter to a person, made with a link that sets its password until a time, counted from when the mail is made.
func (d *Outbox) passwordLetter(template string, found mailing.Mentioned, ends func(now time.Time) time.Time, made func(link string, until time.Time) mail.Mail) []letter {
	return []letter{{template: template, to: found.Person.Mail, about: found, compose: func(ctx context.Context, _ *mailing.Mail) (mail.Mail, error) {
		until := ends(d.env.Now())
		link, err := d.password(ctx, found.Person.ID, until)
		return made(link, until), err
	}}}
}

// admitUser makes the account of a new user, which the mail's link to set a password rests on.
func (d *Outbox) admitUser(ctx context.Context, _ event.Event, c event.Change) error {
	who, err := d.table.Person(ctx, person.ID(c.Subject))
	if err != nil || who.Disabled {
		return err
	}
	return d.accounts.CreatePerson(ctx, who.Mail, who.Name)
}

// newcomer reads who is to have an account. It returns false for who was disabled meanwhile, or has set a password: that one gets no mail.
func (d *Outbox) newcomer(ctx context.Context, c event.Change) (mailing.Mentioned, bool, error) {
	found, err := d.table.Mentioned(ctx, mailing.About{Person: person.ID(c.Subject)})
	return found, err == nil && found.Person.ID != "" && !found.Person.Disabled && found.Person.Password.SetAt.IsZero(), err
}

// welcome is a letter to a newcomer, made with a link that sets the password until a time.
func (d *Outbox) welcome(template string, found mailing.Mentioned, made func(link string, until time.Time) mail.Mail) []letter {
	return d.passwordLetter(template, found, func(now time.Time) time.Time { return now.AddDate(0, 0, person.NewPasswordDays) }, made)
}

// operatorInvited asks for mail 18 to a new operator.
func (d *Outbox) operatorInvited(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	found, waits, err := d.newcomer(ctx, c)
	if !waits {
		return nil, err
	}
	m := mail.OperatorInvited{To: toPerson(found), Vendor: d.vendor(found.Vendor)}
	if e.Actor.Kind == op.Operator {
		by, err := d.table.Person(ctx, person.ID(e.Actor.ID))
		if err != nil {
			return nil, err
		}
		m.By = by.Name
	}
	return d.welcome("operator_invited", found, func(link string, until time.Time) mail.Mail {
		m.Link, m.Until = link, until
		return m
	}), nil
}

// userInvited asks for mail 18 to a partner's new user, or for mail 23 where the company came in by its application just now.
func (d *Outbox) userInvited(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	found, waits, err := d.newcomer(ctx, c)
	if !waits {
		return nil, err
	}
	to, vendor, company := toPerson(found), d.vendor(found.Vendor), filled.Card(found.Partner)
	if slices.ContainsFunc(e.Changes, func(c event.Change) bool { return c.Type == partner.ApprovedEvent{}.Type() }) {
		return d.welcome("application_approved", found, func(link string, until time.Time) mail.Mail {
			return mail.ApplicationApproved{To: to, Vendor: vendor, Partner: company, Link: link, Until: until}
		}), nil
	}
	m := mail.UserInvited{To: to, Vendor: vendor, Partner: company}
	said, _ := event.As[partner.UserInvitedEvent](c)
	m.CompanyRole, m.CustomerAccess = string(said.CompanyRole), string(said.CustomerAccess)
	if m.By, err = d.askerOf(ctx, e); err != nil {
		return nil, err
	}
	return d.welcome("user_invited", found, func(link string, until time.Time) mail.Mail {
		m.Link, m.Until = link, until
		return m
	}), nil
}
