package site

import (
	"time"

	"liaison/shared/catalog"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// offerView is what pages show of the offers of one kind.
type offerView struct {
	title func(w locale.Words, of offer.Offer, plan string) string // names it, of several plans by the first
	lead  func(w locale.Words, asking, vendor string) string       // what the partner asks and what to do about it
	item  func(o offered, i int) []page.Row                        // one plan, beside what the plan is; nil where it holds none
	whole func(o offered) []page.Row                               // what holds for all of it; nil where there is nothing to say
}

var offerViews = map[offer.Kind]offerView{
	offer.Trial: {
		title: func(w locale.Words, _ offer.Offer, plan string) string { return w.OfferTitle(plan) },
		lead:  locale.Words.OfferLead, item: offered.tried,
	},
	offer.Purchase: {
		title: func(w locale.Words, of offer.Offer, plan string) string {
			if len(of.Items) > 1 {
				return w.OfferTitlePurchases(len(of.Items))
			}
			return w.OfferTitlePurchase(plan)
		},
		lead: locale.Words.OfferLeadPurchase, item: offered.ordered, whole: offered.bill,
	},
	offer.DelegatedAdministration: {
		title: asks(locale.Words.OfferTitleAdministration), lead: locale.Words.OfferLeadRequest, whole: offered.administration,
	},
	offer.PartnerOfRecord: {
		title: asks(locale.Words.OfferTitleRecord), lead: locale.Words.OfferLeadRecord,
		whole: func(o offered) []page.Row { return o.asked(o.Words.SiteAskedRecord()) },
	},
	offer.Reseller: {
		title: asks(locale.Words.OfferTitleReseller), lead: locale.Words.OfferLeadReseller,
		whole: func(o offered) []page.Row { return o.asked(o.Words.SiteAskedReseller()) },
	},
}

// asks is the title of an offer that asks for a role and names no plan.
func asks(title func(locale.Words) string) func(locale.Words, offer.Offer, string) string {
	return func(w locale.Words, _ offer.Offer, _ string) string { return title(w) }
}

// OfferTitle names an offer by its kind and what it brings.
func (v *Visit) OfferTitle(of offer.Offer, shown catalog.View) string {
	return offerViews[of.Kind].title(v.Words, of, shown.Plans[of.Plan()].Name.In(string(v.Words.Language())))
}

// OfferLead says in a sentence what a partner asks and what to do about it.
func (v *Visit) OfferLead(of offer.Offer, asking, vendor string) string {
	return offerViews[of.Kind].lead(v.Words, asking, vendor)
}

// offered is an offer as a page shows what it holds.
type offered struct {
	*Visit
	of     offer.Offer
	shown  catalog.View
	asking partner.Partner
	orders []subscription.Order // what its items come to; none where they have no price
}

// Offered returns what an offer of a partner holds: a section for each of several plans, then one for all of it. orders are what its items come
// to, of a purchase only; until is when it ends.
func (v *Visit) Offered(of offer.Offer, shown catalog.View, asking partner.Partner, orders []subscription.Order, until time.Time) []page.Section {
	w, view, o := v.Words, offerViews[of.Kind], offered{v, of, shown, asking, orders}
	var made []page.Section
	for i, item := range of.Items {
		rows := v.planRows(shown.Plans[item.Plan], len(of.Items) == 1)
		made = append(made, page.Section{Heading: v.PlanName(shown.Plans, item.Plan), Rows: append(rows, view.item(o, i)...)})
	}
	var all []page.Row
	if view.whole != nil {
		all = view.whole(o)
	}
	return v.Together(made, append(all,
		page.Row{Key: w.SiteCountry(), Values: []string{w.Country(of.Country)}},
		page.Row{Key: w.SiteUntil(), Values: []string{w.Time(v.In(until, of.Country))}},
		page.Row{Key: w.SiteReference(), Values: []string{of.ID.Reference()}}))
}

// tried says how long a trial runs, with how many licences, and that it is free; nothing where the plan has none any more.
func (o offered) tried(i int) []page.Row {
	w, trial := o.Words, o.shown.Plans[o.of.Items[i].Plan].Trial
	if trial == nil {
		return nil
	}
	return []page.Row{
		{Key: w.SiteLength(), Values: []string{w.SiteDays(trial.Days)}},
		{Key: w.SiteLicences(), Values: []string{w.SiteLicenceCount(trial.Licenses)}},
		{Key: w.SitePrice(), Values: []string{w.SiteFree(), w.SiteBilledBy(o.shown.Vendor.Name)}},
	}
}

func (o offered) ordered(i int) []page.Row { return o.OrderRows(o.orders[i], len(o.of.Items) > 1) }

// bill says what a purchase costs together, who bills it and that it renews.
func (o offered) bill() []page.Row {
	w := o.Words
	return []page.Row{
		{Key: w.SiteTotal(), Values: o.Totals(o.orders)},
		{Key: w.SiteBiller(), Values: []string{o.Bills(o.orders[0].BilledBy, o.shown.Vendor.Name, o.asking.LegalName)}},
		{Key: w.SiteRenewal(), Values: []string{w.SiteRenews()}},
	}
}

func (o offered) administration() []page.Row {
	w, d := o.Words, o.of.Delegation
	return append(o.asked(w.SiteAdministration(), o.Rights(d.Role)), page.Row{Key: w.SiteAskedFor(), Values: []string{w.SiteDays(d.Days)}})
}

// asked says for which role the partner asks.
func (o offered) asked(role ...string) []page.Row {
	return []page.Row{{Key: o.Words.SiteAsked(), Values: role}}
}
