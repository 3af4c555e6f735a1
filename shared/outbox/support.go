package outbox

import (
	"cmp"
	"context"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/mail"
	"liaison/shared/mail/filled"
	"liaison/shared/mailing"
	"liaison/shared/person"
	"liaison/shared/relationship"
	"liaison/shared/support"
)

// Where a customer's people, and the vendor's, read and answer a service request.
const (
	requestPage       = "/account/support/"
	vendorRequestPage = "/vendor/support/"
)

// requested reads the service request of a change with what was written in it then, and what its mails mention; without an id where it is gone.
func (d *Outbox) requested(ctx context.Context, c event.Change, comment support.CommentID) (support.Request, mailing.Mentioned, mail.ServiceRequest, error) {
	var found mailing.Mentioned
	r, err := d.table.ServiceRequest(ctx, support.ID(c.Subject))
	if err != nil {
		if fault.Is(err, fault.Absent) {
			err = nil
		}
		return r, found, mail.ServiceRequest{}, err
	}
	said, err := d.table.ServiceRequestComment(ctx, r.ID, comment)
	if err == nil {
		found, err = d.table.Mentioned(ctx, mailing.About{Customer: r.Customer, Partner: r.OpenedBy.Partner, Grant: true})
	}
	shown := mail.ServiceRequest{
		ID: string(r.ID), Customer: found.Customer.Name, Subject: r.Subject, Severity: string(r.Severity), Text: said.Text, At: said.CreatedAt,
	}
	if r.OpenedBy.Partner != "" {
		shown.Partner = filled.Card(found.Partner)
	} else {
		shown.By = r.OpenedBy.Name
	}
	return r, found, shown, err
}

// requestOpened asks for mail 17: to the vendor, and, where a partner opened the request, to the customer's global administrators.
func (d *Outbox) requestOpened(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	wrote, _ := event.As[support.OpenedEvent](c)
	r, found, shown, err := d.requested(ctx, c, wrote.CommentID)
	if err != nil || r.ID == "" {
		return nil, err
	}
	to := mail.Recipient{Address: cmp.Or(found.Vendor.HelpMail, d.env.MailReports), Language: filled.Language(found.Vendor), Country: found.Customer.Country}
	m := mail.ServiceRequestOpened{To: to, Vendor: d.vendor(found.Vendor), Request: shown}
	m.Request.Link = d.page(vendorRequestPage + string(r.ID))
	letters := []letter{{template: "service_request_opened", to: to.Address, about: found, compose: said(m)}}
	if r.OpenedBy.Partner == "" {
		return letters, nil
	}
	m.Customers, m.Request.Link = true, d.page(requestPage+string(r.ID))
	administrators, err := d.table.AdministratorsOf(ctx, r.Customer)
	for _, u := range administrators {
		m.To = toUser(u, found.Customer, found.Vendor)
		letters = append(letters, letter{template: "service_request_opened", to: u.Mail, about: found, compose: said(m)})
	}
	return letters, err
}

// requestAnswered asks for mail 17 where the vendor wrote: to who opened the request, and, where that was on the customer's behalf, to the partner too, while
// its grant runs.
func (d *Outbox) requestAnswered(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	wrote, _ := event.As[support.CommentedEvent](c)
	if wrote.Side != support.ByVendor {
		return nil, nil
	}
	r, found, shown, err := d.requested(ctx, c, wrote.CommentID)
	if err != nil || r.ID == "" {
		return nil, err
	}
	m := mail.ServiceRequestAnswered{To: toPartner(found.Partner, found.Vendor), Vendor: d.vendor(found.Vendor), Request: shown}
	var letters []letter
	if p := r.OpenedBy.Partner; p != "" {
		if found.Grant.Partner != p || found.Grant.StatusAt(d.env.Now()) != relationship.Active {
			return nil, nil
		}
		letters = d.toCompany("service_request_answered", found, m)
	} else {
		m.Request.Link = d.page(requestPage + string(r.ID))
	}
	opener, err := d.table.Mentioned(ctx, mailing.About{Person: person.ID(r.OpenedBy.ID), Known: &found})
	if err != nil || opener.Person.ID == "" || opener.Person.Disabled || opener.Person.Mail == m.To.Address {
		return letters, err
	}
	m.To = toPerson(opener)
	return append(letters, letter{template: "service_request_answered", to: opener.Person.Mail, about: found, compose: said(m)}), nil
}
