// Package partnerchecks is the HTTP face of one question: whose partner ID is this, and can that partner be chosen here.
package partnerchecks

import (
	"context"
	"net/http"
	"time"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/partner"
	"liaison/shared/quota"
)

// Table is what a check needs of the table.
type Table interface {
	Count(ctx context.Context, what, subject string, limit int, window time.Duration, at time.Time) (quota.Rate, error)
	EligibilityFacts(ctx context.Context, id partner.ID, plan catalog.PlanID) (*partner.Partner, []partner.Authorisation, bool, error)
}

// Create serves POST /v1/partner-checks: legal name and city of a partner, and whether it can be partner of record for a plan in a
// country. A mistyped ID has another answer than an unknown one. It is counted a minute: of a partner all its users and
// machines together, else each caller, so that IDs can't be tried out.
func Create(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/partner-checks",
		Requires: access.ReadCatalog,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.PartnerCheckCreate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			at := gateway.Op(r).At
			rate, err := table.Count(r.Context(), quota.Checks, gateway.Caller(r).Party(), gateway.Env(r).ChecksPerCaller, time.Minute, at)
			if err != nil {
				return err
			}
			if err := gateway.Counted(w.Header(), quota.Checks, rate); err != nil {
				return err
			}
			id, plan, country, err := asked(r, body)
			if err != nil {
				return err
			}
			found, held, known, err := table.EligibilityFacts(r.Context(), id, plan)
			switch {
			case err != nil:
				return err
			case found == nil:
				return fault.UnknownPartnerID.Of(fault.Absent).In("/partner_id")
			case !known:
				return fault.UnknownPlan.With(string(plan)).In("/plan_id")
			}
			v := contract.PartnerCheck{PartnerID: string(found.ID), LegalName: found.LegalName, City: found.City, Country: found.Country, Eligible: true}
			if reason := contract.IneligibleReason(found.Ineligible(held, plan, country, at)); reason != "" {
				v.Eligible, v.Reason = false, &reason
			}
			return gateway.OK(w, r, "", v)
		},
	}
}

// asked reads the body, or says every field that is wrong. A customer's user asks for its own country.
func asked(r *http.Request, body contract.PartnerCheckCreate) (id partner.ID, plan catalog.PlanID, country string, err error) {
	var wrong fault.Check
	id, err = partner.ParseID(body.PartnerID)
	if f := fault.As(err); f != nil {
		wrong.Add("/partner_id", f.Code, f.About)
	}
	if body.PlanID != nil {
		if plan = catalog.PlanID(*body.PlanID); !plan.Valid() {
			wrong.Add("/plan_id", fault.InvalidFormat, fault.PlanID)
		}
	}
	if body.Country != nil {
		if country = *body.Country; !catalog.Country(country) {
			wrong.Add("/country", fault.InvalidFormat, fault.Country)
		}
	}
	if by := gateway.Caller(r); by.OfCustomer() {
		if country != "" && country != by.Customer.Country {
			wrong.Add("/country", fault.InvalidValue, fault.OneOf(by.Customer.Country))
		}
		country = by.Customer.Country
	}
	return id, plan, country, wrong.Err()
}
