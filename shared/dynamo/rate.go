package dynamo

import (
	"context"
	"strconv"
	"time"

	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// Rate is how a counted thing stands in its window.
type Rate struct {
	Limit, Remaining int
	Window           time.Duration
	Reset            time.Duration // until the window ends
	Over             bool          // these were not counted: the window has no room for them
}

// What is counted where more than one place must know its name.
const (
	CountChecks      = "partner-checks" // look-ups of partner IDs by a caller, or by a partner
	CountClients     = "clients"        // machines that a partner has, in no window
	CountInvitations = "invitations"    // mailings of a partner in a day (UTC)
	CountMails       = "mails"          // that leave in a second
)

// Counter is what is counted, of whom, in fixed windows; without a window it is what stands now.
type Counter struct {
	What, Subject string
	Window        time.Duration
}

func (c Counter) key(at time.Time) key {
	if c.What == CountClients {
		return clientsKey(partner.ID(c.Subject))
	}
	return key{"RATE#" + c.What + "#" + hash(c.Subject) + "#" + strconv.FormatInt(at.Truncate(c.Window).Unix(), 36), "RATE"}
}

// Used reads how much was counted in each counter's window at the time, in their order; one call.
func (t *Table) Used(ctx context.Context, at time.Time, counters ...Counter) ([]int, error) {
	keys := make([]key, len(counters))
	for i, c := range counters {
		keys[i] = c.key(at)
	}
	found, err := t.batch(ctx, true, keys...)
	used := make([]int, len(counters))
	for i, k := range keys {
		used[i] = count(found[k], "used")
	}
	return used, err
}

// Count counts one thing in the current fixed window of a subject, with one UpdateItem, unless the window is full.
func (t *Table) Count(ctx context.Context, what, subject string, limit int, window time.Duration, at time.Time) (Rate, error) {
	return t.CountSome(ctx, what, subject, 1, limit, window, at)
}

// CountSome is Count for n things, which are counted together or not at all.
func (t *Table) CountSome(ctx context.Context, what, subject string, n, limit int, window time.Duration, at time.Time) (Rate, error) {
	start := at.Truncate(window)
	k := Counter{what, subject, window}.key(at)
	rate := Rate{Limit: limit, Window: window, Reset: start.Add(window).Sub(at)}
	ends := start.Add(window)
	p := update(k, "SET #class = :class, #ttl = :ttl ADD #used :n, #version :one", "class", "rate", "ttl", int(ends.Add(time.Hour).Unix()), "n", n, "one", 1).
		when("(attribute_not_exists(#used) OR #used <= :room)", "room", limit-n)
	applied, it, err := t.changed(ctx, p)
	if rate.Over = err == nil && !applied; applied {
		rate.Remaining = limit - count(it, "used")
	}
	return rate, err
}

// dailyPart counts n mailings of a partner in its day (UTC), unless they would pass daily (0: no limit, nothing is counted).
func dailyPart(p partner.ID, n, daily int, o op.Op) []part {
	if daily == 0 {
		return nil
	}
	const day = 24 * time.Hour
	ends := o.At.Truncate(day).Add(day)
	return []part{update(Counter{CountInvitations, string(p), day}.key(o.At), "SET #class = :class, #ttl = :ttl ADD #used :n, #version :one",
		"class", "rate", "ttl", int(ends.Add(time.Hour).Unix()), "n", n, "one", 1).
		when("(attribute_not_exists(#used) AND :n <= :daily OR #used <= :room)", "daily", daily, "room", daily-n).
		or(func(item) error {
			return fault.DailyInvitationLimit.With(daily).After(ends.Sub(o.At))
		})}
}
