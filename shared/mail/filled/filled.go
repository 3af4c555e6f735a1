// Package filled fills what mails say of a vendor, a partner and an offer from what the table holds, for the mail that is sent and for the page
// that shows it before.
package filled

import (
	"time"

	"liaison/shared/brand"
	"liaison/shared/catalog"
	"liaison/shared/locale"
	"liaison/shared/mail"
	"liaison/shared/offer"
	"liaison/shared/partner"
)

// Vendor is the vendor as its mails name it: from is the address that they come from, account where its customers sign in.
func Vendor(v catalog.Vendor, from, account string) mail.Vendor {
	return mail.Vendor{
		Name: v.Name, Mail: from, Address: v.Address, HelpPhone: v.HelpPhone, HelpMail: v.HelpMail, Accent: brand.Accent(v.Accent),
		Gross: v.Prices == catalog.Gross, Account: account,
	}
}

// Card holds what is proved of a partner.
func Card(p partner.Partner) mail.Partner {
	p = p.Proved()
	return mail.Partner{Name: p.LegalName, ID: string(p.ID), Country: p.Country, Website: p.Website, Mail: p.Mail, Phone: p.Phone, Hours: p.SupportHours}
}

// ReplyTo is the partner's address, if it proved that it is its own.
func ReplyTo(p partner.Partner) string { return p.Proved().Mail }

// Language returns the first of the given languages that there are words for, else the vendor's.
func Language(v catalog.Vendor, given ...string) locale.Language {
	for _, tag := range append(given, v.DefaultLanguage) {
		if l, ok := locale.Parse(tag); ok {
			return l
		}
	}
	return locale.English
}

// Offer says what an offer holds, in a language; biller is the name of who bills a purchase.
func Offer(o offer.Offer, plans map[catalog.PlanID]catalog.Plan, biller string, l locale.Language) mail.Offer {
	plan := plans[o.Plan()]
	made := mail.Offer{
		Kind: kinds[o.Kind], Plan: plan.Name.In(string(l)), About: plan.Description.In(string(l)), Services: Services(plan, l), Message: o.Message,
	}
	if len(o.Items) > 0 {
		made.Licenses = o.Items[0].Licenses
	}
	if plan.Trial != nil {
		made.Days = plan.Trial.Days
	}
	if o.NoticePeriod != nil {
		made.NoticeDays = &o.NoticePeriod.Days
	}
	if o.PartnerTerms != nil {
		made.TermsTitle, made.Terms = o.PartnerTerms.Title, o.PartnerTerms.Text
	}
	if o.DelegatedAdministration != nil {
		made.Role, made.RoleDays = o.DelegatedAdministration.Role, o.DelegatedAdministration.Days
	}
	if o.Kind.Orders() {
		for i, item := range o.Items {
			ordered, plan := o.Order(i), plans[item.Plan]
			made.Items = append(made.Items, mail.Order{
				Plan: plan.Name.In(string(l)), Services: Services(plan, l), Licenses: ordered.Licenses, Term: string(ordered.Term), Price: locale.Money(ordered.Price),
			})
		}
		made.Biller = biller
		if len(o.Items) > 1 { // each plan's own words would be too long
			made.About = ""
		}
	}
	return made
}

// kinds names the kinds of offer as mails do.
var kinds = map[offer.Kind]*mail.OfferKind{
	offer.Trial:                   mail.KindTrial,
	offer.Purchase:                mail.KindPurchase,
	offer.DelegatedAdministration: mail.KindAdministration,
	offer.PartnerOfRecord:         mail.KindPartnerOfRecord,
	offer.Reseller:                mail.KindReseller,
}

// Services names what a plan includes.
func Services(plan catalog.Plan, l locale.Language) []string {
	names := make([]string, len(plan.Services))
	for i, s := range plan.Services {
		names[i] = s.Name.In(string(l))
	}
	return names
}

// Template names the mail that brings an offer of a kind.
func Template(k offer.Kind) string { return kinds[k].Template }

// First is the mail that brings an offer of a kind to its recipient.
func First(k offer.Kind, m mail.InvitationReminder) mail.Mail { return kinds[k].First(m) }

// Invitation is what all mails to a recipient of an offer have in common, without their links: until is when the recipient's link ends.
func Invitation(to mail.Recipient, v mail.Vendor, p partner.Partner, o mail.Offer, until time.Time) mail.InvitationReminder {
	return mail.InvitationReminder{To: to, Vendor: v, Partner: Card(p), ReplyTo: ReplyTo(p), Offer: o, Until: until}
}
