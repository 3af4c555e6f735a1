// Package inquiry is where the mailed link of a message to partners leads: before it is sent a button sends it, afterwards each partner's answer stands there.
// A customer's people have a list of what they sent.
package inquiry

import (
	"context"
	"embed"
	"net/http"
	"net/url"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/lead"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/textinput"
	"liaison/shared/token"
)

// Table is what the page needs of the table beside the leads.
type Table interface {
	site.Table
	site.Sessions
}

// Leads is what the page needs of the table beside the catalogue and the session.
type Leads interface {
	lead.InquiryStore
	// LeadsOf reads the leads of a sent inquiry by the partners that have one, and these partners.
	LeadsOf(ctx context.Context, i lead.Inquiry) (map[partner.ID]lead.Lead, map[partner.ID]partner.Partner, error)
	// SentInquiries lists the inquiries that a company's people sent and that keep lets through, the newest first, each with what became of it.
	SentInquiries(ctx context.Context, c customer.ID, p partner.ID, page dynamo.Page, keep dynamo.Keep[lead.SentInquiry]) ([]lead.Followed, string, error)
}

//go:embed inquiry.html
var files embed.FS

var shown = page.Parse(files, "inquiry.html")

type inquiryPage struct {
	table Table
	leads Leads
}

// Page serves /find-a-partner/messages/{token}: GET shows what will be sent, or what became of it; POST sends it. For people of a customer it serves the
// list /account/messages, and below it what became of each that one of them sent.
func Page(env boot.Env, table Table, leads Leads) http.Handler {
	p := inquiryPage{table, leads}
	return site.New(
		env, table,
		site.Route{Path: "/find-a-partner/messages/{token}", Get: p.show, Post: p.send},
		site.Route{Path: path, Get: site.Customers(table, access.ContactPartners, p.list)},
		site.Route{Path: path + "/{inquiry}", Get: site.Customers(table, access.ContactPartners, p.own)},
	)
}

// find is where partners are found, and match where they are found for a need.
const (
	find  = "/find-a-partner"
	match = find + "/match"
)

type recipient struct {
	ID, Name string
	Badge    *page.Badge // nil before it is sent
	Text     string
	Answer   *page.Quote
	Contact  []page.Row
}

type body struct {
	Kind, Icon, Lead string
	Button           *site.Button // nil once it is sent
	Recipients       []recipient
	Written          string // what the message is called
	Rows             []page.Row
	Others           *page.Link
}

// open reads the inquiry of a mailed link. A link that was never ours is NotFound, whatever exists; one that was not pressed in time is Gone.
func (p inquiryPage) open(v *site.Visit) (lead.Inquiry, string, error) {
	who, err := v.Signed(p.table)
	if err != nil {
		return lead.Inquiry{}, "", err
	}
	if _, err := v.Catalogue(); err != nil {
		return lead.Inquiry{}, "", err
	}
	v.Speak(who.Language)
	text, secret, ok := token.Split(v.R.PathValue("token"))
	if !ok {
		return lead.Inquiry{}, "", fault.NotFound
	}
	i, err := p.leads.Inquiry(v.R.Context(), lead.InquiryID(text))
	if err != nil {
		return i, "", err
	}
	if err := i.MayOpen(secret, v.Op.At); err != nil {
		return i, "", err
	}
	v.Speak(who.Language, i.From.Language)
	return i, secret, nil
}

// refused shows a link that opens nothing as such, and says why a message cannot be sent.
func (p inquiryPage) refused(v *site.Visit, err error) error {
	w := v.Words
	again := []page.Link{{Text: w.InquiryFind(), URL: find}}
	switch {
	case fault.Is(err, fault.InquiryLinkExpired):
		return v.Say(http.StatusGone, site.Message{Title: w.InquiryExpiredTitle(), Text: []string{w.InquiryExpiredText()}, Links: again})
	case fault.Is(err, fault.NotFound):
		return v.Say(http.StatusNotFound, site.Message{Title: w.UnavailableUnknownTitle(), Text: []string{w.UnavailableUnknownText()}, Links: again})
	case fault.Is(err, fault.TooManyLeads, fault.NoRecipient):
		return v.Say(http.StatusConflict, site.Message{Title: w.InquiryUnsentTitle(), Text: []string{v.Detail(fault.As(err))}, Links: again})
	case fault.Is(err, fault.DailyInquiryLimit):
		return v.Say(http.StatusTooManyRequests, site.Message{Title: w.InquiryUnsentTitle(), Text: []string{v.Detail(fault.As(err))}, Links: again})
	}
	return err
}

// show shows the message. To open the link, as a mail scanner does, sends nothing.
func (p inquiryPage) show(v *site.Visit) error {
	i, secret, err := p.open(v)
	if err != nil {
		return p.refused(v, err)
	}
	b, err := p.became(v, i, true)
	if err != nil {
		return err
	}
	w := v.Words
	title := w.InquirySentTitle()
	if i.Status == lead.Unconfirmed {
		title = w.InquiryConfirmTitle()
		b.Kind, b.Icon, b.Lead = "calm", "mail", w.InquiryConfirmText()
		b.Button = &site.Button{Text: w.InquirySend(), Token: site.Token(secret, "send", string(i.ID)), Note: w.InquirySendNote(v.In(i.EndsAt, i.From.Country))}
	}
	frame := v.Frame(title)
	frame.OwnTitle = true
	return v.Render(shown, http.StatusOK, frame, b)
}

// became is what was written and what became of it; mine where the reader wrote it.
func (p inquiryPage) became(v *site.Visit, i lead.Inquiry, mine bool) (body, error) {
	w := v.Words
	b := body{Kind: "good", Icon: "check", Lead: w.InquirySentText(textinput.ShownMail(i.From.Mail)), Written: w.InquiryMessage()}
	if !mine {
		b.Written = w.MessagesWritten()
	}
	leads, partners, err := p.leads.LeadsOf(v.R.Context(), i)
	if err != nil {
		return b, err
	}
	for n, id := range i.Partners {
		to := recipient{ID: "partner-" + string(rune('1'+n)), Name: partners[id].LegalName}
		if i.Status == lead.Sent {
			l, has := leads[id]
			p.stands(v, &to, partners[id], l.At(v.Op.At), has)
		}
		b.Recipients = append(b.Recipients, to)
		if l, has := leads[id]; has && (l.StatusAt(v.Op.At) == lead.Declined || l.StatusAt(v.Op.At) == lead.Expired) {
			b.Others = &page.Link{Text: w.InquiryFind(), URL: others(i)}
		}
	}
	b.Rows, err = rows(v, i, mine)
	return b, err
}

// stands says what became of the message at one partner.
func (p inquiryPage) stands(v *site.Visit, to *recipient, of partner.Partner, l lead.Lead, has bool) {
	w := v.Words
	switch {
	case !has:
		to.Badge, to.Text = &page.Badge{Kind: "warn", Text: w.InquiryUnsent()}, w.InquiryGone()
	case l.Status == lead.New:
		to.Badge, to.Text = &page.Badge{Kind: "calm", Text: w.InquiryWaiting()}, w.InquiryAnswerBy(v.In(l.AnswerBy, l.From.Country))
	case l.Status == lead.Declined:
		to.Badge, to.Answer = &page.Badge{Kind: "calm", Text: w.InquiryDeclined()}, &page.Quote{Text: l.Reason}
	case l.Status == lead.Expired:
		to.Badge, to.Text = &page.Badge{Kind: "warn", Text: w.InquiryUnanswered()}, w.InquiryExpiredThere()
	default:
		to.Badge = &page.Badge{Kind: "good", Text: w.InquiryAnswered()}
		if l.Answer != "" {
			to.Answer = &page.Quote{Text: l.Answer}
		} else {
			to.Text = w.InquiryOffered()
		}
		if of = of.Proved(); of.Mail != "" {
			to.Contact = append(to.Contact, page.Row{Key: w.MailFactMail(), Values: []string{textinput.ShownMail(of.Mail)}, URL: page.MailURL(of.Mail)})
		}
		if of.Phone != "" {
			to.Contact = append(to.Contact, page.Row{Key: w.SitePhone(), Values: []string{of.Phone}, URL: page.PhoneURL(of.Phone)})
		}
	}
}

// rows are what was written.
func rows(v *site.Visit, i lead.Inquiry, mine bool) ([]page.Row, error) {
	var plans []catalog.PlanID
	if i.Plan != "" {
		plans = append(plans, i.Plan)
	}
	sold, err := v.Catalogue(plans...)
	if err != nil {
		return nil, err
	}
	w, f := v.Words, i.From
	name, mail := w.LeadsFrom(), w.MailFactMail()
	if mine {
		name, mail = w.RedeemName(), w.OfferEmail()
	}
	found := []page.Row{
		{Key: name, Values: []string{f.Name, f.Company}},
		{Key: mail, Values: []string{textinput.ShownMail(f.Mail)}},
		{Key: w.SiteCountry(), Values: []string{w.Country(f.Country)}},
	}
	if f.Phone != "" {
		found = append(found, page.Row{Key: w.SitePhone(), Values: []string{f.Phone}})
	}
	if f.Size != "" {
		found = append(found, page.Row{Key: w.MailFactCompanySize(), Values: []string{string(f.Size)}})
	}
	if len(i.Services) > 0 {
		found = append(found, page.Row{Key: w.InquiryNeed(), Values: needs(w, i)})
	}
	if i.Plan != "" {
		found = append(found, page.Row{Key: w.MailFactPlan(), Values: []string{v.PlanName(sold.Plans, i.Plan)}})
	}
	return append(found, page.Row{Key: w.InquiryText(), Values: []string{i.Text}}), nil
}

// needs are the names of the services that were asked for.
func needs(w locale.Words, i lead.Inquiry) []string {
	made := make([]string, len(i.Services))
	for n, one := range i.Services {
		made[n] = w.Service(string(one))
	}
	return made
}

// others is where partners are found for the same need.
func others(i lead.Inquiry) string {
	query := url.Values{"country": {i.From.Country}}
	for _, s := range i.Services {
		query.Add("service", string(s))
	}
	if i.Plan != "" {
		query.Set("plan", string(i.Plan))
	}
	return match + "?" + query.Encode()
}

// send sends the message. Pressed twice it is sent once.
func (p inquiryPage) send(v *site.Visit) error {
	i, secret, err := p.open(v)
	if err != nil {
		return p.refused(v, err)
	}
	if err := v.Posted(secret, "send", string(i.ID)); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.show(v)
	}
	if _, err := lead.Confirm(v.R.Context(), p.leads, i.ID, secret, v.Op); err != nil {
		return p.refused(v, err)
	}
	return v.Redirect(v.R.URL.EscapedPath())
}
