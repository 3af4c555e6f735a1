package site

import (
	"time"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
)

// Catalogue returns what the vendor shows now, with the plans, at most 60 seconds old.
func (v *Visit) Catalogue(plans ...catalog.PlanID) (catalog.View, error) {
	return v.site.catalog.Take(v.R.Context(), v.Op.At, plans...)
}

// Vendor returns the vendor as last seen, however old: it only dresses a page.
func (v *Visit) Vendor() catalog.Vendor { return v.site.catalog.Vendor() }

// Availability returns what is available where as last seen, however old: it only tells beforehand what an operation will refuse.
func (v *Visit) Availability() catalog.Availability { return v.site.catalog.Availability() }

// Terms returns one version of a document in the visit's language.
func (v *Visit) Terms(d catalog.Document, version string) (catalog.TermsText, error) {
	return v.site.catalog.Text(v.R.Context(), d, version, string(v.Words.Language()))
}

// PlanName returns a plan's name in the page's language; its id where it is not known any more.
func (v *Visit) PlanName(plans map[catalog.PlanID]catalog.Plan, plan catalog.PlanID) string {
	if found, ok := plans[plan]; ok {
		return found.Name.In(string(v.Words.Language()))
	}
	return string(plan)
}

// In returns a time in the zone of a country, in which pages write it.
func (v *Visit) In(t time.Time, country string) time.Time { return t.In(calendar.Zone(country)) }
