package site

import (
	"strings"
	"time"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/subscription"
)

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
