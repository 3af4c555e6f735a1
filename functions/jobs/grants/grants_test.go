package grants_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"liaison/functions/jobs/grants"
	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const day = 24 * time.Hour

// TestLife tells both sides 30, 7 and 1 days before the end; the grant and what the relationship remembers of it end together.
func TestLife(t *testing.T) {
	f := fixture.Streaming(t)
	w := f.Populate(t)
	accepted := w.Trial(t, "anna@customer.example", "yes")
	f.Batch(t)
	for _, step := range []struct {
		at      time.Duration
		kind    event.Type
		days    int
		skipped []int
	}{
		{334 * day, "", 0, nil},
		{335*day + time.Hour, relationship.AdministrationExpiringEvent{}.Type(), 30, nil},
		{364*day + time.Hour, relationship.AdministrationExpiringEvent{}.Type(), 1, []int{7}},
		{400 * day, relationship.AdministrationExpiredEvent{}.Type(), 0, nil},
	} {
		f.Env.Offset = step.at
		for range 2 {
			if _, err := grants.Job(f.Table).Handler(f.Env, f.Table)(t.Context(), schedule.Tick{Time: f.Env.Now()}); err != nil {
				t.Fatal(err)
			}
		}
		found := f.Batch(t).Events()
		if step.kind == "" && len(found) == 0 {
			continue
		}
		if len(found) != 1 || found[0].Event.Partner != string(w.Partner) {
			t.Fatalf("at %v: %+v", step.at, found)
		}
		c := found[0].Event.Changes[0]
		if is := known.Read(c); c.Type != step.kind || event.Value[int](is) != step.days || !slices.Equal(event.Value[[]int](is), step.skipped) {
			t.Errorf("at %v: %+v", step.at, c)
		}
	}
	tie, grant, err := f.Table.Relationship(t.Context(), accepted.Customer.ID, w.Partner)
	if err != nil || grant.Status != relationship.Expired || !grant.EndedAt.Equal(accepted.Grant.EndsAt) || tie.Administration.Status != relationship.Expired {
		t.Errorf("%+v %+v %v", grant, tie.Administration, err)
	}
}

// TestLate comes for the first time after the end: no notice is true any more.
func TestLate(t *testing.T) {
	f := fixture.Streaming(t)
	w := f.Populate(t)
	w.Trial(t, "anna@customer.example", "yes")
	f.Batch(t)
	f.Travel(500 * day)
	if _, err := grants.Job(f.Table).Handler(f.Env, f.Table)(t.Context(), schedule.Tick{Time: f.Env.Now()}); err != nil {
		t.Fatal(err)
	}
	found := f.Batch(t).Events()
	if len(found) != 1 {
		t.Fatalf("%+v", found)
	}
	if is, _ := event.As[relationship.AdministrationExpiredEvent](found[0].Event.Changes[0]); !slices.Equal(is.Skipped, []int{30, 7, 1}) {
		t.Errorf("%+v", found)
	}
}

// TestExtends lets a limited administration go on by itself while both sides want it: one day before each end, and what the relationship
// remembers goes with it; switched off, it ends.
func TestExtends(t *testing.T) {
	f := fixture.Streaming(t)
	w := f.Populate(t)
	accepted := w.Trial(t, "anna@customer.example", "yes")
	set := func(side relationship.Side, on bool) {
		t.Helper()
		if _, err := relationship.SwitchAutoExtend(t.Context(), f.Table, accepted.Customer.ID, w.Partner, side, on, f.Op("test")); err != nil {
			t.Fatal(err)
		}
		f.Batch(t)
	}
	f.Batch(t)
	set(relationship.CustomerSide, true)
	set(relationship.PartnerSide, true)
	for _, step := range []struct {
		at   time.Duration
		kind event.Type
		days int
		off  bool
	}{
		{335*day + time.Hour, relationship.AdministrationExpiringEvent{}.Type(), 30, false},
		{358*day + time.Hour, relationship.AdministrationExpiringEvent{}.Type(), 7, false},
		{364*day + time.Hour, relationship.AdministrationExtendedEvent{}.Type(), 0, false},
		{515*day + time.Hour, relationship.AdministrationExpiringEvent{}.Type(), 30, false},
		{545*day - time.Hour, relationship.AdministrationExtendedEvent{}.Type(), 0, false}, // late, and before the end
		{546 * day, "", 0, true},
		{900 * day, relationship.AdministrationExpiredEvent{}.Type(), 0, false},
	} {
		f.Env.Offset = step.at
		if step.off {
			set(relationship.PartnerSide, false)
			continue
		}
		for range 2 {
			if _, err := grants.Job(f.Table).Handler(f.Env, f.Table)(t.Context(), schedule.Tick{Time: f.Env.Now()}); err != nil {
				t.Fatal(err)
			}
		}
		found := f.Batch(t).Events()
		if len(found) != 1 || found[0].Event.Changes[0].Type != step.kind || event.Value[int](known.Read(found[0].Event.Changes[0])) != step.days {
			t.Fatalf("at %v: %+v", step.at, found)
		}
		tie, grant, err := f.Table.Relationship(t.Context(), accepted.Customer.ID, w.Partner)
		if err != nil || *tie.Administration != *grant.Summary() {
			t.Errorf("at %v: %+v %+v %v", step.at, tie.Administration, grant, err)
		}
	}
	_, grant, err := f.Table.Relationship(t.Context(), accepted.Customer.ID, w.Partner)
	if err != nil || !grant.EndedAt.Equal(accepted.Grant.EndsAt.AddDate(0, 0, 360)) {
		t.Errorf("%+v %v", grant, err)
	}
}

// TestClosed: where delegated administration is no longer available a running grant goes on to its end, has no more time, and both sides hear a day
// before that it ends; opened again in time it goes on after all.
func TestClosed(t *testing.T) {
	for name, c := range map[string]struct {
		reopened bool
		last     event.Type
	}{
		"closed": {false, relationship.AdministrationExpiredEvent{}.Type()}, "opened again": {true, relationship.AdministrationExtendedEvent{}.Type()},
	} {
		t.Run(name, func(t *testing.T) {
			f := fixture.Streaming(t)
			w := f.Populate(t)
			accepted := w.Trial(t, "anna@customer.example", "yes")
			for _, side := range []relationship.Side{relationship.CustomerSide, relationship.PartnerSide} {
				if _, err := relationship.SwitchAutoExtend(t.Context(), f.Table, accepted.Customer.ID, w.Partner, side, true, f.Op("test")); err != nil {
					t.Fatal(err)
				}
			}
			w.Close(t, catalog.FeatureAdministration)
			f.Batch(t)
			run := func(after time.Duration, what ...event.Type) {
				t.Helper()
				f.Env.Offset = after
				if _, err := grants.Job(f.Table).Handler(f.Env, f.Table)(t.Context(), schedule.Tick{Time: f.Env.Now()}); err != nil {
					t.Fatal(err)
				}
				var found []event.Type
				for _, one := range f.Batch(t).Events() {
					found = append(found, one.Event.Changes[0].Type)
				}
				if !slices.Equal(found, what) {
					t.Errorf("after %v: %v, not %v", after, found, what)
				}
			}
			run(335*day+time.Hour, relationship.AdministrationExpiringEvent{}.Type())
			run(358*day+time.Hour, relationship.AdministrationExpiringEvent{}.Type())
			run(364*day+time.Hour, relationship.AdministrationExpiringEvent{}.Type())
			run(364*day + 2*time.Hour)
			_, grant, err := f.Table.Relationship(t.Context(), accepted.Customer.ID, w.Partner)
			if err != nil || grant.StatusAt(f.Env.Now()) != relationship.Active || !grant.EndsAt.Equal(accepted.Grant.EndsAt) {
				t.Errorf("%+v %v", grant, err)
			}
			if c.reopened {
				w.Close(t)
				f.Batch(t)
				run(365*day-time.Hour, c.last)
				return
			}
			run(365*day+time.Hour, c.last)
		})
	}
}

// TestNeverRevived comes for the first time after the end: both wanted it to go on, and it has ended.
func TestNeverRevived(t *testing.T) {
	f := fixture.Streaming(t)
	w := f.Populate(t)
	accepted := w.Trial(t, "anna@customer.example", "yes")
	for _, side := range []relationship.Side{relationship.CustomerSide, relationship.PartnerSide} {
		if _, err := relationship.SwitchAutoExtend(t.Context(), f.Table, accepted.Customer.ID, w.Partner, side, true, f.Op("test")); err != nil {
			t.Fatal(err)
		}
	}
	f.Batch(t)
	f.Travel(365*day + time.Hour)
	if _, err := grants.Job(f.Table).Handler(f.Env, f.Table)(t.Context(), schedule.Tick{Time: f.Env.Now()}); err != nil {
		t.Fatal(err)
	}
	if found := f.Batch(t).Events(); len(found) != 1 || !event.Is[relationship.AdministrationExpiredEvent](found[0].Event.Changes[0]) {
		t.Errorf("%+v", found)
	}
}
