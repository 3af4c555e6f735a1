package removals_test

import (
	"testing"
	"time"

	"liaison/functions/jobs/removals"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/order"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
)

// noticed is a customer whose reseller bills a subscription and agreed to a notice, with what the vendor asks for it.
func noticed(t *testing.T, days int) (*fixture.Fixture, fixture.World, consent.Consent, relationship.Wish) {
	t.Helper()
	f := fixture.Streaming(t)
	w := f.Populate(t)
	w.Resells(t)
	owner := w.Trial(t, "anna@customer.example", "")
	w.Noticed(t, owner, days)
	w.Answered(t, w.Sale(t).ID, owner, fixture.Separate)
	f.Batch(t)
	facts, err := f.Table.OrderFacts(t.Context(), owner.User.ID, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	wish := relationship.Wish{By: owner.User.ID, Handover: relationship.ToVendor, Terms: facts.Terms.Version}
	for _, s := range facts.Handed(w.Partner, f.Op("test")) {
		wish.Prices = append(wish.Prices, relationship.AgreedPrice{Subscription: s.ID, Price: *s.Price})
	}
	if len(wish.Prices) == 0 {
		t.Fatal("the reseller bills nothing")
	}
	return f, w, owner, wish
}

func ask(t *testing.T, f *fixture.Fixture, w fixture.World, owner consent.Consent, wish relationship.Wish) (relationship.Relationship, error) {
	t.Helper()
	o := f.Op(string(owner.User.ID))
	o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(owner.User.ID)}
	return order.RequestRemoval(t.Context(), f.Table, owner.Customer.ID, w.Partner, wish, o)
}

func billed(t *testing.T, f *fixture.Fixture, of subscription.ID) subscription.Subscription {
	t.Helper()
	s, err := f.Table.StoredSubscription(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestNotice ends the tie by itself when the notice is over, once, and the vendor bills on at the agreed price or the subscription ends with its
// term. Nobody else decides.
func TestNotice(t *testing.T) {
	for _, handover := range []relationship.Handover{relationship.ToVendor, relationship.WithTerm} {
		f, w, owner, wish := noticed(t, 20)
		of, price := wish.Prices[0].Subscription, wish.Prices[0].Price
		wish.Handover = handover
		c, p := owner.Customer.ID, w.Partner
		tie, err := ask(t, f, w, owner, wish)
		if err != nil || tie.Removal.EndsAt.IsZero() || !tie.StepAt.Equal(tie.Removal.EndsAt) {
			t.Fatalf("%+v %v", tie.Removal, err)
		}
		if _, err := relationship.DeclineRemoval(t.Context(), f.Table, c, p, "No.", f.Op("partner")); !fault.Is(err, fault.EndsByNotice) {
			t.Errorf("declined: %v", err)
		}
		f.Batch(t)
		f.Env.Offset = 20*day - time.Hour
		if found := run(t, f); len(found) != 0 {
			t.Errorf("too early: %+v", found)
		}
		if _, err := relationship.EndByNotice(t.Context(), f.Table, c, p, f.Op("removals")); !fault.Is(err, fault.NotDue) {
			t.Errorf("ended before the notice is over: %v", err)
		}
		if _, err := relationship.DecideRemoval(t.Context(), f.Table, c, p, relationship.Kept, "No.", f.Op("operator")); !fault.Is(err, fault.EndsByNotice) {
			t.Errorf("decided: %v", err)
		}
		f.Env.Offset = 20*day + time.Hour
		var ended int
		for _, one := range run(t, f) {
			if event.Is[relationship.ResellerEndedEvent](one) {
				ended++
			}
		}
		if tie, _, err = f.Table.Relationship(t.Context(), c, p); err != nil || tie.Reseller || tie.Removal.Status != relationship.Done || tie.ResellerEnd != relationship.ByCustomer || !tie.StepAt.IsZero() || ended != 1 {
			t.Errorf("%s: ended %d times: %+v %v", handover, ended, tie, err)
		}
		s := billed(t, f, of)
		if handover == relationship.ToVendor {
			if s.BilledBy != subscription.Vendor || *s.Price != price || s.Ending || s.Leaves {
				t.Errorf("to the vendor: %+v", s)
			}
			continue
		}
		if s.BilledBy != string(p) || !s.Ending || !s.Leaves {
			t.Errorf("with its term: %+v", s)
		}
		if _, err := s.Resume(f.Op("x").At); !fault.Is(err, fault.ResellerGone) {
			t.Errorf("it goes on under a reseller that is none: %v", err)
		}
		moved, err := s.Rebill(subscription.Vendor, price, f.Op("x").At)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := moved.Resume(f.Op("x").At); err != nil {
			t.Errorf("the vendor bills it, and it can't go on: %v", err)
		}
	}
}

// TestNoticeWithdrawn: a request that was withdrawn ends nothing.
func TestNoticeWithdrawn(t *testing.T) {
	f, w, owner, wish := noticed(t, 5)
	if _, err := ask(t, f, w, owner, wish); err != nil {
		t.Fatal(err)
	}
	if _, err := relationship.WithdrawRemoval(t.Context(), f.Table, owner.Customer.ID, w.Partner, f.Op("customer")); err != nil {
		t.Fatal(err)
	}
	f.Batch(t)
	f.Env.Offset = 6 * day
	if found := run(t, f); len(found) != 0 {
		t.Errorf("%+v", found)
	}
}

// TestNoticeSooner: the reseller ends it sooner, and what it bills goes where the request says.
func TestNoticeSooner(t *testing.T) {
	f, w, owner, wish := noticed(t, 90)
	if _, err := ask(t, f, w, owner, wish); err != nil {
		t.Fatal(err)
	}
	if _, err := relationship.EndReseller(t.Context(), f.Table, owner.Customer.ID, w.Partner, "Gladly.", f.Op("partner")); err != nil {
		t.Fatal(err)
	}
	if s := billed(t, f, wish.Prices[0].Subscription); s.BilledBy != subscription.Vendor {
		t.Errorf("%+v", s)
	}
	if tie, _, _ := f.Table.Relationship(t.Context(), owner.Customer.ID, w.Partner); tie.Reseller || tie.ResellerEnd != relationship.ByPartner {
		t.Errorf("%+v", tie)
	}
}

// TestNoticeOfNoDays ends the tie in the transaction of the request.
func TestNoticeOfNoDays(t *testing.T) {
	f, w, owner, wish := noticed(t, 0)
	tie, err := ask(t, f, w, owner, wish)
	if err != nil || tie.Reseller || tie.Removal.Status != relationship.Done {
		t.Fatalf("%+v %v", tie, err)
	}
	if s := billed(t, f, wish.Prices[0].Subscription); s.BilledBy != subscription.Vendor {
		t.Errorf("%+v", s)
	}
	var types []event.Type
	for _, e := range f.Batch(t).Events() {
		for _, one := range e.Event.Changes {
			types = append(types, one.Type)
		}
	}
	if len(types) != 3 || types[0] != (relationship.RemovalRequestedEvent{}).Type() || types[2] != (relationship.ResellerEndedEvent{}).Type() {
		t.Errorf("one transaction says %v", types)
	}
}

// TestNoticePrice: the price that was agreed to must be the vendor's now, for everything that it can bill, by the terms that count.
func TestNoticePrice(t *testing.T) {
	f, w, owner, wish := noticed(t, 30)
	for name, change := range map[string]func(*relationship.Wish){
		"another price": func(w *relationship.Wish) {
			w.Prices = []relationship.AgreedPrice{{Subscription: w.Prices[0].Subscription, Price: catalog.Money{AmountMinor: 1, Currency: "PLN"}}}
		},
		"no price": func(w *relationship.Wish) { w.Prices = nil },
	} {
		wrong := wish
		change(&wrong)
		if _, err := ask(t, f, w, owner, wrong); !fault.Is(err, fault.PriceChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	wrong := wish
	wrong.Terms = "0"
	if _, err := ask(t, f, w, owner, wrong); !fault.Is(err, fault.TermsOutdated) {
		t.Errorf("old terms: %v", err)
	}
}

// TestNoticeTwice: two runs at once end the tie once.
func TestNoticeTwice(t *testing.T) {
	f, w, owner, wish := noticed(t, 1)
	if _, err := ask(t, f, w, owner, wish); err != nil {
		t.Fatal(err)
	}
	f.Batch(t)
	f.Env.Offset = 40 * day // late
	done := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := removals.Job(f.Table).Handler(f.Env, f.Table)(t.Context(), schedule.Tick{Time: f.Env.Now()})
			done <- err
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	var ended int
	for _, e := range f.Batch(t).Events() {
		for _, one := range e.Event.Changes {
			if event.Is[relationship.ResellerEndedEvent](one) {
				ended++
			}
		}
	}
	if ended != 1 {
		t.Errorf("ended %d times", ended)
	}
}
