// Package findapartner is where everybody looks for a partner: a search with filters, a match of up to three, and each partner's page. What was asked for
// stands in the address, and nothing of it is kept.
package findapartner

import (
	"context"
	"embed"
	"net/http"
	"slices"

	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/listing"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/listed"
	"liaison/shared/site/partnersearch"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	listing.SearchStore
	Plans(ctx context.Context, page dynamo.Page) ([]catalog.Plan, string, error)
	Programs(ctx context.Context) (catalog.Programs, error)
	Authorisations(ctx context.Context, id partner.ID) ([]partner.Authorisation, error)
}

var _ Table = dynamo.Listings{}

//go:embed *.html
var files embed.FS

var (
	search  = page.Parse(listed.With(files), "search.html", listed.File)
	match   = page.Parse(listed.With(files), "match.html", listed.File)
	profile = page.Parse(listed.With(files), "profile.html", listed.File)
)

type findPage struct{ table Table }

const path = "/find-a-partner"

// Page serves /find-a-partner, its match, each partner's page and the site map of them.
func Page(env boot.Env, table Table) http.Handler {
	p := findPage{table}
	return site.New(
		env, table,
		site.Route{Path: path, Get: site.Everybody(table, p.showSearch)},
		site.Route{Path: path + "/match", Get: site.Everybody(table, p.showMatch)},
		site.Route{Path: path + "/sitemap.xml", Get: p.showMap},
		site.Route{Path: path + "/{partner_id}", Get: site.Everybody(table, p.showProfile)},
	)
}

// at is the address of a partner's page, from which the way back is to what was found.
func at(id partner.ID, asked partnersearch.Asked) string { return asked.At(path + "/" + string(id)) }

// write leads to a message to a partner.
func write(w locale.Words, to partner.Partner, asked partnersearch.Asked, primary bool) page.Act {
	return page.Act{Text: w.MessageWrite(), About: to.LegalName, URL: asked.At(path+"/contact", page.Hidden{Name: "partner", Value: string(to.ID)}), Primary: primary}
}

type profileBody struct{ Profile listed.Profile }

// showProfile shows a partner that the public sees. Any other is not there, whether it was hidden or never was.
func (p findPage) showProfile(v *site.Visit) error {
	w, asked := v.Words, partnersearch.Ask(v.R.URL.Query())
	found, err := listing.Find(v.R.Context(), p.table, partner.ID(v.R.PathValue("partner_id")))
	if fault.Is(err, fault.NotFound) {
		return v.Say(http.StatusNotFound, site.Message{
			Title: w.MarketplaceGoneTitle(), Text: []string{w.MarketplaceGoneText()}, Kind: "info", Icon: "search",
			Links: []page.Link{asked.Link(v)},
		})
	}
	if err != nil {
		return err
	}
	said, of := *found.Listing.Published, found.Partner
	held, err := p.table.Authorisations(v.R.Context(), of.ID)
	if err != nil {
		return err
	}
	programs, err := p.table.Programs(v.R.Context())
	if err != nil {
		return err
	}
	plans := slices.Clone(said.Plans)
	for _, a := range held {
		plans = append(plans, a.Plan)
	}
	seen, err := v.Catalogue(plans...)
	if err != nil {
		return err
	}
	entry := listed.Entry{Partner: of, Content: said, Share: found.Share, Plans: seen.Plans}
	b := profileBody{entry.Profile(v)}
	b.Profile.Certified = entry.Held(v, programs, held)
	back := asked.Back
	b.Profile.Buttons = []page.Act{write(w, of, asked, !back.Leads())}
	if back.Leads() {
		b.Profile.Buttons = []page.Act{{Text: w.MarketplaceChoose(), URL: back.With(of.ID), Primary: true}, write(w, of, asked, false), {Text: w.MarketplaceBack(), URL: back.URL()}}
	}
	v.W.Header().Set("Link", "<"+v.Env.PagesURL+path+"/"+string(of.ID)+`>; rel="canonical"`) // one page for search engines, whatever was searched for
	frame, led := v.Frame(of.LegalName), asked.Link(v)
	frame.OwnTitle, frame.Back = true, &led
	return v.Render(profile, http.StatusOK, frame, b)
}
