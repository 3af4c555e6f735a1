package becomeapartner

import (
	"net/http"

	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/textinput"
	"liaison/shared/token"
)

// open reads the application of a mailed link. A link that was never ours is NotFound, whatever exists; one that has ended is Gone.
func (p applyPage) open(v *site.Visit) (partner.Application, string, error) {
	who, err := v.Signed(p.table)
	if err != nil {
		return partner.Application{}, "", err
	}
	if _, err := v.Catalogue(); err != nil {
		return partner.Application{}, "", err
	}
	v.Speak(who.Language)
	text, secret, ok := token.Split(v.R.PathValue("token"))
	if !ok {
		return partner.Application{}, "", fault.NotFound
	}
	a, err := p.table.Application(v.R.Context(), partner.ApplicationID(text))
	if err != nil {
		return a, "", err
	}
	if err := a.MayConfirm(secret, v.Op.At); err != nil {
		return a, "", err
	}
	v.Speak(who.Language, a.Contact.Language)
	return a, secret, nil
}

// refused shows a link that confirms nothing as such.
func (p applyPage) refused(v *site.Visit, err error) error {
	w := v.Words
	switch {
	case fault.Is(err, fault.ApplicationLinkExpired):
		return v.Say(http.StatusGone, site.Message{
			Title: w.ApplyExpiredTitle(), Text: []string{w.ApplyExpiredText(partner.ApplicationLinkDays)}, Links: []page.Link{{Text: w.ApplyAgain(), URL: path}},
		})
	case fault.Is(err, fault.NotFound):
		return v.Say(http.StatusNotFound, site.Message{Title: w.UnavailableUnknownTitle(), Text: []string{w.UnavailableUnknownText(), w.ApplyUnknownNext()}, Links: []page.Link{{Text: w.ApplyAgain(), URL: path}}})
	}
	return err
}

// showConfirm shows what is to be confirmed and a button: to open the link, as a mail scanner does, confirms nothing. Afterwards the link says
// that the application was received.
func (p applyPage) showConfirm(v *site.Visit) error {
	a, secret, err := p.open(v)
	if err != nil {
		return p.refused(v, err)
	}
	w, vendor := v.Words, v.Vendor().Name
	if a.Status != partner.ApplicationUnconfirmed {
		return v.Say(http.StatusOK, site.Message{
			Title: w.ApplyReceivedTitle(), Kind: "good", Icon: "check",
			Text: []string{w.ApplyReceivedText(a.LegalName, vendor), w.ApplyReceivedNext(textinput.ShownMail(a.Contact.Mail))},
		})
	}
	return v.Say(http.StatusOK, site.Message{
		Title: w.ApplyConfirmTitle(), Text: []string{w.ApplyConfirmText(vendor)}, Heading: w.SiteCompany(),
		Button: &site.Button{Text: w.ApplyConfirmButton(), Token: site.Token(secret, "confirm", string(a.ID))},
		Rows: []page.Row{
			{Key: w.ApplyLegalName(), Values: []string{a.LegalName}},
			{Key: w.ApplyNumber(), Values: []string{a.RegistrationNumber}},
			{Key: w.ApplyCity(), Values: []string{a.City, w.Country(a.Country)}},
			{Key: w.SiteWebsite(), Values: []string{a.Website}},
			{Key: w.SitePhone(), Values: []string{a.Phone}},
			{Key: w.ApplyContact(), Values: []string{a.Contact.Name, textinput.ShownMail(a.Contact.Mail)}},
		},
	})
}

// confirm notes that the contact pressed the button. Pressed twice it is the same.
func (p applyPage) confirm(v *site.Visit) error {
	a, secret, err := p.open(v)
	if err != nil {
		return p.refused(v, err)
	}
	if err := v.Posted(secret, "confirm", string(a.ID)); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.showConfirm(v)
	}
	if _, err := partner.ConfirmApplication(v.R.Context(), p.table, a.ID, secret, v.Op); err != nil {
		return p.refused(v, err)
	}
	return v.Redirect(v.R.URL.EscapedPath())
}
