// Package partneragreement is where a partner reads the vendor's agreement, sees who signed it, and its global administrators sign it.
package partneragreement

import (
	"embed"
	"html/template"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	partner.AgreementStore
}

//go:embed *.html
var files embed.FS

var agreement, none = page.Parse(files, "agreement.html"), page.Parse(files, "none.html")

type agreementPage struct{ table Table }

const (
	path        = "/partner/agreement"
	companyPath = "/partner/company"
)

// Page serves /partner/agreement: everybody of the company reads it, its global administrators sign it.
func Page(env boot.Env, table Table) http.Handler {
	p := agreementPage{table}
	return site.New(env, table, site.Route{
		Path: path, Get: site.Partners(table, access.SeeCompany, p.show), Post: site.Partners(table, access.SignAgreement, p.sign),
	})
}

type body struct {
	Signed []page.Row // what was signed last; none where nothing was
	Text   template.HTML
	Digest page.Details
	Form   *form
	Why    string // why the reader cannot sign what waits for it
}

type form struct {
	Token, Version string
	Language       string // of the text that is read
	Name           page.Input
	Accept         page.Checkboxes
}

func (p agreementPage) show(v *site.Visit, who site.Signed) error {
	var notice *page.Notice
	if v.R.URL.Query().Get("done") == "signed" && who.Partner.Agreement.Version != "" {
		notice = &page.Notice{Success: true, Text: v.Words.PartnerAgreementDone()}
		if !who.Partner.Verified() {
			notice.Link = &page.Link{URL: companyPath, Text: v.Words.PartnerAgreementNext()}
		}
	}
	return p.render(v, who, http.StatusOK, "", nil, notice)
}

// render shows the version that is in force now, read afresh: who signs must not be shown one that is a minute old.
func (p agreementPage) render(v *site.Visit, who site.Signed, status int, name string, errs page.Errors, notice *page.Notice) error {
	w, of := v.Words, who.Partner
	head, err := p.table.TermsHead(v.R.Context(), catalog.PartnerAgreement)
	if err != nil {
		return err
	}
	frame := v.Frame(w.PartnerAgreementTitle())
	frame.Errors, frame.Notice = errs, notice
	if head.Version == "" {
		return v.Render(none, status, frame, page.Empty{
			Icon: "scales", Title: w.PartnerAgreementNone(), Text: w.PartnerAgreementNoneText(v.Vendor().Name),
		})
	}
	text, err := v.Terms(catalog.PartnerAgreement, head.Version)
	if err != nil {
		return err
	}
	b := body{
		Text:   template.HTML(text.HTML), // made from Markdown when it was published; never from a request
		Digest: page.Details{Summary: w.TermsRecord(), Small: w.ReceiptRecordFor(), Text: w.TermsDigest(text.SHA256)},
		Signed: signed(v, of),
	}
	frame.Lead = w.TermsVersion(text.Version, text.PublishedAt.UTC())
	waits := of.Agreement.Version != head.Version || of.Status == partner.AgreementPending
	switch {
	case !waits:
		frame.Badge = &page.Badge{Kind: "good", Text: w.PartnerAgreementSigned()}
	default:
		frame.Badge = &page.Badge{Kind: "warn", Text: w.PartnerAgreementToSign()}
		if notice == nil && of.Status == partner.AgreementPending {
			frame.Notice = &page.Notice{Text: w.PartnerAgreementPending()}
		} else if notice == nil && of.Agreement.Version != "" {
			frame.Notice = &page.Notice{Text: w.PartnerAgreementNewer(head.Version, of.Agreement.Version)}
		}
		if !access.Has(who.Caller, access.SignAgreement) {
			b.Why = w.PartnerAgreementOnlyAdmin(of.LegalName)
			break
		}
		frame.Form = "sign"
		b.Form = &form{
			Token: site.Token(who.Secret, "agreement"), Version: head.Version, Language: string(w.Language()),
			Name: page.Input{
				Name: "name", Label: w.PartnerAgreementName(), Hint: w.PartnerAgreementNameHint(), Value: name, Error: errs.For("name"), Autocomplete: "name",
			},
			Accept: page.Checkboxes{
				Name: "accept", Error: errs.For("accept"), Options: []page.Option{{Value: "yes", Label: w.PartnerAgreementAccept(head.Version, of.LegalName)}},
			},
		}
	}
	return v.Render(agreement, status, frame, b)
}

// signed says what a partner signed last: by whom, when, which version in which language.
func signed(v *site.Visit, of partner.Partner) []page.Row {
	a, w := of.Agreement, v.Words
	if a.Version == "" {
		return nil
	}
	return []page.Row{
		{Key: w.PartnerAgreementSignedBy(), Values: []string{a.Name}},
		{Key: w.PartnerAgreementSignedAt(), Values: []string{w.Time(v.In(a.At, of.Country))}},
		{Key: w.PartnerAgreementVersion(), Values: []string{a.Version, locale.LanguageName(locale.Language(a.Language))}},
	}
}

// sign signs the version that the page showed, in the language that it was shown in.
func (p agreementPage) sign(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "agreement"); err != nil {
		return err
	}
	w, name := v.Words, v.Form("name")
	if page.Switched(v.R) {
		return p.render(v, who, http.StatusOK, name, nil, nil)
	}
	given := partner.Signature{Version: v.Form("version"), Name: name, Language: v.Form("language")}
	if v.Form("accept") != "yes" {
		errs := wrong(w, given.Check())
		return p.render(v, who, http.StatusUnprocessableEntity, name, append(errs, page.FieldError{Field: "accept", Text: w.PartnerAgreementAcceptMissing()}), nil)
	}
	_, err := partner.SignAgreement(v.R.Context(), p.table, who.Partner.ID, given, v.By(who))
	switch errs := wrong(w, err); {
	case errs != nil:
		return p.render(v, who, http.StatusUnprocessableEntity, name, errs, nil)
	case fault.Is(err, fault.TermsOutdated):
		return p.render(v, who, http.StatusConflict, name, nil, &page.Notice{Text: w.PartnerAgreementOutdated()})
	case err != nil:
		return err
	}
	return v.Redirect(path + "?done=signed")
}

// wrong says what is wrong with the name.
func wrong(w locale.Words, err error) (errs page.Errors) {
	f := fault.As(err)
	if f == nil {
		return nil
	}
	for _, field := range f.Fields {
		if field.Pointer == "/name" {
			errs = append(errs, page.FieldError{Field: "name", Text: site.NameWrong(w, field.Code)})
		}
	}
	return errs
}
