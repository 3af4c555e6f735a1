// Package administered leads those who may act on a customer's directory to its pages: the customer's own administrators below /account, and below
// /partner/admin a partner on its behalf, with a banner on every page that says so.
package administered

import (
	"net/http"
	"strings"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/available"
	"liaison/shared/site/granted"
	"liaison/shared/site/offered"
)

// Table is what the pages of a directory need of the table to know who may act on it.
type Table interface {
	site.Sessions
	administration.Store
}

// Directory is a customer's directory as a reader may act on it.
type Directory struct {
	site.Signed
	By   administration.Authority
	Path string // where its pages begin
}

// Own lets a customer's people through who may see its directory.
func Own(table Table, step func(*site.Visit, Directory) error) func(*site.Visit) error {
	return site.Customers(table, access.ReadUsers, func(v *site.Visit, who site.Signed) error {
		stands, err := table.Administration(v.R.Context(), who.Customer.ID, "")
		if err != nil {
			return err
		}
		by, err := who.Claim().Over(stands, v.Op.At)
		if err != nil {
			return err
		}
		return step(v, Directory{who, by, "/account"})
	})
}

// OnBehalf lets a partner's people through whose company administers the customer in the path. Where its administration does not run, a page says so
// and leads to where it is asked for; what is no customer of the partner's looks like none.
func OnBehalf(table Table, step func(*site.Visit, Directory) error) func(*site.Visit) error {
	return site.Partners(table, access.ReadUsers, func(v *site.Visit, who site.Signed) error {
		of := customer.ID("cus_" + v.R.PathValue("customer"))
		if !of.Valid() {
			return fault.NotFound
		}
		stands, err := table.Administration(v.R.Context(), of, who.Partner.ID)
		if err != nil {
			return err
		}
		by, err := who.Claim().Over(stands, v.Op.At)
		if fault.Is(err, fault.Forbidden) {
			return lacking(v, who, stands)
		}
		if err != nil {
			return err
		}
		w, name, d := v.Words, by.Customer.Name, Directory{who, by, At(of)}
		v.OnBehalf(site.Behalf{Name: name, Path: d.Path, Banner: page.Behalf{
			Label: w.AdminBehalf(), Text: w.AdminActing(name, granted.Rights(w, by.Role()), v.In(by.Grant.EndsAt, by.Customer.Country)),
			Leave: page.Link{Text: w.AdminLeave(), URL: customerPath(of)},
		}})
		return step(v, d)
	})
}

// At is where a partner administers a customer.
func At(c customer.ID) string { return site.AdminPath + "/" + c.Bare() }

// customerPath is where a partner sees a customer.
func customerPath(c customer.ID) string { return site.ConsolePath + "/customers/" + c.Bare() }

// lacking says that the partner does not administer its customer now, and how it comes to that.
func lacking(v *site.Visit, who site.Signed, stands administration.Standing) error {
	w, of := v.Words, stands.Customer
	m := site.Message{
		Title: w.AdminNoneTitle(of.Name), Text: []string{w.AdminNoneText(of.Name)}, Links: []page.Link{{Text: of.Name, URL: customerPath(of.ID)}},
		Back: &page.Link{Text: w.CustomersTitle(), URL: site.ConsolePath + "/customers"},
	}
	why := v.CannotOffer(who)
	switch g := stands.Grant; {
	case g != nil && g.Partner == who.Partner.ID && g.StatusAt(v.Op.At) == relationship.Suspended:
		m.Text = []string{w.CustomersRenewDisputed(v.Vendor().Name)}
	case why != "":
		m.Text = append(m.Text, why)
	default:
		closed, where := available.Closed(v, offer.Plain(offer.DelegatedAdministration, of.Country))
		if where != nil {
			m.Text, m.Links = append(m.Text, closed), append(m.Links, *where)
			break
		}
		m.First = &page.Link{Text: w.AdminAsk(), URL: offered.MakingFor(offer.DelegatedAdministration, of.ID)}
	}
	return v.Say(http.StatusForbidden, m)
}

// Why says what stands in the way of an act, and who can change that; empty where nothing does, and where the error is about something else. role says
// which of the customer's own people may do it.
func (d Directory) Why(v *site.Visit, role func(w locale.Words, company string) string, err error) string {
	w, name := v.Words, d.By.Customer.Name
	switch {
	case fault.Is(err, fault.TargetIsAdmin):
		if d.By.OnBehalf() {
			return w.CustomerUsersTargetAdmin() + " " + d.needs(v)
		}
		return w.CustomerUsersTargetAdmin() + " " + w.CustomerUsersNeedsGlobal(name)
	case fault.Is(err, fault.NotYourRole):
		return role(w, name)
	case fault.Is(err, fault.Forbidden):
		return d.needs(v)
	case fault.Is(err, fault.CustomerReadOnly):
		return w.CustomerUsersReadOnly(name)
	case fault.Is(err, fault.PartnerNotActive):
		return w.OfferWhySuspended(v.Vendor().Name)
	case fault.Is(err, fault.LastAdmin):
		return w.CustomerUsersLastAdmin(name)
	case fault.Is(err, fault.UserOwnsBilling):
		return w.CustomerUsersOwnsBilling(name)
	case fault.Is(err, fault.UserDeleted, fault.UserDisabled, fault.UserNotDeleted):
		return v.Detail(err)
	}
	return ""
}

// Ask leads to where that is asked for which a reason says is missing: full administration, where the reader's own access suffices for it and the reader
// makes offers; nil for any other reason.
func (d Directory) Ask(v *site.Visit, why string) *page.Link {
	return Ask(v, d.Signed, d.By.Customer.ID, d.By.Customer.Country, why)
}

// Ask is the same of a customer of the reader's company. Where it is not available in the customer's country, it leads to where that is said.
func Ask(v *site.Visit, who site.Signed, of customer.ID, country, why string) *page.Link {
	if !strings.HasSuffix(why, v.Words.CustomersNeedsGrant()) || who.CustomerAccess != partner.Full || v.CannotOffer(who) != "" {
		return nil
	}
	if _, where := available.Closed(v, offer.Plain(offer.DelegatedAdministration, country)); where != nil {
		return where
	}
	return &page.Link{Text: v.Words.AdminAskFull(), URL: offered.MakingFor(offer.DelegatedAdministration, of)}
}

// needs says what gives a partner's person full rights: its own company where the customer gave them, else the customer.
func (d Directory) needs(v *site.Visit) string {
	if d.By.Grant.Role == offer.RoleFull && d.CustomerAccess != partner.Full {
		return v.Words.CustomersNeedsFull(d.Signed.Partner.LegalName)
	}
	return v.Words.CustomersNeedsGrant()
}
