package subscriptions_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"liaison/functions/api/subscriptions"
	"liaison/shared/contract"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

const day = 24 * time.Hour

func TestSubscription(t *testing.T) {
	w := apitest.Open(t)
	accepted := w.Yes(t, "")
	at := "/v1/subscriptions/" + string(accepted.First().ID)
	var got contract.Subscription
	a := w.Call(t, apitest.Limited, "GET", at, nil).Want(t, 200, "")
	a.Into(t, &got)
	if got.Status != "trialing" || !got.Trial || *got.Licenses.Offered != 25 || got.Licenses.Bought != 25 || *got.CustomerName != accepted.Customer.Name ||
		got.PartnerOfRecord.PartnerID != string(w.Partner) || *got.OfferID != string(accepted.Answer.Offer.ID) || got.GraceEndsAt != nil || a.Header.Get("ETag") != `"1-trialing"` {
		t.Errorf("%s %s", a.Header.Get("ETag"), a.Body)
	}
	w.Call(t, apitest.Operator, "GET", at, nil).Want(t, 200, "")
	w.Call(t, apitest.NoAccess, "GET", at, nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.Rival, "GET", at, nil).Want(t, 404, "not_found")
	for _, wrong := range []string{"sub_1", "sub_" + strings.Repeat("0", 12) + "_" + strings.Repeat("0", 26)} {
		w.Call(t, apitest.Full, "GET", "/v1/subscriptions/"+wrong, nil).Want(t, 404, "not_found")
		w.Call(t, apitest.Full, "POST", "/v1/subscriptions/"+wrong+"/cancel", nil).Want(t, 404, "not_found")
	}
	// The clock ends a trial, whether or not a job ran.
	later := w.Later(t, 31*day)
	a = later.Call(t, apitest.Full, "GET", at, nil, "If-None-Match", `"1-trialing"`).Want(t, 200, "")
	a.Into(t, &got)
	if got.Status != "expired" || a.Header.Get("ETag") != `"1-expired"` {
		t.Errorf("%s", a.Body)
	}
	later.Call(t, apitest.Operator, "POST", at+"/extend-trial", object{"days": 5}).Want(t, 409, "subscription_not_trialing")
	for query, want := range map[string]int{"?status=expired": 1, "?status=trialing": 0, "?customer_id=" + string(accepted.Customer.ID): 1, "": 1} {
		if got := gatewaytest.Walk[contract.Subscription](t, later, apitest.Limited, "/v1/subscriptions"+query, "1"); len(got) != want {
			t.Errorf("%q lists %d, want %d", query, len(got), want)
		}
	}
	if got := gatewaytest.Walk[contract.Subscription](t, w.API, apitest.Rival, "/v1/subscriptions", "1"); len(got) != 0 {
		t.Errorf("another partner sees %d", len(got))
	}
	if got := gatewaytest.Walk[contract.Subscription](t, w.API, apitest.Operator, "/v1/subscriptions?customer_id="+string(accepted.Customer.ID)+"&status=trialing", "1"); len(got) != 1 || *got[0].CustomerName != accepted.Customer.Name {
		t.Errorf("an operator sees %+v", got)
	}
	w.Call(t, apitest.Operator, "GET", "/v1/subscriptions", nil).Want(t, 400, "required")
	w.Call(t, apitest.Full, "GET", "/v1/subscriptions?status=dead", nil).Want(t, 400, "invalid_value")
	w.Call(t, apitest.Full, "GET", "/v1/subscriptions?kind=trial", nil).Want(t, 400, "unknown_parameter")
}

func TestExtendTrial(t *testing.T) {
	w := apitest.Open(t)
	accepted := w.Yes(t, "")
	at := "/v1/subscriptions/" + string(accepted.First().ID) + "/extend-trial"
	for name, c := range map[string]struct {
		by     string
		body   any
		status int
		code   string
	}{
		"a partner":   {apitest.Full, object{"days": 5}, 403, "forbidden"},
		"no days":     {apitest.Operator, object{}, 422, "required"},
		"zero":        {apitest.Operator, object{"days": 0}, 422, "out_of_range"},
		"too many":    {apitest.Operator, object{"days": 91}, 422, "out_of_range"},
		"a text":      {apitest.Operator, object{"days": "5"}, 422, "invalid_type"},
		"a fraction":  {apitest.Operator, `{"days":1.5}`, 422, "invalid_format"},
		"long reason": {apitest.Operator, object{"days": 5, "reason": strings.Repeat("x", 501)}, 422, "too_long"},
	} {
		t.Run(name, func(t *testing.T) { w.Call(t, c.by, "POST", at, c.body).Want(t, c.status, c.code) })
	}
	var got contract.Subscription
	for range 2 { // the same key extends once
		w.Call(t, apitest.Operator, "POST", at, object{"days": 14, "reason": "A hospital asked."}, "Idempotency-Key", "more").Want(t, 200, "").Into(t, &got)
		if want := accepted.First().TrialEndsAt.AddDate(0, 0, 14); !got.TrialEndsAt.Equal(want) {
			t.Errorf("ends %s, want %s", got.TrialEndsAt, want)
		}
	}
	changes := w.Changes(t, event.Customer(string(accepted.Customer.ID)), got.ID)
	if last := changes[len(changes)-1]; last.Type != "subscription.trial_extended" || last.Data["days"] != "14" || last.Data["reason"] != "A hospital asked." {
		t.Errorf("events %v", changes)
	}
	var all sync.WaitGroup
	for range 4 { // rivals each add theirs
		all.Go(func() { w.Call(t, apitest.Operator, "POST", at, object{"days": 1}).Want(t, 200, "") })
	}
	all.Wait()
	w.Call(t, apitest.Full, "GET", strings.TrimSuffix(at, "/extend-trial"), nil).Into(t, &got)
	if want := accepted.First().TrialEndsAt.AddDate(0, 0, 18); !got.TrialEndsAt.Equal(want) {
		t.Errorf("ends %s, want %s", got.TrialEndsAt, want)
	}
}

func TestCancelOnBehalf(t *testing.T) {
	w := apitest.Open(t)
	plain, helped, trusted := w.Yes(t, ""), w.Yes(t, offer.RoleLimited), w.Yes(t, offer.RoleFull)
	at := func(s subscription.ID) string { return "/v1/subscriptions/" + string(s) + "/cancel" }
	w.Call(t, apitest.Full, "POST", at(plain.First().ID), nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.Full, "POST", at(helped.First().ID), nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.Limited, "POST", at(trusted.First().ID), nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.Operator, "POST", at(trusted.First().ID), nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.Rival, "POST", at(trusted.First().ID), nil).Want(t, 404, "not_found")
	var got contract.Subscription
	a := w.Call(t, apitest.Full, "POST", at(trusted.First().ID), object{"reason": "They moved."}, "Idempotency-Key", "stop").Want(t, 200, "")
	a.Into(t, &got)
	if got.Status != "cancelled" || *got.EndedCause != "cancelled" || got.EndedAt == nil || got.GraceEndsAt == nil || a.Header.Get("ETag") != `"2-cancelled"` {
		t.Errorf("%s", a.Body)
	}
	again := w.Call(t, apitest.Full, "POST", at(trusted.First().ID), object{"reason": "They moved."}, "Idempotency-Key", "stop").Want(t, 200, "")
	if string(again.Body) != string(a.Body) {
		t.Errorf("replayed %s", again.Body)
	}
	w.Call(t, apitest.Full, "POST", at(trusted.First().ID), nil).Want(t, 409, "subscription_not_trialing")
	changes := w.Changes(t, event.Customer(string(trusted.Customer.ID)), got.ID)
	if last := changes[len(changes)-1]; last.Type != "subscription.cancelled" || last.Data["partner_id"] != string(w.Partner) {
		t.Errorf("events %v", changes)
	}

	// A grant that has ended by the clock gives nothing.
	other := w.Yes(t, offer.RoleFull)
	later := w.Later(t, 20*day)
	o := w.Op("test")
	if _, err := relationship.EndGrant(t.Context(), w.World.Table, other.Customer.ID, w.Partner, relationship.ByCustomer, "", o); err != nil {
		t.Fatal(err)
	}
	later.Call(t, apitest.Full, "POST", at(other.First().ID), nil).Want(t, 403, "forbidden")
}

// slow ends the grant, or the machine's own access, after it was read and before the cancellation is written.
type slow struct {
	fixture.Table
	between func()
}

func (s slow) SaveOnBehalf(ctx context.Context, sub subscription.Subscription, p partner.ID, happened []event.Event, o op.Op) error {
	s.between()
	return s.Table.SaveOnBehalf(ctx, sub, p, happened, o)
}

// TestRevokedMeanwhile lets the customer's revocation fall between the decision and the write: nothing commits after it.
func TestRevokedMeanwhile(t *testing.T) {
	w := apitest.Open(t)
	for name, between := range map[string]func(t *testing.T, c relationship.Grant){
		"the grant ends": func(t *testing.T, g relationship.Grant) {
			if _, err := relationship.EndGrant(t.Context(), w.World.Table, g.Customer, w.Partner, relationship.ByCustomer, "", w.Op("customer")); err != nil {
				t.Fatal(err)
			}
		},
		"the machine loses full access": func(t *testing.T, g relationship.Grant) {
			id := partner.ClientID("")
			for key, item := range w.Items(t) {
				if strings.Contains(key, " CLIENT#") && strings.HasPrefix(key, "PARTNER#"+string(w.Partner)) && fixture.Text(item, "name") == apitest.Full {
					id = partner.ClientID(fixture.Text(item, "id"))
				}
			}
			c, err := w.World.Table.Client(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			c.CustomerAccess = partner.Limited
			if err := w.World.Table.SaveClient(t.Context(), c, w.Op("operator")); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			accepted := w.Yes(t, offer.RoleFull)
			racing := w.Later(t, 0, subscriptions.Cancel(slow{w.Table, func() { between(t, *accepted.Grant) }}), subscriptions.Get(w.Table))
			racing.Call(t, apitest.Full, "POST", "/v1/subscriptions/"+string(accepted.First().ID)+"/cancel", nil).Want(t, 403, "forbidden")
			s, err := w.World.Table.StoredSubscription(t.Context(), accepted.First().ID)
			if err != nil || s.Status != subscription.Trialing {
				t.Errorf("%v %v", s.Status, err)
			}
		})
	}
}

// TestGrantHasEnded asks the table itself: a grant whose end has passed guards nothing, whatever its stored status.
func TestGrantHasEnded(t *testing.T) {
	w := apitest.Open(t)
	accepted := w.Yes(t, offer.RoleFull)
	s := accepted.First()
	s.Status = subscription.Cancelled
	var client string
	for key, item := range w.Items(t) {
		if strings.Contains(key, " CLIENT#") && fixture.Text(item, "name") == apitest.Full {
			client = fixture.Text(item, "id")
		}
	}
	o := w.Op("test")
	o.Actor = op.Actor{Kind: op.PartnerClient, ID: client}
	o.At = o.At.Add(366 * day)
	happened := s.Tell(o, w.Partner, event.Of(s.ID, subscription.CancelledEvent{}))
	if err := w.World.Table.SaveOnBehalf(t.Context(), s, w.Partner, happened, o); !fault.Is(err, fault.Forbidden) {
		t.Errorf("after the end: %v", err)
	}
	o.At = o.At.Add(-2 * day)
	if err := w.World.Table.SaveOnBehalf(t.Context(), s, w.Other, happened, o); !fault.Is(err, fault.Forbidden) {
		t.Errorf("another partner: %v", err)
	}
	if err := w.World.Table.SaveOnBehalf(t.Context(), s, w.Partner, happened, o); err != nil {
		t.Errorf("in time: %v", err)
	}
}
