package invitations_test

import (
	"os"
	"testing"
	"time"

	"liaison/functions/jobs/invitations"
	"liaison/infra/local/stage"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/redemption"
	"liaison/shared/schedule"
)

func TestMain(m *testing.M) { os.Exit(stage.Run(m)) }

const day = 24 * time.Hour

func run(t *testing.T, f *stage.Fixture) []event.Change {
	t.Helper()
	for range 2 { // the second time nothing is left
		if _, err := invitations.Job(f.Table).Handler(f.Env, f.Table)(t.Context(), schedule.Tick{Time: f.Env.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	var found []event.Change
	for _, one := range f.Batch(t).Events() {
		found = append(found, one.Event.Changes...)
	}
	return found
}

// TestLife reminds 7 and 1 days before the end, and ends on the stored day.
func TestLife(t *testing.T) {
	f := stage.Open(t)
	w := f.Populate(t)
	inv := w.Invite(t, w.Offer(t, nil).ID, "anna@customer.example")[0]
	f.Batch(t)
	for _, step := range []struct {
		at         time.Duration
		kind, days string
	}{
		{22 * day, "", ""},
		{23*day + time.Hour, "invitation.reminded", "7"},
		{29*day + time.Hour, "invitation.reminded", "1"},
		{31 * day, "invitation.expired", ""},
	} {
		f.Env.Offset = step.at
		found := run(t, f)
		if step.kind == "" && len(found) == 0 {
			continue
		}
		if len(found) != 1 || found[0].Type != step.kind || found[0].Data["days"] != step.days || found[0].Data["skipped"] != "" {
			t.Errorf("at %v: %+v", step.at, found)
		}
	}
	ended, err := f.Table.Invitation(t.Context(), inv.ID, true)
	if err != nil || ended.Answer != invitation.Expired || !ended.AnsweredAt.Equal(inv.ExpiresAt) {
		t.Errorf("%+v %v", ended, err)
	}
}

// TestLate comes 40 days late, and to one that was reported or answered.
func TestLate(t *testing.T) {
	f := stage.Open(t)
	w := f.Populate(t)
	made := w.Offer(t, nil)
	invited := w.Invite(t, made.ID, "a@customer.example", "b@customer.example", "c@customer.example")
	if err := redemption.Report(t.Context(), f.Table, invited[1].ID, redemption.Visitor{Secret: w.Link(t, invited[1].ID)}, f.Op("visitor")); err != nil {
		t.Fatal(err)
	}
	w.Accept(t, invited[2].ID, w.Link(t, invited[2].ID), "")
	f.Batch(t)
	f.Travel(24 * day)
	reported := run(t, f)
	if len(reported) != 2 {
		t.Fatalf("%+v", reported)
	}
	for _, c := range reported {
		if want := map[string]string{string(invited[0].ID): "", string(invited[1].ID): "skipped"}[c.Subject]; c.Data["notice"] != want {
			t.Errorf("%+v, want notice %q", c, want)
		}
	}
	late := w.Invite(t, made.ID, "d@customer.example")[0]
	f.Batch(t)
	f.Travel(40 * day)
	for _, c := range run(t, f) {
		if c.Type != "invitation.expired" || c.Subject == string(late.ID) && c.Data["skipped"] != "7,1" {
			t.Errorf("%+v", c)
		}
	}
}
