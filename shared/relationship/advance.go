package relationship

import (
	"strconv"
	"time"

	"liaison/shared/event"
)

// Advance does everything that has fallen due by the time, however late: of several overdue notices only the latest that is
// still true is asked for, the others stand in the change as skipped. Without a change nothing was due.
func (g Grant) Advance(at time.Time) (Grant, []event.Change) {
	if g.Status != Active && g.Status != Suspended {
		return g, nil
	}
	if extended, err := g.Extend(at); err == nil {
		return extended, []event.Change{told("delegated_administrator.extended", g.Customer, g.Partner,
			"role", g.Role, "ends_at", extended.EndsAt.UTC().Format(time.RFC3339), "auto", "true")}
	}
	noticed, days, skipped := g.Notify(at)
	data := []string{"partner_id", string(g.Partner), "role", g.Role, "ends_at", g.EndsAt.UTC().Format(time.RFC3339)}
	if len(skipped) > 0 {
		data = append(data, "skipped", words(skipped))
	}
	subject := string(NewID(g.Customer, g.Partner))
	if ended, err := noticed.Expire(at); err == nil {
		return ended, []event.Change{event.Of("delegated_administrator.expired", subject, append(data, "cause", "expired")...)}
	}
	if days == 0 {
		return g, nil
	}
	return noticed, []event.Change{event.Of("delegated_administrator.expiring", subject, append(data, "days", strconv.Itoa(days))...)}
}
