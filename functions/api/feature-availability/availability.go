// Package featureavailability is the HTTP face of what is available where: one versioned document.
package featureavailability

import (
	"context"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/fault"
	"liaison/shared/gateway"
)

// Table is what these operations need of the table.
type Table interface {
	catalog.Store
	Availability(ctx context.Context) (catalog.Availability, error)
}

const path = "/v1/feature-availability"

// Get serves GET /v1/feature-availability: which feature is available for which plan in which region. Public.
func Get(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET " + path,
		Requires: access.Public,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			found, err := read(r.Context(), table)
			if err != nil {
				return err
			}
			return gateway.OK(w, r, tag(found), view(found))
		},
	}
}

func read(ctx context.Context, table Table) (catalog.Availability, error) {
	found, err := table.Availability(ctx)
	if err == nil && found.Version == 0 {
		err = fault.NotFound
	}
	return found, err
}

// Put serves PUT /v1/feature-availability: an operator writes the document, for the next offer made and the next one redeemed.
func Put(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PUT " + path,
		Requires: access.WriteCatalog,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			creating, err := gateway.Creating(r)
			if err != nil {
				return err
			}
			var body contract.FeatureAvailabilityPut
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			var old catalog.Availability
			if !creating {
				if old, err = read(r.Context(), table); err != nil {
					return err
				}
				if err := gateway.IfMatch(r, tag(old)); err != nil {
					return err
				}
			}
			made, err := catalog.PutAvailability(r.Context(), table, old, wanted(body), gateway.Op(r))
			if err != nil {
				return err
			}
			if creating {
				return gateway.Created(w, path, tag(made), view(made))
			}
			return gateway.OK(w, r, tag(made), view(made))
		},
	}
}

func tag(a catalog.Availability) string { return gateway.ETag(a.Version, "") }

func view(a catalog.Availability) contract.FeatureAvailability {
	v := contract.FeatureAvailability{Version: int64(a.Version), Regions: []contract.Region{}, Gaps: []contract.AvailabilityGap{}, UpdatedAt: a.ChangedAt}
	for _, f := range catalog.Features {
		v.Features = append(v.Features, contract.Feature(f))
	}
	for _, r := range a.Regions {
		countries := r.Countries
		if countries == nil {
			countries = []string{}
		}
		v.Regions = append(v.Regions, contract.Region{ID: r.ID, Name: contract.Names(r.Name), Countries: countries})
	}
	for _, g := range a.Gaps {
		gap := contract.AvailabilityGap{Feature: contract.Feature(g.Feature), Region: g.Region}
		if g.Plan != "" {
			plan := string(g.Plan)
			gap.PlanID = &plan
		}
		if g.Reason != nil {
			reason := contract.Descriptions(g.Reason)
			gap.Reason = &reason
		}
		v.Gaps = append(v.Gaps, gap)
	}
	return v
}

// wanted reads the body as the document should be.
func wanted(body contract.FeatureAvailabilityPut) catalog.Availability {
	var a catalog.Availability
	for _, r := range body.Regions {
		a.Regions = append(a.Regions, catalog.Region{ID: r.ID, Name: catalog.Text(r.Name), Countries: r.Countries})
	}
	for _, g := range body.Gaps {
		gap := catalog.Gap{Feature: catalog.Feature(g.Feature), Region: g.Region}
		if g.PlanID != nil {
			gap.Plan = catalog.PlanID(*g.PlanID)
		}
		if g.Reason != nil {
			gap.Reason = catalog.Text(*g.Reason)
		}
		a.Gaps = append(a.Gaps, gap)
	}
	return a
}
