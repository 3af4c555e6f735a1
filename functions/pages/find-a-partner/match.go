package findapartner

import (
	"net/http"
	"net/url"
	"slices"

	"liaison/shared/catalog"
	"liaison/shared/listing"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/listed"
	"liaison/shared/site/partnersearch"
)

// match returns the address of the match with what was asked for of all that it asks.
func (a wanted) match() string {
	query := url.Values{}
	for _, field := range partnersearch.Matched {
		for _, given := range a.query[field] {
			if given != "" {
				query.Add(field, given)
			}
		}
	}
	if a.back.Leads() {
		query.Set(partnersearch.Field, a.back.URL())
	}
	return address(partnersearch.MatchPath, query)
}

type matchBody struct {
	Need                    page.Checkboxes
	Country, Plan, Language page.Select
	Back                    *page.Hidden
	Note                    *page.Note
	Search                  string
	Title                   string // above the partners; empty where the form was not sent
	Found                   []listed.Card
	Kept                    []page.Hidden // what was asked for, with which a message to several begins; none where one is to be chosen
	Order                   page.Details
	Empty                   page.Empty
}

func (p findPage) showMatch(v *site.Visit) error {
	asked, err := p.read(v)
	if err != nil {
		return err
	}
	w, need := v.Words, asked.listing()
	need.Words, need.Expertise, need.Roles = "", nil, nil // it does not ask for them
	var errs page.Errors
	var matched []listing.Found
	if asked.query.Has(partnersearch.Sent) {
		if errs = missing(v, need); errs == nil {
			matched, err = listing.Match(v.R.Context(), p.table, need, v.Op.At)
			if errs = asked.wrong(w, err); err != nil && errs == nil {
				return err
			}
		}
	}
	b := matchBody{
		Need:    asked.checks(w, service, w.MarketplaceMatchNeed(), errs),
		Country: asked.selects(w, country, w.MarketplaceMatchCountry(), w.MarketplaceMatchCountryChoose(), errs),
		Plan:    asked.selects(w, plan, w.MarketplaceMatchPlan(), w.MarketplaceAnyPlan(), errs), Language: asked.selects(w, language, w.MarketplaceMatchLanguage(), w.MarketplaceAnyLanguage(), errs),
		Search: asked.search(), Order: order(v),
	}
	// Whoever is matched is picked by what is needed first.
	b.Order.Summary, b.Order.List = w.MarketplaceMatchOrder(), append([]string{w.MarketplaceMatchOrderServices()}, slices.Delete(b.Order.List, 1, 2)...)
	if asked.back.Leads() {
		b.Back = &page.Hidden{Name: partnersearch.Field, Value: asked.back.URL()}
		b.Note = &page.Note{Kind: "info", Text: w.MarketplaceChoosing(), Link: &page.Link{Text: w.MarketplaceBack(), URL: asked.back.URL()}}
	}
	if asked.query.Has(partnersearch.Sent) && errs == nil {
		b.Title = w.MarketplaceMatched(len(matched))
		b.Empty = asked.loosened(v)
	}
	led := partnersearch.Match(asked.query)
	if !asked.back.Leads() {
		b.Kept = led.Hidden()
	}
	for _, one := range matched {
		b.Found = append(b.Found, asked.suits(v, need, one, led))
	}
	status, frame := http.StatusOK, v.Frame(w.MarketplaceMatchTitle())
	if errs != nil {
		status = http.StatusUnprocessableEntity
	}
	frame.Lead, frame.Errors, frame.Back = w.MarketplaceMatchLead(), errs, &page.Link{Text: w.MarketplaceTitle(), URL: b.Search}
	return v.Render(match, status, frame, b)
}

// missing says what the form asks for and was not answered; nil where nothing is missing.
func missing(v *site.Visit, need listing.Query) (errs page.Errors) {
	if len(need.Services) == 0 {
		errs = append(errs, page.FieldError{Field: service, Text: v.Words.MarketplaceMatchNeedMissing()})
	}
	if need.Country == "" {
		errs = append(errs, page.FieldError{Field: country, Text: v.Words.MarketplaceMatchCountryMissing()})
	}
	return errs
}

// search returns the address of the search for the same.
func (a wanted) search() string {
	kept := wanted{back: a.back, query: url.Values{}}
	for _, field := range partnersearch.Matched {
		kept.query[field] = a.query[field]
	}
	return kept.without(partnersearch.Cursor, "")
}

// suits returns the card of a partner that was matched, with why, and how to reach it.
func (a wanted) suits(v *site.Visit, need listing.Query, one listing.Found, led partnersearch.Asked) listed.Card {
	w, of := v.Words, one.Partner
	made := entry(one).Card(v, at(of.ID, led))
	made.Contacts = entry(one).Contacts(w)
	if a.back.Leads() { // somebody came to choose one, and may ask it first
		made.Buttons = append(a.choose(v, one), write(w, of, led, false))
	} else {
		made.Pick = of.ID
	}
	all := len(slices.Compact(slices.Sorted(slices.Values(need.Services))))
	if one.Place.Matched == all {
		made.Reasons = append(made.Reasons, w.MarketplaceWhyAll())
	} else {
		made.Reasons = append(made.Reasons, w.MarketplaceWhySome(w.Int(one.Place.Matched), w.Int(all)))
	}
	near := w.MarketplaceWhyWorks(w.Country(need.Country))
	switch one.Place.Near {
	case 2:
		near = w.MarketplaceWhySeat(w.Country(of.Country))
	case 1:
		near += ". " + w.MarketplaceWhyRegion(w.Country(of.Country))
	}
	made.Reasons = append(made.Reasons, near)
	if need.Plan != "" {
		made.Reasons = append(made.Reasons, w.MarketplaceWhyPlan(a.name(need.Plan)))
	}
	if need.Language != "" {
		made.Reasons = append(made.Reasons, w.MarketplaceWhyLanguage(w.Tongue(need.Language)))
	}
	return made
}

// name returns what a plan is called.
func (a wanted) name(of catalog.PlanID) string {
	for _, option := range a.plans {
		if option.Value == string(of) {
			return option.Label
		}
	}
	return string(of)
}

// loosened says what to do where nobody suits.
func (a wanted) loosened(v *site.Visit) page.Empty {
	w := v.Words
	return page.Empty{Icon: "search", Title: w.MarketplaceNoneTitle(), Text: w.MarketplaceNoneText(), Acts: []page.Act{{Text: w.MarketplaceAllPartners(), URL: a.without("", "")}}}
}
