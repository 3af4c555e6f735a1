package invitation

import (
	"strconv"
	"strings"
	"time"

	"liaison/shared/event"
)

// Advance does everything that has fallen due by the time, however late: of several overdue reminders only the latest that is
// still true is asked for, the others stand in the change as skipped, and so does that of an invitation that was reported.
// Without a change nothing was due.
func (inv Invitation) Advance(at time.Time) (Invitation, []event.Change) {
	if inv.Answer != Pending {
		return inv, nil
	}
	told, days, skipped := inv.Remind(at)
	data := []string{"offer", string(inv.Offer), "generation", strconv.Itoa(inv.Generation)}
	if inv.Paused && days != 0 {
		skipped = append(skipped, days)
		data = append(data, "notice", "skipped")
	}
	if len(skipped) > 0 {
		words := make([]string, len(skipped))
		for i, d := range skipped {
			words[i] = strconv.Itoa(d)
		}
		data = append(data, "skipped", strings.Join(words, ","))
	}
	if ended, err := told.Expire(at); err == nil {
		return ended, []event.Change{event.Of("invitation.expired", string(inv.ID), data...)}
	}
	if days == 0 {
		return inv, nil
	}
	return told, []event.Change{event.Of("invitation.reminded", string(inv.ID), append(data, "days", strconv.Itoa(days))...)}
}

// Tenant is whose events tell of the invitation: the partner's, or its own where a visitor of the public link asked for it,
// since one popular link must not heat one partner's list.
func (inv Invitation) Tenant() event.Tenant {
	if inv.Origin == FromPartner {
		return event.Partner(string(inv.Offer.Partner()))
	}
	return event.Invitation(string(inv.ID))
}
