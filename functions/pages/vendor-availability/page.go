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
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/available"
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
	Relationships(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
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
			name, about := available.Feature(w, f)
			row := page.TableRow{Title: name, URL: at(f, "")}
			if about != "" {
				row.Lines = []string{about}
			}
			for i, r := range regions {
				state, said := available.State(v, plans, now.Of(f, r.ID))
				row.Cells = append(row.Cells, page.Cell{
					Badges: []page.Badge{state}, Small: strings.Join(said, " · "),
					Link: &page.Link{Text: w.FrameChange(), URL: at(f, r.ID), About: name + ", " + t.Heads[i+1]},
				})
			}
			t.Rows = append(t.Rows, row)
		}
		b.Tables = append(b.Tables, t)
	}
	for _, r := range now.Regions {
		b.Regions = append(b.Regions, page.Item{
			Icon: "globe", Title: r.Name.In(string(w.Language())), URL: regionPath + "/" + r.ID, Lines: []string{available.Countries(w, r)},
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

// wanted reads the feature in the path.
func wanted(v *site.Visit) (catalog.Feature, error) {
	f := catalog.Feature(v.R.PathValue("feature"))
	if !slices.Contains(catalog.Features, f) {
		return "", fault.NotFound
	}
	return f, nil
}
