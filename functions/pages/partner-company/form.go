package partnercompany

import (
	"net/http"
	"strconv"

	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/textinput"
)

// answers are what the form holds.
type answers struct {
	legalName, country, city, website, phone, mail, hours, language string
	version                                                         string
}

func stored(p partner.Partner) answers {
	return answers{
		legalName: p.LegalName, country: p.Country, city: p.City, website: p.Website, phone: p.Phone, mail: textinput.ShownMail(p.Mail),
		hours: p.SupportHours, language: p.Language, version: strconv.Itoa(p.Version),
	}
}

func typed(v *site.Visit) answers {
	return answers{
		legalName: v.Form("legal_name"), country: v.Form("country"), city: v.Form("city"), website: v.Form("website"), phone: v.Form("phone"),
		mail: v.Form("email"), hours: v.Form("support_hours"), language: v.Form("language"), version: v.Form("version"),
	}
}

type formBody struct {
	Token, Version                  string
	Ends                            []string
	LegalName, City, Website, Phone page.Input
	Mail, Hours                     page.Input
	Country                         page.Select
	Language                        page.Radios
}

func (p companyPage) showForm(v *site.Visit, who site.Signed) error {
	return p.renderForm(v, who, http.StatusOK, stored(who.Partner), nil, nil)
}

func (p companyPage) renderForm(v *site.Visit, who site.Signed, status int, a answers, errs page.Errors, notice *page.Notice) error {
	w := v.Words
	b := formBody{
		Token: site.Token(who.Secret, "company-form"), Version: a.version,
		Ends:      []string{w.PartnerCompanyEndsAll(), w.PartnerCompanyEndsOne(), w.PartnerCompanyEndsOffers()},
		LegalName: page.Input{Name: "legal_name", Label: w.PartnerCompanyLegalName(), Value: a.legalName, Error: errs.For("legal_name"), Autocomplete: "organization"},
		Country:   page.Select{Name: "country", Label: w.SiteCountry(), Value: a.country, Error: errs.For("country"), Autocomplete: "country", Options: site.CountryOptions(w)},
		City:      page.Input{Name: "city", Label: w.PartnerCompanyCity(), Value: a.city, Error: errs.For("city"), Autocomplete: "address-level2"},
		Website:   page.Input{Name: "website", Label: w.PartnerCompanyWebsite(), Value: a.website, Error: errs.For("website"), Type: "url", Autocomplete: "url"},
		Phone: page.Input{
			Name: "phone", Label: w.PartnerCompanyPhone(), Hint: w.PartnerCompanyPhoneHint(), Value: a.phone, Error: errs.For("phone"), Type: "tel", Autocomplete: "tel",
		},
		Mail:     page.Input{Name: "email", Label: w.SiteMail(), Value: a.mail, Error: errs.For("email"), Type: "email", Autocomplete: "email"},
		Hours:    page.Input{Name: "support_hours", Label: w.PartnerCompanyHours(), Value: a.hours, Error: errs.For("support_hours"), Autocomplete: "off"},
		Language: page.Radios{Name: "language", Legend: w.PartnerCompanyLanguage(), Value: a.language, Error: errs.For("language"), Options: site.LanguageOptions()},
	}
	frame := v.Frame(w.PartnerCompanyEdit())
	frame.Errors, frame.Notice, frame.Form, frame.Back = errs, notice, "company-form", &page.Link{URL: path, Text: w.PartnerCompanyTitle()}
	return v.Render(form, status, frame, b)
}

// save changes the company as the form showed it.
func (p companyPage) save(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "company-form"); err != nil {
		return err
	}
	a := typed(v)
	if page.Switched(v.R) {
		return p.renderForm(v, who, http.StatusOK, a, nil, nil)
	}
	now, err := p.table.Partner(v.R.Context(), who.Partner.ID)
	if err != nil {
		return err
	}
	if a.version != strconv.Itoa(now.Version) {
		return p.overtaken(v, who, now)
	}
	_, err = partner.Update(v.R.Context(), p.table, now, partner.Changes{
		LegalName: &a.legalName, Country: &a.country, City: &a.city, Website: &a.website, Phone: &a.phone, Mail: &a.mail, SupportHours: &a.hours, Language: &a.language,
	}, v.By(who))
	switch errs := wrong(v.Words, fault.As(err)); {
	case fault.Is(err, fault.Stale):
		if now, err = p.table.Partner(v.R.Context(), who.Partner.ID); err != nil {
			return err
		}
		return p.overtaken(v, who, now)
	case fault.Is(err, fault.NameTaken):
		return p.renderForm(v, who, http.StatusConflict, a, errs, nil)
	case errs != nil:
		return p.renderForm(v, who, http.StatusUnprocessableEntity, a, errs, nil)
	case err != nil:
		return err
	}
	return v.Redirect(path + "?done=saved")
}

// overtaken shows the company as it stands now, because somebody changed it since the form was shown.
func (p companyPage) overtaken(v *site.Visit, who site.Signed, now partner.Partner) error {
	return p.renderForm(v, who, http.StatusConflict, stored(now), nil, &page.Notice{Text: v.Words.PartnerCompanyChanged()})
}

// wrong says what is wrong with each field.
func wrong(w locale.Words, f *fault.Fault) (errs page.Errors) {
	if f == nil {
		return nil
	}
	for _, field := range f.Fields {
		one := page.FieldError{Field: field.Pointer[1:]}
		switch field.Pointer {
		case "/legal_name":
			switch field.Code {
			case fault.NameTaken:
				one.Text = w.PartnerCompanyNameTaken()
			case fault.Required:
				one.Text = w.ApplyLegalNameMissing()
			case fault.TooLong:
				one.Text = w.RedeemCompanyLong(partner.MaxLegalName)
			default:
				one.Text = site.CompanyWrong(w, field.Code)
			}
		case "/country":
			one.Text = w.PartnerCompanyCountryMissing()
		case "/city":
			one.Text = w.PartnerCompanyCityWrong()
		case "/website":
			one.Text = w.PartnerCompanyWebsiteWrong()
		case "/phone":
			one.Text = w.PartnerCompanyPhoneWrong()
		case "/email":
			one.Text = w.PartnerUsersEmailWrong()
		case "/support_hours":
			one.Text = w.PartnerCompanyHoursWrong(partner.MaxSupportHours)
		case "/language":
			one.Text = w.RedeemLanguageMissing()
		}
		errs = append(errs, one)
	}
	return errs
}
