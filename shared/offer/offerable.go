package offer

import (
	"slices"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/partner"
)

// Obstacles lists the faults with which making an offer of a plan would be refused, each once: in the country, or, where none is named, in
// every country where the partner is authorised for the plan. Without kinds it is about those that the plan is for: a trial, or a purchase where
// it has prices. Empty where it may be offered in one way.
func Obstacles(facts Facts, plan catalog.Plan, country string, at time.Time, kinds ...Kind) []*fault.Fault {
	var found []*fault.Fault
	add := func(err error) {
		f := fault.As(err)
		if f != nil && !slices.ContainsFunc(found, func(one *fault.Fault) bool { return one.Code == f.Code }) {
			found = append(found, f)
		}
	}
	add(facts.Partner.Working())
	if !facts.Partner.Verified() {
		add(fault.ProfileUnverified)
	}
	// What is wrong with the plan itself is named with what the partner lacks, not only after that is mended.
	facts.Partner.Status = partner.Active
	facts.Partner.Verification = partner.Verification{MailAt: at, PhoneAt: at, ConfirmedAt: at}
	countries := facts.Authorisations[plan.ID].Countries
	if country != "" || len(countries) == 0 {
		countries = []string{country}
	}
	if len(kinds) == 0 {
		kinds = ofPlan(plan)
	}
	var refusals []error
	for _, one := range countries {
		for _, kind := range kinds {
			asked := Offer{Kind: kind, Partner: facts.Partner.ID, Country: one, Items: []Item{{Plan: plan.ID}}}
			err := asked.Allowed(facts, at)
			if err == nil {
				return found
			}
			refusals = append(refusals, err)
		}
	}
	for _, err := range refusals {
		add(err)
	}
	return found
}

// ofPlan returns the kinds of offer that a plan is for.
func ofPlan(plan catalog.Plan) (kinds []Kind) {
	if plan.Trial != nil || len(plan.Prices) == 0 {
		kinds = append(kinds, Trial)
	}
	if len(plan.Prices) > 0 {
		kinds = append(kinds, Purchase)
	}
	return kinds
}
