package settings

import (
	"net/http"

	"liaison/shared/administration"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/administered"
)

type companyBody struct {
	Action, Keep, Token string
	Name                page.Input
	Language            page.Radios
}

// around are where the form is and what lies before it.
func around(v *site.Visit, d administered.Directory) (at string, back page.Link) {
	if d.By.OnBehalf() {
		return d.Path + "/company", page.Link{URL: d.Path, Text: v.Words.AdminTitle()}
	}
	return path + "/company", page.Link{URL: path, Text: v.Words.SettingsTitle()}
}

// change leads to the form, or says why the reader may not change the company.
func change(v *site.Visit, d administered.Directory) *page.Act {
	at, _ := around(v, d)
	act := page.Act{Text: v.Words.SettingsCompanyEdit(), URL: at, Small: true, ID: "company-why"}
	if _, err := d.By.Allow(administration.EditCustomer); err != nil {
		act.Why = d.Why(v, func(w locale.Words, _ string) string { return w.SettingsCompanyWhy() }, err)
	}
	return &act
}

func (p settingsPage) showCompany(v *site.Visit, d administered.Directory) error {
	_, back := around(v, d)
	if change(v, d).Why != "" {
		return v.Redirect(back.URL)
	}
	of := d.By.Customer
	return renderCompany(v, d, http.StatusOK, of.Name, of.Language, nil)
}

func renderCompany(v *site.Visit, d administered.Directory, status int, name, language string, errs page.Errors) error {
	w := v.Words
	at, back := around(v, d)
	options := make([]page.Option, len(catalog.Languages))
	for i, l := range catalog.Languages {
		options[i] = page.Option{Value: l, Label: locale.LanguageName(locale.Language(l))}
	}
	frame := v.Frame(w.SettingsCompanyEdit())
	frame.Errors, frame.Form, frame.Narrow, frame.Back = errs, "company", true, &back
	return v.Render(company, status, frame, companyBody{
		Action: at, Keep: back.URL, Token: site.Token(d.Secret, "company", string(d.By.Customer.ID)),
		Name:     page.Input{Name: "name", Label: w.SettingsCompanyName(), Hint: w.SettingsCompanyHint(), Value: name, Error: errs.For("name"), Autocomplete: "off"},
		Language: page.Radios{Name: "language", Legend: w.SiteLanguage(), Hint: w.SettingsCompanyLanguage(), Value: language, Error: errs.For("language"), Options: options},
	})
}

// saveCompany changes the company as the form says, whatever it was by then.
func (p settingsPage) saveCompany(v *site.Visit, d administered.Directory) error {
	of := d.By.Customer.ID
	if err := v.Posted(d.Secret, "company", string(of)); err != nil {
		return err
	}
	name, language := v.Form("name"), v.Form("language")
	if page.Switched(v.R) {
		return renderCompany(v, d, http.StatusOK, name, language, nil)
	}
	err := op.RetryStale(func() error {
		stands, err := p.table.Administration(v.R.Context(), of, d.Signed.Partner.ID)
		if err != nil {
			return err
		}
		by, err := d.Claim().Over(stands, v.Op.At)
		if err != nil {
			return err
		}
		_, err = administration.UpdateProfile(v.R.Context(), p.table, by, customer.Changes{Name: &name, Language: &language}, v.By(d.Signed))
		return err
	})
	if wrong := fault.As(err); wrong != nil && fault.Is(err, fault.Invalid) {
		var errs page.Errors
		for _, field := range wrong.Fields {
			if field.Pointer == "/name" {
				errs = append(errs, page.FieldError{Field: "name", Text: site.CompanyWrong(v.Words, field.Code)})
			} else {
				errs = append(errs, page.FieldError{Field: "language", Text: v.Words.RedeemLanguageMissing()})
			}
		}
		return renderCompany(v, d, http.StatusUnprocessableEntity, name, language, errs)
	}
	if err != nil && !fault.Is(err, fault.NotYourRole, fault.Forbidden, fault.CustomerReadOnly, fault.PartnerNotActive) {
		return err
	}
	_, back := around(v, d)
	if err == nil {
		back.URL += "?done=company"
	}
	return v.Redirect(back.URL) // it says why not
}
