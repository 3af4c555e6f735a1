package vendorplans

import (
	"maps"
	"slices"

	"liaison/shared/catalog"
	"liaison/shared/locale"
	"liaison/shared/site"
	"liaison/shared/site/edited"
	"liaison/shared/site/price"
)

// check shows what was answered, what of it is new, and what follows.
func (p plansPage) check(v *site.Visit, who site.Signed, now, made catalog.Plan, a edited.Answers) error {
	w := v.Words
	s := edited.Sure{Action: v.R.URL.Path, Token: token(who, now), Version: now.Version, Answers: a.Values, Button: w.PlansMake(), Sections: sections(w, made)}
	if now.Version > 0 {
		s.Follows, s.Button, s.Sections = changes(w, now, made), w.PlansSave(), edited.Compared(w, sections(w, now), s.Sections)
		s.Danger = made.Status == catalog.PlanWithdrawn && now.Status != made.Status
	} else {
		s.Follows = begins(w, made)
	}
	frame := v.Frame(w.PlansCheck())
	frame.Lead = string(made.ID)
	return edited.ShowSure(v, frame, s)
}

// begins says what a new plan brings.
func begins(w locale.Words, made catalog.Plan) []string {
	if made.Status == catalog.PlanWithdrawn {
		return []string{w.PlansThenHidden()}
	}
	said := []string{w.PlansThenOffered()}
	if len(made.Prices) > 0 {
		said = append(said, w.PlansThenBought())
	}
	return said
}

// changes says what it means to those who have the plan, or an offer of it, that it becomes another: what offer.Offer.Allowed and the operations of
// subscriptions ask of a plan when they run.
func changes(w locale.Words, was, is catalog.Plan) []string {
	said := []string{w.PlansThenKept()}
	add := func(follows bool, text string) {
		if follows {
			said = append(said, text)
		}
	}
	add(!maps.Equal(was.Name, is.Name) || !maps.Equal(was.Description, is.Description) || !slices.EqualFunc(was.Services, is.Services, catalog.Service.Equal), w.PlansThenWords())
	if is.Status == catalog.PlanWithdrawn {
		add(was.Status != is.Status, w.PlansThenWithdrawn())
		add(was.Status == is.Status, w.PlansThenHidden())
		return said
	}
	add(was.Status != is.Status, w.PlansThenActive())
	add(!slices.Equal(was.Prices, is.Prices) && len(is.Prices) > 0, w.PlansThenPrices())
	for _, term := range was.Terms() {
		add(!is.SoldBy(term), w.PlansThenUnsold(price.Term(w, term)))
	}
	add(was.Trial != nil && is.Trial != nil && *was.Trial != *is.Trial, w.PlansThenTrial())
	add(was.Trial != nil && is.Trial == nil, w.PlansThenNoTrial())
	add(was.Trial == nil && is.Trial != nil, w.PlansThenTried())
	add(was.Licenses.Min < is.Licenses.Min || was.Licenses.Max > is.Licenses.Max, w.PlansThenLicences())
	more, fewer := site.OtherCountries(is.Countries, was.Countries), site.OtherCountries(was.Countries, is.Countries)
	add(len(more) > 0, w.PlansThenCountries(site.CountryNames(w, more)))
	add(len(fewer) > 0, w.PlansThenNoCountries(site.CountryNames(w, fewer)))
	return said
}
