// Package available is how pages say what is available where, and why something is not.
package available

import (
	"slices"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/relationship"
	"liaison/shared/site"
)

// Feature names a feature, and says what it is where that is more than its name.
func Feature(w locale.Words, f catalog.Feature) (name, about string) {
	switch f {
	case catalog.FeatureTrials:
		return w.AvailabilityTrials(), ""
	case catalog.FeaturePurchases:
		return w.AvailabilityPurchases(), ""
	case catalog.FeatureAdministration:
		return w.AvailabilityAdministration(), w.AvailabilityAdministrationAbout()
	case catalog.FeatureReselling:
		return w.AvailabilityReselling(), w.AvailabilityResellingAbout()
	}
	return w.AvailabilityPartners(), w.AvailabilityPartnersAbout()
}

// State says how a feature stands in a region with these gaps: available or not, the plans that it is not available for, and the vendor's reasons.
func State(v *site.Visit, plans map[catalog.PlanID]catalog.Plan, gaps []catalog.Gap) (state page.Badge, said []string) {
	w := v.Words
	if len(gaps) == 0 {
		return page.Badge{Kind: "good", Text: w.AvailabilityOn()}, nil
	}
	state = page.Badge{Kind: "warn", Text: w.AvailabilitySome()}
	var names, reasons []string
	for _, g := range gaps {
		if g.Plan == "" {
			state = page.Badge{Kind: "bad", Text: w.AvailabilityOff()}
		} else if name := v.PlanName(plans, g.Plan); !slices.Contains(names, name) {
			names = append(names, name)
		}
		if reason := g.Reason.In(string(w.Language())); reason != "" && !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	if len(names) > 0 && state.Kind != "bad" {
		said = append(said, w.AvailabilityNotFor(strings.Join(names, ", ")))
	}
	for _, reason := range reasons {
		said = append(said, w.AvailabilityReasonSaid(reason))
	}
	return state, said
}

// Countries names those of a region.
func Countries(w locale.Words, r catalog.Region) string {
	if len(r.Countries) == 0 {
		return w.AvailabilityNoCountries()
	}
	return site.CountryNames(w, r.Countries)
}

// Missing returns what a refusal says is not available; false where it is another refusal, or none.
func Missing(err error) (catalog.Missing, bool) {
	if !fault.Is(err, fault.FeatureUnavailable) {
		return catalog.Missing{}, false
	}
	m, ok := fault.As(err).About.(catalog.Missing)
	return m, ok
}

// Why says what is not available in which country, with the vendor's reason where it gave one.
func Why(w locale.Words, m catalog.Missing) string {
	name, _ := Feature(w, m.Feature)
	if reason := m.Reason.In(string(w.Language())); reason != "" {
		return w.AvailabilityWhyReason(name, w.Country(m.Country), reason)
	}
	return w.AvailabilityWhy(name, w.Country(m.Country))
}

// Link leads to the page that says what is available in that country.
func Link(w locale.Words, m catalog.Missing) *page.Link {
	return &page.Link{Text: w.AvailabilitySee(), URL: m.Page()}
}

// Closed says why an offer can be neither made nor accepted now by what is available in its country, as last seen, and leads to what is; empty and nil
// where nothing of that stands in its way.
func Closed(v *site.Visit, of offer.Offer) (why string, to *page.Link) {
	if m, closed := Missing(of.Available(v.Availability())); closed {
		return Why(v.Words, m), Link(v.Words, m)
	}
	return "", nil
}

// NotExtended says why a delegated administration that both sides want to go on does not, by what is available in its customer's country; empty and
// nil where it does, or is not to.
func NotExtended(v *site.Visit, wanted relationship.Switches, country string) (why string, to *page.Link) {
	if !wanted.Both() {
		return "", nil
	}
	if why, to = Closed(v, offer.Plain(offer.DelegatedAdministration, country)); why != "" {
		why = v.Words.PartnersExtendClosed(why)
	}
	return why, to
}
