package partneroffernew

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/available"
	"liaison/shared/site/price"
)

// few is up to how many countries are shown as choices; more are a list.
const few = 6

// countries are where the partner may make an offer of the kind, by name: what brings plans only where it is authorised for one.
func (m *making) countries(v *site.Visit) []string {
	var found []string
	if m.Draft.Kind.Sells() {
		for _, one := range m.facts.Authorisations {
			for _, country := range one.Countries {
				if one.Covers(country, v.Op.At) {
					found = append(found, country)
				}
			}
		}
	} else {
		found = append(found, m.who.Partner.Country)
		for _, one := range m.plans {
			found = append(found, one.Countries...)
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	slices.SortFunc(found, func(a, b string) int { return cmp.Compare(v.Words.Country(a), v.Words.Country(b)) })
	return found
}

func (p newPage) askCountry(v *site.Visit, m *making, errs page.Errors) ([]question, error) {
	if err := p.mayOffer(v, m); err != nil {
		return nil, err
	}
	w := v.Words
	all := m.countries(v)
	chosen := cmp.Or(m.Draft.Country, m.who.Partner.Country)
	if !slices.Contains(all, chosen) {
		chosen = ""
	}
	var options []page.Option
	for _, one := range all {
		options = append(options, page.Option{Value: one, Label: w.Country(one)})
	}
	hint := w.OfferNewCountryHint()
	if len(all) == 0 {
		m.why = w.OfferNewNoCountry(v.Vendor().Name)
		return nil, nil
	}
	if len(all) > few {
		return []question{{Select: &page.Select{
			Name: "country", Label: w.OfferNewCountryQuestion(), Hint: hint, Error: errs.For("country"), Value: chosen, Options: append([]page.Option{{}}, options...),
		}}}, nil
	}
	return []question{{Radios: &page.Radios{
		Name: "country", Legend: w.OfferNewCountryQuestion(), Hint: hint, Error: errs.For("country"), Value: chosen, Options: options, Heading: true,
	}}}, nil
}

func (p newPage) answerCountry(v *site.Visit, m *making) (page.Errors, error) {
	if err := p.mayOffer(v, m); err != nil {
		return nil, err
	}
	country := v.Form("country")
	if !slices.Contains(m.countries(v), country) {
		return page.Errors{{Field: "country", Text: v.Words.OfferNewCountryMissing()}}, nil
	}
	if !m.Draft.Kind.Sells() {
		asked := offer.Plain(m.Draft.Kind, country)
		asked.Partner = m.who.Partner.ID
		if f := fault.As(asked.Allowed(*m.facts, v.Op.At)); f != nil {
			return page.Errors{{Field: "country", Text: m.reason(v, f, country)}}, nil
		}
	}
	if m.Draft.Country != "" && m.Draft.Country != country {
		m.forget("plan")
		m.forget("licenses")
	}
	m.Draft.Country = country
	return nil, nil
}

// reason is the same of a step, which then leads to what is available where, too, if that is what it says.
func (m *making) reason(v *site.Visit, f *fault.Fault, country string) string {
	if missing, ok := available.Missing(f); ok {
		m.where = available.Link(v.Words, missing)
	}
	return reason(v, f, country)
}

// reason says in a few words why something can't be offered in a country.
func reason(v *site.Visit, f *fault.Fault, country string) string {
	w := v.Words
	if missing, ok := available.Missing(f); ok {
		return available.Why(w, missing)
	}
	switch f.Code {
	case fault.NotAuthorisedForPlan:
		return w.OfferNewWhyUnauthorised(w.Country(country))
	case fault.NoTrial:
		return w.OfferNewWhyNoTrial()
	case fault.NotSold:
		return w.OfferNewWhyNoPrice()
	case fault.NotEnrolled:
		return w.OfferNewNotEnrolled(v.Vendor().Name)
	}
	return v.Detail(f)
}

// shown are the plans that a step shows: what is sold, what may be offered first.
func (m *making) shown(v *site.Visit) (options []page.Option) {
	w := v.Words
	var rest []page.Option
	for _, one := range m.plans {
		if one.Status != catalog.PlanActive {
			continue
		}
		option := page.Option{Value: string(one.ID), Label: one.Name.In(string(w.Language())), Hint: brief(w, one, m.Draft), Checked: holds(m.Draft, one.ID)}
		if why := offer.Obstacles(*m.facts, one, m.Draft.Country, v.Op.At, m.Draft.Kind); len(why) > 0 {
			option.Disabled, option.Checked, option.Hint = true, false, m.reason(v, why[0], m.Draft.Country)
			rest = append(rest, option)
			continue
		}
		options = append(options, option)
	}
	return append(options, rest...)
}

func holds(d offer.Draft, plan catalog.PlanID) bool {
	return slices.ContainsFunc(d.Items, func(i offer.Item) bool { return i.Plan == plan })
}

// brief says how much of a plan is free and how long, or what it costs.
func brief(w locale.Words, plan catalog.Plan, d offer.Draft) string {
	if d.Kind.Tries() {
		if plan.Trial == nil {
			return ""
		}
		return w.SiteLicenceCount(plan.Trial.Licenses) + ", " + w.SiteDays(plan.Trial.Days)
	}
	var costs []string
	for _, term := range plan.Terms() {
		if one, sold := plan.PriceIn(d.Country, term); sold {
			costs = append(costs, price.License(w, one, term))
		}
	}
	return strings.Join(costs, " · ")
}

func (p newPage) askPlan(v *site.Visit, m *making, errs page.Errors) ([]question, error) {
	if err := p.mayOffer(v, m); err != nil {
		return nil, err
	}
	w := v.Words
	options := m.shown(v)
	if !slices.ContainsFunc(options, func(o page.Option) bool { return !o.Disabled }) {
		m.why = w.OfferNewNoPlan(w.Country(m.Draft.Country), v.Vendor().Name)
	}
	if m.Draft.Kind.Single() {
		chosen := ""
		if len(m.Draft.Items) > 0 {
			chosen = string(m.Draft.Items[0].Plan)
		}
		return []question{{Radios: &page.Radios{
			Name: "plan", Legend: w.OfferNewPlanQuestion(), Error: errs.For("plan"), Value: chosen, Options: options, Heading: true,
		}}}, nil
	}
	return []question{
		{Heading: w.OfferNewPlansQuestion()},
		{Checkboxes: &page.Checkboxes{Name: "plan", Legend: w.OfferNewPlans(), Hint: w.OfferNewPlansHint(offer.MaxItems), Error: errs.For("plan"), Options: options}},
	}, nil
}

func (p newPage) answerPlan(v *site.Visit, m *making) (page.Errors, error) {
	if err := p.mayOffer(v, m); err != nil {
		return nil, err
	}
	w := v.Words
	var items []offer.Item
	for _, option := range m.shown(v) {
		if option.Disabled || !slices.Contains(v.R.PostForm["plan"], option.Value) {
			continue
		}
		item := offer.Item{Plan: catalog.PlanID(option.Value)}
		if i := slices.IndexFunc(m.Draft.Items, func(one offer.Item) bool { return one.Plan == item.Plan }); i >= 0 {
			item = m.Draft.Items[i]
		} else {
			m.forget("licenses")
		}
		items = append(items, item)
	}
	switch {
	case len(items) == 0:
		return page.Errors{{Field: "plan", Text: w.OfferNewPlanMissing()}}, nil
	case len(items) > offer.MaxItems:
		return page.Errors{{Field: "plan", Text: w.OfferNewPlansMany(offer.MaxItems)}}, nil
	}
	m.Draft.Items = items
	return nil, nil
}

// field names the field of an item.
func field(name string, i int) string { return name + "-" + strconv.Itoa(i+1) }

// resells returns nil where the partner may bill in the offer's country, and otherwise what stands in the way.
func (m *making) resells(v *site.Visit) *fault.Fault {
	asked := offer.Offer{Kind: m.Draft.Kind, Partner: m.who.Partner.ID, Country: m.Draft.Country, BilledBy: string(m.who.Partner.ID)}
	for _, item := range m.Draft.Items {
		asked.Items = append(asked.Items, offer.Item{Plan: item.Plan})
	}
	return fault.As(asked.Allowed(*m.facts, v.Op.At))
}

func (p newPage) askLicenses(v *site.Visit, m *making, errs page.Errors) ([]question, error) {
	if err := p.mayOffer(v, m); err != nil {
		return nil, err
	}
	w := v.Words
	var asked []question
	why := m.resells(v)
	resells := why == nil
	closed, _ := available.Missing(why)
	if resells || closed.Feature == catalog.FeatureReselling && m.who.Partner.Holds(catalog.Reselling, m.facts.Programs, v.Op.At) {
		billers := page.Radios{
			Name: "biller", Legend: w.OfferNewBiller(), Error: errs.For("biller"), Value: m.Draft.BilledBy, Heading: true, Cards: true,
			Options: []page.Option{{Value: offer.ByVendor, Label: v.Vendor().Name}, {Value: offer.ByPartner, Label: m.who.Partner.LegalName}},
		}
		if !resells {
			billers.Value, billers.Options[1].Disabled, billers.Options[1].Hint = offer.ByVendor, true, m.reason(v, why, m.Draft.Country)
		}
		asked = append(asked, question{Radios: &billers})
	}
	for i, item := range m.Draft.Items {
		plan := m.facts.Plans[item.Plan]
		asked = append(asked, question{Heading: plan.Name.In(string(w.Language()))}, question{Input: &page.Input{
			Name: field("licenses", i), Label: w.SiteLicences(), Hint: w.OrderBounds(plan.Licenses.Min, plan.Licenses.Max), Error: errs.For(field("licenses", i)),
			Value: w.Int(bounded(cmp.Or(item.Licenses, plan.Licenses.Default), plan.Licenses)), InputMode: "numeric", Width: 8,
		}})
		terms := page.Radios{Name: field("term", i), Legend: w.OrderTerm(), Error: errs.For(field("term", i)), Value: string(item.Term), Cards: true}
		for _, term := range plan.Terms() {
			if one, sold := plan.PriceIn(m.Draft.Country, term); sold {
				terms.Options = append(terms.Options, page.Option{Value: string(term), Label: price.Term(w, term), Hint: price.License(w, one, term)})
			}
		}
		if len(terms.Options) == 1 {
			terms.Value, terms.Cards = terms.Options[0].Value, false
		}
		asked = append(asked, question{Radios: &terms})
		if resells {
			typed, currency := "", currencyOf(plan, m.Draft.Country)
			if item.Price != nil {
				typed = plain(w, *item.Price)
			}
			asked = append(asked, question{Input: &page.Input{
				Name: field("price", i), Label: w.OfferNewOwnPrice(currency), Hint: w.OfferNewOwnPriceHint(), Error: errs.For(field("price", i)), Value: typed,
				InputMode: "decimal", Width: 12,
			}})
		}
	}
	return asked, nil
}

func bounded(n int, by catalog.Bounds) int { return max(by.Min, min(n, by.Max)) }

// currencyOf is what a plan is sold in, in a country.
func currencyOf(plan catalog.Plan, country string) string {
	for _, term := range plan.Terms() {
		if one, sold := plan.PriceIn(country, term); sold {
			return one.Currency
		}
	}
	return ""
}

// plain writes an amount as one types it into a field.
func plain(w locale.Words, m catalog.Money) string {
	return w.Amount(locale.Money(m))
}

func (p newPage) answerLicenses(v *site.Visit, m *making) (page.Errors, error) {
	if err := p.mayOffer(v, m); err != nil {
		return nil, err
	}
	w := v.Words
	var errs page.Errors
	m.Draft.Items = slices.Clone(m.Draft.Items)
	m.Draft.BilledBy = ""
	resells := m.resells(v) == nil
	named := func(i int, said string) string { // several plans ask the same of each
		if len(m.Draft.Items) == 1 {
			return said
		}
		return w.CatalogField(m.facts.Plans[m.Draft.Items[i].Plan].Name.In(string(w.Language())), said)
	}
	if resells {
		if m.Draft.BilledBy = v.Form("biller"); m.Draft.BilledBy != offer.ByVendor && m.Draft.BilledBy != offer.ByPartner {
			errs, m.Draft.BilledBy = append(errs, page.FieldError{Field: "biller", Text: w.OfferNewBillerMissing()}), ""
		}
	}
	for i := range m.Draft.Items {
		item := &m.Draft.Items[i]
		plan := m.facts.Plans[item.Plan]
		n, ok := site.Count(w, v.Form(field("licenses", i)))
		if !ok || n < 1 {
			n = -1 // 0 would be the plan's own count
		}
		item.Licenses, item.Term, item.Price = n, catalog.Term(v.Form(field("term", i))), nil
		if item.Term == "" {
			errs = append(errs, page.FieldError{Field: field("term", i), Text: named(i, w.OfferNewTermMissing())})
		}
		if typed := strings.TrimSpace(v.Form(field("price", i))); resells && typed != "" {
			amount, ok := w.ParseAmount(typed, currencyOf(plan, m.Draft.Country))
			switch {
			case !ok:
				errs = append(errs, page.FieldError{Field: field("price", i), Text: named(i, w.OfferNewPriceWrong())})
			case m.Draft.BilledBy == offer.ByVendor:
				errs = append(errs, page.FieldError{Field: field("price", i), Text: named(i, w.OfferNewPriceVendors(v.Vendor().Name))})
			case m.Draft.BilledBy == offer.ByPartner:
				item.Price = new(catalog.Money(amount))
			}
		}
	}
	_, err := m.Propose(v.R.Context(), p.table, m.who.CustomerAccess, v.By(m.who))
	more, err := wrong(err, func(f fault.Field) (string, string) {
		var i int
		rest, ok := strings.CutPrefix(f.Pointer, "/items/")
		number, name, _ := strings.Cut(rest, "/")
		i, bad := strconv.Atoi(number)
		if !ok || bad != nil || i >= len(m.Draft.Items) {
			return "", ""
		}
		bounds := m.facts.Plans[m.Draft.Items[i].Plan].Licenses
		switch {
		case name == "licenses":
			return field("licenses", i), named(i, w.OrderLicencesWrong(bounds.Min, bounds.Max))
		case strings.HasPrefix(name, "price"):
			return field("price", i), named(i, w.OfferNewPriceWrong())
		}
		return "", ""
	})
	return append(errs, more...), err
}
