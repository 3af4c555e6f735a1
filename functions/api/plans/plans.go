// Package plans is the HTTP face of what is sold: list, read, make and change a plan.
package plans

import (
	"context"
	"net/http"
	"slices"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/partner"
)

// Table is what these operations need of the table.
type Table interface {
	catalog.Store
	Plan(ctx context.Context, id catalog.PlanID) (catalog.Plan, error)
	Plans(ctx context.Context, page dynamo.Page) ([]catalog.Plan, string, error)
	Availability(ctx context.Context) (catalog.Availability, error)
	Authorisations(ctx context.Context, id partner.ID) ([]partner.Authorisation, error)
}

// List serves GET /v1/plans: every plan. A partner sees with each whether it may offer it, in the country where one is named, and
// why not; an operator who names a country sees the plans that are sold there; a customer's user what its customer can have.
func List(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/plans",
		Requires: access.ReadCatalog,
		Queries:  append([]string{"country", "kind"}, gateway.Paging...),
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			limit, cursor, err := gateway.Page(r)
			if err != nil {
				return err
			}
			country, err := countryOf(r)
			if err != nil {
				return err
			}
			kind := catalog.Kind(r.URL.Query().Get("kind"))
			if r.URL.Query().Has("kind") && kind != catalog.Tried && kind != catalog.Paid {
				return fault.InvalidValue.With(fault.OneOf(catalog.Tried, catalog.Paid)).InParameter("kind")
			}
			found, next, err := table.Plans(r.Context(), dynamo.Page{Limit: limit, Cursor: cursor})
			if err != nil {
				return err
			}
			by, wanted := gateway.Caller(r), catalog.Wanted{Kind: kind}
			if !by.OfPartner() {
				wanted.Country = country
			}
			found = slices.DeleteFunc(found, func(p catalog.Plan) bool {
				return !wanted.Has(p) || by.OfCustomer() && !p.SoldIn(by.Customer.Country)
			})
			views, err := views(r, table, found, country)
			if err != nil {
				return err
			}
			return gateway.Listed(w, r, views, next)
		},
	}
}

// Get serves GET /v1/plans/{plan_id}: one plan, as the list shows it. A customer's user sees one that is no longer sold too, for it may have
// it, but none of other countries.
func Get(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/plans/{plan_id}",
		Requires: access.ReadCatalog,
		Queries:  []string{"country"},
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			country, err := countryOf(r)
			if err != nil {
				return err
			}
			found, err := table.Plan(r.Context(), catalog.PlanID(r.PathValue("plan_id")))
			if err != nil {
				return err
			}
			if by := gateway.Caller(r); by.OfCustomer() && !slices.Contains(found.Countries, by.Customer.Country) {
				return fault.NotFound
			}
			views, err := views(r, table, []catalog.Plan{found}, country)
			if err != nil {
				return err
			}
			return gateway.OK(w, r, seen(found, views[0]), views[0])
		},
	}
}

// Put serves PUT /v1/plans/{plan_id}: an operator makes a plan or changes it. What runs keeps what it was made with.
func Put(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PUT /v1/plans/{plan_id}",
		Requires: access.WriteCatalog,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			creating, err := gateway.Creating(r)
			if err != nil {
				return err
			}
			var body contract.PlanPut
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			id := catalog.PlanID(r.PathValue("plan_id"))
			var old catalog.Plan
			if !creating {
				if old, err = table.Plan(r.Context(), id); err != nil {
					return err
				}
				if err := gateway.IfMatch(r, tag(old)); err != nil {
					return err
				}
			}
			made, err := catalog.PutPlan(r.Context(), table, old, wanted(id, body), gateway.Op(r))
			if err != nil {
				return err
			}
			if creating {
				return gateway.Created(w, "/v1/plans/"+string(id), tag(made), view(made))
			}
			return gateway.OK(w, r, tag(made), view(made))
		},
	}
}

func countryOf(r *http.Request) (string, error) {
	country := r.URL.Query().Get("country")
	if r.URL.Query().Has("country") && !catalog.Country(country) {
		return "", fault.InvalidFormat.With(fault.Country).InParameter("country")
	}
	return country, nil
}
