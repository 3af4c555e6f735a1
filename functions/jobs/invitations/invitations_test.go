package invitations_test

import (
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"liaison/functions/jobs/invitations"
	"liaison/shared/consent"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/redemption"
	"liaison/shared/schedule"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const day = 24 * time.Hour

func run(t *testing.T, f *fixture.Fixture) []event.Change {
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
	f := fixture.Streaming(t)
	w := f.Populate(t)
	inv := w.Invite(t, w.Offer(t, nil).ID, "anna@customer.example")[0]
	f.Batch(t)
	for _, step := range []struct {
		at   time.Duration
		want event.Typed
	}{
		{22 * day, nil},
		{23*day + time.Hour, invitation.RemindedEvent{OfferID: inv.Offer, Generation: 1, Days: 7}},
		{29*day + time.Hour, invitation.RemindedEvent{OfferID: inv.Offer, Generation: 1, Days: 1}},
		{31 * day, invitation.ExpiredEvent{OfferID: inv.Offer, Generation: 1}},
	} {
		f.Env.Offset = step.at
		found := run(t, f)
		if step.want == nil && len(found) == 0 {
			continue
		}
		if step.want == nil || !reflect.DeepEqual(found, []event.Change{event.Of(inv.ID, step.want)}) {
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
	f := fixture.Streaming(t)
	w := f.Populate(t)
	made := w.Offer(t, nil)
	invited := w.Invite(t, made.ID, "a@customer.example", "b@customer.example", "c@customer.example")
	if err := redemption.Report(t.Context(), f.Table, invited[1].ID, consent.Visitor{Secret: w.Link(t, invited[1].ID)}, f.Op("visitor")); err != nil {
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
		if silent := c.Subject == string(invited[1].ID); c.Silent() != silent {
			t.Errorf("%+v, want silent %v", c, silent)
		}
	}
	late := w.Invite(t, made.ID, "d@customer.example")[0]
	f.Batch(t)
	f.Travel(40 * day)
	for _, c := range run(t, f) {
		if is, ok := event.As[invitation.ExpiredEvent](c); !ok || c.Subject == string(late.ID) && !slices.Equal(is.Skipped, []int{7, 1}) {
			t.Errorf("%+v", c)
		}
	}
}

// TestDeadOffer ends the invitations of an offer that was withdrawn or replaced when their step comes: since the offer's end, with no reminder.
func TestDeadOffer(t *testing.T) {
	f := fixture.Streaming(t)
	w := f.Populate(t)
	withdrawn, old, stands := w.Offer(t, nil), w.Offer(t, nil), w.Offer(t, nil)
	ended := map[string]offer.Status{
		string(w.Invite(t, withdrawn.ID, "a@customer.example")[0].ID): offer.Withdrawn,
		string(w.Invite(t, old.ID, "b@customer.example")[0].ID):       offer.Replaced,
		string(w.Invite(t, stands.ID, "c@customer.example")[0].ID):    offer.Active,
	}
	yes := w.Invite(t, withdrawn.ID, "d@customer.example")[0]
	w.Accept(t, yes.ID, w.Link(t, yes.ID), "")
	f.Travel(10 * day)
	o := f.Op("partner")
	if _, _, err := offer.Change(t.Context(), f.Table, withdrawn.ID, offer.WithdrawnEvent{}, o, func(of offer.Offer, used int) (offer.Offer, error) {
		return of.Withdraw(used, o.At)
	}); err != nil {
		t.Fatal(err)
	}
	w.Offer(t, func(d *offer.Draft) { d.Replaces = old.ID })
	f.Batch(t)
	if found := run(t, f); len(found) != 0 {
		t.Errorf("written before its step: %+v", found)
	}
	f.Travel(13*day + time.Hour)
	found := run(t, f)
	if len(found) != 3 {
		t.Errorf("%+v", found)
	}
	for _, c := range found {
		cause := ended[c.Subject]
		if cause == offer.Active {
			if !event.Is[invitation.RemindedEvent](c) {
				t.Errorf("%+v", c)
			}
			continue
		}
		if is, _ := event.As[invitation.RevokedEvent](c); is.Cause != cause || !slices.Equal(is.Skipped, []int{7}) {
			t.Errorf("%+v, want the cause %s", c, cause)
		}
		inv, err := f.Table.Invitation(t.Context(), invitation.ID(c.Subject), true)
		if err != nil {
			t.Fatal(err)
		}
		of, _, err := f.Table.Offer(t.Context(), inv.Offer)
		if err != nil || inv.Answer != invitation.Revoked || !inv.AnsweredAt.Equal(of.EndedAt) || inv.Step != "" || !inv.EndedWith(of) {
			t.Errorf("%+v under %+v %v", inv, of, err)
		}
	}
	if kept, err := f.Table.Invitation(t.Context(), yes.ID, true); err != nil || kept.Answer != invitation.Accepted {
		t.Errorf("%+v %v", kept, err)
	}
}
