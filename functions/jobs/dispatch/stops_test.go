package dispatch_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/suppression"
	"liaison/shared/token"
	"liaison/tests/fixture"
)

// stopped does what a press of the unsubscribe link does.
func (s *suite) stopped(t *testing.T, address string) {
	t.Helper()
	o := s.Op("visitor")
	happened := event.New(o, event.Vendor(), event.Of("test", event.UnsubscribedEvent{}))
	if _, err := suppression.Stop(t.Context(), s.Table, dynamo.AddressHash(address), suppression.Unsubscribed, happened, o); err != nil {
		t.Fatal(err)
	}
	s.settle(t)
}

// TestStopReminders: each mail 9 holds a link of its administrator's own that stops them; account mail goes on for who pressed it.
func TestStopReminders(t *testing.T) {
	t.Parallel()
	s := open(t)
	anna, jan := fresh("anna"), fresh("jan")
	accepted := s.Trial(t, anna, "")
	s.Administrator(t, accepted.Customer.ID, jan)
	s.settle(t)
	had := len(s.box.To(t, anna))
	step := func(after time.Duration) {
		t.Helper()
		s.Env.Offset = after
		sub, err := s.Table.StoredSubscription(t.Context(), accepted.First().ID)
		if err != nil {
			t.Fatal(err)
		}
		next, changes := sub.Advance(s.Env.Now())
		o := s.Op("trials")
		if err := s.Table.SaveSubscription(t.Context(), next, next.Tell(o, "", changes...), o); err != nil {
			t.Fatal(err)
		}
		s.settle(t)
	}
	step(16*day + time.Hour)
	step(23*day + time.Hour)
	reminders := append(s.count(t, anna, had+2)[had:], s.count(t, jan, 2)...)
	ids := map[string]int{}
	for _, m := range reminders {
		id, secret := link(t, m, "/unsubscribe/")
		u, err := s.Table.CustomerUser(t.Context(), customer.UserID(id))
		if err != nil || u.Mail != m.Destination.To[0] || token.Look(u.Stops, token.Unsubscribe, secret, customer.StopsGeneration) != token.Live {
			t.Errorf("the link of the mail to %v does not hold: %+v %v", m.Destination.To, u, err)
		}
		ids[id]++
	}
	if len(ids) != 2 {
		t.Errorf("links of %v", ids)
	}
	s.stopped(t, anna)
	step(27*day + time.Hour) // 9
	s.count(t, anna, had+2)
	s.count(t, jan, 3)
	step(31 * day) // 10
	ended := s.count(t, anna, had+3)[had+2]
	s.count(t, jan, 4)
	if strings.Contains(ended.Body.Text, "/unsubscribe/") {
		t.Error("account mail that says it can be stopped")
	}
}

// TestStopInvitationReminders: mail 4 holds the link too, and is not sent to who pressed it.
func TestStopInvitationReminders(t *testing.T) {
	t.Parallel()
	s := open(t)
	made := s.Offer(t, nil)
	anna, ben := fresh("anna"), fresh("ben")
	invited := s.Invite(t, made.ID, anna, ben)
	s.settle(t)
	remind := func(after time.Duration) {
		t.Helper()
		s.Env.Offset = after
		for _, inv := range invited {
			next, changes := s.invitation(t, inv.ID).Advance(made, 0, s.Env.Now())
			o := s.Op("invitations")
			if err := s.Table.SaveInvitation(t.Context(), next, event.New(o, next.Tenant(), changes...), o); err != nil {
				t.Fatal(err)
			}
		}
		s.settle(t)
	}
	remind(23*day + time.Hour)
	s.count(t, ben, 2)
	id, secret := link(t, s.count(t, anna, 2)[1], "/unsubscribe/")
	if inv := s.invitation(t, invited[0].ID); id != string(inv.ID) || token.Look(inv.Stops, token.Unsubscribe, secret, inv.Generation) != token.Live {
		t.Errorf("the link does not hold: %+v", inv)
	}
	s.stopped(t, anna)
	remind(29*day + time.Hour)
	s.count(t, anna, 2)
	s.count(t, ben, 3)
}

// TestWithdrawn tells the recipients of a withdrawn offer whose invitation is open and has arrived, once each and only with the tick.
func TestWithdrawn(t *testing.T) {
	t.Parallel()
	for _, tell := range []offer.Tell{"", offer.TellRecipients} {
		s := open(t)
		made := s.Offer(t, nil)
		anna, stop, said, reported := fresh("anna"), fresh("stop"), fresh("said"), fresh("reported")
		invited := s.Invite(t, made.ID, anna, stop, said, reported)
		busy := fresh("busy")
		for range s.Env.MailPerHour {
			s.Invite(t, made.ID, busy)
		}
		s.settle(t)
		s.Accept(t, invited[2].ID, s.Link(t, invited[2].ID), "")
		paused, err := s.invitation(t, invited[3].ID).Report(s.Env.Now())
		if err != nil {
			t.Fatal(err)
		}
		o := s.Op("visitor")
		if err := s.Table.SaveInvitation(t.Context(), paused, event.New(o, paused.Tenant()), o); err != nil {
			t.Fatal(err)
		}
		s.stopped(t, stop)
		had := len(s.box.To(t, said))
		late := s.Invite(t, made.ID, fresh("late"))[0] // its mail is not out yet
		o = s.Op("partner")
		if _, _, err := offer.Change(t.Context(), s.Table, made.ID, offer.WithdrawnEvent{Tell: tell}, o, func(of offer.Offer, used int) (offer.Offer, error) {
			return of.Withdraw(used, o.At)
		}); err != nil {
			t.Fatal(err)
		}
		records := s.Streamed(t)
		if tell != "" { // the late invitation's own mail, and the withdrawal twice
			records = append(records, records[len(records)-1])
		}
		for _, one := range records {
			s.handle(t, batchOf(t, one))
		}
		s.settle(t)
		s.count(t, stop, 1)
		s.count(t, said, had)
		s.count(t, reported, 1)
		s.count(t, late.Mail, 0)
		s.count(t, busy, s.Env.MailPerHour)
		revoked := s.changes(t, invitation.RevokedEvent{}.Type())
		funnel, err := s.Table.Funnel(t.Context(), made.ID)
		if err != nil {
			t.Fatal(err)
		}
		if tell == "" {
			s.count(t, anna, 1)
			if inv := s.invitation(t, invited[0].ID); inv.Answer != invitation.Pending || len(revoked) != 0 {
				t.Errorf("written without the tick: %+v %v", inv, revoked)
			}
			continue
		}
		m := s.count(t, anna, 2)[1]
		if !strings.Contains(m.Subject, "wycofana") || !strings.Contains(m.Body.Text, "Pakiet") || strings.Contains(m.Body.Text, "/i/") {
			t.Errorf("%s\n%s", m.Subject, m.Body.Text)
		}
		inv := s.invitation(t, invited[0].ID)
		of, _, err := s.Table.Offer(t.Context(), made.ID)
		if err != nil || inv.Answer != invitation.Revoked || !inv.AnsweredAt.Equal(of.EndedAt) {
			t.Errorf("%+v under %+v %v", inv, of, err)
		}
		if id, secret := link(t, m, "/unsubscribe/"); id != string(inv.ID) || token.Look(inv.Stops, token.Unsubscribe, secret, inv.Generation) != token.Live {
			t.Error("the unsubscribe link does not hold")
		}
		if all := 4 + s.Env.MailPerHour; len(revoked) != all || funnel.Steps["revoked"] != all {
			t.Errorf("%d events, funnel %v", len(revoked), funnel)
		}
		if n := s.waiting(t); n != 0 {
			t.Errorf("%d events wait still\n%s", n, s.Log)
		}
	}
}

func batchOf(t *testing.T, record json.RawMessage) dynamo.Batch {
	return fixture.ToBatch(t, []json.RawMessage{record})
}

// TestWithdrawnMore: where the time is up before all invitations are ended, the event stays due and the next run goes on.
func TestWithdrawnMore(t *testing.T) {
	t.Parallel()
	s := open(t)
	made := s.Offer(t, nil)
	s.Invite(t, made.ID, fresh("a"), fresh("b"))
	s.settle(t)
	o := s.Op("partner")
	if _, _, err := offer.Change(t.Context(), s.Table, made.ID, offer.WithdrawnEvent{Tell: offer.TellRecipients}, o, func(of offer.Offer, used int) (offer.Offer, error) {
		return of.Withdraw(used, o.At)
	}); err != nil {
		t.Fatal(err)
	}
	batch := s.Batch(t)
	short := fixture.Ending(t.Context(), func() bool { return true })
	for _, one := range batch.Events() {
		if err := s.outbox().Do(short, one.Event); err == nil {
			t.Error("done in no time")
		}
	}
	if n := s.waiting(t); n != 1 {
		t.Errorf("%d events wait, want the withdrawal", n)
	}
	s.handle(t, batch)
	s.settle(t)
	if n := len(s.changes(t, invitation.RevokedEvent{}.Type())); n != 2 || s.waiting(t) != 0 {
		t.Errorf("%d ended", n)
	}
}
