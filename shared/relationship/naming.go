package relationship

import (
	"time"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// MostNamed is for how many subscriptions one request can name a partner of record: what fits one transaction of 100 items with a tie and an
// event for each partner before.
const MostNamed = 25

// Naming is the outcome of naming a partner of record for one subscription.
type Naming struct {
	Subscription subscription.Subscription // before
	Result       Result
	Err          *fault.Fault // why it failed; nil otherwise
}

// Result of one.
type Result string

// The results.
const (
	Changed   Result = "changed"
	Unchanged Result = "unchanged"
	Failed    Result = "failed"
)

// NamingOf says what naming a partner of record (nil for nobody) does to a subscription of a customer in a country.
func NamingOf(s subscription.Subscription, to *partner.Candidate, country string, at time.Time) Naming {
	made, err := Naming{Subscription: s, Result: Changed}, error(nil)
	switch {
	case to == nil && s.PartnerOfRecordID() == "", to != nil && s.PartnerOfRecordID() == to.ID:
		made.Result = Unchanged
	case to == nil:
		err = s.CanName(at)
	default:
		err = CheckNaming(s, *to, country, at)
	}
	if err != nil {
		made.Result, made.Err = Failed, fault.As(err)
	}
	return made
}

// CheckNaming fails where a partner cannot become partner of record of a subscription: Conflict subscription_ended, Invalid
// partner_not_eligible about the reason (suspended, plan, country).
func CheckNaming(s subscription.Subscription, to partner.Candidate, country string, at time.Time) error {
	if err := s.CanName(at); err != nil {
		return err
	}
	return to.CheckEligible([]catalog.PlanID{s.Plan}, country, at)
}
