package redeem

import (
	"net/http"

	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/redemption"
	"liaison/shared/site"
	"liaison/shared/textinput"
)

type accountBody struct {
	Member        bool // who has an account is asked about licences alone
	Items         []itemBody
	Owner         *page.Note
	Facts         []page.Row
	Company, Name page.Input
	Language      page.Radios
	Token         string
	Rev           int
	Action, Back  string
	Sum           page.Section
}

type details struct {
	company, name, language string
	items                   []typedItem
	rev                     int
}

// kept returns the details as the draft has them.
func (f reading) kept(v *site.Visit) details {
	d := f.Invitation.Draft
	if d.Language == "" {
		d.Language = string(v.Words.Language())
	}
	return details{d.Company, d.Name, d.Language, keptItems(f.Facts.Offer, d), d.Rev}
}

func (p redeemPage) showAccount(v *site.Visit, f reading) error {
	return p.renderAccount(v, f, http.StatusOK, f.kept(v), nil, notice(v))
}

func (p redeemPage) renderAccount(v *site.Visit, f reading, status int, d details, errs page.Errors, note *page.Notice) error {
	b := accountBody{
		Member: f.Member != nil, Items: p.items(v, f, d.items, errs),
		Token: site.Token(f.Secret, "account", string(f.Invitation.ID)), Rev: d.rev, Action: f.posting(v, stepAccount), Back: f.back(stepAccount),
	}
	b.Sum = f.sum(v)
	title := v.Words.RedeemLicencesTitle()
	if !b.Member {
		title = v.Words.RedeemAccountTitle()
		p.askAccount(v, f, &b, d, errs)
	}
	return v.Render(account, status, f.frame(v, stepAccount, title, "account", errs, note), b)
}

// owner says what whoever makes the account becomes; nil where it is there already.
func owner(w locale.Words, f reading) *page.Note {
	if f.Member != nil {
		return nil
	}
	return &page.Note{Kind: "calm", Icon: "key", Text: w.RedeemOwner()}
}

// askAccount adds what a new customer is asked about its account.
func (p redeemPage) askAccount(v *site.Visit, f reading, b *accountBody, d details, errs page.Errors) {
	w := v.Words
	b.Owner = owner(w, f)
	b.Facts = []page.Row{
		{Key: w.RedeemMail(), Values: []string{textinput.ShownMail(f.Invitation.Mail)}},
		{Key: w.SiteCountry(), Values: []string{w.Country(f.Facts.Offer.Country)}},
	}
	b.Company = page.Input{Name: "company", Label: w.SiteCompany(), Hint: w.RedeemCompanyHint(), Value: d.company, Error: errs.For("company"), Autocomplete: "organization"}
	b.Name = page.Input{Name: "name", Label: w.RedeemName(), Value: d.name, Error: errs.For("name"), Autocomplete: "name"}
	b.Language = page.Radios{Name: "language", Legend: w.RedeemLanguage(), Value: d.language, Error: errs.For("language"), Options: site.LanguageOptions()}
}

func (p redeemPage) postAccount(v *site.Visit, f reading) error {
	if err := v.Posted(f.Secret, "account", string(f.Invitation.ID)); err != nil {
		return err
	}
	d := details{v.Form("company"), v.Form("name"), v.Form("language"), postedItems(v, f), postedRev(v)}
	if page.Switched(v.R) {
		return p.renderAccount(v, f, http.StatusOK, d, nil, nil)
	}
	draft := chosen(v, f, f.Invitation.Draft, d.items)
	var errs page.Errors
	if f.Member == nil {
		draft.Company, draft.Name, draft.Language = d.company, d.name, d.language
		clean, err := redemption.CheckAccount(draft)
		if wrong := fault.As(err); wrong != nil {
			errs = accountErrors(v.Words, wrong)
		} else {
			draft = clean
		}
	}
	answered := f.with(draft, v.Op.At)
	errs = append(errs, p.itemErrors(v, answered)...)
	if errs != nil {
		return p.renderAccount(v, f, http.StatusUnprocessableEntity, d, errs, nil)
	}
	_, err := p.keep(v, f, draft, d.rev)
	return p.kept(v, f, err, answered.after(v, stepAccount))
}

func accountErrors(w locale.Words, wrong *fault.Fault) page.Errors {
	var errs page.Errors
	for _, field := range wrong.Fields {
		said := w.RedeemLanguageMissing()
		switch field.Pointer {
		case "name":
			said = site.NameWrong(w, field.Code)
		case "company":
			said = site.CompanyWrong(w, field.Code)
		}
		errs = append(errs, page.FieldError{Field: field.Pointer, Text: said})
	}
	return errs
}
