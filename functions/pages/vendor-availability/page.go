// Package vendoravailability is where the vendor's people see what is available where, and close and open it, by the API's own operation. Who is
// affected is shown before anything is saved.
package vendoravailability

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strings"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	catalog.Store
	Availability(ctx context.Context) (catalog.Availability, error)
	Plans(ctx context.Context, page dynamo.Page) ([]catalog.Plan, string, error)
	Partners(ctx context.Context, wanted partner.Wanted, page dynamo.Page) ([]partner.Partner, string, error)
	Offers(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[offer.Offer]) ([]offer.Offer, string, error)
	Uses(ctx context.Context, offers []offer.Offer) (map[offer.ID]int, error)
}

//go:embed *.html
var files embed.FS

var all = page.Parse(files, "all.html")

type availabilityPage struct{ table Table }

const path = "/vendor/availability"

// regionPath is below which each region is changed. No feature has this name.
const regionPath = path + "/region"

// Page serves /vendor/availability, below it the form of each feature, of one region of it with ?region, and the forms of the regions.
func Page(env boot.Env, table Table) http.Handler {
	p := availabilityPage{table}
	only := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Operators(table, access.WriteCatalog, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: only(p.show)},
		site.Route{Path: path + "/{feature}", Get: only(p.form), Post: only(p.post)},
		site.Route{Path: path + "/region", Get: only(p.regionForm), Post: only(p.regionPost)},
		site.Route{Path: path + "/region/{region}", Get: only(p.regionForm), Post: only(p.regionPost)},
		site.Route{Path: path + "/region/{region}/remove", Get: only(p.removeCheck), Post: only(p.removePost)},
	)
}

// at is the address of a feature's form, of one region where one is named.
func at(f catalog.Feature, region string) string {
	return site.Query(path+"/"+string(f), page.Hidden{Name: "region", Value: region})
}

// feature names a feature, and says what it is where that is more than its name.
func feature(w locale.Words, f catalog.Feature) (name, about string) {
	switch f {
	case catalog.FeatureTrials:
		return w.AvailabilityTrials(), ""
	case catalog.FeaturePurchases:
		return w.AvailabilityPurchases(), ""
	case catalog.FeatureAdministration:
		return w.AvailabilityAdministration(), w.AvailabilityAdministrationAbout()
	case catalog.FeatureReselling:
		return w.AvailabilityReselling(), w.AvailabilityResellingAbout()
	}
	return w.AvailabilityPartners(), w.AvailabilityPartnersAbout()
}

// plans reads every plan. The vendor's are few: a page of the table holds a hundred.
func (p availabilityPage) plans(v *site.Visit) (map[catalog.PlanID]catalog.Plan, error) {
	found := map[catalog.PlanID]catalog.Plan{}
	for cursor := ""; ; {
		some, next, err := p.table.Plans(v.R.Context(), dynamo.Page{Limit: 100, Cursor: cursor})
		if err != nil {
			return nil, err
		}
		for _, one := range some {
			found[one.ID] = one
		}
		if next == "" {
			return found, nil
		}
		cursor = next
	}
}

// cell says how one feature stands in one region: its state, the plans that it is not available for, and the vendor's reasons.
func cell(v *site.Visit, plans map[catalog.PlanID]catalog.Plan, gaps []catalog.Gap) (state page.Badge, said []string) {
	w := v.Words
	if len(gaps) == 0 {
		return page.Badge{Kind: "good", Text: w.AvailabilityOn()}, nil
	}
	state = page.Badge{Kind: "warn", Text: w.AvailabilitySome()}
	var names, reasons []string
	for _, g := range gaps {
		if g.Plan == "" {
			state = page.Badge{Kind: "bad", Text: w.AvailabilityOff()}
		} else {
			names = append(names, v.PlanName(plans, g.Plan))
		}
		if reason := g.Reason.In(string(w.Language())); reason != "" && !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	if len(names) > 0 && state.Kind != "bad" {
		said = append(said, w.AvailabilityNotFor(strings.Join(names, ", ")))
	}
	for _, reason := range reasons {
		said = append(said, w.AvailabilityReasonSaid(reason))
	}
	return state, said
}

// across is how many regions stand beside each other; more follow in a table of their own.
const across = 4

type allBody struct {
	Tables  []page.Table
	Empty   page.Empty
	Regions []page.Item
}

func (p availabilityPage) show(v *site.Visit, _ site.Signed) error {
	now, err := p.table.Availability(v.R.Context())
	if err != nil {
		return err
	}
	plans, err := p.plans(v)
	if err != nil {
		return err
	}
	w, b := v.Words, allBody{}
	b.Empty = page.Empty{Icon: "globe", Title: w.AvailabilityNone(), Text: w.AvailabilityNoneText()}
	for regions := range slices.Chunk(now.Regions, across) {
		t := page.Table{Heads: []string{w.AvailabilityFeature()}}
		for _, r := range regions {
			t.Heads = append(t.Heads, r.Name.In(string(w.Language())))
		}
		for _, f := range catalog.Features {
			name, about := feature(w, f)
			row := page.TableRow{Title: name, URL: at(f, "")}
			if about != "" {
				row.Lines = []string{about}
			}
			for i, r := range regions {
				state, said := cell(v, plans, now.Of(f, r.ID))
				row.Cells = append(row.Cells, page.Cell{
					Badges: []page.Badge{state}, Small: strings.Join(said, " "),
					Link: &page.Link{Text: w.FrameChange(), URL: at(f, r.ID), About: name + ", " + t.Heads[i+1]},
				})
			}
			t.Rows = append(t.Rows, row)
		}
		b.Tables = append(b.Tables, t)
	}
	for _, r := range now.Regions {
		b.Regions = append(b.Regions, page.Item{
			Icon: "globe", Title: r.Name.In(string(w.Language())), URL: regionPath + "/" + r.ID, Lines: []string{countries(w, r)},
		})
	}
	frame := v.Frame(w.AvailabilityTitle())
	frame.Lead, frame.Act = w.AvailabilityLead(), &page.Act{Text: w.AvailabilityRegionNew(), URL: regionPath, Primary: true}
	switch v.R.URL.Query().Get("done") {
	case "saved":
		frame.Notice = &page.Notice{Success: true, Text: w.PartnerUsersSaved()}
	case "same":
		frame.Notice = &page.Notice{Text: w.CatalogSame()}
	}
	return v.Render(all, http.StatusOK, frame, b)
}

func countries(w locale.Words, r catalog.Region) string {
	if len(r.Countries) == 0 {
		return w.AvailabilityNoCountries()
	}
	return site.CountryNames(w, r.Countries)
}

// wanted reads the feature in the path.
func wanted(v *site.Visit) (catalog.Feature, error) {
	f := catalog.Feature(v.R.PathValue("feature"))
	if !slices.Contains(catalog.Features, f) {
		return "", fault.NotFound
	}
	return f, nil
}
