// Package featureavailability shows everybody what the vendor's partners can offer where, and the vendor's reasons where they cannot.
package featureavailability

import (
	"embed"
	"net/http"
	"slices"
	"strings"

	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/available"
)

//go:embed where.html
var files embed.FS

var where = page.Parse(files, "where.html")

const path = "/feature-availability" // catalog.AvailabilityPath

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
}

// Page serves GET /feature-availability: every feature in every region, or in the country that ?country names. A feature has its name as anchor.
func Page(env boot.Env, table Table) http.Handler {
	return site.New(env, table, site.Route{Path: path, Get: site.Everybody(table, show)})
}

// across is how many regions stand beside each other, so that they fit on paper; more follow in a table of their own.
const across = 4

// mostPlans is how many plans are read for their names; further ones are shown by their ID.
const mostPlans = 50

type body struct {
	Path      string
	Countries page.Select
	Clear     string       // leads to all regions; empty where they are shown
	Here      *here        // what is available in one country
	Empty     *page.Empty  // nothing is closed anywhere
	Tables    []page.Table // features by region
	Regions   []page.Item
	Elsewhere string
	Changed   string // which version it is, and since when; empty where there is none
}

// here is one country.
type here struct {
	Title, Region string
	Features      []page.Item
}

func show(v *site.Visit) error {
	shown, err := v.Catalogue()
	if err != nil {
		return err
	}
	if plans := named(shown.Availability); len(plans) > 0 {
		if shown, err = v.Catalogue(plans...); err != nil {
			return err
		}
	}
	w, now := v.Words, shown.Availability
	country := asked(v.R.URL.Query().Get("country"), now)
	b := body{Path: path, Countries: countries(w, country)}
	switch {
	case country != "":
		b.Clear, b.Here = b.Path, inCountry(v, shown, country)
	case len(now.Gaps) == 0:
		b.Empty = &page.Empty{Icon: "globe", Title: w.AvailabilityNone()}
	default:
		b.Tables, b.Elsewhere = tables(v, shown), w.AvailabilityElsewhere()
	}
	if country == "" {
		for _, r := range now.Regions {
			b.Regions = append(b.Regions, page.Item{Icon: "globe", Title: r.Name.In(string(w.Language())), Lines: []string{available.Countries(w, r)}})
		}
	}
	if now.Version > 0 {
		b.Changed = w.AvailabilityChanged(now.Version, now.ChangedAt.UTC())
	}
	frame := v.Frame(w.AvailabilityPageTitle())
	frame.Lead = w.AvailabilityPageLead(shown.Vendor.Name)
	return v.Render(where, http.StatusOK, frame, b)
}

// named are the plans that gaps name.
func named(a catalog.Availability) (plans []catalog.PlanID) {
	for _, g := range a.Gaps {
		if g.Plan != "" {
			plans = append(plans, g.Plan)
		}
	}
	slices.Sort(plans)
	plans = slices.Compact(plans)
	return plans[:min(len(plans), mostPlans)]
}

// asked is the code of the country that somebody named, by code or by name; empty where it is none.
func asked(typed string, now catalog.Availability) string {
	if code := locale.CountryCode(typed); code != "" {
		return code
	}
	if code := strings.ToUpper(typed); now.RegionOf(code) != "" {
		return code // the vendor's own, without a name
	}
	return ""
}

func countries(w locale.Words, chosen string) page.Select {
	return page.Select{Name: "country", Label: w.SiteCountry(), Value: chosen, Options: site.CountryOptions(w, page.Option{Label: w.AvailabilityAllCountries()})}
}

// inCountry says how each feature stands in a country.
func inCountry(v *site.Visit, shown catalog.View, country string) *here {
	w, now := v.Words, shown.Availability
	made := &here{Title: w.AvailabilityAllInCountry(w.Country(country)), Region: w.AvailabilityOfNoRegion()}
	region := now.RegionOf(country)
	if i := slices.IndexFunc(now.Regions, func(r catalog.Region) bool { return r.ID == region }); i >= 0 {
		made.Region = w.AvailabilityOfRegion(now.Regions[i].Name.In(string(w.Language())))
	}
	for _, f := range catalog.Features {
		gaps := now.Closing(f, region)
		if len(gaps) > 0 {
			made.Title = w.AvailabilityInCountry(w.Country(country))
		}
		name, about := available.Feature(w, f)
		state, said := available.State(v, shown.Plans, gaps)
		one := page.Item{ID: string(f), Title: name, Badge: &state, Lines: said}
		if about != "" {
			one.Lines = append([]string{about}, said...)
		}
		made.Features = append(made.Features, one)
	}
	return made
}

// tables are the features by region. Where a feature stands in several, the first one is led to.
func tables(v *site.Visit, shown catalog.View) (made []page.Table) {
	w, now := v.Words, shown.Availability
	for regions := range slices.Chunk(now.Regions, across) {
		t := page.Table{Heads: []string{w.AvailabilityFeature()}}
		for _, r := range regions {
			t.Heads = append(t.Heads, r.Name.In(string(w.Language())))
		}
		for _, f := range catalog.Features {
			name, about := available.Feature(w, f)
			row := page.TableRow{Title: name}
			if len(made) == 0 {
				row.ID = string(f)
			}
			if about != "" {
				row.Lines = []string{about}
			}
			for _, r := range regions {
				state, said := available.State(v, shown.Plans, now.Closing(f, r.ID))
				row.Cells = append(row.Cells, page.Cell{Badges: []page.Badge{state}, Small: strings.Join(said, " · ")})
			}
			t.Rows = append(t.Rows, row)
		}
		made = append(made, t)
	}
	return made
}
