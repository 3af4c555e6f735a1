package grants_test

import (
	"os"
	"testing"
	"time"

	"liaison/functions/jobs/grants"
	"liaison/infra/local/stage"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
)

func TestMain(m *testing.M) { os.Exit(stage.Run(m)) }

const day = 24 * time.Hour

// TestLife tells both sides 30, 7 and 1 days before the end; the grant and what the relationship remembers of it end together.
func TestLife(t *testing.T) {
	f := stage.Open(t)
	w := f.Populate(t)
	record := w.Trial(t, "anna@customer.example", "yes")
	f.Batch(t)
	for _, step := range []struct {
		at                  time.Duration
		kind, days, skipped string
	}{
		{334 * day, "", "", ""},
		{335*day + time.Hour, "delegated_administrator.expiring", "30", ""},
		{364*day + time.Hour, "delegated_administrator.expiring", "1", "7"},
		{400 * day, "delegated_administrator.expired", "", ""},
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
		if c := found[0].Event.Changes[0]; c.Type != step.kind || c.Data["days"] != step.days || c.Data["skipped"] != step.skipped {
			t.Errorf("at %v: %+v", step.at, c)
		}
	}
	tie, grant, err := f.Table.Relationship(t.Context(), record.Customer.ID, w.Partner)
	if err != nil || grant.Status != relationship.Expired || !grant.EndedAt.Equal(record.Grant.EndsAt) || tie.Administration.Status != relationship.Expired {
		t.Errorf("%+v %+v %v", grant, tie.Administration, err)
	}
}

// TestLate comes for the first time after the end: no notice is true any more.
func TestLate(t *testing.T) {
	f := stage.Open(t)
	w := f.Populate(t)
	w.Trial(t, "anna@customer.example", "yes")
	f.Batch(t)
	f.Travel(500 * day)
	if _, err := grants.Job(f.Table).Handler(f.Env, f.Table)(t.Context(), schedule.Tick{Time: f.Env.Now()}); err != nil {
		t.Fatal(err)
	}
	found := f.Batch(t).Events()
	if len(found) != 1 || found[0].Event.Changes[0].Type != "delegated_administrator.expired" || found[0].Event.Changes[0].Data["skipped"] != "30,7,1" {
		t.Errorf("%+v", found)
	}
}
