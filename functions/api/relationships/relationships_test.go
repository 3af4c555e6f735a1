package relationships_test

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/contract"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

const day = 24 * time.Hour

func TestRelationship(t *testing.T) {
	w := apitest.Open(t)
	accepted := w.Yes(t, offer.RoleLimited)
	at := apitest.Relationship(accepted.Customer.ID, w.Partner)
	var got contract.Relationship
	a := w.Call(t, apitest.Full, "GET", at, nil).Want(t, 200, "")
	a.Into(t, &got)
	if len(got.Kinds) != 2 || got.Customer.Name != accepted.Customer.Name || !strings.HasPrefix(got.Partner.Name, "Fabrikam") || got.DelegatedAdministration.Status != "active" ||
		got.DelegatedAdministration.AgreedBy != string(accepted.User.ID) || !*got.CanRemove.DelegatedAdministrator || !*got.CanRemove.PartnerOfRecord || got.CanRemove.Reseller != nil ||
		got.Reason.DelegatedAdministrator != nil || a.Header.Get("ETag") != `"1-active"` {
		t.Errorf("%s %s", a.Header.Get("ETag"), a.Body)
	}
	w.Call(t, apitest.Limited, "GET", at, nil).Want(t, 200, "").Into(t, &got)
	if *got.CanRemove.DelegatedAdministrator || *got.Reason.DelegatedAdministrator != "full_access_needed" {
		t.Errorf("limited sees %+v", got)
	}
	w.Call(t, apitest.Operator, "GET", at, nil).Want(t, 200, "").Into(t, &got)
	if !strings.HasPrefix(got.Partner.Name, "Fabrikam") {
		t.Errorf("an operator sees %+v", got)
	}
	w.Call(t, apitest.NoAccess, "GET", at, nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.Rival, "GET", at, nil).Want(t, 404, "not_found")
	w.Call(t, apitest.Rival, "GET", apitest.Relationship(accepted.Customer.ID, w.Other), nil).Want(t, 404, "not_found")
	w.Call(t, apitest.Full, "GET", "/v1/relationships/rel_1", nil).Want(t, 404, "not_found")

	later := w.Later(t, 366*day)
	a = later.Call(t, apitest.Full, "GET", at, nil).Want(t, 200, "")
	var ended contract.Relationship
	a.Into(t, &ended)
	if len(ended.Kinds) != 1 || ended.Kinds[0] != "partner_of_record" || ended.DelegatedAdministration.Status != "expired" || a.Header.Get("ETag") != `"1-expired"` {
		t.Errorf("%s %s", a.Header.Get("ETag"), a.Body)
	}
	later.Call(t, apitest.Full, "POST", at+"/end", object{"kind": "delegated_administrator"}).Want(t, 409, "already_ended")

	w.Yes(t, "")
	for query, want := range map[string]int{
		"": 2, "?kind=delegated_administrator": 1, "?kind=partner_of_record": 2, "?kind=reseller": 0, "?customer_id=" + string(accepted.Customer.ID): 1,
	} {
		if got := gatewaytest.Walk[contract.Relationship](t, w.API, apitest.Limited, "/v1/relationships"+query, "1"); len(got) != want {
			t.Errorf("%q lists %d, want %d", query, len(got), want)
		}
	}
	if got := gatewaytest.Walk[contract.Relationship](t, w.API, apitest.Rival, "/v1/relationships", "1"); len(got) != 0 {
		t.Errorf("another partner sees %d", len(got))
	}
	if got := gatewaytest.Walk[contract.Relationship](t, w.API, apitest.Operator, "/v1/relationships?customer_id="+string(accepted.Customer.ID), "1"); len(got) != 1 || !strings.HasPrefix(got[0].Partner.Name, "Fabrikam") {
		t.Errorf("an operator sees %+v", got)
	}
	w.Call(t, apitest.Operator, "GET", "/v1/relationships", nil).Want(t, 400, "required")
	w.Call(t, apitest.Full, "GET", "/v1/relationships?kind=friend", nil).Want(t, 400, "invalid_value")
}

func TestEndAdministration(t *testing.T) {
	w := apitest.Open(t)
	accepted := w.Yes(t, offer.RoleFull)
	at := apitest.Relationship(accepted.Customer.ID, w.Partner)
	kind := func(k string) object { return object{"kind": k} }
	w.Call(t, apitest.Limited, "POST", at+"/end", kind("delegated_administrator")).Want(t, 403, "forbidden")
	w.Call(t, apitest.Rival, "POST", at+"/end", kind("delegated_administrator")).Want(t, 404, "not_found")
	w.Call(t, apitest.Full, "POST", at+"/end", kind("reseller")).Want(t, 409, "already_ended")
	w.Call(t, apitest.Full, "POST", at+"/end", kind("friend")).Want(t, 422, "invalid_value")
	w.Call(t, apitest.Full, "POST", at+"/end", object{}).Want(t, 422, "required")
	w.Call(t, apitest.Operator, "POST", at+"/end", kind("delegated_administrator")).Want(t, 422, "required")
	w.Call(t, apitest.Full, "POST", at+"/end", object{"kind": "delegated_administrator", "reason": strings.Repeat("x", 501)}).Want(t, 422, "too_long")
	var got contract.Relationship
	body := object{"kind": "delegated_administrator", "reason": "The project is over."}
	a := w.Call(t, apitest.Full, "POST", at+"/end", body, "Idempotency-Key", "end").Want(t, 200, "")
	a.Into(t, &got)
	if got.DelegatedAdministration.Status != "ended" || *got.DelegatedAdministration.EndedCause != "partner" || len(got.Kinds) != 1 || a.Header.Get("ETag") != `"2-ended"` {
		t.Errorf("%s %s", a.Header.Get("ETag"), a.Body)
	}
	again := w.Call(t, apitest.Full, "POST", at+"/end", body, "Idempotency-Key", "end").Want(t, 200, "")
	if string(again.Body) != string(a.Body) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed %s", again.Body)
	}
	w.Call(t, apitest.Full, "POST", at+"/end", body).Want(t, 409, "already_ended")
	// The power is gone at once, and the subscription keeps its partner of record.
	w.Call(t, apitest.Full, "POST", "/v1/subscriptions/"+string(accepted.First().ID)+"/cancel", nil).Want(t, 403, "forbidden")
	s, err := w.World.Table.StoredSubscription(t.Context(), accepted.First().ID)
	if err != nil || s.PartnerOfRecord == nil {
		t.Errorf("%+v %v", s, err)
	}
	changes := w.Changes(t, event.Customer(string(accepted.Customer.ID)), got.ID)
	if last := changes[len(changes)-1]; last.Type != "delegated_administrator.ended" || last.Data["cause"] != "partner" || last.Data["reason"] != "The project is over." {
		t.Errorf("events %v", changes)
	}

	vendors := w.Yes(t, offer.RoleLimited)
	w.Call(t, apitest.Operator, "POST", apitest.Relationship(vendors.Customer.ID, w.Partner)+"/end", body).Want(t, 200, "").Into(t, &got)
	if *got.DelegatedAdministration.EndedCause != "vendor" {
		t.Errorf("%+v", got)
	}

	// Sixteen at once: one ends it, the others hear that it has ended.
	both := w.Yes(t, offer.RoleLimited)
	var all sync.WaitGroup
	answers := make(chan int, 16)
	for range 16 {
		all.Go(func() {
			answers <- w.Call(t, apitest.Full, "POST", apitest.Relationship(both.Customer.ID, w.Partner)+"/end", body).Status
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
	w := apitest.Open(t)
	accepted, other := w.Yes(t, offer.RoleFull), w.Yes(t, "")
	at := apitest.Relationship(accepted.Customer.ID, w.Partner)
	o := w.Op("test")
	more := accepted.First()
	more.ID = subscription.ID("sub_" + accepted.Customer.ID.Bare() + "_" + o.NewID())
	put(t, w, more)
	body := object{"kind": "partner_of_record", "reason": "We no longer advise."}
	w.Call(t, apitest.Limited, "POST", at+"/end", body).Want(t, 403, "forbidden")
	var got contract.Relationship
	a := w.Call(t, apitest.Full, "POST", at+"/end", body, "Idempotency-Key", "down").Want(t, 200, "")
	a.Into(t, &got)
	if len(got.Kinds) != 1 || got.Kinds[0] != "delegated_administrator" || got.CanRemove.PartnerOfRecord != nil {
		t.Errorf("%s", a.Body)
	}
	again := w.Call(t, apitest.Full, "POST", at+"/end", body, "Idempotency-Key", "down").Want(t, 200, "")
	if string(again.Body) != string(a.Body) {
		t.Errorf("replayed %s", again.Body)
	}
	for id, want := range map[subscription.ID]bool{accepted.First().ID: false, more.ID: false, other.First().ID: true} {
		s, err := w.World.Table.StoredSubscription(t.Context(), id)
		if err != nil || (s.PartnerOfRecord != nil) != want {
			t.Errorf("%s: %+v %v", id, s.PartnerOfRecord, err)
		}
		changes := w.Changes(t, event.Customer(string(s.Customer)), string(id))
		if last := changes[len(changes)-1]; (last.Type == "partner_of_record.removed") == want {
			t.Errorf("events %v", changes)
		}
	}
	if got := gatewaytest.Walk[contract.Subscription](t, w.API, apitest.Full, "/v1/subscriptions", "5"); len(got) != 1 || got[0].ID != string(other.First().ID) {
		t.Errorf("still listed: %+v", got)
	}
	// As full administrator the partner still sees it, as partner of record no more.
	w.Call(t, apitest.Full, "GET", "/v1/subscriptions/"+string(accepted.First().ID), nil).Want(t, 200, "")
	w.Call(t, apitest.Limited, "GET", "/v1/subscriptions/"+string(accepted.First().ID), nil).Want(t, 404, "not_found")
	w.Call(t, apitest.Full, "POST", at+"/end", body).Want(t, 409, "already_ended")
	_, grant, err := w.World.Table.Relationship(t.Context(), accepted.Customer.ID, w.Partner)
	if err != nil || grant.Status != relationship.Active {
		t.Errorf("%+v %v", grant, err)
	}
	w.Call(t, apitest.Operator, "POST", apitest.Relationship(other.Customer.ID, w.Partner)+"/end", object{"kind": "partner_of_record"}).Want(t, 422, "required")
	w.Call(t, apitest.Operator, "POST", apitest.Relationship(other.Customer.ID, w.Partner)+"/end", body).Want(t, 200, "")
}

// put writes one more subscription of a customer, behind everybody's back.
func put(t *testing.T, w *apitest.World, s subscription.Subscription) {
	t.Helper()
	for key, item := range w.Items(t) {
		if !strings.HasPrefix(key, "CUSTOMER#"+s.Customer.Bare()+" SUB#") {
			continue
		}
		_, ulid, _ := s.ID.Customer()
		item["SK"] = &types.AttributeValueMemberS{Value: "SUB#" + ulid}
		item["card"].(*types.AttributeValueMemberM).Value["id"] = &types.AttributeValueMemberS{Value: string(s.ID)}
		w.Table.Fill(t, []map[string]types.AttributeValue{item})
		return
	}
}
