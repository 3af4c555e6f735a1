// Package marketplace is the HTTP face of partners that are published: search, read, be matched. Nobody needs to be known for it.
package marketplace

import (
	"net/http"
	"net/url"
	"strings"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/listing"
	"liaison/shared/partner"
	"liaison/shared/view"
)

// Search serves GET /v1/marketplace/partners: the partners that the query finds, in an order that cannot be bought.
func Search(table listing.SearchStore) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/marketplace/partners",
		Requires: access.Public,
		Queries:  append([]string{"q", "service", "expertise", "role", "plan_id", "country", "language"}, gateway.Paging...),
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			limit, cursor, err := gateway.Page(r)
			if err != nil {
				return err
			}
			found, err := listing.Search(r.Context(), table, asked(r), limit, cursor, gateway.Op(r).At)
			if err != nil {
				return err
			}
			page := contract.MarketplacePage{Data: partners(r, found.Found), Total: found.Total, HasMore: found.Next != "", NextCursor: gateway.Some(found.Next)}
			gateway.Next(w, r, found.Next)
			return gateway.OK(w, r, "", page)
		},
	}
}

// asked reads the query's parameters.
func asked(r *http.Request) listing.Query {
	query := r.URL.Query()
	return listing.Query{
		Words: query.Get("q"), Services: several[listing.Service](query, "service"), Expertise: several[listing.Industry](query, "expertise"),
		Roles: several[listing.Role](query, "role"), Plan: catalog.PlanID(query.Get("plan_id")), Country: query.Get("country"), Language: query.Get("language"),
	}
}

// several reads a parameter whose values have commas between them.
func several[T ~string](query url.Values, name string) []T {
	if !query.Has(name) {
		return nil
	}
	return view.Texts[T](strings.Split(query.Get(name), ","))
}

// Get serves GET /v1/marketplace/partners/{partner_id}: one partner that is published.
func Get(table listing.SearchStore) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/marketplace/partners/{partner_id}",
		Requires: access.Public,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			found, err := listing.Find(r.Context(), table, partner.ID(r.PathValue("partner_id")))
			if err != nil {
				return err
			}
			shown := view.MarketplacePartner(gateway.Env(r).PagesURL, found)
			return gateway.OK(w, r, gateway.ContentTag(shown), shown)
		},
	}
}

// Match serves GET /v1/marketplace/matches: up to three partners for what is needed.
func Match(table listing.SearchStore) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/marketplace/matches",
		Requires: access.Public,
		Queries:  []string{"service", "plan_id", "country", "language"},
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			need := asked(r)
			if len(need.Services) == 0 {
				return fault.Required.InParameter("service")
			}
			if need.Country == "" {
				return fault.Required.InParameter("country")
			}
			found, err := listing.Match(r.Context(), table, need, gateway.Op(r).At)
			if err != nil {
				return err
			}
			matches := contract.MarketplaceMatches{Data: partners(r, found)}
			return gateway.OK(w, r, gateway.ContentTag(matches), matches)
		},
	}
}

func partners(r *http.Request, found []listing.Found) []contract.MarketplacePartner {
	made := make([]contract.MarketplacePartner, len(found))
	for i, one := range found {
		made[i] = view.MarketplacePartner(gateway.Env(r).PagesURL, one)
	}
	return made
}
