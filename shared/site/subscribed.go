package site

import (
	"time"

	"liaison/shared/catalog"
	"liaison/shared/locale"
	"liaison/shared/subscription"
)

// Standing says how a subscription stands now, how many days are left, and what comes next.
func (v *Visit) Standing(s subscription.Subscription, country string) string {
	w, at := v.Words, v.Op.At
	switch s.StatusAt(at) {
	case subscription.Trialing:
		return w.AccountTrial(DaysLeft(s.TrialEndsAt, at), v.In(s.TrialEndsAt, country))
	case subscription.Expired:
		return w.AccountTrialEnded(v.In(s.TrialEndsAt, country), v.In(s.DataUntil(), country))
	case subscription.Cancelled:
		ended := s.EndedAt
		if ended.IsZero() {
			ended = s.TermEndsAt
		}
		return w.AccountCancelled(v.In(ended, country))
	case subscription.Suspended:
		if s.Ending {
			return w.AccountSuspendedEnding(v.In(s.TermEndsAt, country))
		}
		return w.AccountSuspended()
	case subscription.Deleted:
		return w.AccountDeleted()
	}
	if s.Ending {
		return w.AccountEnding(DaysLeft(s.TermEndsAt, at), v.In(s.TermEndsAt, country))
	}
	return w.AccountActive()
}

// DaysLeft returns how many days there are to a time, a day that has begun as a whole one.
func DaysLeft(until, at time.Time) int {
	const day = 24 * time.Hour
	return max(0, int((until.Sub(at)+day-1)/day))
}

// Per writes an amount for a billing term.
func Per(w locale.Words, m catalog.Money, term catalog.Term) string {
	if term == catalog.Year {
		return w.BillingYear(locale.Money(m))
	}
	return w.BillingMonth(locale.Money(m))
}

// Price writes what a licence costs for a billing term.
func Price(w locale.Words, m catalog.Money, term catalog.Term) string {
	if term == catalog.Year {
		return w.BillingLicenceYear(locale.Money(m))
	}
	return w.BillingLicenceMonth(locale.Money(m))
}

// TermName names a billing term.
func TermName(w locale.Words, term catalog.Term) string {
	if term == catalog.Year {
		return w.BillingByYear()
	}
	return w.BillingByMonth()
}

// Total returns what some licences cost together.
func Total(price catalog.Money, licences int) catalog.Money {
	return catalog.Money{AmountMinor: price.AmountMinor * int64(licences), Currency: price.Currency}
}
