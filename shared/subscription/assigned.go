package subscription

import (
	"strconv"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/fault"
)

// NoneLeft is what fault.NoLicenseLeft is about.
type NoneLeft struct {
	Plan             catalog.PlanID
	Assigned, Bought int
}

// Unusable is what fault.SubscriptionNotAssignable is about.
type Unusable struct {
	Plan  catalog.PlanID
	State Status
}

// Vars are what the fault's words mention.
func (n NoneLeft) Vars() map[string]string {
	return map[string]string{"plan": string(n.Plan), "assigned": strconv.Itoa(n.Assigned), "bought": strconv.Itoa(n.Bought)}
}

// Vars are what the fault's words mention.
func (u Unusable) Vars() map[string]string {
	return map[string]string{"plan": string(u.Plan), "state": string(u.State)}
}

// Left returns how many licences can still be given to users.
func (l Licenses) Left() int { return max(l.Bought-l.Assigned, 0) }

// Assignable fails with Conflict subscription_not_assignable where the customer cannot use the subscription now, and no_license_left where users have all
// licences that were bought: then a user can be given none.
func (s Subscription) Assignable(at time.Time) error {
	if err := s.Usable(at); err != nil {
		return err
	}
	if s.Licenses.Left() == 0 {
		return fault.NoLicenseLeft.With(NoneLeft{s.Plan, s.Licenses.Assigned, s.Licenses.Bought})
	}
	return nil
}

// Usable fails with Conflict subscription_not_assignable where the customer cannot use the subscription now.
func (s Subscription) Usable(at time.Time) error {
	if status := s.StatusAt(at); status != Trialing && status != Active {
		return fault.SubscriptionNotAssignable.With(Unusable{s.Plan, status})
	}
	return nil
}
