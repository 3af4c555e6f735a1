package subscription

import (
	"time"

	"liaison/shared/catalog"
	"liaison/shared/fault"
)

// Separate is the choice of another subscription of a plan that is owned already.
const Separate = "separate"

// Fulfilment is what an order can become with a customer's subscriptions as they stand at a time.
type Fulfilment struct {
	Order Order
	Trial *Subscription  // the trial that becomes paid by it; nil where there is none
	Adds  []Subscription // those that it can be added to, the newest first; empty where a trial becomes paid
	Into  *Subscription  // which of those was chosen; nil for a subscription of its own
}

// Charges says whether the vendor charges licences that are added to a running term.
func (f Fulfilment) Charges() bool { return f.Into != nil && f.Order.BilledBy == Vendor }

// Fulfil finds what an order can become. It fails with Conflict plan_owned about the plan where the customer was not asked yet, or chose a
// subscription that the order can no longer be added to.
func Fulfil(plan catalog.PlanID, ordered Order, into string, owned []Subscription, at time.Time) (Fulfilment, error) {
	found := Fulfilment{Order: ordered}
	for i, s := range owned {
		switch {
		case s.Plan == plan && found.Trial == nil && s.Convertible(at) == nil:
			found.Trial = &owned[i]
		case s.Takes(plan, ordered, at):
			found.Adds = append(found.Adds, s)
		}
	}
	if found.Trial != nil {
		found.Adds = nil
		return found, nil
	}
	for i, s := range found.Adds {
		if into == string(s.ID) {
			found.Into = &found.Adds[i]
		}
	}
	if unasked := into == "" && len(found.Adds) > 0; unasked || into != "" && into != Separate && found.Into == nil {
		return found, fault.PlanOwned.With(string(plan))
	}
	return found, nil
}

// Done returns the subscription that the order changes as it leaves it; zero where it makes a new one. It fails as Convert and Resize do.
func (f Fulfilment) Done(plan catalog.Plan, at time.Time) (Subscription, error) {
	switch {
	case f.Trial != nil:
		return f.Trial.Convert(f.Order, at)
	case f.Into != nil:
		return f.Into.Resize(f.Into.Licenses.Bought+f.Order.Licenses, plan, at)
	}
	return Subscription{}, nil
}

// Takes says whether an order can be added to a subscription: of the same plan, active, of the same term, biller and price.
func (s Subscription) Takes(plan catalog.PlanID, ordered Order, at time.Time) bool {
	return s.Plan == plan && s.StatusAt(at) == Active && !s.Ending && s.BillingTerm == ordered.Term && s.BilledBy == ordered.BilledBy &&
		s.Price != nil && *s.Price == ordered.Price
}
