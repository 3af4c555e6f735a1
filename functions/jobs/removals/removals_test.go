package removals_test

import (
	"os"
	"testing"
	"time"

	"liaison/functions/jobs/removals"
	"liaison/infra/local/stage"
	"liaison/shared/consent"
	"liaison/shared/event"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
)

func TestMain(m *testing.M) { os.Exit(stage.Run(m)) }

const day = 24 * time.Hour

func run(t *testing.T, f *stage.Fixture) []event.Change {
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

func asked(t *testing.T) (*stage.Fixture, stage.World, consent.Consent) {
	t.Helper()
	f := stage.Streaming(t)
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
		at                  time.Duration
		kind, days, skipped string
	}{
		{7*day - time.Hour, "", "", ""},
		{7*day + time.Hour, "reseller.removal_reminded", "7", ""},
		{14*day + time.Hour, "reseller.removal_reminded", "14", ""},
		{29 * day, "", "", ""},
		{30*day + time.Hour, "reseller.removal_due", "", ""},
		{99 * day, "", "", ""},
	} {
		f.Env.Offset = step.at
		found := run(t, f)
		if step.kind == "" && len(found) == 0 {
			continue
		}
		if len(found) != 1 || found[0].Type != step.kind || found[0].Data["days"] != step.days || found[0].Data["partner_id"] != string(w.Partner) {
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
	for at, want := range map[time.Duration]event.Change{
		20 * day: {Type: "reseller.removal_reminded", Data: map[string]string{"days": "14", "skipped": "7"}},
		50 * day: {Type: "reseller.removal_due", Data: map[string]string{"skipped": "7,14"}},
	} {
		f, _, _ := asked(t)
		f.Travel(at)
		found := run(t, f)
		if len(found) != 1 || found[0].Type != want.Type || found[0].Data["days"] != want.Data["days"] || found[0].Data["skipped"] != want.Data["skipped"] {
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
