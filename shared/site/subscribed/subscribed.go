// Package subscribed is how pages say how a subscription stands.
package subscribed

import (
	"time"

	"liaison/shared/site"
	"liaison/shared/subscription"
)

// Standing says how a subscription stands now, how many days are left, and what comes next.
func Standing(v *site.Visit, s subscription.Subscription, country string) string {
	w, at := v.Words, v.Op.At
	switch s.StatusAt(at) {
	case subscription.Trialing:
		return w.SubscriptionTrial(DaysLeft(s.TrialEndsAt, at), v.In(s.TrialEndsAt, country))
	case subscription.Expired:
		return w.SubscriptionTrialEnded(v.In(s.TrialEndsAt, country), v.In(s.DataUntil(), country))
	case subscription.Cancelled:
		ended := s.EndedAt
		if ended.IsZero() {
			ended = s.TermEndsAt
		}
		return w.SubscriptionCancelled(v.In(ended, country))
	case subscription.Suspended:
		if s.Ending {
			return w.SubscriptionSuspendedEnding(v.In(s.TermEndsAt, country))
		}
		return w.SubscriptionSuspended()
	case subscription.Deleted:
		return w.SubscriptionDeleted()
	}
	if s.Ending {
		return w.SubscriptionEnding(DaysLeft(s.TermEndsAt, at), v.In(s.TermEndsAt, country))
	}
	return w.SubscriptionActive()
}

// DaysLeft returns how many days there are to a time, a day that has begun as a whole one.
func DaysLeft(until, at time.Time) int {
	const day = 24 * time.Hour
	return max(0, int((until.Sub(at)+day-1)/day))
}
