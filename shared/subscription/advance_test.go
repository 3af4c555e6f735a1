package subscription_test

import (
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"liaison/shared/event"
	"liaison/shared/id"
	"liaison/shared/op"
	"liaison/shared/subscription"
)

const day = 24 * time.Hour

var began = time.Date(2026, 11, 1, 9, 30, 0, 0, time.UTC)

func trial() subscription.Subscription {
	return subscription.Subscription{
		ID: "sub_000000000001_01hzzzzzzzzzzzzzzzzzzzzzzz", Customer: "cus_000000000001", Plan: "plan_suite", Status: subscription.Trialing, Trial: true,
		CreatedAt: began, TrialEndsAt: began.AddDate(0, 0, 30), Step: subscription.Remind, StepAt: began.AddDate(0, 0, 16),
	}
}

func kinds(changes []event.Change) (found []event.Type) {
	for _, c := range changes {
		found = append(found, c.Type)
	}
	return found
}

func TestAdvance(t *testing.T) {
	expired, _ := trial().EndTrial(began.AddDate(0, 0, 31))
	cancelled, _ := trial().Cancel(began.AddDate(0, 0, 5))
	announced := expired
	announced.Step, announced.AnnouncedAt, announced.DeleteAfter = subscription.Delete, began.AddDate(0, 0, 53), began.AddDate(0, 0, 60)
	announced.StepAt = announced.DeleteAfter
	waiting := expired
	waiting.Step, waiting.StepAt = subscription.NoStep, time.Time{}
	unannounced := waiting
	unannounced.Step, unannounced.StepAt = subscription.Delete, began.AddDate(0, 0, 60)
	paid := trial()
	paid.Status, paid.Step = subscription.Active, subscription.NoStep

	for name, c := range map[string]struct {
		of     subscription.Subscription
		after  time.Duration
		want   []event.Type
		status subscription.Status
		step   subscription.Step
		stepAt time.Time
	}{
		"nothing is due":               {trial(), 15 * day, nil, subscription.Trialing, subscription.Remind, began.AddDate(0, 0, 16)},
		"at the very time":             {trial(), 16 * day, []event.Type{subscription.TrialWillEndEvent{}.Type()}, subscription.Trialing, subscription.Remind, began.AddDate(0, 0, 23)},
		"the last reminder":            {trial(), 29 * day, []event.Type{subscription.TrialWillEndEvent{}.Type()}, subscription.Trialing, subscription.End, began.AddDate(0, 0, 30)},
		"a moment before the end":      {trial(), 30*day - time.Millisecond, []event.Type{subscription.TrialWillEndEvent{}.Type()}, subscription.Trialing, subscription.End, began.AddDate(0, 0, 30)},
		"the end":                      {trial(), 30 * day, []event.Type{subscription.TrialExpiredEvent{}.Type()}, subscription.Expired, subscription.Announce, began.AddDate(0, 0, 53)},
		"the end and the announcement": {trial(), 53 * day, []event.Type{subscription.TrialExpiredEvent{}.Type(), subscription.DeletionAnnouncedEvent{}.Type()}, subscription.Expired, subscription.NoStep, time.Time{}},
		"the announcement":             {expired, 53 * day, []event.Type{subscription.DeletionAnnouncedEvent{}.Type()}, subscription.Expired, subscription.NoStep, time.Time{}},
		"of a cancelled trial":         {cancelled, 28 * day, []event.Type{subscription.DeletionAnnouncedEvent{}.Type()}, subscription.Cancelled, subscription.NoStep, time.Time{}},
		"waiting for the mail":         {waiting, 999 * day, nil, subscription.Expired, subscription.NoStep, time.Time{}},
		"not deleted before its day":   {announced, 60*day - time.Millisecond, nil, subscription.Expired, subscription.Delete, began.AddDate(0, 0, 60)},
		"deleted":                      {announced, 60 * day, []event.Type{subscription.DeletedEvent{}.Type()}, subscription.Deleted, subscription.NoStep, time.Time{}},
		"never without a day":          {unannounced, 999 * day, nil, subscription.Expired, subscription.Delete, began.AddDate(0, 0, 60)},
		"paid":                         {paid, 999 * day, nil, subscription.Active, subscription.NoStep, trial().StepAt},
	} {
		t.Run(name, func(t *testing.T) {
			next, changes := c.of.Advance(began.Add(c.after))
			if !slices.Equal(kinds(changes), c.want) || next.Status != c.status || next.Step != c.step || !next.StepAt.Equal(c.stepAt) {
				t.Errorf("%v, %s, %s at %v", kinds(changes), next.Status, next.Step, next.StepAt)
			}
			if _, again := next.Advance(began.Add(c.after)); again != nil {
				t.Errorf("once more: %v", kinds(again))
			}
		})
	}
}

func TestDeletionDate(t *testing.T) {
	s, _ := trial().EndTrial(began.AddDate(0, 0, 30)) // grace ends on day 60
	for after := range 80 {
		mailed := began.Add(time.Duration(after)*day + 17*time.Minute)
		date := s.DeletionDate(mailed)
		if date.Before(s.GraceEndsAt) || date.Sub(mailed) < 7*day+time.Hour {
			t.Errorf("a mail of day %d names %v, %v later", after, date, date.Sub(mailed))
		}
	}
}

func TestAnnouncedAndUnannounced(t *testing.T) {
	s, _ := trial().EndTrial(began.AddDate(0, 0, 30))
	o := op.Op{ID: "o", At: began.AddDate(0, 0, 54), IDs: id.From(rand.Reader)}
	if _, happened := s.Announced(o); happened != nil {
		t.Error("announced before its time")
	}
	waiting, _ := s.Advance(o.At)
	due, happened := waiting.Announced(o)
	if happened == nil || due.Step != subscription.Delete || due.DeleteAfter.Sub(o.At) < 7*day || !due.StepAt.Equal(due.DeleteAfter) {
		t.Errorf("%+v %+v", due, happened)
	}
	if _, happened := due.Announced(o); happened != nil {
		t.Error("announced twice")
	}
	for name, of := range map[string]subscription.Subscription{"after the mail came back": due, "where no mail was taken": waiting} {
		held, happened := of.Unannounced(o.At, o)
		if len(happened) != 1 || happened[0].Tenant.Kind != 'v' || !held.Held || held.Step != subscription.NoStep || !held.DeleteAfter.IsZero() {
			t.Errorf("%s: %+v %+v", name, held, happened)
		}
		if _, happened := held.Unannounced(o.At, o); happened != nil {
			t.Errorf("%s: told twice", name)
		}
		if _, happened := held.Announced(o); happened != nil {
			t.Errorf("%s: the vendor decides, and it was announced", name)
		}
	}
	gone := due
	gone.Status, gone.Step = subscription.Deleted, subscription.NoStep
	if _, happened := gone.Unannounced(o.At, o); happened != nil {
		t.Error("held what is gone")
	}
}
