package listing

import (
	"slices"

	"liaison/shared/partner"
)

// Entry is a listing with its partner, and what that one is authorised for, as far as it was asked about.
type Entry struct {
	Listing        Listing
	Partner        partner.Partner
	Authorisations []partner.Authorisation
}

// Visible says whether the public sees the entry.
func (e Entry) Visible() bool { return e.Listing.Visible(e.Partner) }

// Indexed is exactly what stands in the index for one partner.
type Indexed struct {
	Partner partner.ID
	Terms   []Term // sorted
	Fact    *Fact  // nil where it is not published
	Version int    // 0 where nothing ever stood there
}

// MostMoved is how many terms one transaction moves.
const MostMoved = 80

// Wanted returns what the index is to hold for a listing, whose partner has that share of answered messages; nothing where the public does not see it.
func (e Entry) Wanted(share int) Indexed {
	wanted := Indexed{Partner: e.Listing.Partner}
	if e.Visible() {
		wanted.Terms = Terms(e.Partner, *e.Listing.Published)
		wanted.Fact = &Fact{Share: share, Country: e.Partner.Country}
	}
	return wanted
}

// Step returns what the index holds after the next transaction on its way to what is wanted, which terms that one adds and takes away, and whether
// anything is left to do.
func (x Indexed) Step(wanted Indexed) (next Indexed, added, gone []Term, moves bool) {
	gone = slices.DeleteFunc(slices.Clone(x.Terms), func(t Term) bool { return slices.Contains(wanted.Terms, t) })
	added = slices.DeleteFunc(slices.Clone(wanted.Terms), func(t Term) bool { return slices.Contains(x.Terms, t) })
	same := x.Fact == wanted.Fact || x.Fact != nil && wanted.Fact != nil && *x.Fact == *wanted.Fact
	if len(added)+len(gone) == 0 && same {
		return x, nil, nil, false
	}
	gone = gone[:min(len(gone), MostMoved)]
	added = added[:min(len(added), MostMoved-len(gone))]
	next = Indexed{Partner: wanted.Partner, Fact: wanted.Fact, Version: x.Version}
	next.Terms = slices.DeleteFunc(slices.Concat(x.Terms, added), func(t Term) bool { return slices.Contains(gone, t) })
	slices.Sort(next.Terms)
	return next, added, gone, true
}
