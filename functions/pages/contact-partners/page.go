// Package contactpartners is where somebody writes to up to three partners of the marketplace at once: a visitor, who proves the address by a mailed link
// before anything is sent, or a user of a customer or a partner, whose message leaves at once.
package contactpartners

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/id"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/quota"
	"liaison/shared/site"
	"liaison/shared/site/listed"
	"liaison/shared/site/partnername"
	"liaison/shared/site/partnersearch"
	"liaison/shared/textinput"
	"liaison/shared/view"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	lead.InquiryStore
	Count(ctx context.Context, what, subject string, limit int, window time.Duration, at time.Time) (quota.Rate, error)
	Plans(ctx context.Context, page dynamo.Page) ([]catalog.Plan, string, error)
}

var _ Table = dynamo.Leads{}

//go:embed *.html
var files embed.FS

var form = page.Parse(files, "contact.html")

type contactPage struct{ table Table }

const path = "/find-a-partner/contact"

// Page serves /find-a-partner/contact: GET shows the form to the partners that the address names, POST sends it or has the address proved first.
func Page(env boot.Env, table Table) http.Handler {
	p := contactPage{table}
	return site.New(env, table, site.Route{Path: path, Get: p.show, Post: p.send})
}

// cookie keeps the secret that keys a visitor's form; it says nothing of the visitor.
const cookie = "contact"

// onceFor is how long the same form of the same browser is the same message.
const onceFor = 24 * time.Hour

// mostPlans is how many plans there are to choose from; the vendor has few.
const mostPlans = 100

// writer is who writes: somebody who is signed in, or a visitor, who has a secret of its own.
type writer struct {
	site.Signed
	secret string
}

// known says whether the message leaves in the name of who is signed in. An operator writes as a visitor does.
func (w writer) known() bool { return w.In() && access.Has(w.Caller, access.ContactPartners) }

func (p contactPage) writer(v *site.Visit) (writer, error) {
	if _, err := v.Catalogue(); err != nil {
		return writer{}, err
	}
	who, err := v.Signed(p.table)
	if err != nil {
		return writer{}, err
	}
	v.Speak(who.Language)
	by := writer{Signed: who, secret: who.Secret}
	if !by.known() {
		by.secret = page.Cookie(v.R, cookie)
	}
	return by, nil
}

// typed are the fields as they stand in the form. Whoever opens the form anew gets another nonce, and may write once more.
type typed struct {
	lead.Draft
	agreed bool
	nonce  string
}

func posted(v *site.Visit) typed {
	return typed{
		Draft: lead.Draft{
			Partners: chosen(v), Services: view.Texts[listing.Service](v.R.PostForm["service"]), Plan: catalog.PlanID(v.Form("plan")),
			Text: v.Form("text"), MayCall: v.Form("may_call") == "yes", Privacy: v.Form("privacy"),
			From: lead.From{
				Company: v.Form("company"), Name: v.Form("name"), Mail: v.Form("email"), Phone: v.Form("phone"), Country: v.Form("country"), Size: lead.Size(v.Form("size")),
				Language: string(v.Words.Language()),
			},
		},
		agreed: v.Form("agree") == "yes", nonce: v.Form("nonce"),
	}
}

// chosen are the partners that the address names: the form's, too, so that it is shown again where its token is too old.
func chosen(v *site.Visit) []partner.ID { return view.Texts[partner.ID](v.R.URL.Query()["partner"]) }

type body struct {
	Action                string
	Token, Nonce, Privacy string
	To                    []page.Who
	As                    []page.Row // who is known to write; the fields are a visitor's
	Company, Name, Mail   *page.Input
	Country               *page.Select
	Phone                 page.Input
	Size, Plan            page.Select
	Services              page.Checkboxes
	Text                  page.Textarea
	MayCall               page.Checkboxes
	Agree                 *page.Checkboxes // nil where the vendor has published no privacy notice
	Notice                page.Link
	Then                  []page.Moment
}

func (p contactPage) show(v *site.Visit) error {
	by, err := p.writer(v)
	if err != nil {
		return err
	}
	w, query := v.Words, v.R.URL.Query()
	asked := partnersearch.Ask(query)
	search := []page.Link{asked.Link(v)}
	if asked.Back.Leads() {
		search = append(search, page.Link{Text: w.MarketplaceBack(), URL: asked.Back.URL()})
	}
	switch query.Get("sent") {
	case "mail":
		return v.Say(http.StatusOK, site.Message{Title: w.OfferSentTitle(), Icon: "mail", Text: []string{w.MessageMailText(), w.OfferSentSpam(), w.MessageMailNext(lead.ConfirmDays)}, Links: search})
	case "now":
		if by.OfCustomer() {
			search = append([]page.Link{{Text: w.MessagesSee(), URL: "/account/messages"}}, search...)
		}
		return v.Say(http.StatusOK, site.Message{Title: w.MessageSentTitle(), Kind: "good", Icon: "check", Text: []string{w.MessageSentText(), w.MessageSentNext()}, Links: search})
	}
	if !by.known() && !id.Made(by.secret, 26) {
		by.secret = v.Op.IDs.Secret()
	}
	in := typed{nonce: v.Op.NewID()}
	in.Partners, in.Services = chosen(v), view.Texts[listing.Service](query["service"])
	in.Plan, in.From.Country = catalog.PlanID(query.Get("plan")), query.Get("country")
	return p.render(v, http.StatusOK, by, in, nil, nil)
}

// recipients reads the chosen partners that can be written to. Where there is none of them, a page says so: found is nil then.
func (p contactPage) recipients(v *site.Visit, chosen []partner.ID) (found []partner.Partner, facts lead.Facts, err error) {
	var ids []partner.ID
	for _, one := range chosen {
		if one.Valid() && !slices.Contains(ids, one) && len(ids) < lead.MaxPartners {
			ids = append(ids, one)
		}
	}
	if facts, err = p.table.InquiryFacts(v.R.Context(), ids, ""); err != nil {
		return nil, facts, err
	}
	for _, one := range ids {
		if of := facts.Partners[one]; of.ID != "" {
			found = append(found, of)
		}
	}
	return found, facts, nil
}

func (p contactPage) render(v *site.Visit, status int, by writer, in typed, errs page.Errors, notice *page.Notice) error {
	w, asked := v.Words, partnersearch.Ask(v.R.URL.Query())
	to, facts, err := p.recipients(v, in.Partners)
	if err != nil {
		return err
	}
	if len(to) == 0 {
		return v.Say(http.StatusNotFound, site.Message{
			Title: w.MessageNobodyTitle(), Text: []string{w.MessageNobodyText()}, Kind: "info", Icon: "search", Links: []page.Link{asked.Link(v)},
		})
	}
	plans, _, err := p.table.Plans(v.R.Context(), dynamo.Page{Limit: mostPlans})
	if err != nil {
		return err
	}
	b := body{
		Token: site.Token(by.secret, "contact"), Nonce: in.nonce, Privacy: facts.Privacy.Version,
		Phone:    page.Input{Name: "phone", Label: w.MessagePhone(), Hint: w.ApplyPhoneHint(), Value: in.From.Phone, Error: errs.For("phone"), Type: "tel", Autocomplete: "tel", Width: 30},
		Size:     page.Select{Name: "size", Label: w.MessageSize(), Value: string(in.From.Size), Error: errs.For("size"), Options: sizes(w)},
		Plan:     page.Select{Name: "plan", Label: w.MarketplaceMatchPlan(), Value: string(in.Plan), Error: errs.For("plan"), Options: []page.Option{{Label: w.MarketplaceAnyPlan()}}},
		Services: page.Checkboxes{Name: "service", Legend: w.MessageNeed(), Error: errs.For("service"), Columns: true},
		Text:     page.Textarea{Name: "text", Label: w.MessageText(), Hint: w.MessageTextHint(lead.MaxText), Value: in.Text, Error: errs.For("text"), Rows: 6},
		MayCall:  page.Checkboxes{Name: "may_call", Options: []page.Option{{Value: "yes", Label: w.MessageMayCall(), Checked: in.MayCall}}},
		Then:     []page.Moment{{Title: w.MessageThenMail(), Text: w.MessageThenMailText()}},
	}
	if by.known() {
		b.Then = []page.Moment{{Kind: "now", Title: w.RedeemThenNow(), Text: w.MessageThenNowText()}}
	}
	b.Then = append(b.Then, page.Moment{Title: w.MessageThenAnswer(), Text: w.MessageThenAnswerText()})
	var named []page.Hidden
	for _, of := range to {
		b.To = append(b.To, *partnername.Who(w, of))
		named = append(named, page.Hidden{Name: "partner", Value: string(of.ID)})
	}
	b.Action = asked.At(path, named...)
	for _, one := range plans {
		if one.Status == catalog.PlanActive {
			b.Plan.Options = append(b.Plan.Options, page.Option{Value: string(one.ID), Label: one.Name.In(string(w.Language()))})
		}
	}
	for _, s := range listing.Services {
		b.Services.Options = append(b.Services.Options, page.Option{Value: string(s), Label: listed.Service(w, s), Checked: slices.Contains(in.Services, s)})
	}
	if version := facts.Privacy.Version; version != "" {
		b.Agree = &page.Checkboxes{Name: "agree", Error: errs.For("agree"), Options: []page.Option{{Value: "yes", Label: w.MessageAgree(len(to), version), Checked: in.agreed && in.Privacy == version}}}
		b.Notice = page.Link{Text: w.MessageNotice(version), URL: "/terms/privacy?version=" + version}
	}
	if by.known() {
		from := by.Sender().From
		b.As = []page.Row{{Key: w.SiteCompany(), Values: []string{from.Company, w.Country(from.Country)}}, {Key: w.MessageAs(), Values: []string{from.Name, textinput.ShownMail(from.Mail)}}}
	} else {
		page.SetCookie(v.W, cookie, by.secret, 0)
		b.Company = &page.Input{Name: "company", Label: w.SiteCompany(), Value: in.From.Company, Error: errs.For("company"), Autocomplete: "organization"}
		b.Name = &page.Input{Name: "name", Label: w.RedeemName(), Value: in.From.Name, Error: errs.For("name"), Autocomplete: "name", Width: 30}
		b.Mail = &page.Input{Name: "email", Label: w.OfferEmail(), Hint: w.MessageMailHint(), Value: in.From.Mail, Error: errs.For("email"), Type: "email", Autocomplete: "email", Width: 30}
		b.Country = &page.Select{Name: "country", Label: w.SiteCountry(), Value: in.From.Country, Error: errs.For("country"), Options: site.CountryOptions(w, page.Option{Label: w.ApplyCountryChoose()}), Autocomplete: "country"}
	}
	frame := v.Frame(w.MessageTitle(len(to)))
	frame.OwnTitle, frame.Errors, frame.Form, frame.Notice = true, errs, "contact", notice
	led := asked.Link(v)
	frame.Back = &led
	return v.Render(form, status, frame, b)
}

func sizes(w locale.Words) []page.Option {
	made := []page.Option{{Label: w.MessageSizeUnsaid()}}
	for _, one := range lead.Sizes {
		made = append(made, page.Option{Value: string(one), Label: w.MessagePeople(strings.ReplaceAll(string(one), "-", "–"))})
	}
	return made
}

// send sends the message of who is signed in, or has a visitor's address proved; a visitor's answer is the same whatever address it names. The same form
// pressed twice sends once.
func (p contactPage) send(v *site.Visit) error {
	by, err := p.writer(v)
	if err != nil {
		return err
	}
	if err := v.Posted(by.secret, "contact"); err != nil {
		return err
	}
	in := posted(v)
	if page.Switched(v.R) {
		return p.render(v, http.StatusOK, by, in, nil, nil)
	}
	draft := in.Draft
	if draft.Privacy != "" && !in.agreed {
		draft.Privacy = ""
	}
	o := v.Op
	o.ID = op.Name("contact", by.secret, v.R.URL.RawQuery, v.R.PostForm.Encode())
	o.Once = &op.Once{Key: o.ID, Payload: o.ID, Status: http.StatusSeeOther, EndsAt: v.Op.At.Add(onceFor)}
	if err := p.count(v, by, draft.From.Mail); fault.Is(err, fault.RateLimited) {
		return p.refused(v, by, in, err)
	} else if err != nil {
		return err
	}
	sent := "mail"
	var made lead.Inquiry
	if by.known() {
		sent = "now"
		made, err = lead.Contact(v.R.Context(), p.table, by.Sender(), draft, by.Operation(o))
	} else {
		made, err = lead.Ask(v.R.Context(), p.table, draft, o)
	}
	var before *op.Replay
	wrong := fault.As(err)
	switch {
	case err == nil, errors.As(err, &before):
		return v.Redirect(partnersearch.Ask(v.R.URL.Query()).At(path, page.Hidden{Name: "sent", Value: sent}))
	case made.Full(err) != "" && len(made.Partners) > 1:
		return p.without(v, by, in, made.Full(err))
	case wrong != nil && (wrong.Kind == fault.Conflict || wrong.Kind == fault.Throttled):
		return p.refused(v, by, in, wrong)
	case wrong != nil && len(wrong.Fields) > 0:
		errs := p.wrong(v, wrong)
		if in.Privacy != "" && draft.Privacy == "" && errs.For("agree") == "" { // the notice is looked at last, and everything is said at once
			errs = append(errs, page.FieldError{Field: "agree", Text: v.Words.MessageAgreeMissing()})
		}
		return p.render(v, http.StatusUnprocessableEntity, by, in, errs, nil)
	}
	return err
}

// refused shows the form again with all that was typed and why nothing was sent: the notice changed, or somebody wrote too often.
func (p contactPage) refused(v *site.Visit, by writer, in typed, err error) error {
	v.After(err)
	return p.render(v, gateway.Status(err), by, in, nil, &page.Notice{Text: v.Detail(err)})
}

// without shows the form again with all that was typed, for all chosen partners but one, which has too many messages of the writer.
func (p contactPage) without(v *site.Visit, by writer, in typed, full partner.ID) error {
	of, _, err := p.recipients(v, []partner.ID{full})
	if err != nil {
		return err
	}
	name := full.Spoken()
	if len(of) > 0 {
		name = of[0].LegalName
	}
	in.Partners = slices.DeleteFunc(slices.Clone(in.Partners), func(one partner.ID) bool { return one == full })
	return p.render(v, http.StatusConflict, by, in, nil, &page.Notice{Text: v.Words.MessageFull(name)})
}

// count fails with TooMany where the writer, or the address that is mailed a link, tried too often in this minute.
func (p contactPage) count(v *site.Visit, by writer, mail string) error {
	counted := func(what, subject string, limit int) error {
		rate, err := p.table.Count(v.R.Context(), what, subject, limit, time.Minute, v.Op.At)
		if err != nil {
			return err
		}
		return gateway.Counted(v.W.Header(), what, rate)
	}
	if by.known() {
		return counted(quota.Contacts, by.Party(), v.Env.ChecksPerCaller)
	}
	if err := counted(quota.Contacts, gateway.ClientAddress(v.R), v.Env.ChecksPerCaller); err != nil {
		return err
	}
	if to, code := textinput.Mail(mail); code == nil {
		return counted("post_address", customer.FoldCaps(to), v.Env.PostsPerAddress)
	}
	return nil
}

// fields are those of the form in its order, by what they are called in an inquiry, with what is said where one is missing or not to be had.
var fields = []struct {
	pointer, name string
	missing       func(w locale.Words) string
}{
	{"/partner_ids", "", locale.Words.MessageGone},
	{"/services", "service", locale.Words.MessageNeedWrong},
	{"/plan_id", "plan", locale.Words.MessagePlanWrong},
	{"/message", "text", locale.Words.MessageTextMissing},
	{"/company", "company", locale.Words.RedeemCompanyMissing},
	{"/name", "name", locale.Words.RedeemNameMissing},
	{"/email", "email", locale.Words.OfferEmailMissing},
	{"/country", "country", locale.Words.ApplyCountryMissing},
	{"/phone", "phone", locale.Words.PartnerCompanyPhoneWrong},
	{"/company_size", "size", locale.Words.MessageSizeWrong},
	{"/privacy_version", "agree", locale.Words.MessageAgreeMissing},
}

// wrong says beside each field what is wrong with it.
func (p contactPage) wrong(v *site.Visit, wrong *fault.Fault) (errs page.Errors) {
	w := v.Words
	for _, one := range fields {
		at := slices.IndexFunc(wrong.Fields, func(f fault.Field) bool {
			return f.Pointer == one.pointer || strings.HasPrefix(f.Pointer, one.pointer+"/")
		})
		if at < 0 {
			continue
		}
		found, said := wrong.Fields[at], one.missing(w)
		switch {
		case one.pointer == "/partner_ids" && found.Code == fault.OwnPartner:
			said = v.Detail(fault.OwnPartner.With(nil))
		case found.Code == fault.Required:
		case one.name == "company":
			said = site.CompanyWrong(w, found.Code)
		case one.name == "name":
			said = site.NameWrong(w, found.Code)
		case one.name == "email" && found.Code == fault.MailboxNotASCII:
			said = w.OfferEmailLetters()
		case one.name == "email":
			said = w.OfferEmailWrong()
		case one.name == "text" && found.Code == fault.TooLong:
			said = w.MessageTextLong(lead.MaxText)
		}
		errs = append(errs, page.FieldError{Field: one.name, Text: said})
	}
	return errs
}
