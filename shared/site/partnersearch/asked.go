package partnersearch

import (
	"net/url"
	"slices"

	"liaison/shared/page"
	"liaison/shared/site"
)

// The fields of the search.
const (
	Words     = "q"
	Plan      = "plan"
	Country   = "country"
	Language  = "language"
	Service   = "service"
	Expertise = "expertise"
	Role      = "role"
	Cursor    = "cursor" // which page of what was found
)

// Fields are those that somebody fills in, in the order of the search's form; Matched are the match's.
var (
	Fields  = []string{Words, Plan, Country, Language, Service, Expertise, Role}
	Matched = []string{Plan, Country, Language, Service}
)

// Sent is the field that says that the match's form was sent: an address that leads to it with some answers filled in asks for nothing yet.
const Sent = "sent"

// from is the field of a page after the search that says that the match led there.
const from, matched = "from", "match"

// Asked is what somebody asked for who was led on from the search or the match, as the address of each page after it says it. Nothing of an address is
// taken over but these fields: what is made of it leads to the search, the match or a page after them, whatever was written.
type Asked struct {
	Back    Back
	matched bool
	query   url.Values
}

// Ask returns what the address of the search, or of a page after it, asks for.
func Ask(query url.Values) Asked {
	a := Asked{Back: Read(query.Get(Field)), matched: query.Get(from) == matched, query: url.Values{}}
	for _, name := range append(slices.Clone(Fields), Cursor) {
		if name == Cursor && a.matched || a.matched && !slices.Contains(Matched, name) {
			continue
		}
		for _, given := range query[name] {
			if given != "" {
				a.query.Add(name, given)
			}
		}
	}
	return a
}

// Match returns what the address of the match asks for.
func Match(query url.Values) Asked {
	known := url.Values{Field: query[Field], from: {matched}}
	for _, name := range Matched {
		known[name] = query[name]
	}
	return Ask(known)
}

// URL returns the address of what was found: of the page that led on.
func (a Asked) URL() string {
	if !a.matched {
		return site.Query(Path, a.fields()...)
	}
	return site.Query(MatchPath, append(a.fields(), page.Hidden{Name: Sent, Value: "1"})...)
}

// Link leads to what was found.
func (a Asked) Link(v *site.Visit) page.Link {
	if a.matched {
		return page.Link{Text: v.Words.MarketplaceMatchTitle(), URL: a.URL()}
	}
	return page.Link{Text: v.Words.MarketplaceTitle(), URL: a.URL()}
}

// At returns the address of a page after the search, with more fields of its own, from which what was asked for is known.
func (a Asked) At(path string, more ...page.Hidden) string {
	return site.Query(path, append(a.Hidden(), more...)...)
}

// Hidden are the fields of a form that leads to such a page.
func (a Asked) Hidden() []page.Hidden {
	if a.matched {
		return append(a.fields(), page.Hidden{Name: from, Value: matched})
	}
	return a.fields()
}

// fields are what was asked for, with the way back to an order.
func (a Asked) fields() (made []page.Hidden) {
	for _, name := range append(slices.Clone(Fields), Cursor) {
		for _, given := range a.query[name] {
			made = append(made, page.Hidden{Name: name, Value: given})
		}
	}
	if a.Back.Leads() {
		made = append(made, page.Hidden{Name: Field, Value: a.Back.URL()})
	}
	return made
}
