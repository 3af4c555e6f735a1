package relationships

import (
	"strconv"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/order"
	"liaison/shared/page"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/price"
	"liaison/shared/subscription"
)

// The fields of the question what becomes of what a reseller bills.
const (
	handoverField = "handover"
	shownField    = "shown"
)

// notice asks for the end of a tie with an agreed notice: when it ends, and where the reseller bills something what becomes of that, at the
// vendor's prices, which the form's token signs.
func (p relationshipsPage) notice(v *site.Visit, who site.Signed, asked about, vendor, wrong, unchosen string) error {
	f, err := p.table.OrderFacts(v.R.Context(), customer.UserID(who.ID), nil, "")
	if err != nil {
		return err
	}
	v.PricedBy(f.Vendor)
	w, name := v.Words, asked.partner.LegalName
	days := asked.tie.NoticePeriod.Days
	b := words{Text: []string{w.PartnersNoticeText(v.In(v.Op.At.AddDate(0, 0, days), who.Customer.Country), name)}, Button: w.PartnersAsk()}
	if days == 0 {
		b.Text[0] = w.PartnersNoticeNow()
	}
	handed := f.Handed(asked.partner.ID, v.Op)
	if len(handed) > 0 {
		b.Shown = written(f.Terms.Version, handed)
		for _, s := range handed {
			row := page.Row{Key: v.PlanName(f.Plans, s.Plan), Values: []string{w.PartnersNoticeNotSold(vendor)}}
			if s.Price != nil {
				row.Values = []string{price.Licenses(w, *s.Price, s.Licenses.Bought, s.BillingTerm), price.License(w, *s.Price, s.BillingTerm)}
			}
			b.Rows = append(b.Rows, row)
		}
		b.Choice = &page.Radios{
			Name: handoverField, Legend: w.PartnersNoticeChoice(name), Value: v.Form(handoverField), Error: unchosen,
			Options: []page.Option{
				{Value: string(relationship.ToVendor), Label: w.PartnersNoticeToVendor(vendor), Hint: w.PartnersNoticeToVendorHint(f.Terms.Version)},
				{Value: string(relationship.WithTerm), Label: w.PartnersNoticeToTerm(), Hint: w.PartnersNoticeToTermHint()},
			},
		}
	}
	b.Token = site.Token(who.Secret, "ask", string(asked.partner.ID), b.Shown)
	return put(v, w.PartnersAskTitle(name), wrong, b, vendor, name)
}

// refusedNotice asks again, with what is wrong with the choice.
func (p relationshipsPage) refusedNotice(v *site.Visit, who site.Signed, asked about, wrong string) error {
	name, err := vendor(v)
	if err != nil {
		return err
	}
	return p.notice(v, who, asked, name, "", wrong)
}

// written says in one line the version of the terms and the vendor's prices that were shown.
func written(terms string, handed []order.Handed) string {
	said := []string{terms}
	for _, s := range handed {
		if s.Price != nil {
			said = append(said, string(s.ID)+":"+strconv.FormatInt(s.Price.AmountMinor, 10)+":"+s.Price.Currency)
		}
	}
	return strings.Join(said, " ")
}

// agreed reads what written said.
func agreed(shown string) (terms string, prices []relationship.AgreedPrice) {
	fields := strings.Fields(shown)
	for _, one := range fields[1:] {
		part := strings.Split(one, ":")
		if len(part) != 3 {
			continue
		}
		minor, err := strconv.ParseInt(part[1], 10, 64)
		if err != nil {
			continue
		}
		prices = append(prices, relationship.AgreedPrice{Subscription: subscription.ID(part[0]), Price: catalog.Money{AmountMinor: minor, Currency: part[2]}})
	}
	return fields[0], prices
}
