package site

import (
	"net/http"
	"strings"

	"liaison/shared/access"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/textinput"
)

// ConsolePath is where the partners' console begins.
const ConsolePath = "/partner"

// CompanyPath is where a partner sees and changes what customers see of it.
const CompanyPath = "/partner/company"

// consoleParts are the console's, in the order of its pane. Who lacks the right does not see the part.
var consoleParts = []struct {
	path  string
	icon  string
	right access.Right
	name  func(locale.Words) string
}{
	{ConsolePath, "gauge", access.Known, locale.Words.ConsoleOverview},
	{"/partner/offers", "send", access.SeeOffers, locale.Words.ConsoleOffers},
	{"/partner/customers", "building", access.SeeCustomers, locale.Words.ConsoleCustomers},
	{"/partner/users", "people", access.ManageUsers, locale.Words.ConsoleUsers},
	{CompanyPath, "building", access.SeeCompany, locale.Words.ConsoleCompany},
	{"/partner/agreement", "scales", access.SeeCompany, locale.Words.ConsoleAgreement},
	{"/partner/developers", "key", access.ManageClients, locale.Words.ConsoleDevelopers},
}

// Partners lets only people of a partner through who have a right; the others get a page that says who has it. Someone of a partner that left
// the program has none.
func Partners(table Sessions, right access.Right, step func(*Visit, Signed) error) func(*Visit) error {
	return SignedIn(table, func(v *Visit, who Signed) error {
		w := v.Words
		switch {
		case !who.OfPartner():
			return v.Say(http.StatusForbidden, Message{Title: w.ConsoleElsewhereTitle(), Text: []string{w.ConsoleElsewhereText(textinput.ShownMail(who.Mail))}})
		case who.Partner.Status == partner.Closed || who.Partner.Status == partner.Rejected:
			return v.Say(http.StatusForbidden, Message{Title: w.ConsoleLeftTitle(), Text: []string{w.ConsoleLeftText(who.Partner.LegalName)}})
		case !access.Has(who.Caller, right):
			return v.Say(http.StatusForbidden, Message{
				Title: w.CustomerRoleTitle(), Text: []string{w.CustomerRoleText(textinput.ShownMail(who.Mail)), w.ConsoleRoleWho(who.Partner.LegalName)},
			})
		}
		return step(v, who)
	})
}

// CannotOffer says why the partner's person makes no offers now, and who can change it; empty where it may.
func (v *Visit) CannotOffer(who Signed) string {
	w, of := v.Words, who.Partner
	switch {
	case !access.Has(who.Caller, access.MakeOffers):
		return w.OfferWhyRight(of.LegalName)
	case of.Status == partner.AgreementPending:
		return w.OfferWhyAgreement(of.LegalName)
	case of.Working() != nil:
		return w.OfferWhySuspended(v.Vendor().Name)
	case !of.Verified():
		return w.OfferWhyUnverified(of.LegalName)
	}
	return ""
}

// console is the pane of a partner's pages.
func (v *Visit) console() *page.Pane {
	w, of := v.Words, v.signed.Partner
	pane := &page.Pane{Label: w.ConsoleLabel(), Name: of.LegalName, URL: CompanyPath, IDLabel: w.ConsoleID(), ID: of.ID.Spoken(), Copied: string(of.ID)}
	for _, part := range consoleParts {
		if access.Has(v.signed.Caller, part.right) {
			pane.Parts = append(pane.Parts, page.PanePart{Icon: part.icon, Link: v.link(part.name(w), part.path, part.path != ConsolePath)})
		}
	}
	return pane
}

// link leads to a part of the site, and says whether the reader is there, or where deep, at a page below it.
func (v *Visit) link(text, path string, deep bool) page.Link {
	here := v.R.URL.Path == path
	within := deep && strings.HasPrefix(v.R.URL.Path, path+"/")
	return page.Link{Text: text, URL: path, Current: here || within, Within: within}
}
