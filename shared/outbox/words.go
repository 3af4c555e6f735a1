package outbox

import (
	"context"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/locale"
	"liaison/shared/mail"
	"liaison/shared/mail/filled"
	"liaison/shared/mailing"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

func (d *Outbox) vendor(v catalog.Vendor) mail.Vendor {
	return filled.Vendor(v, d.env.MailFrom, d.page("/account"))
}

func toPartner(p partner.Partner, v catalog.Vendor) mail.Recipient {
	return mail.Recipient{Address: filled.ReplyTo(p), Language: filled.Language(v, p.Language), Country: p.Country}
}

func toUser(u customer.User, c customer.Customer, v catalog.Vendor) mail.Recipient {
	return mail.Recipient{Address: u.Mail, Language: filled.Language(v, u.Language, c.Language), Country: c.Country}
}

// offered says what an offer holds, in a language.
func offered(about mailing.Mentioned, l locale.Language) mail.Offer {
	return filled.Offer(about.Offer, about.Plans, biller(about.Offer.BilledBy, about), l)
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

// said is a mail that holds no secret.
func said(m mail.Mail) func(context.Context, *mailing.Mail) (mail.Mail, error) {
	return func(context.Context, *mailing.Mail) (mail.Mail, error) { return m, nil }
}
