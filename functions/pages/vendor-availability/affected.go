package vendoravailability

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/edited"
)

// How far is counted. Nothing lists the offers and the ties of a country: they are found by their partners, a query or two for each.
const (
	mostPartners = 50
	mostOffers   = 100 // and ties
	atOnce       = 10
)

// affected are offers that a change stops, and those that can be accepted again by it; and delegated administrations that run, which get no more time
// by it.
type affected struct {
	stopped, resumed, grants, partners int
	more                               bool // not all partners, or not all offers or ties of one, were looked through
}

// loses says whether what could be offered before a change can't be after it.
func loses(before, after catalog.Availability, one offer.Offer) bool {
	return one.Available(before) == nil && one.Available(after) != nil
}

// administrationLost says whether a change closes delegated administration in a country.
func administrationLost(before, after catalog.Availability, country string) bool {
	return loses(before, after, offer.Plain(offer.DelegatedAdministration, country))
}

// plansLosing names, by name, the plans with which something can't be had any more in a country where they are sold.
func plansLosing(v *site.Visit, plans map[catalog.PlanID]catalog.Plan, before, after catalog.Availability) (names []string) {
	for _, plan := range plans {
		with := []catalog.Feature{catalog.FeatureAdministration}
		if plan.Trial != nil {
			with = append(with, catalog.FeatureTrials)
		}
		if len(plan.Prices) > 0 {
			with = append(with, catalog.FeaturePurchases, catalog.FeatureReselling)
		}
		lost := func(country string) bool {
			return plan.SoldIn(country) && slices.ContainsFunc(with, func(f catalog.Feature) bool {
				return before.Check(plan.ID, country, f) == nil && after.Check(plan.ID, country, f) != nil
			})
		}
		if slices.ContainsFunc(plan.Countries, lost) {
			names = append(names, v.PlanName(plans, plan.ID))
		}
	}
	slices.Sort(names)
	return names
}

// count looks through the offers of the newest active partners for those whose country or plan is available before a change and not after it, or the
// other way round, and through their ties. Others' offers can't be accepted anyway.
func (p availabilityPage) count(v *site.Visit, before, after catalog.Availability) (affected, error) {
	partners, next, err := p.table.Partners(v.R.Context(), partner.Wanted{Status: partner.Active}, dynamo.Page{Limit: mostPartners})
	if err != nil {
		return affected{}, err
	}
	ties := slices.ContainsFunc(slices.Concat(before.Regions, after.Regions), func(r catalog.Region) bool {
		return slices.ContainsFunc(r.Countries, func(country string) bool { return administrationLost(before, after, country) })
	})
	found, errs := make([]affected, len(partners)), make([]error, len(partners))
	var wait sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for i, one := range partners {
		slots <- struct{}{}
		wait.Go(func() {
			if found[i], errs[i] = p.countOf(v, one.ID, before, after); ties && errs[i] == nil {
				errs[i] = p.countTies(v, one.ID, before, after, &found[i])
			}
			<-slots
		})
	}
	wait.Wait()
	sum := affected{more: next != ""}
	for _, one := range found {
		sum.stopped, sum.resumed, sum.grants, sum.more = sum.stopped+one.stopped, sum.resumed+one.resumed, sum.grants+one.grants, sum.more || one.more
		if one.stopped+one.resumed+one.grants > 0 {
			sum.partners++
		}
	}
	return sum, errors.Join(errs...)
}

// countOf is count of one partner's offers.
func (p availabilityPage) countOf(v *site.Visit, of partner.ID, before, after catalog.Availability) (affected, error) {
	offers, next, err := p.table.Offers(v.R.Context(), of, dynamo.Page{Limit: mostOffers}, func(rows []offer.Offer) ([]bool, error) {
		kept := make([]bool, len(rows))
		for i, one := range rows {
			kept[i] = stands(one.StatusAt(v.Op.At, 0)) && (one.Available(before) == nil) != (one.Available(after) == nil)
		}
		return kept, nil
	})
	if err != nil {
		return affected{}, err
	}
	used, err := p.table.Uses(v.R.Context(), offers)
	found := affected{more: next != ""}
	for _, one := range offers {
		switch {
		case !stands(one.StatusAt(v.Op.At, used[one.ID])):
		case one.Available(after) == nil:
			found.resumed++
		default:
			found.stopped++
		}
	}
	return found, err
}

// countTies adds the partner's delegated administrations that run where no more time can be had after the change.
func (p availabilityPage) countTies(v *site.Visit, of partner.ID, before, after catalog.Availability, to *affected) error {
	ties, next, err := p.table.Relationships(v.R.Context(), of, dynamo.Page{Limit: mostOffers}, func(rows []relationship.Relationship) ([]bool, error) {
		kept := make([]bool, len(rows))
		for i, tie := range rows {
			kept[i] = slices.Contains(tie.Kinds(v.Op.At), relationship.DelegatedAdministrator) && administrationLost(before, after, tie.CustomerCountry)
		}
		return kept, nil
	})
	to.grants, to.more = len(ties), to.more || next != ""
	return err
}

func stands(status offer.Status) bool { return status == offer.Active || status == offer.Paused }

// shown writes who is affected into the page that is checked, and the plans that lose something.
func (a affected) shown(v *site.Visit, s *edited.Sure, plans []string) {
	w := v.Words
	s.About = w.AvailabilityCountedAll()
	counted := func(text string) []string { return []string{text} }
	if a.more {
		s.About = w.AvailabilityCounted(mostPartners, mostOffers)
		counted = func(text string) []string { return []string{w.AvailabilityAtLeast(text)} }
	}
	s.Affected = append(s.Affected, page.Row{Key: w.AvailabilityStopped(), Values: counted(w.OffersCount(a.stopped))})
	if a.resumed > 0 {
		s.Affected = append(s.Affected, page.Row{Key: w.AvailabilityResumed(), Values: counted(w.OffersCount(a.resumed))})
	}
	if a.grants > 0 {
		s.Affected = append(s.Affected, page.Row{Key: w.AvailabilityGrants(), Values: counted(w.Int(a.grants))})
	}
	if a.partners > 0 {
		s.Affected = append(s.Affected, page.Row{Key: w.AvailabilityConcerned(), Values: counted(w.ProgramsPartners(a.partners))})
	}
	if len(plans) > 0 {
		s.Affected = append(s.Affected, page.Row{Key: w.AvailabilityPlansConcerned(), Values: []string{strings.Join(plans, ", ")}})
	}
	s.Danger = a.stopped+a.grants > 0
}
