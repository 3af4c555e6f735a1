package outbox

import (
	"context"

	"liaison/shared/brand"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/locale"
	"liaison/shared/mail"
	"liaison/shared/mailing"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

func (d *Outbox) vendor(v catalog.Vendor) mail.Vendor {
	return mail.Vendor{Name: v.Name, Mail: d.env.MailFrom, Address: v.Address, HelpPhone: v.HelpPhone, HelpMail: v.HelpMail, Accent: brand.Accent(v.Accent), Gross: v.Prices == catalog.Gross, Account: d.page("/account")}
}

// card holds what is proved of a partner.
func card(p partner.Partner) mail.Partner {
	made := mail.Partner{Name: p.LegalName, ID: string(p.ID), Country: p.Country, Website: p.Website, Mail: replyTo(p), Hours: p.SupportHours}
	if !p.Verification.PhoneAt.IsZero() {
		made.Phone = p.Phone
	}
	return made
}

// replyTo is the partner's address, if it proved that it is its own.
func replyTo(p partner.Partner) string {
	if p.Verification.MailAt.IsZero() {
		return ""
	}
	return p.Mail
}

// language returns the first of the given languages that there are words for, else the vendor's.
func language(v catalog.Vendor, given ...string) locale.Language {
	for _, tag := range append(given, v.DefaultLanguage) {
		if l, ok := locale.Parse(tag); ok {
			return l
		}
	}
	return locale.English
}

func toPartner(p partner.Partner, v catalog.Vendor) mail.Recipient {
	return mail.Recipient{Address: replyTo(p), Language: language(v, p.Language), Country: p.Country}
}

func toUser(u customer.User, c customer.Customer, v catalog.Vendor) mail.Recipient {
	return mail.Recipient{Address: u.Mail, Language: language(v, u.Language, c.Language), Country: c.Country}
}

// offered says what an offer holds, in a language.
func offered(about mailing.Mentioned, l locale.Language) mail.Offer {
	o, plans := about.Offer, about.Plans
	plan := plans[o.Plan()]
	made := mail.Offer{
		Kind: kinds[o.Kind], Plan: plan.Name.In(string(l)), About: plan.Description.In(string(l)), Services: services(plan, l), Message: o.Message,
	}
	if len(o.Items) > 0 {
		made.Licenses = o.Items[0].Licenses
	}
	if plan.Trial != nil {
		made.Days = plan.Trial.Days
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
				Plan: plan.Name.In(string(l)), Services: services(plan, l), Licenses: ordered.Licenses, Term: string(ordered.Term), Price: locale.Money(ordered.Price),
			})
		}
		made.Biller = biller(o.BilledBy, about)
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

// biller names who bills: the vendor, or one of the partners that were read.
func biller(billedBy string, found mailing.Mentioned) string {
	switch p := partner.ID(billedBy); {
	case billedBy == "" || billedBy == subscription.Vendor:
		return found.Vendor.Name
	case p == found.Partner.ID:
		return found.Partner.LegalName
	default:
		return found.Partners[p].LegalName
	}
}

func services(plan catalog.Plan, l locale.Language) []string {
	names := make([]string, len(plan.Services))
	for i, s := range plan.Services {
		names[i] = s.Name.In(string(l))
	}
	return names
}

// said is a mail that holds no secret.
func said(m mail.Mail) func(context.Context, *mailing.Mail) (mail.Mail, error) {
	return func(context.Context, *mailing.Mail) (mail.Mail, error) { return m, nil }
}
