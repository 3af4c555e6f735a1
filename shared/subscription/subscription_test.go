package subscription_test

import (
	"testing"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/subscription"
)

func TestStartTrial(t *testing.T) {
	plan := catalog.Plan{ID: "plan_a", Status: catalog.PlanActive, Trial: &catalog.Trial{Licenses: 25, Days: 30}}
	made, err := subscription.StartTrial("sub_x", "cus_x", plan, "12345674", "ofr_x", began)
	if err != nil || made.Status != subscription.Trialing || made.Licenses != (subscription.Licenses{Offered: 25, Bought: 25}) || !made.TrialEndsAt.Equal(began.AddDate(0, 0, 30)) ||
		made.PartnerOfRecord.Partner != "12345674" || !made.PartnerOfRecord.Since.Equal(began) || made.BilledBy != "vendor" || made.Step != subscription.Remind ||
		!made.StepAt.Equal(began.AddDate(0, 0, 16)) {
		t.Errorf("%+v %v", made, err)
	}
	if made, _ := subscription.StartTrial("sub_x", "cus_x", plan, "", "", began); made.PartnerOfRecord != nil {
		t.Errorf("an advisor nobody named: %+v", made.PartnerOfRecord)
	}
	plan.Status = catalog.PlanWithdrawn
	if _, err := subscription.StartTrial("sub_x", "cus_x", plan, "", "", began); !fault.Is(err, fault.PlanWithdrawn) {
		t.Error(err)
	}
	plan.Status, plan.Trial = catalog.PlanActive, nil
	if _, err := subscription.StartTrial("sub_x", "cus_x", plan, "", "", began); !fault.Is(err, fault.PlanWithdrawn) {
		t.Error(err)
	}
}

// TestTransitions asks of every state what the clock, a cancellation and an extension make of it.
func TestTransitions(t *testing.T) {
	for name, c := range map[string]struct {
		stored         subscription.Status
		after          time.Duration
		stands         subscription.Status
		trial          bool // may be cancelled and extended
		endsAtItsClock bool
	}{
		"trialing":            {subscription.Trialing, 0, subscription.Trialing, true, false},
		"a moment before":     {subscription.Trialing, 30*day - 1, subscription.Trialing, true, false},
		"at its end":          {subscription.Trialing, 30 * day, subscription.Expired, false, true},
		"long after":          {subscription.Trialing, 99 * day, subscription.Expired, false, true},
		"expired":             {subscription.Expired, 31 * day, subscription.Expired, false, false},
		"cancelled":           {subscription.Cancelled, 0, subscription.Cancelled, false, false},
		"deleted":             {subscription.Deleted, 99 * day, subscription.Deleted, false, false},
		"paid":                {subscription.Active, 99 * day, subscription.Active, false, false},
		"paid, but suspended": {subscription.Suspended, 99 * day, subscription.Suspended, false, false},
	} {
		s := trial()
		s.Status = c.stored
		at := began.Add(c.after)
		if got := s.StatusAt(at); got != c.stands {
			t.Errorf("%s: %s, want %s", name, got, c.stands)
		}
		cancelled, err := s.Cancel(at)
		if (err == nil) != c.trial || err != nil && !fault.Is(err, fault.SubscriptionNotTrialing) {
			t.Errorf("%s: cancelled with %v", name, err)
		}
		if err == nil && (cancelled.Status != subscription.Cancelled || !cancelled.EndedAt.Equal(at) || !cancelled.GraceEndsAt.Equal(at.AddDate(0, 0, 30)) ||
			cancelled.Step != subscription.Announce || !cancelled.StepAt.Equal(at.AddDate(0, 0, 23))) {
			t.Errorf("%s: %+v", name, cancelled)
		}
		extended, err := s.Extend(10, at)
		if (err == nil) != c.trial || err != nil && !fault.Is(err, fault.SubscriptionNotTrialing) {
			t.Errorf("%s: extended with %v", name, err)
		}
		if err == nil && (!extended.TrialEndsAt.Equal(s.TrialEndsAt.AddDate(0, 0, 10)) || extended.Reminded != nil || !extended.StepAt.After(at)) {
			t.Errorf("%s: %+v", name, extended)
		}
		ended, err := s.EndTrial(at)
		if (err == nil) != c.endsAtItsClock {
			t.Errorf("%s: ended with %v", name, err)
		}
		if err == nil && (!ended.EndedAt.Equal(s.TrialEndsAt) || !ended.GraceEndsAt.Equal(s.TrialEndsAt.AddDate(0, 0, 30))) {
			t.Errorf("%s: counted from the run: %+v", name, ended)
		}
	}
}
