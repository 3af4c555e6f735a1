package api_test

import (
	"strings"
	"sync"
	"testing"

	"liaison/shared/contract"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

func tieOf(c string, p partner.ID) string {
	return "/v1/relationships/rel_" + strings.TrimPrefix(c, "cus_") + "_" + string(p)
}

func TestRelationship(t *testing.T) {
	w := open(t)
	yes := w.yes(t, offer.RoleLimited)
	at := tieOf(string(yes.Customer.ID), w.Partner)
	var got contract.Relationship
	a := w.Call(t, full, "GET", at, nil).Want(t, 200, "")
	a.Into(t, &got)
	if len(got.Kinds) != 2 || got.Customer.Name != yes.Customer.Name || !strings.HasPrefix(got.Partner.Name, "Fabrikam") || got.DelegatedAdministration.Status != "active" ||
		got.DelegatedAdministration.AgreedBy != string(yes.User.ID) || !*got.CanRemove.DelegatedAdministrator || !*got.CanRemove.PartnerOfRecord || got.CanRemove.Reseller != nil ||
		got.Reason.DelegatedAdministrator != nil || a.Header.Get("ETag") != `"1-active"` {
		t.Errorf("%s %s", a.Header.Get("ETag"), a.Body)
	}
	w.Call(t, limited, "GET", at, nil).Want(t, 200, "").Into(t, &got)
	if *got.CanRemove.DelegatedAdministrator || *got.Reason.DelegatedAdministrator != "full_access_needed" {
		t.Errorf("limited sees %+v", got)
	}
	w.Call(t, operator, "GET", at, nil).Want(t, 200, "").Into(t, &got)
	if !strings.HasPrefix(got.Partner.Name, "Fabrikam") {
		t.Errorf("an operator sees %+v", got)
	}
	w.Call(t, none, "GET", at, nil).Want(t, 403, "forbidden")
	w.Call(t, rival, "GET", at, nil).Want(t, 404, "not_found")
	w.Call(t, rival, "GET", tieOf(string(yes.Customer.ID), w.other), nil).Want(t, 404, "not_found")
	w.Call(t, full, "GET", "/v1/relationships/rel_1", nil).Want(t, 404, "not_found")

	later := w.Later(t, 366*day, w.endpoints...)
	a = later.Call(t, full, "GET", at, nil).Want(t, 200, "")
	var ended contract.Relationship
	a.Into(t, &ended)
	if len(ended.Kinds) != 1 || ended.Kinds[0] != "partner_of_record" || ended.DelegatedAdministration.Status != "expired" || a.Header.Get("ETag") != `"1-expired"` {
		t.Errorf("%s %s", a.Header.Get("ETag"), a.Body)
	}
	later.Call(t, full, "POST", at+"/end", object{"kind": "delegated_administrator"}).Want(t, 409, "already_ended")

	w.yes(t, "")
	for query, want := range map[string]int{
		"": 2, "?kind=delegated_administrator": 1, "?kind=partner_of_record": 2, "?kind=reseller": 0, "?customer_id=" + string(yes.Customer.ID): 1,
	} {
		if got := walk[contract.Relationship](t, w, limited, "/v1/relationships"+query, "1"); len(got) != want {
			t.Errorf("%q lists %d, want %d", query, len(got), want)
		}
	}
	if got := walk[contract.Relationship](t, w, rival, "/v1/relationships", "1"); len(got) != 0 {
		t.Errorf("another partner sees %d", len(got))
	}
	if got := walk[contract.Relationship](t, w, operator, "/v1/relationships?customer_id="+string(yes.Customer.ID), "1"); len(got) != 1 || !strings.HasPrefix(got[0].Partner.Name, "Fabrikam") {
		t.Errorf("an operator sees %+v", got)
	}
	w.Call(t, operator, "GET", "/v1/relationships", nil).Want(t, 400, "required")
	w.Call(t, full, "GET", "/v1/relationships?kind=friend", nil).Want(t, 400, "invalid_value")
}

func TestEndAdministration(t *testing.T) {
	w := open(t)
	yes := w.yes(t, offer.RoleFull)
	at := tieOf(string(yes.Customer.ID), w.Partner)
	kind := func(k string) object { return object{"kind": k} }
	w.Call(t, limited, "POST", at+"/end", kind("delegated_administrator")).Want(t, 403, "forbidden")
	w.Call(t, rival, "POST", at+"/end", kind("delegated_administrator")).Want(t, 404, "not_found")
	w.Call(t, full, "POST", at+"/end", kind("reseller")).Want(t, 409, "already_ended")
	w.Call(t, full, "POST", at+"/end", kind("friend")).Want(t, 422, "invalid_value")
	w.Call(t, full, "POST", at+"/end", object{}).Want(t, 422, "required")
	w.Call(t, operator, "POST", at+"/end", kind("delegated_administrator")).Want(t, 422, "required")
	w.Call(t, full, "POST", at+"/end", object{"kind": "delegated_administrator", "reason": strings.Repeat("x", 501)}).Want(t, 422, "too_long")
	var got contract.Relationship
	body := object{"kind": "delegated_administrator", "reason": "The project is over."}
	a := w.Call(t, full, "POST", at+"/end", body, "Idempotency-Key", "end").Want(t, 200, "")
	a.Into(t, &got)
	if got.DelegatedAdministration.Status != "ended" || *got.DelegatedAdministration.EndedCause != "partner" || len(got.Kinds) != 1 || a.Header.Get("ETag") != `"2-ended"` {
		t.Errorf("%s %s", a.Header.Get("ETag"), a.Body)
	}
	again := w.Call(t, full, "POST", at+"/end", body, "Idempotency-Key", "end").Want(t, 200, "")
	if string(again.Body) != string(a.Body) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed %s", again.Body)
	}
	w.Call(t, full, "POST", at+"/end", body).Want(t, 409, "already_ended")
	// The power is gone at once, and the subscription keeps its partner of record.
	w.Call(t, full, "POST", "/v1/subscriptions/"+string(yes.First().ID)+"/cancel", nil).Want(t, 403, "forbidden")
	s, err := w.World.Table.StoredSubscription(t.Context(), yes.First().ID)
	if err != nil || s.PartnerOfRecord == nil {
		t.Errorf("%+v %v", s, err)
	}
	told := w.told(t, event.Customer(string(yes.Customer.ID)), got.ID)
	if last := told[len(told)-1]; last.Type != "delegated_administrator.ended" || last.Data["cause"] != "partner" || last.Data["reason"] != "The project is over." {
		t.Errorf("told %v", told)
	}

	vendors := w.yes(t, offer.RoleLimited)
	w.Call(t, operator, "POST", tieOf(string(vendors.Customer.ID), w.Partner)+"/end", body).Want(t, 200, "").Into(t, &got)
	if *got.DelegatedAdministration.EndedCause != "vendor" {
		t.Errorf("%+v", got)
	}

	// Sixteen at once: one ends it, the others hear that it has ended.
	both := w.yes(t, offer.RoleLimited)
	var all sync.WaitGroup
	answers := make(chan int, 16)
	for range 16 {
		all.Go(func() {
			answers <- w.Call(t, full, "POST", tieOf(string(both.Customer.ID), w.Partner)+"/end", body).Status
		})
	}
	all.Wait()
	close(answers)
	count := map[int]int{}
	for status := range answers {
		count[status]++
	}
	if count[200] != 1 || count[409] != 15 {
		t.Errorf("answers %v", count)
	}
}

// TestStepDown takes the partner off every subscription of the one customer, and touches neither another customer nor the administration.
func TestStepDown(t *testing.T) {
	w := open(t)
	yes, other := w.yes(t, offer.RoleFull), w.yes(t, "")
	at := tieOf(string(yes.Customer.ID), w.Partner)
	o := w.Op("test")
	more := yes.First()
	more.ID = subscription.ID("sub_" + yes.Customer.ID.Bare() + "_" + o.NewID())
	w.put(t, more)
	body := object{"kind": "partner_of_record", "reason": "We no longer advise."}
	w.Call(t, limited, "POST", at+"/end", body).Want(t, 403, "forbidden")
	var got contract.Relationship
	a := w.Call(t, full, "POST", at+"/end", body, "Idempotency-Key", "down").Want(t, 200, "")
	a.Into(t, &got)
	if len(got.Kinds) != 1 || got.Kinds[0] != "delegated_administrator" || got.CanRemove.PartnerOfRecord != nil {
		t.Errorf("%s", a.Body)
	}
	again := w.Call(t, full, "POST", at+"/end", body, "Idempotency-Key", "down").Want(t, 200, "")
	if string(again.Body) != string(a.Body) {
		t.Errorf("replayed %s", again.Body)
	}
	for id, want := range map[subscription.ID]bool{yes.First().ID: false, more.ID: false, other.First().ID: true} {
		s, err := w.World.Table.StoredSubscription(t.Context(), id)
		if err != nil || (s.PartnerOfRecord != nil) != want {
			t.Errorf("%s: %+v %v", id, s.PartnerOfRecord, err)
		}
		told := w.told(t, event.Customer(string(s.Customer)), string(id))
		if last := told[len(told)-1]; (last.Type == "partner_of_record.removed") == want {
			t.Errorf("told %v", told)
		}
	}
	if got := walk[contract.Subscription](t, w, full, "/v1/subscriptions", "5"); len(got) != 1 || got[0].ID != string(other.First().ID) {
		t.Errorf("still listed: %+v", got)
	}
	// As full administrator the partner still sees it, as partner of record no more.
	w.Call(t, full, "GET", "/v1/subscriptions/"+string(yes.First().ID), nil).Want(t, 200, "")
	w.Call(t, limited, "GET", "/v1/subscriptions/"+string(yes.First().ID), nil).Want(t, 404, "not_found")
	w.Call(t, full, "POST", at+"/end", body).Want(t, 409, "already_ended")
	_, grant, err := w.World.Table.Relationship(t.Context(), yes.Customer.ID, w.Partner)
	if err != nil || grant.Status != relationship.Active {
		t.Errorf("%+v %v", grant, err)
	}
	w.Call(t, operator, "POST", tieOf(string(other.Customer.ID), w.Partner)+"/end", object{"kind": "partner_of_record"}).Want(t, 422, "required")
	w.Call(t, operator, "POST", tieOf(string(other.Customer.ID), w.Partner)+"/end", body).Want(t, 200, "")
}
