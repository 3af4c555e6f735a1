// Package price is how pages write what is paid for licences, and to whom.
package price

import (
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/subscription"
)

// License writes what one licence costs a term.
func License(w locale.Words, one catalog.Money, term catalog.Term) string {
	return w.PerLicense(cost(one, 1, term))
}

// LicenseTag writes what one licence costs a term with the amount apart, to be shown large.
func LicenseTag(w locale.Words, one catalog.Money, term catalog.Term) page.Price {
	return tag(w, License(w, one, term), cost(one, 1, term))
}

// LicensesTag writes what some licences cost together a term with the amount apart.
func LicensesTag(w locale.Words, one catalog.Money, n int, term catalog.Term) page.Price {
	return tag(w, Licenses(w, one, n, term), cost(one, n, term))
}

// tag parts a price that begins with its amount, as prices do in every language.
func tag(w locale.Words, written string, of locale.Cost) page.Price {
	amount := w.Money(of.Money)
	return page.Price{Amount: amount, Per: strings.TrimSpace(strings.TrimPrefix(written, amount))}
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
		{Key: w.SiteLicences(), Values: []string{w.Int(o.Licenses)}},
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

// Charged says from when another count of licences is charged by the vendor, where the running term ends at a time.
func Charged(w locale.Words, how catalog.LicensesCharged, more bool, ends time.Time) string {
	switch {
	case !more:
		return w.ChargedFewer(ends)
	case how.Or() == catalog.NextTerm:
		return w.ChargedNextTerm(ends)
	}
	return w.ChargedProrated(ends)
}

// Bills says in full who bills: the vendor, or a partner of the name that is not the vendor.
func Bills(w locale.Words, by, vendor, name string) string {
	if by == subscription.Vendor || by == "" {
		return w.SiteBillerVendor(vendor)
	}
	return w.SiteBillerPartner(name, vendor)
}
