package site

import (
	"strings"
	"time"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// OfferTitle names an offer by its kind and what it brings.
func (v *Visit) OfferTitle(of offer.Offer, shown catalog.View) string {
	w, plan := v.Words, shown.Plans[of.Plan()].Name.In(string(v.Words.Language()))
	switch of.Kind {
	case offer.DelegatedAdministration:
		return w.OfferTitleAdministration()
	case offer.PartnerOfRecord:
		return w.OfferTitleRecord()
	case offer.Reseller:
		return w.OfferTitleReseller()
	case offer.Purchase:
		if len(of.Items) > 1 {
			return w.OfferTitlePurchases(len(of.Items))
		}
		return w.OfferTitlePurchase(plan)
	}
	return w.OfferTitle(plan)
}

// OfferLead says in a sentence what a partner asks and what to do about it.
func (v *Visit) OfferLead(of offer.Offer, asking, vendor string) string {
	switch w := v.Words; of.Kind {
	case offer.DelegatedAdministration:
		return w.OfferLeadRequest(asking, vendor)
	case offer.PartnerOfRecord:
		return w.OfferLeadRecord(asking, vendor)
	case offer.Reseller:
		return w.OfferLeadReseller(asking, vendor)
	case offer.Purchase:
		return w.OfferLeadPurchase(asking, vendor)
	default:
		return w.OfferLead(asking, vendor)
	}
}

// Offered returns what an offer of a partner holds: a section for each of several plans, then one for all of it. orders are what its items come
// to, of a purchase only; until is when it ends.
func (v *Visit) Offered(of offer.Offer, shown catalog.View, asking partner.Partner, orders []subscription.Order, until time.Time) []page.Section {
	w, vendor := v.Words, shown.Vendor
	var made []page.Section
	for i, item := range of.Items {
		plan, several := shown.Plans[item.Plan], len(of.Items) > 1
		one := page.Section{Heading: v.PlanName(shown.Plans, item.Plan), Rows: v.planRows(plan, !several)}
		switch {
		case of.Kind == offer.Trial && plan.Trial != nil:
			one.Rows = append(one.Rows,
				page.Row{Key: w.SiteLength(), Values: []string{w.SiteDays(plan.Trial.Days)}},
				page.Row{Key: w.SiteLicences(), Values: []string{w.SiteLicenceCount(plan.Trial.Licenses)}},
				page.Row{Key: w.SitePrice(), Values: []string{w.SiteFree(), w.SiteBilledBy(vendor.Name)}})
		case of.Kind == offer.Purchase:
			one.Rows = append(one.Rows, v.OrderRows(orders[i], several)...)
		}
		made = append(made, one)
	}
	var all []page.Row
	switch d := of.Delegation; {
	case of.Kind == offer.PartnerOfRecord:
		all = append(all, page.Row{Key: w.SiteAsked(), Values: []string{w.SiteAskedRecord()}})
	case of.Kind == offer.Reseller:
		all = append(all, page.Row{Key: w.SiteAsked(), Values: []string{w.SiteAskedReseller()}})
	case of.Kind == offer.Purchase:
		all = append(all,
			page.Row{Key: w.SiteTotal(), Values: v.Totals(orders)},
			page.Row{Key: w.SiteBiller(), Values: []string{v.Bills(orders[0].BilledBy, vendor.Name, asking.LegalName)}},
			page.Row{Key: w.SiteRenewal(), Values: []string{w.SiteRenews()}})
	case d != nil && !of.Kind.Sells():
		all = append(all,
			page.Row{Key: w.SiteAsked(), Values: []string{w.SiteAdministration(), v.Rights(d.Role)}}, page.Row{Key: w.SiteAskedFor(), Values: []string{w.SiteDays(d.Days)}})
	}
	return v.Together(made, append(all,
		page.Row{Key: w.SiteCountry(), Values: []string{w.Country(of.Country)}},
		page.Row{Key: w.SiteUntil(), Values: []string{w.Time(v.In(until, of.Country))}},
		page.Row{Key: w.SiteReference(), Values: []string{of.ID.Reference()}}))
}

// Together returns the sections of several plans followed by what holds for all of them; of one plan all of it is one list.
func (v *Visit) Together(plans []page.Section, all []page.Row) []page.Section {
	if len(plans) > 1 {
		return append(plans, page.Section{Heading: v.Words.SiteAll(), Rows: all})
	}
	var one []page.Row
	for _, plan := range plans {
		one = append(one, plan.Rows...)
	}
	return []page.Section{{Rows: append(one, all...)}}
}

// PlanName returns a plan's name in the page's language; its id where it is not known any more.
func (v *Visit) PlanName(plans map[catalog.PlanID]catalog.Plan, plan catalog.PlanID) string {
	if found, ok := plans[plan]; ok {
		return found.Name.In(string(v.Words.Language()))
	}
	return string(plan)
}

// planRows returns what a plan is and includes, with its name or (under a heading that is the name) without.
func (v *Visit) planRows(plan catalog.Plan, named bool) []page.Row {
	w, l := v.Words, string(v.Words.Language())
	about := lines(plan.Description.In(l))
	if named {
		about = lines(plan.Name.In(l), plan.Description.In(l))
	}
	var rows []page.Row
	if len(about) > 0 {
		rows = append(rows, page.Row{Key: w.SitePlan(), Values: about})
	}
	if len(plan.Services) == 0 {
		return rows
	}
	services := make([]string, len(plan.Services))
	for i, s := range plan.Services {
		services[i] = s.Name.In(l)
		if about := s.Description.In(l); about != "" {
			services[i] = w.SiteService(services[i], about)
		}
	}
	return append(rows, page.Row{Key: w.SiteServices(), Values: services})
}

// OrderRows returns what one order comes to: licences, price of one, and where no total follows that says the same the cost of all of them.
func (v *Visit) OrderRows(o subscription.Order, cost bool) []page.Row {
	w := v.Words
	rows := []page.Row{
		{Key: w.SiteLicences(), Values: []string{w.SiteLicenceCount(o.Licenses)}},
		{Key: w.SitePrice(), Values: []string{v.Price(o)}},
	}
	if cost {
		rows = append(rows, page.Row{Key: w.SiteCost(), Values: v.Totals([]subscription.Order{o})})
	}
	return rows
}

// Price says what a licence costs a term.
func (v *Visit) Price(o subscription.Order) string {
	price := v.Words.SitePriceMonth
	if o.Term == catalog.Year {
		price = v.Words.SitePriceYear
	}
	return price(v.Words.Money(locale.Money(o.Price)))
}

// Totals returns what orders cost together, a line for each term and currency.
func (v *Visit) Totals(orders []subscription.Order) []string {
	type per struct {
		term     catalog.Term
		currency string
	}
	var order []per
	sums := map[per]int64{}
	for _, o := range orders {
		k := per{o.Term, o.Price.Currency}
		if _, there := sums[k]; !there {
			order = append(order, k)
		}
		sums[k] += int64(o.Licenses) * o.Price.AmountMinor
	}
	said := make([]string, len(order))
	for i, k := range order {
		cost := v.Words.SiteCostMonth
		if k.term == catalog.Year {
			cost = v.Words.SiteCostYear
		}
		said[i] = cost(v.Words.Money(locale.Money{AmountMinor: sums[k], Currency: k.currency}))
	}
	return said
}

// Bills says in full who bills: the vendor, or a partner of the name that is not the vendor.
func (v *Visit) Bills(by, vendor, name string) string {
	if by == subscription.Vendor || by == "" {
		return v.Words.SiteBillerVendor(vendor)
	}
	return v.Words.SiteBillerPartner(name, vendor)
}

func lines(some ...string) []string {
	var kept []string
	for _, line := range some {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

// In returns a time in the zone of a country, in which pages write it.
func (v *Visit) In(t time.Time, country string) time.Time { return t.In(calendar.Zone(country)) }

// Powers returns what a delegated administrator of the role can and cannot do, as sentences.
func (v *Visit) Powers(role string) (can, cannot string) {
	if role == offer.RoleFull {
		return v.Words.AdministrationFullCan(), v.Words.AdministrationFullCannot()
	}
	return v.Words.AdministrationLimitedCan(), v.Words.AdministrationLimitedCannot()
}

// Rights names the role of a delegated administrator.
func (v *Visit) Rights(role string) string {
	if role == offer.RoleFull {
		return v.Words.AdministrationFullName()
	}
	return v.Words.AdministrationLimitedName()
}
