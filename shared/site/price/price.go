// Package price is how pages write what is paid for licences, and to whom.
package price

import (
	"liaison/shared/catalog"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/subscription"
)

// License writes what one licence costs a term.
func License(w locale.Words, one catalog.Money, term catalog.Term) string {
	return w.PerLicense(cost(one, 1, term))
}

// Licenses writes what some licences cost together a term.
func Licenses(w locale.Words, one catalog.Money, n int, term catalog.Term) string {
	return w.PerTerm(cost(one, n, term))
}

// Total writes what orders cost together, a line for each term and currency.
func Total(w locale.Words, orders ...subscription.Order) []string {
	costs := make([]locale.Cost, len(orders))
	for i, o := range orders {
		costs[i] = cost(o.Price, o.Licenses, o.Term)
	}
	return w.Sums(costs...)
}

func cost(one catalog.Money, n int, term catalog.Term) locale.Cost {
	return locale.Cost{Money: locale.Money{AmountMinor: one.AmountMinor * int64(n), Currency: one.Currency}, Yearly: term == catalog.Year}
}

// Rows returns what one order comes to: licences, price of one, and where no total follows that says the same the cost of all of them.
func Rows(w locale.Words, o subscription.Order, total bool) []page.Row {
	rows := []page.Row{
		{Key: w.SiteLicences(), Values: []string{w.SiteLicenceCount(o.Licenses)}},
		{Key: w.SitePrice(), Values: []string{License(w, o.Price, o.Term)}},
	}
	if total {
		rows = append(rows, page.Row{Key: w.SiteCost(), Values: Total(w, o)})
	}
	return rows
}

// Term names a billing term.
func Term(w locale.Words, term catalog.Term) string {
	if term == catalog.Year {
		return w.PriceByYear()
	}
	return w.PriceByMonth()
}

// Bills says in full who bills: the vendor, or a partner of the name that is not the vendor.
func Bills(w locale.Words, by, vendor, name string) string {
	if by == subscription.Vendor || by == "" {
		return w.SiteBillerVendor(vendor)
	}
	return w.SiteBillerPartner(name, vendor)
}
