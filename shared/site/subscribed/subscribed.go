// Package subscribed is how pages say how a subscription stands.
package subscribed

import (
	"time"

	"liaison/shared/page"
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
		if s.Overheld(at) {
			return w.SubscriptionTrialEndedHeld(v.In(s.TrialEndsAt, country))
		}
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

// Badge says how a subscription stands now in a few words, and how many days a trial has left.
func Badge(v *site.Visit, s subscription.Subscription, country string) *page.Badge {
	w, at := v.Words, v.Op.At
	switch s.StatusAt(at) {
	case subscription.Trialing:
		return &page.Badge{Kind: "info", Text: w.SubscriptionBadgeTrial(DaysLeft(s.TrialEndsAt, at))}
	case subscription.Expired:
		return &page.Badge{Kind: "warn", Text: w.SubscriptionBadgeTrialEnded()}
	case subscription.Cancelled:
		return &page.Badge{Kind: "calm", Text: w.SubscriptionBadgeCancelled()}
	case subscription.Suspended:
		return &page.Badge{Kind: "bad", Text: w.SubscriptionBadgeSuspended()}
	case subscription.Deleted:
		return &page.Badge{Kind: "calm", Text: w.SubscriptionDeleted()}
	}
	if s.Ending {
		return &page.Badge{Kind: "warn", Text: w.SubscriptionBadgeEnding(v.In(s.TermEndsAt, country))}
	}
	return &page.Badge{Kind: "good", Text: w.SubscriptionActive()}
}

// Lead says in one line what comes next and when: the reason of the badge. It is empty where nothing comes.
func Lead(v *site.Visit, s subscription.Subscription, country string) string {
	w, at := v.Words, v.Op.At
	switch s.StatusAt(at) {
	case subscription.Trialing:
		return w.SubscriptionLeadTrial(v.In(s.TrialEndsAt, country))
	case subscription.Expired, subscription.Cancelled:
		return Standing(v, s, country)
	case subscription.Deleted:
		return ""
	case subscription.Suspended:
		if s.Ending {
			return Standing(v, s, country)
		}
		return w.SubscriptionsSuspended()
	}
	if s.Ending {
		return w.SubscriptionLeadEnding(v.In(s.TermEndsAt, country))
	}
	return w.SubscriptionLeadActive(v.In(s.TermEnd(at), country))
}

// DaysLeft returns how many days there are to a time, a day that has begun as a whole one.
func DaysLeft(until, at time.Time) int {
	const day = 24 * time.Hour
	return max(0, int((until.Sub(at)+day-1)/day))
}
