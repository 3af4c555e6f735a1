// Package partnercompany is where a partner sees what customers see of it; its global administrators change that, prove mail address and phone,
// and confirm it.
package partnercompany

import (
	"embed"
	"html/template"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/textinput"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	partner.Store
	partner.CodeStore
}

//go:embed *.html
var files embed.FS

var company, form = page.Parse(files, "company.html"), page.Parse(files, "form.html")

type companyPage struct{ table Table }

const (
	path     = "/partner/company"
	editPath = path + "/edit"
)

// Page serves /partner/company: everybody of the company sees it, its global administrators verify it, and below it the form that changes it.
func Page(env boot.Env, table Table) http.Handler {
	p := companyPage{table}
	return site.New(
		env, table,
		site.Route{Path: path, Get: site.Partners(table, access.SeeCompany, p.show), Post: site.Partners(table, access.ConfirmProfile, p.verify)},
		site.Route{Path: path + "/edit", Get: site.Partners(table, access.EditCompany, p.showForm), Post: site.Partners(table, access.EditCompany, p.save)},
	)
}

type body struct {
	Token    string
	Who      page.Who
	Rows     []page.Row
	Edit     *page.Act
	Why      string // why the reader may change and verify nothing
	Note     *page.Note
	Done     string
	Steps    []step
	Verified string // that nothing is left to do
}

// step is one part of the verification. One that is done, or not the reader's to do, has no form.
type step struct {
	ID, Title, Text string
	Badge           page.Badge
	Form            bool
	Code            *page.Input // where the code is typed, once one was asked for
	Check, CheckAs  string      // the button beside it
	Send, SendAs    string      // the button that asks for a code, or confirms
	Primary         bool
	Blocked         string // why it cannot be done yet
}

// What the buttons post as action.
const (
	sendMail   = "send_email"
	sendPhone  = "send_phone"
	proveMail  = "email"
	provePhone = "phone"
	confirm    = "confirm"
)

func (p companyPage) show(v *site.Visit, who site.Signed) error {
	w, of := v.Words, who.Partner
	var said string
	switch done, proof := v.R.URL.Query().Get("done"), of.Verification; {
	case done == sendMail && proof.MailAt.IsZero():
		said = w.PartnerCompanyDoneEmailSent(textinput.ShownMail(of.Mail))
	case done == sendPhone && proof.PhoneAt.IsZero():
		said = w.PartnerCompanyDonePhoneSent()
	case (done == proveMail || done == provePhone || done == confirm) && of.Verified():
		said = w.PartnerCompanyDoneVerified()
	case done == proveMail && !proof.MailAt.IsZero():
		said = w.PartnerCompanyDoneEmail()
	case done == provePhone && !proof.PhoneAt.IsZero():
		said = w.PartnerCompanyDonePhone()
	case done == "saved" && of.Verified():
		said = w.PartnerCompanySaved()
	case done == "saved":
		said = w.PartnerCompanySavedEnded()
	}
	var notice *page.Notice
	if said != "" {
		notice = &page.Notice{Success: true, Text: said}
	}
	return p.render(v, who, http.StatusOK, "", "", notice)
}

// render shows the company. A wrong code stays beside its field, with why.
func (p companyPage) render(v *site.Visit, who site.Signed, status int, field, why string, notice *page.Notice) error {
	w := v.Words
	of, codes, err := p.table.Codes(v.R.Context(), who.Partner.ID)
	if err != nil {
		return err
	}
	b := body{
		Token: site.Token(who.Secret, "company"), Rows: rows(v, of),
		Who: page.Who{Name: of.LegalName, Verified: of.Verified(), Heading: true, ID: "company", Line: of.City + ", " + w.Country(of.Country)},
	}
	if access.Has(who.Caller, access.EditCompany) {
		b.Edit = &page.Act{Text: w.PartnerCompanyEdit(), URL: editPath}
	} else {
		b.Why = w.PartnerCompanyOnlyAdmin(of.LegalName)
	}
	var errs page.Errors
	if why != "" {
		errs = page.Errors{{Field: field, Text: why}}
	}
	b.Steps = steps(v, of, codes, access.Has(who.Caller, access.ConfirmProfile), errs)
	b.Done = w.OverviewDone(done(of), 3)
	switch {
	case of.Status == partner.AgreementPending:
		b.Note = &page.Note{Kind: "warn", Text: w.PartnerCompanySignFirst(), Link: &page.Link{URL: "/partner/agreement", Text: w.PartnerCompanySign()}}
	case !of.Verified():
		b.Note = &page.Note{Kind: "warn", Text: w.PartnerCompanyNoOffers()}
	}
	if of.Verified() {
		b.Verified = w.PartnerCompanyVerifiedText()
	}
	frame := v.Frame(w.PartnerCompanyTitle())
	frame.Errors, frame.Notice = errs, notice
	return v.Render(company, status, frame, b)
}

// rows are what customers see, and beside what they do not see yet that it is so.
func rows(v *site.Visit, of partner.Partner) []page.Row {
	w := v.Words
	shown := func(value string, proved bool) []string {
		if proved {
			return []string{value}
		}
		return []string{value, w.PartnerCompanyUnseen()}
	}
	made := []page.Row{
		{Key: w.ConsoleID(), Values: []string{of.ID.Spoken()}},
		{Key: w.PartnerCompanyWebsite(), Values: []string{of.Website}, URL: template.URL(page.WebURL(of.Website))},
		{Key: w.PartnerCompanyPhone(), Values: shown(of.Phone, !of.Verification.PhoneAt.IsZero())},
		{Key: w.SiteMail(), Values: shown(textinput.ShownMail(of.Mail), !of.Verification.MailAt.IsZero())},
	}
	if of.SupportHours != "" {
		made = append(made, page.Row{Key: w.PartnerCompanyHoursRow(), Values: []string{of.SupportHours}})
	}
	return made
}

func done(of partner.Partner) (n int) {
	for _, at := range []bool{!of.Verification.MailAt.IsZero(), !of.Verification.PhoneAt.IsZero(), !of.Verification.ConfirmedAt.IsZero()} {
		if at {
			n++
		}
	}
	return n
}

// steps are the three parts of the verification: mail address, phone, and the administrator's word.
func steps(v *site.Visit, of partner.Partner, codes partner.Codes, may bool, errs page.Errors) []step {
	w, proof := v.Words, of.Verification
	field := func(name, label string) *page.Input {
		return &page.Input{Name: name, Label: label, Hint: w.PartnerCompanyCodeHint(), Error: errs.For(name), Autocomplete: "one-time-code", InputMode: "numeric", Width: 10}
	}
	mail := step{ID: "mail", Title: w.PartnerCompanyEmail(), Badge: state(!proof.MailAt.IsZero(), w.PartnerCompanyProved(), w.PartnerCompanyOpen())}
	if mail.Form = may && proof.MailAt.IsZero(); mail.Form {
		address := textinput.ShownMail(of.Mail)
		mail.Text, mail.Send, mail.SendAs, mail.Primary = w.PartnerCompanyEmailText(address), w.PartnerCompanyEmailSend(), sendMail, true
		if codes.Mail.Of == of.Mail && len(codes.Mail.Asked) > 0 {
			mail.Text, mail.Send, mail.Primary = w.PartnerCompanyEmailSent(address), w.PartnerCompanyEmailAgain(), false
			mail.Code, mail.Check, mail.CheckAs = field("email_code", w.PartnerCompanyEmailCode()), w.PartnerCompanyEmailCheck(), proveMail
		}
	}
	phone := step{ID: "phone", Title: w.PartnerCompanyPhone(), Badge: state(!proof.PhoneAt.IsZero(), w.PartnerCompanyProved(), w.PartnerCompanyOpen())}
	if phone.Form = may && proof.PhoneAt.IsZero(); phone.Form {
		vendor := v.Vendor().Name
		phone.Text, phone.Send, phone.SendAs, phone.Primary = w.PartnerCompanyPhoneText(vendor, of.Phone), w.PartnerCompanyPhoneSend(), sendPhone, true
		asked := codes.Phone.Asked
		if codes.Phone.Of == of.Phone && len(asked) > 0 {
			phone.Text = w.PartnerCompanyPhoneAsked(vendor, v.In(asked[len(asked)-1], of.Country), of.Phone)
			phone.Send, phone.Primary = w.PartnerCompanyPhoneAgain(), false
		}
		if codes.Phone.Of == of.Phone && (len(asked) > 0 || codes.Phone.Hash != "") {
			phone.Code, phone.Check, phone.CheckAs = field("phone_code", w.PartnerCompanyPhoneCode()), w.PartnerCompanyPhoneCheck(), provePhone
		}
	}
	last := step{ID: "confirmation", Title: w.PartnerCompanyConfirmation(), Badge: state(!proof.ConfirmedAt.IsZero(), w.PartnerCompanyConfirmed(), w.PartnerCompanyOpen())}
	if last.Form = may && proof.ConfirmedAt.IsZero(); last.Form {
		last.Text, last.Send, last.SendAs, last.Primary = w.PartnerCompanyConfirmText(), w.PartnerCompanyConfirm(), confirm, true
		if proof.MailAt.IsZero() || proof.PhoneAt.IsZero() {
			last.Blocked = w.PartnerCompanyConfirmFirst()
		}
	}
	return []step{mail, phone, last}
}

func state(is bool, good, open string) page.Badge {
	if is {
		return page.Badge{Kind: "good", Text: good}
	}
	return page.Badge{Kind: "calm", Text: open}
}

// verify asks for a code, takes one, or confirms the profile.
func (p companyPage) verify(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "company"); err != nil {
		return err
	}
	ctx, id, o := v.R.Context(), who.Partner.ID, v.By(who)
	action, field := v.Form("action"), "email_code"
	if action == sendPhone || action == provePhone {
		field = "phone_code"
	}
	var err error
	switch action {
	case sendMail:
		_, err = partner.AskCode(ctx, p.table, id, partner.MailChannel, o)
	case sendPhone:
		_, err = partner.AskCode(ctx, p.table, id, partner.PhoneChannel, o)
	case proveMail:
		_, err = partner.ProveChannel(ctx, p.table, id, partner.MailChannel, v.Form(field), o)
	case provePhone:
		_, err = partner.ProveChannel(ctx, p.table, id, partner.PhoneChannel, v.Form(field), o)
	case confirm:
		_, err = partner.Change(ctx, p.table, id, partner.ProfileVerifiedEvent{}, o, func(stored partner.Partner) (partner.Partner, error) {
			return stored.Confirm(o.Actor.ID, o.At)
		})
	default:
		return v.Redirect(path)
	}
	switch {
	case err == nil:
		return v.Redirect(path + "?done=" + action)
	case fault.Is(err, fault.WrongCode, fault.CodeEnded):
		return p.render(v, who, http.StatusUnprocessableEntity, field, v.Detail(err), nil)
	case fault.Is(err, fault.InvalidFormat):
		return p.render(v, who, http.StatusUnprocessableEntity, field, v.Words.PartnerCompanyCodeMissing(), nil)
	case fault.Is(err, fault.NotProved):
		return v.Redirect(path)
	case fault.Is(err, fault.DailyCodeLimit):
		return p.render(v, who, http.StatusTooManyRequests, field, v.Detail(err), nil)
	}
	return err
}
