package relationship

import (
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
)

// Advance does everything that has fallen due by the time, however late, to the grant of a customer in a country. Of several overdue notices only the
// latest that is still true is mailed; the change lists the others as skipped. Without a change nothing was due.
func (g Grant) Advance(country string, in catalog.Availability, at time.Time) (Grant, []event.Change) {
	if g.Status != Active && g.Status != Suspended {
		return g, nil
	}
	of, who := g.Tie(), g.Administered()
	if extended, err := g.Extend(country, in, at); err == nil {
		return extended, []event.Change{event.Of(of, AdministrationExtendedEvent{Administered: who, EndsAt: extended.EndsAt, Auto: true})}
	}
	noticed, days, skipped := g.Notify(at)
	if ended, err := noticed.Expire(at); err == nil {
		return ended, []event.Change{event.Of(of, AdministrationExpiredEvent{Administered: who, EndsAt: g.EndsAt, Cause: InTime, Skipped: skipped})}
	}
	if days == 0 {
		return g, nil
	}
	return noticed, []event.Change{event.Of(of, AdministrationExpiringEvent{Administered: who, EndsAt: g.EndsAt, Days: days, Skipped: skipped})}
}
