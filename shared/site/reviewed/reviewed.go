// Package reviewed is how the vendor reads a partner's entry in the marketplace: the newest content, with what is other than what it let through last.
package reviewed

import (
	"cmp"
	"slices"

	"liaison/shared/catalog"
	"liaison/shared/listing"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/edited"
	"liaison/shared/site/listed"
)

// Review is an entry as the vendor reads it.
type Review struct {
	Newest    listed.Card  // as it would be found
	Published *listed.Card // as it was let through last; nil before the first time
	Sections  []page.Section
}

// Of returns the review of an entry.
func Of(v *site.Visit, e listing.Entry) (Review, error) {
	l := e.Listing
	ids := slices.Clone(l.Content.Plans)
	if l.Published != nil {
		ids = append(ids, l.Published.Plans...)
	}
	slices.Sort(ids)
	shown, err := v.Catalogue(slices.Compact(ids)...)
	if err != nil {
		return Review{}, err
	}
	newest := entry(e, l.Content, shown)
	r := Review{Newest: newest.Card(v, ""), Sections: sections(v, newest)}
	if l.Published == nil {
		return r, nil
	}
	before := entry(e, *l.Published, shown)
	card := before.Card(v, "")
	r.Published, r.Sections = &card, edited.Compared(v.Words, sections(v, before), r.Sections)
	return r, nil
}

// sections are the entry's, with its logo by the name of its file, which follows from what it shows.
func sections(v *site.Visit, e listed.Entry) []page.Section {
	logo := page.Row{Key: v.Words.ListingLogo(), Values: []string{cmp.Or(e.Content.Logo, v.Words.ListingNothing())}}
	made := e.Sections(v)
	made[0].Rows = append([]page.Row{logo}, made[0].Rows...)
	return made
}

func entry(e listing.Entry, c listing.Content, shown catalog.View) listed.Entry {
	return listed.Entry{Partner: e.Partner, Content: c, Share: listing.NoShare, Plans: shown.Plans}
}
