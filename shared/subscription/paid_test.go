package subscription_test

import (
	"strconv"
	"testing"
	"time"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

func date(year int, month time.Month, dayOf int) time.Time {
	return time.Date(year, month, dayOf, 10, 30, 0, 0, time.UTC)
}

func ordered(term catalog.Term) subscription.Order {
	return subscription.Order{Licenses: 5, Term: term, Price: catalog.Money{AmountMinor: 4900, Currency: "PLN"}, BilledBy: subscription.Vendor}
}

func bought(term catalog.Term, at time.Time) subscription.Subscription {
	return subscription.Buy("sub_x", "cus_x", "plan_a", ordered(term), "12345674", at)
}

// TestTerms holds that a month that lacks the day ends on its last one, and that the next month has the day again.
func TestTerms(t *testing.T) {
	for _, c := range []struct {
		term  catalog.Term
		from  time.Time
		until []time.Time
	}{
		{catalog.Month, date(2027, 1, 31), []time.Time{date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31)}},
		{catalog.Month, date(2028, 1, 30), []time.Time{date(2028, 2, 29), date(2028, 3, 30)}},
		{catalog.Month, date(2027, 12, 15), []time.Time{date(2028, 1, 15), date(2028, 2, 15)}},
		{catalog.Year, date(2028, 2, 29), []time.Time{date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28), date(2032, 2, 29)}},
	} {
		s := bought(c.term, c.from)
		for _, want := range c.until {
			if !s.TermEndsAt.Equal(want) || s.Step != subscription.Renew || !s.StepAt.Equal(want) {
				t.Errorf("%s from %s: ends %s (%s %s), want %s", c.term, c.from, s.TermEndsAt, s.Step, s.StepAt, want)
			}
			if early, said := s.Advance(want.Add(-1)); len(said) != 0 || early.TermEndsAt != s.TermEndsAt {
				t.Errorf("renewed before its end: %v", said)
			}
			if got := s.TermEnd(want); !got.After(want) {
				t.Errorf("the term at %s ends %s", want, got)
			}
			s, _ = s.Advance(want)
		}
	}
}

// TestTermsAtHome holds that terms are counted on the customer's own calendar: what begins on 31 January at 0:30 in Warsaw, still the 30th in
// London, ends at 0:30 there, on the days that a page shows; also where it is cancelled long after, or was a trial.
func TestTermsAtHome(t *testing.T) {
	home := func(day string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", day, calendar.Zone("PL"))
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	began := home("2028-01-31 00:30")
	order := ordered(catalog.Month)
	order.Country = "PL"
	tried := trial()
	tried.CreatedAt, tried.TrialEndsAt = began, began.AddDate(0, 0, 30)
	converted, err := tried.Convert(order, began)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]subscription.Subscription{
		"bought": subscription.Buy("sub_x", "cus_x", "plan_a", order, "", began), "converted": converted,
	} {
		for _, day := range []string{"2028-02-29 00:30", "2028-03-31 00:30", "2028-04-30 00:30", "2028-05-31 00:30"} {
			want := home(day)
			if !s.TermEndsAt.Equal(want) || !s.StepAt.Equal(want) || !s.TermEnd(want.Add(-1)).Equal(want) {
				t.Errorf("%s: ends %s, want %s", name, s.TermEndsAt, want)
			}
			s, _ = s.Advance(want)
		}
		stopped, err := s.Stop(home("2028-09-30 00:30"))
		if want := home("2028-10-31 00:30"); err != nil || !stopped.TermEndsAt.Equal(want) || !stopped.StepAt.Equal(want) {
			t.Errorf("%s: ends %s, want %s: %v", name, stopped.TermEndsAt, want, err)
		}
	}
}

// TestRenewed renews a term that ended long ago in one step, with one event, to the very end that renewing each term comes to.
func TestRenewed(t *testing.T) {
	began := date(2027, 1, 31)
	late, said := bought(catalog.Month, began).Advance(began.AddDate(0, 0, 400))
	is, _ := event.As[subscription.RenewedEvent](append(said, event.Change{})[0])
	if len(said) != 1 || !is.From.Equal(time.Date(2027, 2, 28, 10, 30, 0, 0, time.UTC)) || !is.TermEndsAt.Equal(time.Date(2028, 3, 31, 10, 30, 0, 0, time.UTC)) || is.Licenses != 5 {
		t.Errorf("%+v", said)
	}
	daily, events := bought(catalog.Month, began), 0
	for n := range 401 {
		next, said := daily.Advance(began.AddDate(0, 0, n))
		daily, events = next, events+len(said)
	}
	if !daily.TermEndsAt.Equal(late.TermEndsAt) || !daily.StepAt.Equal(late.StepAt) || daily.Status != late.Status || events != 13 {
		t.Errorf("by day %s after %d events, at once %s", daily.TermEndsAt, events, late.TermEndsAt)
	}
	if got := bought(catalog.Month, began).TermEnd(began.AddDate(0, 0, 400)); !got.Equal(late.TermEndsAt) {
		t.Errorf("shown %s before the job, %s after it", got, late.TermEndsAt)
	}
}

// TestStopped cancels, takes it back and lets it end.
func TestStopped(t *testing.T) {
	began := date(2027, 1, 31)
	s := bought(catalog.Month, began)
	if _, err := s.Resume(began); !fault.Is(err, fault.SubscriptionNotEnding) {
		t.Error(err)
	}
	at := date(2027, 5, 2) // no renewal was written since
	ends := date(2027, 5, 31)
	s, err := s.Stop(at)
	if err != nil || !s.Ending || !s.TermEndsAt.Equal(ends) || s.Step != subscription.End || s.StatusAt(at) != subscription.Active || !s.TermEnd(at).Equal(ends) {
		t.Fatalf("%+v %v", s, err)
	}
	if _, err := s.Stop(at); !fault.Is(err, fault.SubscriptionCancelled) {
		t.Error(err)
	}
	if back, err := s.Resume(ends.Add(-1)); err != nil || back.Ending || back.Step != subscription.Renew || !back.StepAt.Equal(ends) {
		t.Errorf("%+v %v", back, err)
	}
	if _, err := s.Resume(ends); !fault.Is(err, fault.SubscriptionNotEnding) {
		t.Error(err)
	}
	if got := s.StatusAt(ends); got != subscription.Cancelled {
		t.Errorf("%s at its end", got)
	}
	if _, err := s.Stop(ends); !fault.Is(err, fault.SubscriptionCancelled) {
		t.Error(err)
	}
	over, said := s.Advance(ends.AddDate(0, 0, 3))
	if len(said) != 1 || !event.Is[subscription.CancelledEvent](said[0]) || over.Status != subscription.Cancelled || !over.EndedAt.Equal(ends) || over.EndCause != "cancelled" ||
		!over.GraceEndsAt.Equal(ends.AddDate(0, 0, subscription.GraceDays)) || over.Step != subscription.Announce {
		t.Errorf("%+v %+v", over, said)
	}
	if again, said := over.Advance(ends.AddDate(0, 0, 4)); len(said) != 0 || again.Step != over.Step {
		t.Errorf("%+v", said)
	}
	if _, err := over.Stop(ends.AddDate(0, 0, 3)); err == nil {
		t.Error("ended twice")
	}
	if cancelled, err := trial().Stop(began); err == nil && cancelled.Status != subscription.Cancelled {
		t.Errorf("a trial goes on: %+v", cancelled)
	}
}

// TestConverted asks of a trial in each state whether it can be bought.
func TestConverted(t *testing.T) {
	for name, c := range map[string]struct {
		after    time.Duration
		change   func(*subscription.Subscription)
		licenses int
		want     string
	}{
		"running":          {5 * day, nil, 5, ""},
		"in grace":         {31 * day, nil, 5, ""},
		"last moment":      {60*day - 1, nil, 5, ""},
		"after grace":      {60 * day, nil, 5, "subscription_not_convertible"},
		"cancelled":        {5 * day, func(s *subscription.Subscription) { s.Status = subscription.Cancelled }, 5, "subscription_not_convertible"},
		"paid":             {5 * day, func(s *subscription.Subscription) { s.Status = subscription.Active }, 5, "subscription_not_convertible"},
		"deleted":          {5 * day, func(s *subscription.Subscription) { s.Status = subscription.Deleted }, 5, "subscription_not_convertible"},
		"too few licences": {5 * day, func(s *subscription.Subscription) { s.Licenses.Assigned = 6 }, 5, "licenses_assigned"},
		"just enough":      {5 * day, func(s *subscription.Subscription) { s.Licenses.Assigned = 5 }, 5, ""},
	} {
		s := trial()
		if c.change != nil {
			c.change(&s)
		}
		at := began.Add(c.after)
		if s.StatusAt(at) == subscription.Expired {
			s, _ = s.Advance(at)
		}
		before, order := s, ordered(catalog.Year)
		order.Licenses = c.licenses
		made, err := s.Convert(order, at)
		if c.want != "" {
			if !fault.Is(err, fault.Named(c.want)) {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
			continue
		}
		if err != nil || made.ID != before.ID || made.Status != subscription.Active || made.Trial || made.Licenses.Bought != 5 || made.PartnerOfRecordID() != before.PartnerOfRecordID() ||
			!made.TermEndsAt.Equal(at.AddDate(1, 0, 0)) || !made.GraceEndsAt.IsZero() || !made.DeleteAfter.IsZero() || !made.EndedAt.IsZero() || made.Step != subscription.Renew {
			t.Errorf("%s: %+v %v", name, made, err)
		}
	}
}

// TestResized holds the bounds of the plan and of what is in use.
func TestResized(t *testing.T) {
	plan := catalog.Plan{ID: "plan_a", Licenses: catalog.Bounds{Min: 2, Max: 9, Default: 5}}
	for _, c := range []struct {
		licenses int
		status   subscription.Status
		want     string
	}{
		{1, subscription.Active, "out_of_range"},
		{2, subscription.Active, "licenses_assigned"},
		{3, subscription.Active, ""},
		{9, subscription.Active, ""},
		{10, subscription.Active, "out_of_range"},
		{5, subscription.Suspended, "subscription_not_active"},
		{5, subscription.Cancelled, "subscription_not_active"},
		{5, subscription.Trialing, "subscription_not_active"},
	} {
		s := bought(catalog.Month, began)
		s.Licenses.Assigned, s.Status, s.TrialEndsAt = 3, c.status, began.AddDate(0, 0, 30)
		got, err := s.Resize(c.licenses, plan, began)
		if c.want == "" && (err != nil || got.Licenses.Bought != c.licenses) || c.want != "" && !fault.Is(err, fault.Named(c.want)) {
			t.Errorf("%d while %s: %+v %v, want %q", c.licenses, c.status, got.Licenses, err, c.want)
		}
	}
}

// TestSuspended stops and opens again; the terms go on, and so does an announced end.
func TestSuspended(t *testing.T) {
	s := bought(catalog.Month, began)
	if _, err := s.Reinstate(began); !fault.Is(err, fault.SubscriptionNotSuspended) {
		t.Error(err)
	}
	s, err := s.Suspend(began)
	if err != nil || s.Status != subscription.Suspended {
		t.Fatal(s, err)
	}
	if _, err := s.Suspend(began); !fault.Is(err, fault.SubscriptionNotActive) {
		t.Error(err)
	}
	renewed, said := s.Advance(s.TermEndsAt)
	if len(said) != 1 || renewed.Status != subscription.Suspended || !renewed.TermEndsAt.After(s.TermEndsAt) {
		t.Errorf("%+v %+v", renewed, said)
	}
	if open, err := renewed.Reinstate(s.TermEndsAt); err != nil || open.Status != subscription.Active {
		t.Error(open, err)
	}
	ending, err := s.Stop(began)
	if err != nil || ending.Status != subscription.Suspended || !ending.Ending {
		t.Fatal(ending, err)
	}
	if over, _ := ending.Advance(ending.TermEndsAt); over.Status != subscription.Cancelled {
		t.Errorf("%+v", over)
	}
}

// TestRebilled changes who bills within the running term.
func TestRebilled(t *testing.T) {
	price := catalog.Money{AmountMinor: 100, Currency: "PLN"}
	s := bought(catalog.Month, began)
	if _, err := s.Rebill(subscription.Vendor, price, began); !fault.Is(err, fault.SameBiller) {
		t.Error(err)
	}
	moved, err := s.Rebill("12345674", price, began)
	if err != nil || *moved.Price != price || moved.TermEndsAt != s.TermEndsAt || !moved.Billed("12345674", began) || moved.Billed("87654323", began) || s.Billed("12345674", began) {
		t.Errorf("%+v %v", moved, err)
	}
	moved.Status = subscription.Cancelled
	if _, err := moved.Rebill(subscription.Vendor, price, began); !fault.Is(err, fault.SubscriptionNotActive) || moved.Billed("12345674", began) {
		t.Error(err)
	}
}

// TestNamed keeps the newest of who advised before.
func TestNamed(t *testing.T) {
	s := bought(catalog.Month, began)
	for n := range subscription.MaxHistory + 3 {
		s = s.SetPartnerOfRecord(partner.ID(strconv.Itoa(n)), began.Add(time.Duration(n+1)*time.Hour))
	}
	if newest := s.History[0]; len(s.History) != subscription.MaxHistory || newest.Partner != "21" || !newest.Since.Equal(began.Add(22*time.Hour)) || !newest.Until.Equal(began.Add(23*time.Hour)) || s.PartnerOfRecordID() != "22" {
		t.Errorf("%+v", s.History)
	}
	if s = s.SetPartnerOfRecord("", began.Add(99*time.Hour)); s.PartnerOfRecordID() != "" || s.PartnerOfRecord != nil || s.History[0].Partner != "22" {
		t.Errorf("%+v", s.History)
	}
	if s = s.SetPartnerOfRecord("12345674", began.Add(100*time.Hour)); s.History[0].Partner != "22" || !s.PartnerOfRecord.Since.Equal(began.Add(100*time.Hour)) {
		t.Errorf("%+v", s)
	}
	for status, after := range map[subscription.Status]time.Duration{subscription.Cancelled: 0, subscription.Deleted: 0, subscription.Expired: 60 * day} {
		s := trial()
		s.Status = status
		if err := s.CanName(began.Add(after)); !fault.Is(err, fault.SubscriptionEnded) {
			t.Errorf("%s: %v", status, err)
		}
	}
	for status, after := range map[subscription.Status]time.Duration{subscription.Trialing: 0, subscription.Active: 0, subscription.Suspended: 0, subscription.Expired: 60*day - 1} {
		s := trial()
		s.Status = status
		if err := s.CanName(began.Add(after)); err != nil {
			t.Errorf("%s: %v", status, err)
		}
	}
}
