// Package partnersearch leads from an order to the search for a partner, and back to it with the one that was chosen.
package partnersearch

import (
	"net/url"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/partnerpicker"
)

// The pages of the search, and the field that carries the way back.
const (
	Path      = "/find-a-partner"
	MatchPath = Path + "/match"
	Field     = "back"
)

// place is a page that a choice goes back to: it asks for a partner by partnerpicker's question.
type place struct {
	fits    func(path string) bool
	asks    string   // the name of the question
	carries []string // its other fields, none of which says anything of a person
}

var places = []place{
	{
		fits: func(path string) bool {
			plan, is := strings.CutPrefix(path, "/account/buy/")
			return is && catalog.PlanID(plan).Valid()
		},
		asks: "advisor", carries: []string{"licenses", "billing_term", "into"},
	},
	{fits: func(path string) bool { return path == "/account/subscriptions/partner" }, asks: "what", carries: []string{"s"}},
}

// most is how long the address of a way back may be: that of a page with 200 subscriptions.
const most = 6500

// Back is the way back to a page that asks for a partner, with what was typed there; the zero value leads nowhere.
type Back struct {
	path, asks string
	query      url.Values
}

// To returns the way back to one of the pages that ask for a partner, with its answers; fields that it does not know are left out. It leads nowhere
// where the path is no such page.
func To(path string, answers url.Values) Back {
	for _, p := range places {
		if !p.fits(path) {
			continue
		}
		b := Back{path: path, asks: p.asks, query: url.Values{}}
		for _, name := range append([]string{p.asks, partnerpicker.Field}, p.carries...) {
			if given := answers[name]; len(given) > 0 && given[0] != "" {
				b.query.Set(name, given[0])
			}
		}
		if len(b.URL()) > most {
			return Back{}
		}
		return b
	}
	return Back{}
}

// Read returns the way back that an address names. Only the pages of To are led to, whatever was written: nothing of the text is taken over but their
// fields.
func Read(text string) Back {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || len(text) > most {
		return Back{}
	}
	return To(u.Path, u.Query())
}

// Leads says whether there is a way back.
func (b Back) Leads() bool { return b.path != "" }

// URL returns the address of the page with all that was typed, empty where there is no way back.
func (b Back) URL() string {
	if len(b.query) == 0 {
		return b.path
	}
	return b.path + "?" + b.query.Encode()
}

// With returns the address of the page with a partner filled in. The page looks it up once more when it is sent.
func (b Back) With(p partner.ID) string {
	query := url.Values{}
	for name, values := range b.query {
		query[name] = values
	}
	query.Set(b.asks, partnerpicker.Other)
	query.Set(partnerpicker.Field, string(p))
	return b.path + "?" + query.Encode()
}

// For returns the address of the search for a partner that helps with a plan in a country, either empty for any.
func (b Back) For(plan catalog.PlanID, country string) string {
	return site.Query(Path, page.Hidden{Name: "plan", Value: string(plan)}, page.Hidden{Name: "country", Value: country}, page.Hidden{Name: Field, Value: b.URL()})
}
