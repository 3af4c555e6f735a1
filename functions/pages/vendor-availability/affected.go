package vendoravailability

import (
	"errors"
	"sync"

	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/edited"
)

// How far is counted. Nothing lists the offers of a country: they are found by their partners, a query for each.
const (
	mostPartners = 50
	mostOffers   = 100
	atOnce       = 10
)

// affected are offers that a change stops, and those that can be accepted again by it.
type affected struct {
	stopped, resumed, partners int
	more                       bool // not all partners, or not all offers of one, were looked through
}

// count looks through the offers of the newest active partners for those whose country or plan is available before a change and not after it, or the
// other way round. Others' offers can't be accepted anyway.
func (p availabilityPage) count(v *site.Visit, before, after catalog.Availability) (affected, error) {
	partners, next, err := p.table.Partners(v.R.Context(), partner.Wanted{Status: partner.Active}, dynamo.Page{Limit: mostPartners})
	if err != nil {
		return affected{}, err
	}
	found, errs := make([]affected, len(partners)), make([]error, len(partners))
	var wait sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for i, one := range partners {
		slots <- struct{}{}
		wait.Go(func() {
			found[i], errs[i] = p.countOf(v, one.ID, before, after)
			<-slots
		})
	}
	wait.Wait()
	sum := affected{more: next != ""}
	for _, one := range found {
		sum.stopped, sum.resumed, sum.more = sum.stopped+one.stopped, sum.resumed+one.resumed, sum.more || one.more
		if one.stopped+one.resumed > 0 {
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

func stands(status offer.Status) bool { return status == offer.Active || status == offer.Paused }

// shown writes who is affected into the page that is checked.
func (a affected) shown(v *site.Visit, s *edited.Sure) {
	w := v.Words
	s.Affected = append(s.Affected, page.Row{Key: w.AvailabilityStopped(), Values: []string{w.OffersCount(a.stopped)}})
	if a.resumed > 0 {
		s.Affected = append(s.Affected, page.Row{Key: w.AvailabilityResumed(), Values: []string{w.OffersCount(a.resumed)}})
	}
	if a.partners > 0 {
		s.Affected = append(s.Affected, page.Row{Key: w.AvailabilityConcerned(), Values: []string{w.ProgramsPartners(a.partners)}})
	}
	s.About = w.AvailabilityCountedAll()
	if a.more {
		s.About = w.AvailabilityCounted(mostPartners, mostOffers)
	}
	s.Danger = a.stopped > 0
}
