package removals_test

import (
	"os"
	"reflect"
	"testing"
	"time"

	"liaison/functions/jobs/removals"
	"liaison/shared/consent"
	"liaison/shared/event"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const day = 24 * time.Hour

func run(t *testing.T, f *fixture.Fixture) []event.Change {
	t.Helper()
	for range 2 { // the second time nothing is left
		if _, err := removals.Job(f.Table).Handler(f.Env, f.Table)(t.Context(), schedule.Tick{Time: f.Env.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	var found []event.Change
	for _, one := range f.Batch(t).Events() {
		found = append(found, one.Event.Changes...)
	}
	return found
}

func asked(t *testing.T) (*fixture.Fixture, fixture.World, consent.Consent) {
	t.Helper()
	f := fixture.Streaming(t)
	w := f.Populate(t)
	w.Resells(t)
	owner := w.Trial(t, "anna@customer.example", "")
	w.Resold(t, owner)
	if _, err := relationship.RequestRemoval(t.Context(), f.Table, owner.Customer.ID, w.Partner, owner.User.ID, "", f.Op("customer")); err != nil {
		t.Fatal(err)
	}
	f.Batch(t)
	return f, w, owner
}

// TestLife reminds on day 7 and 14, and says on day 30 that the vendor may decide.
func TestLife(t *testing.T) {
	f, w, owner := asked(t)
	for _, step := range []struct {
		at   time.Duration
		want event.Typed
	}{
		{7*day - time.Hour, nil},
		{7*day + time.Hour, relationship.RemovalRemindedEvent{PartnerID: w.Partner, Days: 7}},
		{14*day + time.Hour, relationship.RemovalRemindedEvent{PartnerID: w.Partner, Days: 14}},
		{29 * day, nil},
		{30*day + time.Hour, relationship.RemovalDueEvent{PartnerID: w.Partner}},
		{99 * day, nil},
	} {
		f.Env.Offset = step.at
		found := run(t, f)
		if step.want == nil && len(found) == 0 {
			continue
		}
		if step.want == nil || !reflect.DeepEqual(found, []event.Change{event.Of(relationship.NewID(owner.Customer.ID, w.Partner), step.want)}) {
			t.Errorf("at %v: %+v", step.at, found)
		}
	}
	tie, _, err := f.Table.Relationship(t.Context(), owner.Customer.ID, w.Partner)
	if err != nil || tie.Removal.Status != relationship.Open || !tie.StepAt.IsZero() {
		t.Errorf("%+v %v", tie, err)
	}
}

// TestLate comes for the first time after both reminders, and after day 30: only what is still true is told.
func TestLate(t *testing.T) {
	for at, want := range map[time.Duration]func(partner.ID) event.Typed{
		20 * day: func(p partner.ID) event.Typed {
			return relationship.RemovalRemindedEvent{PartnerID: p, Days: 14, Skipped: []int{7}}
		},
		50 * day: func(p partner.ID) event.Typed {
			return relationship.RemovalDueEvent{PartnerID: p, Skipped: []int{7, 14}}
		},
	} {
		f, w, owner := asked(t)
		f.Travel(at)
		found := run(t, f)
		if !reflect.DeepEqual(found, []event.Change{event.Of(relationship.NewID(owner.Customer.ID, w.Partner), want(w.Partner))}) {
			t.Errorf("after %v: %+v", at, found)
		}
	}
}

// TestAnswered: a request that was answered falls due no more.
func TestAnswered(t *testing.T) {
	f, w, owner := asked(t)
	if _, err := relationship.DeclineRemoval(t.Context(), f.Table, owner.Customer.ID, w.Partner, "A contract runs.", f.Op("partner")); err != nil {
		t.Fatal(err)
	}
	f.Batch(t)
	f.Travel(40 * day)
	if found := run(t, f); len(found) != 0 {
		t.Errorf("%+v", found)
	}
}
