package subscription_test

import (
	"crypto/rand"
	"testing"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/matter"
	"liaison/shared/op"
	"liaison/shared/subscription"
)

// held is a trial whose announced deletion reached nobody, 54 days after it began.
func held(t *testing.T) (subscription.Subscription, op.Op) {
	t.Helper()
	s, _ := trial().EndTrial(began.AddDate(0, 0, 30))
	o := op.Op{ID: "o", At: began.AddDate(0, 0, 54), IDs: id.From(rand.Reader)}
	waiting, _ := s.Advance(o.At)
	if _, waits := waiting.Waits(); waits {
		t.Error("the vendor is asked before the mail came back")
	}
	s, _ = waiting.Unannounced(o.At, o)
	if m, waits := s.Waits(); !waits || m.Kind != matter.Deletion || m.Subject != string(s.ID) || m.Customer != string(s.Customer) || !m.CreatedAt.Equal(o.At) {
		t.Fatalf("%+v %t", m, waits)
	}
	return s, o
}

// decided decides about a held deletion some days after the trial began.
func decided(t *testing.T, s subscription.Subscription, decision subscription.HeldDecision, o op.Op, days int) (subscription.Subscription, event.Change, op.Op) {
	t.Helper()
	o.At = began.AddDate(0, 0, days)
	next, happened, err := s.DecideDeletion(decision, "The customer was reached.", o)
	if err != nil {
		t.Fatal(err)
	}
	if m, waits := next.Waits(); waits || m.Kind == "" {
		t.Errorf("decided, and it waits: %+v", m)
	}
	if _, _, err := next.DecideDeletion(decision, "Again.", o); !fault.Is(err, fault.NoDeletionHeld) {
		t.Errorf("decided twice: %v", err)
	}
	return next, happened, o
}

// TestOverheld: the data is said to stay beyond its day as long as the deletion is held, and not before that day or after the decision.
func TestOverheld(t *testing.T) {
	s, o := held(t)
	next, _, _ := decided(t, s, subscription.DeleteHeld, o, 200)
	for days, want := range map[int][2]bool{54: {false, false}, 59: {false, false}, 60: {true, false}, 210: {true, false}} {
		at := began.AddDate(0, 0, days)
		if got := [2]bool{s.Overheld(at), next.Overheld(at)}; got != want {
			t.Errorf("day %d: %v, want %v", days, got, want)
		}
	}
}

func TestHeldIsDeleted(t *testing.T) {
	s, o := held(t)
	next, happened, o := decided(t, s, subscription.DeleteHeld, o, 200)
	said, _ := event.As[subscription.DeletionScheduledEvent](happened)
	if wait := next.DeleteAfter.Sub(o.At); wait < 7*day || wait > 8*day || !said.DeleteAfter.Equal(next.DeleteAfter) || said.Reason == "" {
		t.Errorf("deleted %v later: %+v %+v", wait, next, said)
	}
	if early, _ := next.Advance(o.At.Add(7*day - time.Minute)); early.Status == subscription.Deleted {
		t.Error("deleted within the week")
	}
	if _, happened := next.Unannounced(s.HeldAt.Add(-time.Hour), o); happened != nil {
		t.Error("the notice that the vendor decided about holds it once more")
	}
	if late, _ := next.Advance(next.DeleteAfter); late.Status != subscription.Deleted {
		t.Errorf("%+v", late)
	}
	soon, _, _ := decided(t, s, subscription.DeleteHeld, o, 55)
	if !soon.DeleteAfter.Equal(soon.DeletionDate(began.AddDate(0, 0, 55))) || soon.DeleteAfter.Before(soon.GraceEndsAt) {
		t.Errorf("deleted within the grace: %+v", soon)
	}
}

func TestHeldIsAnnouncedAnew(t *testing.T) {
	s, o := held(t)
	next, happened, o := decided(t, s, subscription.AnnounceAnew, o, 100)
	if said, ok := event.As[subscription.DeletionAnnouncedEvent](happened); !ok || said.Reason == "" || next.Step != subscription.NoStep {
		t.Errorf("%+v %+v", next, happened)
	}
	if _, happened := next.Unannounced(s.HeldAt.Add(-time.Hour), o); happened != nil {
		t.Error("the notice before holds it once more")
	}
	due, scheduled := next.Announced(o)
	if scheduled == nil || due.DeleteAfter.Sub(o.At) < 7*day {
		t.Errorf("%+v", due)
	}
	again, asked := due.Unannounced(o.At, o)
	if _, waits := again.Waits(); asked == nil || !waits || !again.HeldAt.Equal(o.At) {
		t.Errorf("the new notice came back: %+v", again)
	}
}
