// Package vendorplans is where the vendor's people see what is sold, make a plan and change one, by the API's own operation.
package vendorplans

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
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/edited"
	"liaison/shared/site/price"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	catalog.Store
	Plan(ctx context.Context, id catalog.PlanID) (catalog.Plan, error)
	Plans(ctx context.Context, page dynamo.Page) ([]catalog.Plan, string, error)
}

//go:embed *.html
var files embed.FS

var one = page.Parse(files, "one.html")

type plansPage struct{ table Table }

const path = "/vendor/plans"

// Page serves /vendor/plans, the form of a new plan, and below it each plan with the form that changes it.
func Page(env boot.Env, table Table) http.Handler {
	p := plansPage{table}
	only := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Operators(table, access.WriteCatalog, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: only(p.list)},
		site.Route{Path: path + "/new", Get: only(p.form), Post: only(p.post)},
		site.Route{Path: path + "/{plan}", Get: only(p.show)},
		site.Route{Path: path + "/{plan}/edit", Get: only(p.form), Post: only(p.post)},
	)
}

func at(id catalog.PlanID) string { return path + "/" + string(id) }

func (p plansPage) list(v *site.Visit, _ site.Signed) error {
	w, query := v.Words, v.R.URL.Query()
	wanted := catalog.Wanted{Kind: catalog.Kind(query.Get("kind")), Country: query.Get("country"), Status: catalog.PlanStatus(query.Get("state"))}
	if wanted.Kind != catalog.Tried && wanted.Kind != catalog.Paid {
		wanted.Kind = ""
	}
	if w.Country(wanted.Country) == wanted.Country {
		wanted.Country = ""
	}
	if wanted.Status != catalog.PlanActive && wanted.Status != catalog.PlanWithdrawn {
		wanted.Status = ""
	}
	found, next, err := p.table.Plans(v.R.Context(), dynamo.Page{Limit: site.PageSize, Cursor: query.Get("cursor")})
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	l := v.Listing(path, next, page.Hidden{}, page.Hidden{Name: "kind", Value: string(wanted.Kind)},
		page.Hidden{Name: "country", Value: wanted.Country}, page.Hidden{Name: "state", Value: string(wanted.Status)})
	l.Pager.First.Text, l.Pager.More.Text = w.PartnerUsersFirst(), w.PartnerUsersNext()
	l.Filters = []page.Filter{
		{Select: &page.Select{Name: "kind", Label: w.PlansKind(), Value: string(wanted.Kind), Options: []page.Option{
			{Label: w.PlansAnyKind()}, {Value: string(catalog.Tried), Label: w.PlansTried()}, {Value: string(catalog.Paid), Label: w.PlansPaid()},
		}}},
		{Select: &page.Select{Name: "country", Label: w.SiteCountry(), Value: wanted.Country, Options: site.CountryOptions(w, page.Option{Label: w.PlansAnyCountry()})}},
		{Select: &page.Select{Name: "state", Label: w.VendorPartnersState(), Value: string(wanted.Status), Options: []page.Option{
			{Label: w.VendorPartnersAny()}, {Value: string(catalog.PlanActive), Label: w.PlansActive()}, {Value: string(catalog.PlanWithdrawn), Label: w.PlansWithdrawn()},
		}}},
	}
	l.Empty = page.Empty{Icon: "box", Title: w.PlansNone(), Text: w.PlansNoneText()}
	if next != "" {
		l.Empty.Title, l.Empty.Text = w.CatalogNoneNear(), w.CatalogNoneNearText()
	}
	l.Table.Heads = []string{w.SitePlan(), w.PlansTrial(), w.SitePrice(), w.PlansCountries(), w.VendorPartnersState()}
	for _, plan := range found {
		if wanted.Has(plan) {
			l.Table.Rows = append(l.Table.Rows, row(w, plan))
		}
	}
	frame := v.Frame(w.PlansTitle())
	frame.Act = &page.Act{Text: w.PlansNew(), URL: path + "/new", Primary: true}
	return v.RenderListing(frame, l)
}

func row(w locale.Words, plan catalog.Plan) page.TableRow {
	trial, cost := trialOf(w, plan), pricesOf(w, plan)
	return page.TableRow{
		Title: plan.Name.In(string(w.Language())), URL: at(plan.ID), Lines: []string{string(plan.ID)},
		Cells: []page.Cell{
			{Text: trial[0], Small: strings.Join(trial[1:], ", ")},
			{Text: cost[0].Values[0], Small: strings.Join(more(cost), " · ")},
			{Text: w.CatalogCountries(len(plan.Countries))},
			{Badges: []page.Badge{badge(w, plan.Status)}},
		},
	}
}

func more(rows []page.Row) (values []string) {
	for _, row := range rows[1:] {
		values = append(values, row.Values[0])
	}
	return values
}

func badge(w locale.Words, status catalog.PlanStatus) page.Badge {
	if status == catalog.PlanWithdrawn {
		return page.Badge{Kind: "calm", Text: w.PlansWithdrawn()}
	}
	return page.Badge{Kind: "good", Text: w.PlansActive()}
}

// trialOf says how the plan can be tried: how long, with how much.
func trialOf(w locale.Words, plan catalog.Plan) []string {
	if plan.Trial == nil {
		return []string{w.OfferNewWhyNoTrial()}
	}
	return []string{w.SiteDays(plan.Trial.Days), w.SiteLicenceCount(plan.Trial.Licenses)}
}

// pricesOf says what a licence costs, by term and currency.
func pricesOf(w locale.Words, plan catalog.Plan) []page.Row {
	if len(plan.Prices) == 0 {
		return []page.Row{{Key: w.SitePrice(), Values: []string{w.OfferNewWhyNoPrice()}}}
	}
	var rows []page.Row
	for _, one := range plan.Prices {
		rows = append(rows, page.Row{Key: w.PlansPriceIn(price.Term(w, one.Term), one.Price.Currency), Values: []string{price.License(w, one.Price, one.Term)}})
	}
	return rows
}

// sections are all that a plan holds.
func sections(w locale.Words, plan catalog.Plan) []page.Section {
	var services []page.Row
	for _, s := range plan.Services {
		var said []string
		for _, language := range append([]string{string(w.Language())}, others(w)...) {
			said = append(said, w.SiteService(s.Name.In(language), s.Description.In(language)))
		}
		services = append(services, page.Row{Key: s.ID, Values: said})
	}
	return []page.Section{
		{Heading: w.PlansWords(), Rows: []page.Row{
			{Key: w.PlansName(), Values: edited.Both(w, plan.Name)},
			{Key: w.PlansAbout(), Values: edited.Both(w, plan.Description)},
			{Key: w.VendorPartnersState(), Values: []string{badge(w, plan.Status).Text}},
		}},
		{Heading: w.PlansServices(), Rows: services},
		{Heading: w.PlansPrices(), Rows: append(
			pricesOf(w, plan), page.Row{Key: w.PlansTrial(), Values: trialOf(w, plan)},
			page.Row{Key: w.SiteLicences(), Values: []string{w.OrderBounds(plan.Licenses.Min, plan.Licenses.Max), w.PlansUsualIs(plan.Licenses.Default)}},
		)},
		{Heading: w.PlansCountries(), Rows: []page.Row{{Key: w.CatalogCountries(len(plan.Countries)), Values: []string{site.CountryNames(w, plan.Countries)}}}},
	}
}

func others(w locale.Words) []string {
	return slices.DeleteFunc(slices.Clone(catalog.Languages), func(l string) bool { return l == string(w.Language()) })
}

// named reads the plan in the path.
func (p plansPage) named(v *site.Visit) (catalog.Plan, error) {
	return p.table.Plan(v.R.Context(), catalog.PlanID(v.R.PathValue("plan")))
}

type oneBody struct {
	Sections []page.Section
}

func (p plansPage) show(v *site.Visit, _ site.Signed) error {
	plan, err := p.named(v)
	if err != nil {
		return err
	}
	w := v.Words
	name, state := plan.Name.In(string(w.Language())), badge(w, plan.Status)
	frame := v.Frame(name)
	frame.Lead, frame.Badge, frame.Back = string(plan.ID), &state, &page.Link{URL: path, Text: w.PlansTitle()}
	frame.Act = &page.Act{Text: w.FrameChange(), About: name, URL: at(plan.ID) + "/edit", Primary: true}
	switch v.R.URL.Query().Get("done") {
	case "made":
		frame.Notice = &page.Notice{Success: true, Text: w.PlansMade()}
	case "saved":
		frame.Notice = &page.Notice{Success: true, Text: w.PartnerUsersSaved()}
	case "same":
		frame.Notice = &page.Notice{Text: w.CatalogSame()}
	}
	return v.Render(one, http.StatusOK, frame, oneBody{sections(w, plan)})
}
