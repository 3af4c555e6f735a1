package plans

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/gateway"
)

func tag(p catalog.Plan) string { return gateway.ETag(p.Version, string(p.Status)) }

// seen is the tag of a plan as a partner sees it: what it may not do is part of it.
func seen(p catalog.Plan, v contract.Plan) string {
	if v.Reasons == nil {
		return tag(p)
	}
	sum := sha256.Sum256([]byte(strings.Join(*v.Reasons, ",")))
	return gateway.ETag(p.Version, string(p.Status)+"-"+hex.EncodeToString(sum[:4]))
}

func view(p catalog.Plan) contract.Plan {
	v := contract.Plan{
		ID: string(p.ID), Kind: contract.PlanKind(p.Kind()), Status: contract.PlanStatus(p.Status),
		Name: contract.Names(p.Name), Description: contract.Descriptions(p.Description),
		Licenses:  contract.LicenseBounds{Min: p.Licenses.Min, Max: p.Licenses.Max, Default: p.Licenses.Default},
		Countries: p.Countries, Prices: []contract.PlanPrice{}, Services: []contract.PlanService{}, UpdatedAt: p.ChangedAt,
	}
	for _, s := range p.Services {
		v.Services = append(v.Services, contract.PlanService{ID: s.ID, Name: contract.Names(s.Name), Description: contract.Descriptions(s.Description)})
	}
	for _, one := range p.Prices {
		v.Prices = append(v.Prices, priced(one))
	}
	if p.Trial != nil {
		v.Trial = &contract.TrialTerms{Days: p.Trial.Days, Licenses: p.Trial.Licenses}
	}
	return v
}

func priced(one catalog.Price) contract.PlanPrice {
	return contract.PlanPrice{
		BillingTerm: contract.BillingTerm(one.Term), Price: contract.Money{AmountMinor: one.Price.AmountMinor, Currency: one.Price.Currency},
	}
}

// wanted reads the body as the plan should be.
func wanted(id catalog.PlanID, body contract.PlanPut) catalog.Plan {
	p := catalog.Plan{
		ID: id, Status: catalog.PlanStatus(body.Status), Name: catalog.Text(body.Name), Description: catalog.Text(body.Description),
		Licenses:  catalog.Bounds{Min: body.Licenses.Min, Max: body.Licenses.Max, Default: body.Licenses.Default},
		Countries: body.Countries,
	}
	for _, s := range body.Services {
		p.Services = append(p.Services, catalog.Service{ID: s.ID, Name: catalog.Text(s.Name), Description: catalog.Text(s.Description)})
	}
	for _, one := range body.Prices {
		p.Prices = append(p.Prices, catalog.Price{
			Term: catalog.Term(one.BillingTerm), Price: catalog.Money{AmountMinor: one.Price.AmountMinor, Currency: one.Price.Currency},
		})
	}
	if body.Trial != nil {
		p.Trial = &catalog.Trial{Licenses: body.Trial.Licenses, Days: body.Trial.Days}
	}
	return p
}
