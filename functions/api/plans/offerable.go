package plans

import (
	"net/http"

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
		reasons := codes(offer.Obstacles(facts, p, country, gateway.Op(r).At))
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

// codes names what stands in the way of an offer of a plan, as the contract does.
func codes(obstacles []*fault.Fault) []string {
	reasons := make([]string, len(obstacles))
	for i, f := range obstacles {
		reasons[i] = f.Code.String()
	}
	return reasons
}
