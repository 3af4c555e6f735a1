package outbox

import (
	"context"
	"net/url"

	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/lead"
	"liaison/shared/locale"
	"liaison/shared/mail"
	"liaison/shared/mail/filled"
	"liaison/shared/mailing"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/token"
)

// Where a partner answers a lead, where a visitor sends a message and reads what became of it, and where other partners are found.
const (
	leadPage    = "/partner/leads/"
	inquiryPage = "/find-a-partner/messages/"
	matchPage   = "/find-a-partner/match"
)

// toInquirer is who wrote to partners, as mails address it.
func toInquirer(f lead.From, v catalog.Vendor) mail.Recipient {
	return mail.Recipient{Address: f.Mail, Language: filled.Language(v, f.Language), Country: f.Country}
}

// confirmInquiry asks for the mail whose link sends a visitor's message. It goes to an address that anybody may have typed, so it counts against the caps
// of offers' mails.
func (d *Outbox) confirmInquiry(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	i, err := d.leads().Inquiry(ctx, lead.InquiryID(c.Subject))
	if fault.Is(err, fault.Absent) || err == nil && i.Status != lead.Unconfirmed {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found, err := d.table.Mentioned(ctx, mailing.About{Partners: i.Partners})
	if err != nil {
		return nil, err
	}
	m := mail.InquiryConfirm{To: toInquirer(i.From, found.Vendor), Vendor: d.vendor(found.Vendor), Until: i.EndsAt}
	for _, p := range i.Partners {
		m.Partners = append(m.Partners, found.Partners[p].LegalName)
	}
	return []letter{{template: "inquiry_confirm", to: i.From.Mail, about: found, capped: true, compose: func(ctx context.Context, _ *mailing.Mail) (mail.Mail, error) {
		var err error
		m.Link, err = d.inquiryLink(ctx, i.ID)
		return m, err
	}}}, nil
}

// inquiryLink makes one more secret that opens an inquiry, keeps its hash, and returns the link.
func (d *Outbox) inquiryLink(ctx context.Context, id lead.InquiryID) (string, error) {
	o := d.op(event.Event{})
	secret := o.IDs.Secret()
	err := op.RetryStale(func() error {
		i, err := d.leads().Inquiry(ctx, id)
		if err != nil {
			return err
		}
		return d.leads().AddInquiryLink(ctx, i, secret, o)
	})
	return d.page(inquiryPage + token.Join(string(id), secret)), err
}

// led reads the lead of a change with what its mails mention; without an id where it is gone.
func (d *Outbox) led(ctx context.Context, c event.Change) (lead.Lead, mailing.Mentioned, error) {
	var found mailing.Mentioned
	l, err := d.leads().Lead(ctx, lead.ID(c.Subject))
	if fault.Is(err, fault.Absent) {
		return lead.Lead{}, found, nil
	}
	if err != nil {
		return l, found, err
	}
	about := mailing.About{Partner: l.Partner}
	if l.Plan != "" {
		about.Plans = []catalog.PlanID{l.Plan}
	}
	found, err = d.table.Mentioned(ctx, about)
	return l, found, err
}

// inquiry is what was written, as its partner's mails show it.
func inquiry(l lead.Lead, found mailing.Mentioned, to mail.Recipient) mail.Inquiry {
	f := l.From
	shown := mail.Inquiry{
		Company: f.Company, Name: f.Name, Mail: f.Mail, Phone: f.Phone, MayCall: l.MayCall, Country: f.Country, Size: string(f.Size), Text: l.Text, At: l.CreatedAt,
	}
	for _, one := range l.Services {
		shown.Services = append(shown.Services, locale.In(to.Language).Service(string(one)))
	}
	if plan := found.Plans[l.Plan]; l.Plan != "" {
		shown.Plan = plan.Name.In(string(to.Language))
	}
	return shown
}

// leadReceived asks for mail 27. It is overtaken where the lead was answered, or has ended.
func (d *Outbox) leadReceived(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	l, found, err := d.led(ctx, c)
	if err != nil || l.ID == "" || l.StatusAt(d.env.Now()) != lead.New {
		return nil, err
	}
	to := toPartner(found.Partner, found.Vendor)
	m := mail.LeadReceived{
		To: to, Vendor: d.vendor(found.Vendor), Partner: filled.Card(found.Partner), Inquiry: inquiry(l, found, to), Link: d.page(leadPage + string(l.ID)), AnswerBy: l.AnswerBy,
	}
	return d.notifyPartner("lead_received", found, m), nil
}

// leadReminded asks for the mail that calls a lead to its partner's mind. It is overtaken where the lead was answered, has ended, or a later reminder is due.
func (d *Outbox) leadReminded(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	said, _ := event.As[lead.RemindedEvent](c)
	l, found, err := d.led(ctx, c)
	if err != nil || l.ID == "" || l.StatusAt(d.env.Now()) != lead.New || l.Reminded != said.Number {
		return nil, err
	}
	to := toPartner(found.Partner, found.Vendor)
	m := mail.LeadReminder{
		To: to, Vendor: d.vendor(found.Vendor), Partner: filled.Card(found.Partner), Inquiry: inquiry(l, found, to), Link: d.page(leadPage + string(l.ID)), Until: l.ExpiresAt,
	}
	return d.notifyPartner("lead_reminder", found, m), nil
}

// leadAnswered asks for the mail with a partner's answer, to who wrote to it.
func (d *Outbox) leadAnswered(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	l, found, err := d.led(ctx, c)
	if err != nil || l.ID == "" || l.Answer == "" {
		return nil, err
	}
	m := mail.LeadAnswered{
		To: toInquirer(l.From, found.Vendor), Vendor: d.vendor(found.Vendor), Partner: filled.Card(found.Partner), Answer: l.Answer, SentAt: l.CreatedAt,
	}
	return []letter{{template: "lead_answered", to: l.From.Mail, about: found, compose: func(ctx context.Context, _ *mailing.Mail) (mail.Mail, error) {
		var err error
		if m.Link, err = d.inquiryLink(ctx, l.Inquiry); fault.Is(err, fault.Absent) {
			err = errMoot
		}
		return m, err
	}}}, nil
}

// leadDeclined asks for the mail that a partner says no, to who wrote to it.
func (d *Outbox) leadDeclined(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	l, found, err := d.led(ctx, c)
	if err != nil || l.ID == "" {
		return nil, err
	}
	m := mail.LeadDeclined{
		To: toInquirer(l.From, found.Vendor), Vendor: d.vendor(found.Vendor), Partner: filled.Card(found.Partner), Reason: l.Reason, SentAt: l.CreatedAt, Link: d.otherPartners(l),
	}
	return []letter{{template: "lead_declined", to: l.From.Mail, about: found, compose: said(m)}}, nil
}

// leadExpired asks for the mail that a partner never answered, to who wrote to it.
func (d *Outbox) leadExpired(ctx context.Context, _ event.Event, c event.Change) ([]letter, error) {
	l, found, err := d.led(ctx, c)
	if err != nil || l.ID == "" {
		return nil, err
	}
	m := mail.LeadExpired{
		To: toInquirer(l.From, found.Vendor), Vendor: d.vendor(found.Vendor), Partner: filled.Card(found.Partner), SentAt: l.CreatedAt, Link: d.otherPartners(l),
	}
	return []letter{{template: "lead_expired", to: l.From.Mail, about: found, compose: said(m)}}, nil
}

// otherPartners is where who wrote to a partner finds others for the same need.
func (d *Outbox) otherPartners(l lead.Lead) string {
	query := url.Values{"country": {l.From.Country}}
	for _, s := range l.Services {
		query.Add("service", string(s))
	}
	if l.Plan != "" {
		query.Set("plan", string(l.Plan))
	}
	return d.page(matchPage + "?" + query.Encode())
}

// leadWon makes the lead won that an accepted offer was made of.
func (d *Outbox) leadWon(ctx context.Context, e event.Event, of offer.Offer) error {
	if of.Lead == "" {
		return nil
	}
	return lead.Win(ctx, d.leads(), lead.ID(of.Lead), of.ID, d.op(e, "lead won", e.ID(), of.Lead))
}

// leads is the table with what only leads need.
func (d *Outbox) leads() dynamo.Leads { return dynamo.Leads{Table: d.table.Table} }
