package subscription

import (
	"time"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/partner"
)

// Vendor is who bills where no reseller does.
const Vendor = "vendor"

// Order is what a customer commits to pay for one plan.
type Order struct {
	Licenses int
	Term     catalog.Term
	Country  string        // of the customer, on whose calendar the terms are counted
	Price    catalog.Money // of a licence for a term
	BilledBy string        // Vendor or a partner ID
	Offer    string        // the offer it answers, empty where there is none
}

// Check notes what is wrong with an order of the plan: the licence count (out_of_range) and the billing term (invalid_value) that is not
// sold. The fields are named under a prefix.
func (o Order) Check(plan catalog.Plan, prefix string, wrong *fault.Check) {
	if o.Licenses < plan.Licenses.Min || o.Licenses > plan.Licenses.Max {
		wrong.Add(prefix+"licenses", fault.OutOfRange, fault.Between(plan.Licenses.Min, plan.Licenses.Max))
	}
	if terms := plan.Terms(); !plan.SoldBy(o.Term) {
		wrong.Add(prefix+"billing_term", fault.InvalidValue, fault.OneOf(terms...))
	}
}

// Buy returns a new paid subscription of the plan, whose first term starts now; partnerOfRecord may be empty.
func Buy(sub ID, owner customer.ID, plan catalog.PlanID, ordered Order, partnerOfRecord partner.ID, at time.Time) Subscription {
	made := Subscription{
		ID: sub, Customer: owner, Plan: plan, CreatedAt: at, Version: 1,
	}
	if ordered.Offer != "" {
		made.Licenses.Offered = ordered.Licenses
	}
	if partnerOfRecord != "" {
		made.PartnerOfRecord = &PartnerOfRecord{Partner: partnerOfRecord, Since: at}
	}
	return made.pay(ordered, at)
}

// pay starts the first paid term.
func (s Subscription) pay(ordered Order, at time.Time) Subscription {
	price := ordered.Price
	s.Status, s.Trial = Active, false
	s.Licenses.Bought, s.BillingTerm, s.BilledBy, s.Price, s.Offer = ordered.Licenses, ordered.Term, ordered.BilledBy, &price, ordered.Offer
	s.Country, s.BilledFrom = ordered.Country, at
	s.TermEndsAt = s.end(1)
	s.GraceEndsAt, s.AnnouncedAt, s.DeleteAfter, s.EndedAt, s.EndCause, s.Held = time.Time{}, time.Time{}, time.Time{}, time.Time{}, "", false
	s.Step, s.StepAt = Renew, s.TermEndsAt
	return s
}

// FirstEnd returns when the first term of an order ends that takes effect at a time.
func (o Order) FirstEnd(at time.Time) time.Time {
	return Subscription{}.pay(o, at).TermEndsAt
}

// end returns the end of the n-th paid term, counted from the first day on the customer's own calendar, so that the day that a page
// shows is the day that is billed.
func (s Subscription) end(n int) time.Time {
	if s.BillingTerm == catalog.Year {
		n *= 12
	}
	return calendar.Months(s.BilledFrom, s.Country, n)
}

// Convertible fails with Conflict subscription_not_convertible where the subscription is no trial that runs or has its grace.
func (s Subscription) Convertible(at time.Time) error {
	switch status := s.StatusAt(at); {
	case status == Trialing, status == Expired && at.Before(s.TrialEndsAt.AddDate(0, 0, GraceDays)):
		return nil
	default:
		return fault.SubscriptionNotConvertible.With(string(status))
	}
}

// Convert returns the trial as paid from now on: the same ID, the same data, the same partner of record. It fails as Convertible does,
// and with Invalid licenses_assigned on the field licenses where fewer are ordered than are given to users.
func (s Subscription) Convert(ordered Order, at time.Time) (Subscription, error) {
	if err := s.Convertible(at); err != nil {
		return s, err
	}
	if ordered.Licenses < s.Licenses.Assigned {
		return s, fault.LicensesAssigned.With(s.Licenses.Assigned).In("/licenses")
	}
	paid := s.pay(ordered, at)
	paid.TrialOffer = s.Offer
	return paid, nil
}

// runs fails with Conflict subscription_not_active where nobody pays for the subscription now.
func (s Subscription) runs(at time.Time) error {
	if status := s.StatusAt(at); status != Active {
		return fault.SubscriptionNotActive.With(string(status))
	}
	return nil
}

// Resize returns the subscription with another licence count. It fails as runs does; Invalid out_of_range outside the plan's bounds, and
// licenses_assigned where users hold more.
func (s Subscription) Resize(licenses int, plan catalog.Plan, at time.Time) (Subscription, error) {
	if err := s.runs(at); err != nil {
		return s, err
	}
	switch {
	case licenses < plan.Licenses.Min || licenses > plan.Licenses.Max:
		return s, fault.OutOfRange.With(fault.Between(plan.Licenses.Min, plan.Licenses.Max)).In("/licenses")
	case s.Leaves && licenses > s.Licenses.Bought:
		return s, fault.ResellerGone
	case licenses < s.Licenses.Assigned:
		return s, fault.LicensesAssigned.With(s.Licenses.Assigned).In("/licenses")
	}
	s.Licenses.Bought = licenses
	return s, nil
}

// Stop returns the subscription as ending: a trial at once, a paid one at the end of its running term. It fails with Conflict
// subscription_cancelled where that was said before, subscription_not_active where there is nothing to end.
func (s Subscription) Stop(at time.Time) (Subscription, error) {
	switch status := s.StatusAt(at); {
	case status == Trialing:
		return s.Cancel(at)
	case s.Ending:
		return s, fault.SubscriptionCancelled.With(s.TermEndsAt)
	case status != Active && status != Suspended:
		return s, fault.SubscriptionNotActive.With(string(status))
	}
	s.Ending, s.TermEndsAt = true, s.termEnd(at)
	s.Step, s.StepAt = End, s.TermEndsAt
	return s, nil
}

// Leave returns the subscription as ending with its running term because its reseller's tie has ended. It fails with Conflict
// subscription_not_active where nobody pays for it.
func (s Subscription) Leave(at time.Time) (Subscription, error) {
	next, err := s.Stop(at)
	if s.Ending { // said before
		next, err = s, nil
	}
	next.Leaves = true
	return next, err
}

// Resume takes an announced end back. It fails with Conflict subscription_not_ending where none was announced or it has come,
// reseller_gone where its reseller's tie has ended.
func (s Subscription) Resume(at time.Time) (Subscription, error) {
	if status := s.StatusAt(at); !s.Ending || status != Active && status != Suspended {
		return s, fault.SubscriptionNotEnding.With(string(status))
	}
	if s.Leaves {
		return s, fault.ResellerGone
	}
	s.Ending = false
	s.Step, s.StepAt = Renew, s.TermEndsAt
	return s, nil
}

// Suspend returns the subscription as stopped by the vendor: nobody uses it, its terms go on. It fails as runs does.
func (s Subscription) Suspend(at time.Time) (Subscription, error) {
	if err := s.runs(at); err != nil {
		return s, err
	}
	s.Status = Suspended
	return s, nil
}

// Reinstate opens a suspended subscription again; Conflict subscription_not_suspended where it is none.
func (s Subscription) Reinstate(at time.Time) (Subscription, error) {
	if status := s.StatusAt(at); status != Suspended {
		return s, fault.SubscriptionNotSuspended.With(string(status))
	}
	s.Status = Active
	return s, nil
}

// Rebill returns the subscription as billed by another from now on at its price, within the running term. It fails with Conflict
// subscription_not_active where nobody pays for it, same_biller where that one bills it already.
func (s Subscription) Rebill(by string, price catalog.Money, at time.Time) (Subscription, error) {
	switch status := s.StatusAt(at); {
	case status != Active && status != Suspended:
		return s, fault.SubscriptionNotActive.With(string(status))
	case s.BilledBy == by:
		return s, fault.SameBiller.With(by)
	}
	s.BilledBy, s.Price, s.Leaves = by, &price, false
	return s, nil
}

// Billed says whether the partner bills the subscription now: what holds a reseller (infra/design/product.md, "Reseller").
func (s Subscription) Billed(by partner.ID, at time.Time) bool {
	status := s.StatusAt(at)
	return s.BilledBy == string(by) && (status == Active || status == Suspended)
}

// Past is an earlier partner of record.
type Past struct {
	Partner      partner.ID
	Since, Until time.Time
}

// MaxHistory is how many earlier partners of record a subscription names, the newest; the events name all.
const MaxHistory = 20

// PartnerOfRecordID returns the partner of record, empty where there is none.
func (s Subscription) PartnerOfRecordID() partner.ID {
	if s.PartnerOfRecord == nil {
		return ""
	}
	return s.PartnerOfRecord.Partner
}

// CanName fails with Conflict subscription_ended where no partner of record can be named any more: it can while the subscription is on
// trial, active, suspended or in grace.
func (s Subscription) CanName(at time.Time) error {
	switch status := s.StatusAt(at); status {
	case Trialing, Active, Suspended:
		return nil
	case Expired:
		if at.Before(s.TrialEndsAt.AddDate(0, 0, GraceDays)) {
			return nil
		}
	}
	return fault.SubscriptionEnded.With(string(s.StatusAt(at)))
}

// SetPartnerOfRecord returns the subscription with another partner of record, empty for none; the one before goes into its history.
func (s Subscription) SetPartnerOfRecord(partnerOfRecord partner.ID, at time.Time) Subscription {
	if old := s.PartnerOfRecord; old != nil {
		history := append([]Past{{Partner: old.Partner, Since: old.Since, Until: at}}, s.History...)
		s.History = history[:min(len(history), MaxHistory)]
	}
	s.PartnerOfRecord = nil
	if partnerOfRecord != "" {
		s.PartnerOfRecord = &PartnerOfRecord{Partner: partnerOfRecord, Since: at}
	}
	return s
}

// TermEnd returns the end of the paid term that runs at a time, or of the last one; zero where there never was one.
func (s Subscription) TermEnd(at time.Time) time.Time {
	if s.TermEndsAt.IsZero() || s.Ending || s.Status != Active && s.Status != Suspended {
		return s.TermEndsAt
	}
	return s.termEnd(at)
}

// termEnd returns the end of the term that runs at a time, however long no renewal was written.
func (s Subscription) termEnd(at time.Time) time.Time {
	end := s.TermEndsAt
	for n := 1; !at.Before(end); n++ {
		if end = s.end(n); end.Before(s.TermEndsAt) {
			end = s.TermEndsAt
		}
	}
	return end
}

// renew returns a paid subscription with everything done that has fallen due: its terms renewed up to the one that runs, or its end.
func (s Subscription) renew(at time.Time) (Subscription, []event.Change) {
	if s.Status != Active && s.Status != Suspended || s.TermEndsAt.IsZero() || at.Before(s.TermEndsAt) {
		return s, nil
	}
	if s.Ending {
		s.Status, s.EndedAt, s.EndCause = Cancelled, s.TermEndsAt, "cancelled"
		s.GraceEndsAt = s.TermEndsAt.AddDate(0, 0, GraceDays)
		s.Step, s.StepAt = Announce, s.GraceEndsAt.AddDate(0, 0, -AnnounceDays)
		return s, []event.Change{event.Of(s.ID, CancelledEvent{PlanID: s.Plan, EndedAt: s.EndedAt, GraceEndsAt: s.GraceEndsAt})}
	}
	from := s.TermEndsAt
	s.TermEndsAt = s.termEnd(at)
	s.Step, s.StepAt = Renew, s.TermEndsAt
	return s, []event.Change{event.Of(s.ID, RenewedEvent{
		PlanID: s.Plan, BillingTerm: s.BillingTerm, From: from, TermEndsAt: s.TermEndsAt, Licenses: s.Licenses.Bought,
	})}
}

// DataUntil returns until when the data of a subscription that has ended stays at least; zero while it runs.
func (s Subscription) DataUntil() time.Time {
	switch {
	case !s.DeleteAfter.IsZero():
		return s.DeleteAfter
	case !s.GraceEndsAt.IsZero():
		return s.GraceEndsAt
	case s.Trial && !s.TrialEndsAt.IsZero():
		return s.TrialEndsAt.AddDate(0, 0, GraceDays)
	}
	return time.Time{}
}
