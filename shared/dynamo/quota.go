package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/lead"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/quota"
)

// Used reads how much was counted in each counter's window at the time, in their order; one call.
func (t *Table) Used(ctx context.Context, at time.Time, counters ...quota.Counter) ([]int, error) {
	keys := make([]key, len(counters))
	for i, c := range counters {
		keys[i] = counterKey(c, at)
	}
	found, err := t.batch(ctx, true, keys...)
	used := make([]int, len(counters))
	for i, k := range keys {
		used[i] = count(found[k], "used")
		if queue, ok := found[k]["imports"].(*types.AttributeValueMemberL); ok {
			used[i] = len(queue.Value)
		}
	}
	return used, err
}

// Count counts one thing in the current fixed window of a subject, with one UpdateItem, unless the window is full.
func (t *Table) Count(ctx context.Context, what, subject string, limit int, window time.Duration, at time.Time) (quota.Rate, error) {
	return t.CountSome(ctx, what, subject, 1, limit, window, at)
}

// CountSome is Count for n things, which are counted together or not at all.
func (t *Table) CountSome(ctx context.Context, what, subject string, n, limit int, window time.Duration, at time.Time) (quota.Rate, error) {
	start := at.Truncate(window)
	k := counterKey(quota.Counter{What: what, Subject: subject, Window: window}, at)
	rate := quota.Rate{Limit: limit, Window: window, Reset: start.Add(window).Sub(at)}
	ends := start.Add(window)
	p := update(k, "SET #class = :class, #ttl = :ttl ADD #used :n, #version :one", "class", "rate", "ttl", int(ends.Add(time.Hour).Unix()), "n", n, "one", 1).
		when("(attribute_not_exists(#used) AND :n <= :limit OR #used <= :room)", "limit", limit, "room", limit-n)
	applied, it, err := t.changed(ctx, p)
	if rate.Over = err == nil && !applied; applied {
		rate.Remaining = limit - count(it, "used")
	}
	return rate, err
}

const day = 24 * time.Hour

// mailings counts those of a partner in its day.
func mailings(p partner.ID, at time.Time) key {
	return counterKey(quota.Counter{What: quota.Invitations, Subject: string(p), Window: day}, at)
}

// givenBackPart takes n mailings, which were counted in a partner's day and are not sent, off it.
func givenBackPart(p partner.ID, n int, counted time.Time) part {
	return update(mailings(p, counted), "ADD #used :back, #version :one", "back", -n, "one", 1).when("#used >= :n", "n", n)
}

// dailyPart counts n mailings of a partner in its day (UTC), unless they would pass daily (0: no limit, nothing is counted).
func dailyPart(p partner.ID, n, daily int, o op.Op) []part {
	if daily == 0 {
		return nil
	}
	ends := o.At.Truncate(day).Add(day)
	return []part{update(mailings(p, o.At), "SET #class = :class, #ttl = :ttl ADD #used :n, #version :one",
		"class", "rate", "ttl", int(ends.Add(time.Hour).Unix()), "n", n, "one", 1).
		when("(attribute_not_exists(#used) AND :n <= :daily OR #used <= :room)", "daily", daily, "room", daily-n).
		or(func(item) error {
			return fault.DailyInvitationLimit.With(daily).After(ends.Sub(o.At))
		})}
}

// inquiriesPart counts an inquiry in the day (UTC) of the address that sends it, however the mailbox is spelled.
func inquiriesPart(mail string, o op.Op) part {
	ends := o.At.Truncate(day).Add(day)
	return update(counterKey(quota.Counter{What: quota.Inquiries, Subject: customer.FoldCaps(mail), Window: day}, o.At),
		"SET #class = :class, #ttl = :ttl ADD #used :one, #version :one", "class", "rate", "ttl", int(ends.Add(time.Hour).Unix()), "one", 1).
		when("(attribute_not_exists(#used) OR #used < :most)", "most", lead.PerDay).
		or(func(item) error { return fault.DailyInquiryLimit.With(lead.PerDay).After(ends.Sub(o.At)) })
}
