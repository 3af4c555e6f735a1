// Package becomeapartner is where a company applies to become a partner, and where the mailed link confirms that the address is the contact's.
package becomeapartner

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"liaison/shared/boot"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/id"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/quota"
	"liaison/shared/site"
	"liaison/shared/textinput"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	partner.ApplicationStore
	Count(ctx context.Context, what, subject string, limit int, window time.Duration, at time.Time) (quota.Rate, error)
}

//go:embed apply.html
var files embed.FS

var form = page.Parse(files, "apply.html")

type applyPage struct{ table Table }

const path = "/become-a-partner"

// Page serves /become-a-partner and /become-a-partner/confirm/{token}: GET shows the form, or what is to be confirmed; POST applies, or confirms.
func Page(env boot.Env, table Table) http.Handler {
	p := applyPage{table}
	return site.New(env, table,
		site.Route{Path: "/become-a-partner", Get: site.Everybody(table, p.show), Post: site.Everybody(table, p.apply)},
		site.Route{Path: "/become-a-partner/confirm/{token}", Get: p.showConfirm, Post: p.confirm})
}

// cookie keeps the secret that keys the form's token; it says nothing of the visitor.
const cookie = "apply"

// onceFor is how long the same form of the same browser is the same application.
const onceFor = 24 * time.Hour

// typed are the fields as they stand in the form. Whoever opens the form anew gets another nonce, and may apply once more.
type typed struct {
	partner.Application
	nonce string
}

func posted(v *site.Visit) typed {
	given := v.R.PostForm["programs"]
	return typed{partner.Application{
		LegalName: v.Form("legal_name"), RegistrationNumber: v.Form("registration_number"), Country: v.Form("country"), City: v.Form("city"),
		Website: v.Form("website"), Phone: v.Form("phone"), Why: v.Form("why"), Programs: given,
		Contact: partner.Contact{Name: v.Form("name"), Mail: v.Form("email"), Language: v.Form("language")},
	}, v.Form("nonce")}
}

type body struct {
	Vendor        string
	Can           []string
	Then          []page.Moment
	Token, Nonce  string
	Name, Number  page.Input
	Country       page.Select
	City, Website page.Input
	Phone         page.Input
	Person, Mail  page.Input
	Language      page.Radios
	Programs      *page.Checkboxes // nil where the vendor has none
	Why           page.Textarea
}

func (p applyPage) show(v *site.Visit) error {
	if v.R.URL.Query().Get("sent") != "" {
		w := v.Words
		return v.Say(http.StatusOK, site.Message{
			Title: w.OfferSentTitle(), Icon: "mail", Text: []string{w.ApplySentText(), w.OfferSentSpam(), w.ApplySentNext(v.Vendor().Name)},
			Links: []page.Link{{Text: w.ApplySentBack(), URL: path}},
		})
	}
	secret := page.Cookie(v.R, cookie)
	if !id.Made(secret, 26) {
		secret = v.Op.IDs.Secret()
	}
	in := typed{nonce: v.Op.NewID()}
	in.Contact.Language = string(v.Words.Language())
	return p.render(v, http.StatusOK, secret, in, nil)
}

func (p applyPage) render(v *site.Visit, status int, secret string, in typed, errs page.Errors) error {
	programs, err := p.table.Programs(v.R.Context())
	if err != nil {
		return err
	}
	page.SetCookie(v.W, cookie, secret, 0)
	w, vendor := v.Words, v.Vendor().Name
	b := body{
		Vendor: vendor, Token: site.Token(secret, "apply"), Nonce: in.nonce,
		Can: []string{w.ApplyCanTrials(), w.ApplyCanOffers(), w.ApplyCanRecord(), w.ApplyCanAdminister()},
		Then: []page.Moment{
			{Title: w.ApplyThenMail(), Text: w.ApplyThenMailText()},
			{Title: w.ApplyThenDecision(vendor), Text: w.ApplyThenDecisionText()},
			{Title: w.ApplyThenAgreement(), Text: w.ApplyThenAgreementText(), Link: &page.Link{Text: w.HomeAgreement(), URL: "/terms/partner"}},
		},
		Name:     page.Input{Name: "legal_name", Label: w.ApplyLegalName(), Value: in.LegalName, Error: errs.For("legal_name"), Autocomplete: "organization"},
		Number:   page.Input{Name: "registration_number", Label: w.ApplyNumber(), Hint: w.ApplyNumberHint(), Value: in.RegistrationNumber, Error: errs.For("registration_number"), Width: 30},
		Country:  page.Select{Name: "country", Label: w.SiteCountry(), Value: in.Country, Error: errs.For("country"), Options: site.CountryOptions(w, page.Option{Label: w.ApplyCountryChoose()}), Autocomplete: "country"},
		City:     page.Input{Name: "city", Label: w.ApplyCity(), Value: in.City, Error: errs.For("city"), Autocomplete: "address-level2", Width: 30},
		Website:  page.Input{Name: "website", Label: w.SiteWebsite(), Value: in.Website, Error: errs.For("website"), Autocomplete: "url", InputMode: "url", Width: 30},
		Phone:    page.Input{Name: "phone", Label: w.SitePhone(), Hint: w.ApplyPhoneHint(), Value: in.Phone, Error: errs.For("phone"), Type: "tel", Autocomplete: "tel", Width: 30},
		Person:   page.Input{Name: "name", Label: w.RedeemName(), Value: in.Contact.Name, Error: errs.For("name"), Autocomplete: "name", Width: 30},
		Mail:     page.Input{Name: "email", Label: w.OfferEmail(), Hint: w.ApplyEmailHint(), Value: in.Contact.Mail, Error: errs.For("email"), Type: "email", Autocomplete: "email", Width: 30},
		Language: page.Radios{Name: "language", Legend: w.RedeemLanguage(), Value: in.Contact.Language, Error: errs.For("language"), Options: site.LanguageOptions()},
		Why:      page.Textarea{Name: "why", Label: w.ApplyWhy(), Hint: w.ApplyWhyHint(partner.MaxWhy), Value: in.Why, Error: errs.For("why"), Rows: 6},
	}
	for _, name := range programs.Names() {
		if b.Programs == nil {
			b.Programs = &page.Checkboxes{Name: "programs", Legend: w.ApplyPrograms(), Hint: w.ApplyProgramsHint(), Error: errs.For("programs")}
		}
		b.Programs.Options = append(b.Programs.Options, page.Option{
			Value: name, Label: programs.ByName[name].Title.In(string(w.Language())), Checked: slices.Contains(in.Programs, name),
		})
	}
	frame := v.Frame(w.ApplyTitle(vendor))
	frame.OwnTitle, frame.Errors, frame.Form = true, errs, "apply"
	return v.Render(form, status, frame, b)
}

// apply writes the application; the answer is the same whatever company or address it names. The same form pressed twice applies once.
func (p applyPage) apply(v *site.Visit) error {
	secret := page.Cookie(v.R, cookie)
	if err := v.Posted(secret, "apply"); err != nil {
		return err
	}
	in := posted(v)
	if page.Switched(v.R) {
		return p.render(v, http.StatusOK, secret, in, nil)
	}
	if err := p.count(v, "post_client", gateway.ClientAddress(v.R), v.Env.PostsPerClient); err != nil {
		return err
	}
	if to, code := textinput.Mail(in.Contact.Mail); code == nil {
		if err := p.count(v, "post_address", customer.FoldCaps(to), v.Env.PostsPerAddress); err != nil {
			return err
		}
	}
	asked, o := in.Application, v.Op
	if site := textinput.Bare(asked.Website); site != "" && !strings.Contains(site, "://") {
		asked.Website = "https://" + site // as people write it
	}
	o.ID = op.Name("apply", secret, v.R.PostForm.Encode())
	o.Once = &op.Once{Key: o.ID, Payload: o.ID, Status: http.StatusSeeOther, EndsAt: v.Op.At.Add(onceFor)}
	_, err := partner.Apply(v.R.Context(), p.table, asked, o)
	var before *op.Replay
	switch wrong := fault.As(err); {
	case err == nil, errors.As(err, &before):
		return v.Redirect(path + "?sent=1")
	case wrong != nil && len(wrong.Fields) > 0:
		return p.render(v, http.StatusUnprocessableEntity, secret, in, p.wrong(v, wrong))
	}
	return err
}

// count fails with TooMany where the caller or the address has posted too often in this minute.
func (p applyPage) count(v *site.Visit, what, subject string, limit int) error {
	rate, err := p.table.Count(v.R.Context(), what, subject, limit, time.Minute, v.Op.At)
	if err != nil {
		return err
	}
	return gateway.Counted(v.W.Header(), what, rate)
}

// fields are those of the form in its order, by what they are called in an application, with what is said where one is missing.
var fields = []struct {
	pointer, name string
	missing       func(w locale.Words) string
}{
	{"/legal_name", "legal_name", locale.Words.ApplyLegalNameMissing},
	{"/registration_number", "registration_number", locale.Words.ApplyNumberMissing},
	{"/country", "country", locale.Words.ApplyCountryMissing},
	{"/city", "city", locale.Words.ApplyCityMissing},
	{"/website", "website", locale.Words.ApplyWebsiteMissing},
	{"/phone", "phone", locale.Words.ApplyPhoneMissing},
	{"/contact/name", "name", locale.Words.RedeemNameMissing},
	{"/contact/email", "email", locale.Words.OfferEmailMissing},
	{"/contact/language", "language", locale.Words.RedeemLanguageMissing},
	{"/programs", "programs", locale.Words.ApplyProgramsWrong},
	{"/why", "why", locale.Words.ApplyWhyMissing},
}

// wrong says beside each field what is wrong with it.
func (p applyPage) wrong(v *site.Visit, wrong *fault.Fault) page.Errors {
	var errs page.Errors
	for _, one := range fields {
		at := slices.IndexFunc(wrong.Fields, func(f fault.Field) bool {
			return f.Pointer == one.pointer || one.name == "programs" && strings.HasPrefix(f.Pointer, "/programs")
		})
		if at < 0 {
			continue
		}
		found, said := wrong.Fields[at], ""
		switch {
		case found.Code == fault.Required, one.name == "country", one.name == "language", one.name == "programs", one.name == "phone" && v.Form("phone") == "":
			said = one.missing(v.Words)
		case one.name == "name":
			said = site.NameWrong(v.Words, found.Code)
		case one.name == "email" && found.Code == fault.MailboxNotASCII:
			said = v.Words.OfferEmailLetters()
		case one.name == "email":
			said = v.Words.OfferEmailWrong()
		case one.name == "website" && found.Code == fault.InvalidFormat:
			said = v.Words.ApplyWebsiteWrong()
		case one.name == "phone" && found.Code == fault.InvalidFormat:
			said = v.Words.PartnerCompanyPhoneWrong()
		default:
			said = v.Detail(found.Code.With(found.About))
		}
		errs = append(errs, page.FieldError{Field: one.name, Text: said})
	}
	return errs
}
