package subscriptions_test

import (
	"testing"

	"liaison/shared/contract"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/matter"
	"liaison/shared/subscription"
	"liaison/tests/fixture/apitest"
)

// hold brings a trial to where nobody could be told of its deletion, some days after it began.
func hold(t *testing.T, w *apitest.World, id subscription.ID, days int) {
	t.Helper()
	for _, step := range []func(subscription.Subscription) (subscription.Subscription, []event.Event){
		func(s subscription.Subscription) (subscription.Subscription, []event.Event) {
			o := w.Op("trials")
			o.At = o.At.AddDate(0, 0, days)
			next, changes := s.Advance(o.At)
			return next, next.Tell(o, "", changes...)
		},
		func(s subscription.Subscription) (subscription.Subscription, []event.Event) {
			o := w.Op("dispatch")
			o.At = o.At.AddDate(0, 0, days)
			return s.Unannounced(o.At, o)
		},
	} {
		o := w.Op("trials")
		o.At = o.At.AddDate(0, 0, days)
		if err := subscription.Update(t.Context(), w.Table, id, o, step); err != nil {
			t.Fatal(err)
		}
	}
	waits(t, w, id, 1)
}

// waits counts how often a deletion stands in the inbox.
func waits(t *testing.T, w *apitest.World, id subscription.ID, want int) {
	t.Helper()
	found, _, err := w.Table.Matters(t.Context(), w.Env.Now().AddDate(1, 0, 0), dynamo.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, m := range found {
		if m.Kind == matter.Deletion && m.Subject == string(id) {
			count++
		}
	}
	if count != want {
		t.Errorf("%d matters wait, want %d", count, want)
	}
}

// TestDecideDeletion: an operator decides about a held deletion once, and the inbox holds it until then.
func TestDecideDeletion(t *testing.T) {
	w := apitest.Open(t)
	accepted := w.Yes(t, "")
	id := accepted.First().ID
	at := "/v1/subscriptions/" + string(id) + "/decide-deletion"
	decides := func(decision string) object { return object{"decision": decision, "reason": "Reached on the phone."} }
	w.Call(t, apitest.Operator, "POST", at, decides("delete")).Want(t, 409, "no_deletion_held")
	hold(t, w, id, 60)
	w.Call(t, apitest.Full, "POST", at, decides("delete")).Want(t, 403, "forbidden")
	w.Call(t, apitest.Operator, "POST", at, decides("keep")).Want(t, 422, "invalid_value")
	w.Call(t, apitest.Operator, "POST", at, object{"decision": "delete", "reason": " "}).Want(t, 422, "required")
	w.Call(t, apitest.Operator, "POST", at, object{"decision": "delete"}).Want(t, 422, "required")
	var got contract.Subscription
	w.Call(t, apitest.Operator, "POST", at, decides("announce")).Want(t, 200, "").Into(t, &got)
	if got.DeleteAfter != nil || got.Status != "expired" {
		t.Errorf("%+v", got)
	}
	waits(t, w, id, 0)
	w.Call(t, apitest.Operator, "POST", at, decides("announce")).Want(t, 409, "no_deletion_held")
	o := w.Op("dispatch")
	o.At = o.At.AddDate(0, 0, 61)
	if err := subscription.Update(t.Context(), w.Table, id, o, func(s subscription.Subscription) (subscription.Subscription, []event.Event) {
		return s.Unannounced(o.At, o)
	}); err != nil {
		t.Fatal(err)
	}
	waits(t, w, id, 1)
	for range 2 { // the same key decides once
		w.Call(t, apitest.Operator, "POST", at, decides("delete"), "Idempotency-Key", "gone").Want(t, 200, "").Into(t, &got)
		if got.DeleteAfter == nil || got.DeleteAfter.Before(w.Env.Now().AddDate(0, 0, 7)) {
			t.Errorf("%+v", got)
		}
	}
	waits(t, w, id, 0)
	scheduled := 0
	for _, c := range w.Changes(t, event.Customer(string(accepted.Customer.ID)), string(id)) {
		if said, ok := event.As[subscription.DeletionScheduledEvent](c); ok {
			if scheduled++; said.Reason != "Reached on the phone." {
				t.Errorf("%+v", said)
			}
		}
	}
	if scheduled != 1 {
		t.Errorf("%d events say when it goes", scheduled)
	}
}

// TestHeldIsBought: who buys within the grace keeps the data, and the vendor is asked no more.
func TestHeldIsBought(t *testing.T) {
	s := apitest.Market(t)
	s.Sell(t, s.Plan, 3900, "PL")
	id := s.Tried.First().ID
	hold(t, s.World, id, 54)
	var got contract.Subscription
	later := s.Later(t, 55*day)
	later.Call(t, apitest.Buyer, "POST", "/v1/subscriptions/"+string(id)+"/convert", object{"billing_term": "month", "terms_version": "1"}).Want(t, 200, "").Into(t, &got)
	if got.Status != "active" {
		t.Errorf("%+v", got)
	}
	waits(t, s.World, id, 0)
	later.Call(t, apitest.Operator, "POST", "/v1/subscriptions/"+string(id)+"/decide-deletion", object{"decision": "delete", "reason": "x"}).Want(t, 409, "no_deletion_held")
}
