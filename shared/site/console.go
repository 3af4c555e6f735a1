package site

import (
	"errors"
	"net/http"
	"strings"

	"liaison/shared/access"
	"liaison/shared/event"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/textinput"
)

// ConsolePath is where the partners' console begins.
const ConsolePath = "/partner"

// AdminPath is below which a partner administers its customers.
const AdminPath = "/partner/admin"

// CompanyPath is where a partner sees and changes what customers see of it.
const CompanyPath = "/partner/company"

// VendorPath is where the vendor's console begins.
const VendorPath = "/vendor"

// InboxPath is below which each thing stands that waits for the vendor.
const InboxPath = "/vendor/inbox"

// part is a page of a console. Who lacks the right does not see it.
type part struct {
	path  string
	icon  string
	right access.Right
	name  func(locale.Words) string
}

// consoleParts are the partners' console's, in the order of its pane.
var consoleParts = []part{
	{ConsolePath, "gauge", access.Known, locale.Words.ConsoleOverview},
	{"/partner/offers", "send", access.SeeOffers, locale.Words.ConsoleOffers},
	{"/partner/leads", "inbox", access.ManageLeads, locale.Words.LeadsTitle},
	{"/partner/customers", "building", access.SeeCustomers, locale.Words.ConsoleCustomers},
	{"/partner/relationships", "hands", access.SeeCustomers, locale.Words.CustomersTies},
	{"/partner/activity", "clock", access.SeeCustomers, locale.Words.ActivityTitle},
	{"/partner/users", "people", access.ManageUsers, locale.Words.ConsoleUsers},
	{CompanyPath, "building", access.SeeCompany, locale.Words.ConsoleCompany},
	{"/partner/listing", "store", access.SeeListings, locale.Words.ListingTitle},
	{"/partner/agreement", "scales", access.SeeCompany, locale.Words.ConsoleAgreement},
	{"/partner/developers", "key", access.ManageClients, locale.Words.ConsoleDevelopers},
}

// adminParts are those of the pages on which a partner administers one customer, by what follows the customer in their paths.
var adminParts = []part{
	{"", "gauge", access.ReadUsers, locale.Words.AdminTitle},
	{"/users", "people", access.ReadUsers, locale.Words.CustomerUsersTitle},
	{"/groups", "group", access.ReadUsers, locale.Words.GroupsTitle},
	{"/imports", "inbox", access.AdministerUsers, locale.Words.ImportsTitle},
	{"/domains", "globe", access.ReadUsers, locale.Words.DomainsTitle},
	{"/support", "help", access.HandleRequests, locale.Words.SupportTitle},
}

// vendorParts are the vendor's console's, in the order of its pane.
var vendorParts = []part{
	{VendorPath, "inbox", access.DecideApplications, locale.Words.VendorInbox},
	{"/vendor/support", "help", access.HandleRequests, locale.Words.SupportTitle},
	{"/vendor/partners", "building", access.ManagePartners, locale.Words.VendorPartners},
	{"/vendor/listings", "store", access.PublishListings, locale.Words.ListingPlural},
	{"/vendor/plans", "box", access.WriteCatalog, locale.Words.PlansTitle},
	{"/vendor/programs", "hands", access.WriteCatalog, locale.Words.ProgramsTitle},
	{"/vendor/availability", "globe", access.WriteCatalog, locale.Words.AvailabilityTitle},
	{"/vendor/terms", "scales", access.WriteCatalog, locale.Words.VendorTerms},
	{"/vendor/brand", "store", access.WriteCatalog, locale.Words.VendorBrand},
	{"/vendor/suppressions", "mail", access.LiftSuppressions, locale.Words.VendorSuppressions},
	{"/vendor/operators", "people", access.ManageOperators, locale.Words.OperatorsTitle},
}

// Partners lets only people of a partner through who have a right; the others get a page that says who has it. Someone of a partner that left
// the program has none.
func Partners(table Sessions, right access.Right, step func(*Visit, Signed) error) func(*Visit) error {
	return SignedIn(table, func(v *Visit, who Signed) error {
		w := v.Words
		switch {
		case !who.OfPartner():
			return v.refuse(w.ConsoleElsewhereTitle(), w.ConsoleElsewhereText(textinput.ShownMail(who.Mail)))
		case who.Partner.Status == partner.Closed || who.Partner.Status == partner.Rejected:
			return v.refuse(w.ConsoleLeftTitle(), w.ConsoleLeftText(who.Partner.LegalName))
		case !access.Has(who.Caller, right):
			return v.refuse(w.CustomerRoleTitle(), w.CustomerRoleText(textinput.ShownMail(who.Mail)), w.ConsoleRoleWho(who.Partner.LegalName))
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
	case of.Status == partner.AgreementPending && access.Has(who.Caller, access.SignAgreement):
		return w.OfferWhyAgreementYours()
	case of.Status == partner.AgreementPending:
		return w.OfferWhyAgreement(of.LegalName)
	case of.Working() != nil:
		return w.OfferWhySuspended(v.Vendor().Name)
	case !of.Verified() && access.Has(who.Caller, access.ConfirmProfile):
		return w.OfferWhyUnverifiedYours()
	case !of.Verified():
		return w.OfferWhyUnverified(of.LegalName)
	}
	return ""
}

// ToOffer leads to where the partner's person itself changes why it makes no offers; nil where there is nothing to change, or only somebody else can.
func (v *Visit) ToOffer(who Signed) *page.Link {
	switch v.CannotOffer(who) {
	case v.Words.OfferWhyAgreementYours():
		return &page.Link{Text: v.Words.PartnerAgreementSign(), URL: ConsolePath + "/agreement"}
	case v.Words.OfferWhyUnverifiedYours():
		return &page.Link{Text: v.Words.PartnerAgreementNext(), URL: ConsolePath + "/company"}
	}
	return nil
}

// Operators lets only the vendor's people through who have a right. What is personal (access.Right) is shown to none of them before NoteRead
// noted it.
func Operators(table Sessions, right access.Right, step func(*Visit, Signed) error) func(*Visit) error {
	return SignedIn(table, func(v *Visit, who Signed) error {
		if !who.Operates() || !access.Has(who.Caller, right) {
			return v.refuse(v.Words.VendorElsewhereTitle(), v.Words.VendorElsewhereText(textinput.ShownMail(who.Mail), v.Vendor().Name))
		}
		v.unnoted = right.Personal() && (v.R.Method == http.MethodGet || v.R.Method == http.MethodHead)
		return step(v, who)
	})
}

// refuse says why a page of a console is not for who is signed in.
func (v *Visit) refuse(title string, text ...string) error {
	return v.Say(http.StatusForbidden, Message{Title: title, Text: text})
}

// NoteRead writes that an operator read a tenant's things, before it sees them, as the API does.
func (v *Visit) NoteRead(notes access.Notes, who Signed, tenant event.Tenant, what string) error {
	err := access.NoteRead(v.R.Context(), notes, who.Caller, tenant, what, v.By(who))
	v.unnoted = v.unnoted && err != nil
	return err
}

// ReadNothing tells that a page under a personal right shows nothing of anybody, so that there is no read to note.
func (v *Visit) ReadNothing() { v.unnoted = false }

// errUnnoted is a defect of a page: it would show an operator what is personal, and no event says so.
var errUnnoted = errors.New("site: an operator's read that is not noted")

// within says whether the reader is at a path or below it.
func (v *Visit) within(path string) bool {
	return v.R.URL.Path == path || strings.HasPrefix(v.R.URL.Path, path+"/")
}

// console leads to the console of the reader's side, and is its pane for who is there.
func (v *Visit) console(frame *page.Frame) {
	w, of := v.Words, v.signed.Partner
	switch operates := v.signed.Operates(); {
	case operates && v.within(VendorPath):
		frame.Pane = v.pane(page.Pane{Label: w.VendorLabel(), Name: v.Vendor().Name, URL: VendorPath}, vendorParts)
	case operates:
		frame.Links = []page.Link{{Text: w.FrameAdmin(), URL: VendorPath}}
	case v.behalf != nil:
		frame.Behalf, frame.Pane = &v.behalf.Banner, v.pane(page.Pane{Label: w.AdminLabel(v.behalf.Name), Name: v.behalf.Name, URL: v.behalf.Path}, v.behalf.parts())
		frame.Pane.Parts = append(frame.Pane.Parts, page.PanePart{Icon: "arrow-left", Link: page.Link{Text: w.ConsoleOverview(), URL: ConsolePath}})
	case v.within(ConsolePath):
		frame.Pane = v.pane(page.Pane{
			Label: w.ConsoleLabel(), Name: of.LegalName, URL: CompanyPath, IDLabel: w.ConsoleID(), ID: of.ID.Spoken(), Copied: string(of.ID),
		}, consoleParts)
	default:
		frame.Links = []page.Link{{Text: w.FramePartner(), URL: ConsolePath}}
	}
}

// Behalf is the customer that a partner's page acts for, with the path of its Admin overview and the banner that says so.
type Behalf struct {
	Name, Path string
	Banner     page.Behalf
}

// OnBehalf makes the page one that acts for a customer: it has that customer's pane, and the banner on top.
func (v *Visit) OnBehalf(of Behalf) { v.behalf = &of }

// parts are those of the customer's pane.
func (b Behalf) parts() []part {
	var parts []part
	for _, p := range adminParts {
		p.path = b.Path + p.path
		parts = append(parts, p)
	}
	return parts
}

// pane is a console's with the parts that the reader may see. Its first part is where the console begins: what lies below that is another's.
func (v *Visit) pane(pane page.Pane, parts []part) *page.Pane {
	for i, part := range parts {
		if access.Has(v.signed.Caller, part.right) {
			link := v.link(part.name(v.Words), part.path, i > 0)
			if part.path == VendorPath && v.within(InboxPath) {
				link.Current, link.Within = true, true
			}
			pane.Parts = append(pane.Parts, page.PanePart{Icon: part.icon, Link: link})
		}
	}
	return &pane
}

// link leads to a part of the site, and says whether the reader is there, or where deep, at a page below it.
func (v *Visit) link(text, path string, deep bool) page.Link {
	here := v.R.URL.Path == path
	within := deep && strings.HasPrefix(v.R.URL.Path, path+"/")
	return page.Link{Text: text, URL: path, Current: here || within, Within: within}
}
