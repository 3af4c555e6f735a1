// Package subscription is one plan for one customer with a licence count, on trial or paid.
package subscription

import (
	"slices"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/partner"
)

// ID is sub_<cus12>_<ulid>.
type ID string

// Customer returns whose subscription it is and the ULID; false where the id has another shape.
func (s ID) Customer() (customer.ID, string, bool) { return customer.Under("sub", string(s)) }

// Status of a subscription:
//
//	trialing -> active (converted) -> cancelled (at the end of its term; can be taken back until then)
//	trialing -> cancelled -> deleted (after grace)
//	trialing -> expired -> active (converted in grace) | deleted
//	active <-> suspended -> cancelled
type Status string

// The states.
const (
	Trialing  Status = "trialing"
	Active    Status = "active"
	Suspended Status = "suspended"
	Cancelled Status = "cancelled"
	Expired   Status = "expired"
	Deleted   Status = "deleted"
)

// Grace is how long an ended trial can still be bought; Announce is how long after the mail that
// announces it (7 full days) nothing is deleted (infra/design/product.md, "Subscriptions").
const (
	GraceDays    = 30
	AnnounceDays = 7
)

// Licenses of a subscription: what the partner offered, what was taken, what is given to users.
type Licenses struct{ Offered, Bought, Assigned int }

// PartnerOfRecord is the partner of record since when.
type PartnerOfRecord struct {
	Partner partner.ID
	Since   time.Time
}

// Step is the next thing the clock does to a subscription.
type Step string

// The steps, in their order; empty is none.
const (
	NoStep   Step = ""
	Remind   Step = "remind"   // a reminder 14, 7, 3, 1 days before a trial's end
	Renew    Step = "renew"    // the next paid term begins
	End      Step = "end"      // the trial or the last paid term ends
	Announce Step = "announce" // the mail that announces the deletion
	Delete   Step = "delete"   // the data goes
)

// Subscription is one plan for one customer.
type Subscription struct {
	ID              ID
	Customer        customer.ID
	Plan            catalog.PlanID
	Status          Status // as stored; StatusAt says how it stands
	Trial           bool
	Licenses        Licenses
	TrialEndsAt     time.Time
	GraceEndsAt     time.Time // zero while the trial runs
	AnnouncedAt     time.Time // when the deletion mail was accepted for delivery
	DeleteAfter     time.Time // not before; zero until announced
	Held            bool      // no address took the mail: the vendor decides about the deletion
	HeldAt          time.Time // since when it was held last; it stays when the vendor has decided
	EndedAt         time.Time
	EndCause        string
	BillingTerm     catalog.Term   // empty while on trial, as are the five below
	Price           *catalog.Money // of a licence for a term
	Country         string         // of the customer, on whose calendar terms are counted
	BilledFrom      time.Time      // when the first term began, from which all are counted
	TermEndsAt      time.Time      // of the running term
	Ending          bool           // it ends with the running term
	BilledBy        string         // Vendor or a partner ID
	Leaves          bool           // its reseller's tie has ended: it goes on only where another bills it
	PartnerOfRecord *PartnerOfRecord
	History         []Past // earlier partners of record, the newest first
	Offer           string // offer ID it came from, empty where bought without
	TrialOffer      string // offer ID that the trial came from which became paid, empty where it was none
	Step            Step
	StepAt          time.Time // when Step falls due
	Reminded        []int     // days before the end whose reminder was sent or skipped
	CreatedAt       time.Time
	Version         int
}

// StatusAt returns how the subscription stands at the time: access ends on time whether or not a job ran.
func (s Subscription) StatusAt(at time.Time) Status {
	switch {
	case s.Status == Trialing && !at.Before(s.TrialEndsAt):
		return Expired
	case (s.Status == Active || s.Status == Suspended) && s.Ending && !at.Before(s.TermEndsAt):
		return Cancelled
	}
	return s.Status
}

// StartTrial returns a new trial of the plan; it fails with Conflict plan_withdrawn where the plan cannot be tried.
func StartTrial(sub ID, owner customer.ID, plan catalog.Plan, partnerOfRecord partner.ID, offer string, at time.Time) (Subscription, error) {
	if plan.Trial == nil || plan.Status != catalog.PlanActive {
		return Subscription{}, fault.PlanWithdrawn.With(string(plan.ID))
	}
	made := Subscription{
		ID: sub, Customer: owner, Plan: plan.ID, Status: Trialing, Trial: true,
		Licenses:    Licenses{Offered: plan.Trial.Licenses, Bought: plan.Trial.Licenses},
		TrialEndsAt: at.AddDate(0, 0, plan.Trial.Days), BilledBy: Vendor, Offer: offer, CreatedAt: at, Version: 1,
	}
	if partnerOfRecord != "" {
		made.PartnerOfRecord = &PartnerOfRecord{Partner: partnerOfRecord, Since: at}
	}
	return made.plan(at), nil
}

// Reminders are the days before a trial's end on which its owner is reminded.
var Reminders = []int{14, 7, 3, 1}

// plan sets the next step of a running trial as seen from a time.
func (s Subscription) plan(at time.Time) Subscription {
	for _, days := range Reminders {
		if due := s.TrialEndsAt.AddDate(0, 0, -days); due.After(at) {
			s.Step, s.StepAt = Remind, due
			return s
		}
	}
	s.Step, s.StepAt = End, s.TrialEndsAt
	return s
}

// Remind returns the trial with its reminders up to the time done: days is the latest one that is still true
// (0 where none is, as after the end), skipped are those overtaken by a later one.
func (s Subscription) Remind(at time.Time) (next Subscription, days int, skipped []int) {
	for _, d := range Reminders {
		due := s.TrialEndsAt.AddDate(0, 0, -d)
		if due.After(at) || due.Before(s.CreatedAt) || slices.Contains(s.Reminded, d) {
			continue
		}
		if days != 0 {
			skipped = append(skipped, days)
		}
		days = d
		s.Reminded = append(append([]int(nil), s.Reminded...), d)
	}
	if !at.Before(s.TrialEndsAt) && days != 0 {
		skipped, days = append(skipped, days), 0
	}
	return s.plan(at), days, skipped
}

// EndTrial returns the trial as expired, counted from its stored end, in grace from then on.
// It fails with Conflict subscription_not_trialing where it is none, or its end has not come.
func (s Subscription) EndTrial(at time.Time) (Subscription, error) {
	if s.Status != Trialing || at.Before(s.TrialEndsAt) {
		return s, fault.SubscriptionNotTrialing.With(string(s.Status))
	}
	s.Status, s.EndedAt, s.EndCause = Expired, s.TrialEndsAt, "trial_ended"
	s.GraceEndsAt = s.TrialEndsAt.AddDate(0, 0, GraceDays)
	s.Step, s.StepAt = Announce, s.GraceEndsAt.AddDate(0, 0, -AnnounceDays)
	return s, nil
}

// Cancel ends a trial at once. It fails with Conflict subscription_not_trialing where it is not on trial.
func (s Subscription) Cancel(at time.Time) (Subscription, error) {
	if s.StatusAt(at) != Trialing {
		return s, fault.SubscriptionNotTrialing.With(string(s.StatusAt(at)))
	}
	s.Status, s.EndedAt, s.EndCause = Cancelled, at, "cancelled"
	s.GraceEndsAt = at.AddDate(0, 0, GraceDays)
	s.Step, s.StepAt = Announce, s.GraceEndsAt.AddDate(0, 0, -AnnounceDays)
	return s, nil
}

// Extend moves the end of a running trial by whole days; it fails with Conflict subscription_not_trialing
// where the trial has ended.
func (s Subscription) Extend(days int, at time.Time) (Subscription, error) {
	if s.StatusAt(at) != Trialing {
		return s, fault.SubscriptionNotTrialing.With(string(s.StatusAt(at)))
	}
	s.TrialEndsAt = s.TrialEndsAt.AddDate(0, 0, days)
	s.Reminded = nil
	return s.plan(at), nil
}
