package plans

import (
	"net/http"
	"slices"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/offer"
	"liaison/shared/partner"
)

// views returns the plans as the caller sees them: to a partner with whether it may offer them, to a customer's user with the prices that
// hold in its country.
func views(r *http.Request, table Table, plans []catalog.Plan, country string) ([]contract.Plan, error) {
	made := make([]contract.Plan, len(plans))
	for i, p := range plans {
		made[i] = view(p)
	}
	by := gateway.Caller(r)
	if by.OfCustomer() {
		for i, p := range plans {
			made[i].Prices = pricesIn(p, by.Customer.Country)
		}
	}
	if !by.OfPartner() || len(plans) == 0 {
		return made, nil
	}
	facts := offer.Facts{Partner: by.Partner, Plans: map[catalog.PlanID]catalog.Plan{}, Authorisations: map[catalog.PlanID]partner.Authorisation{}}
	var err error
	if facts.Availability, err = table.Availability(r.Context()); err != nil {
		return nil, err
	}
	held, err := table.Authorisations(r.Context(), by.Partner.ID)
	if err != nil {
		return nil, err
	}
	for _, a := range held {
		facts.Authorisations[a.Plan] = a
	}
	for i, p := range plans {
		facts.Plans[p.ID] = p
		reasons := obstacles(facts, p, country, gateway.Op(r).At)
		may := len(reasons) == 0
		made[i].Offerable, made[i].Reasons = &may, &reasons
	}
	return made, nil
}

// pricesIn returns what a licence costs in a country, one price a term.
func pricesIn(p catalog.Plan, country string) []contract.PlanPrice {
	prices := []contract.PlanPrice{}
	for _, term := range p.Terms() {
		if price, sold := p.PriceIn(country, term); sold {
			prices = append(prices, priced(catalog.Price{Term: term, Price: price}))
		}
	}
	return prices
}

// obstacles lists the codes with which making a trial invitation or, where the plan has prices, a purchase offer of it would be refused: in
// the country, or, where none is named, in every country where the partner is authorised for it. Empty where it may be offered in one way.
func obstacles(facts offer.Facts, plan catalog.Plan, country string, at time.Time) []string {
	reasons := []string{}
	add := func(err error) {
		if f := fault.As(err); f != nil && !slices.Contains(reasons, f.Code.String()) {
			reasons = append(reasons, f.Code.String())
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
	var refusals []error
	var kinds []offer.Kind
	if plan.Trial != nil || len(plan.Prices) == 0 {
		kinds = append(kinds, offer.Trial)
	}
	if len(plan.Prices) > 0 {
		kinds = append(kinds, offer.Purchase)
	}
	for _, one := range countries {
		for _, kind := range kinds {
			asked := offer.Offer{Kind: kind, Partner: facts.Partner.ID, Country: one, Items: []offer.Item{{Plan: plan.ID}}}
			err := asked.Allowed(facts, at)
			if err == nil {
				return reasons
			}
			refusals = append(refusals, err)
		}
	}
	for _, err := range refusals {
		add(err)
	}
	return reasons
}
