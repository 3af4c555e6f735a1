package dispatch_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/order"
	"liaison/shared/redemption"
	"liaison/tests/fixture"
)

// late hands everything that stands in the stream over the last first, twice, then what follows from it.
func (s *suite) late(t *testing.T) {
	t.Helper()
	records := s.Streamed(t)
	slices.Reverse(records)
	for range 2 {
		for _, one := range records {
			if answer := s.handle(t, batchOf(t, one)); len(answer.Failures) > 0 {
				t.Fatalf("failures %v\n%s", answer.Failures, s.Log)
			}
		}
	}
	s.settle(t)
}

// TestAnswersCounted: what is answered to an offer and its question, when, and what became paid of it; each event comes twice and out of order.
func TestAnswersCounted(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.priced(t)
	tried := s.Offer(t, func(d *offer.Draft) {
		d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleLimited, Days: 365}
	})
	invited := s.Invite(t, tried.ID, fresh("anna"), fresh("ben"), fresh("cleo"))
	s.settle(t)
	first := s.Env.Now()
	no := s.Accept(t, invited[0].ID, s.Link(t, invited[0].ID), "no")
	s.Travel(time.Hour)
	accepted := s.Accept(t, invited[1].ID, s.Link(t, invited[1].ID), "yes")
	s.Travel(time.Hour)
	last := s.Env.Now()
	if _, err := redemption.Refuse(t.Context(), s.Table, invited[2].ID, consent.Visitor{Secret: s.Link(t, invited[2].ID)}, "", s.Op("visitor")); err != nil {
		t.Fatal(err)
	}
	s.late(t)
	s.counted(t, tried.ID, map[string]int{"invited": 3, "sent": 3, "accepted": 2, "declined": 1, "delegated": 1}, first, last)

	// One trial is paid for by a purchase offer, the other without: both were trials of the first offer.
	s.Travel(time.Hour)
	sold := s.Offer(t, func(d *offer.Draft) {
		d.Kind, d.Items = offer.Purchase, []offer.Item{{Plan: s.Plan, Licenses: 5, Term: catalog.Month}}
	})
	at := s.Env.Now()
	s.Answered(t, sold.ID, no, invitation.Draft{})
	by := consent.Visitor{User: accepted.User.ID, Language: "en"}
	wish := order.Wish{Plan: s.Plan, Trial: accepted.First().ID, Licenses: 2, Term: catalog.Month, Keep: true, Terms: "1"}
	if _, err := order.Buy(t.Context(), s.Table, by, wish, s.Op("customer")); err != nil {
		t.Fatal(err)
	}
	s.late(t)
	s.counted(t, tried.ID, map[string]int{"invited": 3, "sent": 3, "accepted": 2, "declined": 1, "delegated": 1, "converted": 2}, first, last)
	s.counted(t, sold.ID, map[string]int{"invited": 1, "accepted": 1, "converted": 1}, at, at) // answered before its mail was made

	// More licences of what is paid for by now are no conversion, neither is a new subscription.
	more := s.Offer(t, func(d *offer.Draft) {
		d.Kind, d.Items = offer.Purchase, []offer.Item{{Plan: s.Plan, Licenses: 5, Term: catalog.Month}}
	})
	at = s.Env.Now()
	s.Answered(t, more.ID, no, fixture.Separate)
	s.late(t)
	s.counted(t, more.ID, map[string]int{"invited": 1, "accepted": 1}, at, at)
}

// counted fails where an offer's funnel is not what is wanted, or its first and last answer more than a minute off.
func (s *suite) counted(t *testing.T, of offer.ID, want map[string]int, first, last time.Time) {
	t.Helper()
	funnel, err := s.Table.Funnel(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(funnel.Steps, want) {
		t.Errorf("counted %v, want %v", funnel.Steps, want)
	}
	near := func(a, b time.Time) bool { return a.Sub(b).Abs() < time.Minute }
	if !near(funnel.First, first) || !near(funnel.Last, last) {
		t.Errorf("answers from %v to %v, want %v to %v", funnel.First, funnel.Last, first, last)
	}
}
