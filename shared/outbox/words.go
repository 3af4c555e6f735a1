package outbox

import (
	"context"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/locale"
	"liaison/shared/mail"
	"liaison/shared/offer"
	"liaison/shared/partner"
)

func (d *Outbox) vendor(v catalog.Vendor) mail.Vendor {
	return mail.Vendor{Name: v.Name, Mail: d.env.MailFrom, Address: v.Address, HelpPhone: v.HelpPhone, HelpMail: v.HelpMail}
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

// subject names what an offer is about: its plan, or what it asks for.
func subject(about dynamo.Mentioned, l locale.Language) string {
	if plan := about.Offer.Plan(); plan != "" {
		return about.Plans[plan].Name.In(string(l))
	}
	return locale.In(l).SiteAdministration()
}

// offered says what an offer holds, in a language.
func offered(o offer.Offer, plans map[catalog.PlanID]catalog.Plan, l locale.Language) mail.Offer {
	plan := plans[o.Plan()]
	made := mail.Offer{
		Plan: plan.Name.In(string(l)), About: plan.Description.In(string(l)), Services: services(plan, l), Message: o.Message,
	}
	if len(o.Items) > 0 {
		made.Licences = o.Items[0].Licenses
	}
	if plan.Trial != nil {
		made.Days = plan.Trial.Days
	}
	if o.PartnerTerms != nil {
		made.TermsTitle, made.Terms = o.PartnerTerms.Title, o.PartnerTerms.Text
	}
	if o.Delegation != nil {
		made.Role, made.RoleDays = o.Delegation.Role, o.Delegation.Days
	}
	return made
}

func services(plan catalog.Plan, l locale.Language) []string {
	names := make([]string, len(plan.Services))
	for i, s := range plan.Services {
		names[i] = s.Name.In(string(l))
	}
	return names
}

// said is a mail that holds no secret.
func said(m mail.Mail) func(context.Context) (mail.Mail, error) {
	return func(context.Context) (mail.Mail, error) { return m, nil }
}
