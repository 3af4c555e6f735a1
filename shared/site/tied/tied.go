// Package tied is how pages write how a tie to a customer stands, as its partner reads it.
package tied

import (
	"time"

	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/subscribed"
)

// Kinds are the ties, in the order in which they are shown.
var Kinds = []relationship.Kind{relationship.DelegatedAdministrator, relationship.PartnerOfRecord, relationship.Reseller}

// Label returns what a kind of tie is called.
func Label(w locale.Words, kind relationship.Kind) string {
	switch kind {
	case relationship.DelegatedAdministrator:
		return w.DelegatedAdministrationLabel()
	case relationship.PartnerOfRecord:
		return w.PartnerOfRecordLabel()
	}
	return w.ResellerLabel()
}

// soon is how long before its end something is shown as what ends.
const soon = 30 * 24 * time.Hour

// Soon says whether an end that is to come is near.
func Soon(ends, at time.Time) bool { return !ends.IsZero() && ends.Before(at.Add(soon)) }

// Standing says how an administration that runs stands, and when it ends where that is soon.
func Standing(v *site.Visit, a relationship.GrantSummary) page.Badge {
	w := v.Words
	switch {
	case a.StatusAt(v.Op.At) == relationship.Suspended:
		return page.Badge{Kind: "bad", Text: w.PartnersDisputedNow()}
	case Soon(a.EndsAt, v.Op.At):
		return page.Badge{Kind: "warn", Text: w.PartnersEndsIn(subscribed.DaysLeft(a.EndsAt, v.Op.At))}
	}
	return page.Badge{Kind: "good", Text: w.PartnersActive()}
}

// Asked says since when a customer asks its reseller to go, and then what comes next; dates are those of a country.
func Asked(v *site.Visit, r relationship.Removal, country string) (badge page.Badge, since string, next []string) {
	w, at := v.Words, v.Op.At
	since = w.CustomersRemovalAskedOn(v.In(r.AskedAt, country))
	if !r.EndsAt.IsZero() {
		return page.Badge{Kind: "warn", Text: w.PartnersEndsIn(subscribed.DaysLeft(r.EndsAt, at))}, since, []string{w.CustomersNoticeEnds(v.In(r.EndsAt, country)), Goes(w, r)}
	}
	badge = page.Badge{Kind: "warn", Text: w.PartnersRequestToday()}
	if days := r.Days(at); days > 0 {
		badge.Text = w.PartnersRequestDays(days)
	}
	if at.Before(r.Decidable()) {
		return badge, since, []string{w.CustomersRemovalDecides(v.In(r.Decidable(), country), v.Vendor().Name)}
	}
	return badge, since, []string{w.CustomersRemovalDue(v.Vendor().Name)}
}

// Goes says what becomes of what the reseller bills when the agreed notice is over.
func Goes(w locale.Words, r relationship.Removal) string {
	if r.Handover == relationship.ToVendor {
		return w.CustomersNoticeVendor()
	}
	return w.CustomersNoticeTerm()
}
