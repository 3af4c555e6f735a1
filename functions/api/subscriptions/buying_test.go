package subscriptions_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/api/partner-of-record-changes"
	"liaison/functions/api/subscriptions"
	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/order"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestBuy(t *testing.T) {
	s := apitest.Market(t)
	s.User(t, s.Tried.Customer.ID, "users", customer.UserAdmin)
	for name, c := range map[string]struct {
		by     string
		body   any
		status int
		code   string
	}{
		"a partner":        {apitest.Full, apitest.Order(), 403, "forbidden"},
		"an operator":      {apitest.Operator, apitest.Order(), 403, "forbidden"},
		"another role":     {"users", apitest.Order(), 403, "forbidden"},
		"nothing":          {apitest.Buyer, object{}, 422, "required"},
		"no such plan":     {apitest.Buyer, apitest.Order(object{"plan_id": "plan_none"}), 422, "unknown_plan"},
		"no plan at all":   {apitest.Buyer, apitest.Order(object{"plan_id": "none"}), 422, "invalid_format"},
		"no such term":     {apitest.Buyer, apitest.Order(object{"billing_term": "day"}), 422, "invalid_value"},
		"too few":          {apitest.Buyer, apitest.Order(object{"licenses": 1}), 422, "out_of_range"},
		"none":             {apitest.Buyer, apitest.Order(object{"licenses": 0}), 422, "out_of_range"},
		"too many":         {apitest.Buyer, apitest.Order(object{"licenses": 51}), 422, "out_of_range"},
		"mistyped partner": {apitest.Buyer, apitest.Order(object{"partner_id": "12345670"}), 422, "mistyped_partner_id"},
		"unknown partner":  {apitest.Buyer, apitest.Order(object{"partner_id": "00000000"}), 422, "unknown_partner_id"},
		"other terms":      {apitest.Buyer, apitest.Order(object{"terms_version": "0"}), 409, "terms_outdated"},
		"another price":    {apitest.Buyer, apitest.Order(object{"price": object{"amount_minor": 1, "currency": "PLN"}}), 409, "price_changed"},
		"add to nonsense":  {apitest.Buyer, apitest.Order(object{"add_to": "mine"}), 422, "invalid_value"},
		"add to no other":  {apitest.Buyer, apitest.Order(object{"add_to": string(s.Tried.First().ID)}), 422, "unknown_subscription"},
		"not sold":         {apitest.Buyer, apitest.Order(object{"plan_id": string(s.Plan)}), 403, "plan_not_sold_here"},
	} {
		t.Run(name, func(t *testing.T) { s.Call(t, c.by, "POST", "/v1/subscriptions", c.body).Want(t, c.status, c.code) })
	}
	a := s.Call(t, apitest.Buyer, "POST", "/v1/subscriptions", apitest.Order(object{"partner_id": "00000000"})).Want(t, 422, "unknown_partner_id")
	if !strings.Contains(string(a.Body), `"pointer":"/partner_id"`) {
		t.Errorf("%s", a.Body)
	}

	body := apitest.Order(object{"licenses": 7, "partner_id": string(s.Partner), "price": object{"amount_minor": 4900, "currency": "PLN"}})
	a = s.Call(t, apitest.Buyer, "POST", "/v1/subscriptions", body, "Idempotency-Key", "order", "Accept-Language", "pl").Want(t, 201, "")
	var got contract.Subscription
	a.Into(t, &got)
	if a.Header.Get("Location") != "/v1/subscriptions/"+got.ID || got.Status != "active" || got.Trial || got.Licenses.Bought != 7 || got.Price.AmountMinor != 4900 ||
		*got.BillingTerm != "month" || got.BilledBy != "vendor" || got.PartnerOfRecord.PartnerID != string(s.Partner) || got.OfferID != nil || got.CancelsAt != nil ||
		!got.TermEndsAt.After(got.CreatedAt.AddDate(0, 0, 27)) || got.PartnerOfRecordHistory == nil {
		t.Errorf("%s", a.Body)
	}
	again := s.Call(t, apitest.Buyer, "POST", "/v1/subscriptions", body, "Idempotency-Key", "order").Want(t, 201, "")
	if again.Header.Get("Idempotency-Replayed") != "true" || !bytes.Equal(again.Body, a.Body) {
		t.Errorf("replayed %s", again.Body)
	}
	s.Call(t, apitest.Buyer, "POST", "/v1/subscriptions", apitest.Order(), "Idempotency-Key", "order").Want(t, 422, "idempotency_key_reused")

	// Owned already: add to it, or a separate one. What is added keeps its partner of record.
	s.Call(t, apitest.Buyer, "POST", "/v1/subscriptions", apitest.Order()).Want(t, 409, "plan_owned")
	if more := s.Buy(t, object{"add_to": got.ID, "licenses": 3}); more.ID != got.ID || more.Licenses.Bought != 10 || more.PartnerOfRecord == nil {
		t.Errorf("%+v", more)
	}
	if beside := s.Buy(t, object{"add_to": "separate"}); beside.ID == got.ID || beside.Licenses.Bought != 5 || beside.PartnerOfRecord != nil {
		t.Errorf("%+v", beside)
	}
	if yearly := s.Buy(t, object{"billing_term": "year"}); yearly.ID == got.ID || yearly.Price.AmountMinor != 49000 {
		t.Errorf("%+v", yearly)
	}

	// Both sides hold the receipt; it names no offer, and the partner reads no person.
	reds := gatewaytest.Walk[contract.RedemptionSummary](t, s.API, apitest.Buyer, "/v1/redemptions", "2")
	if len(reds) != 5 { // the trial's is one
		t.Errorf("%d answers", len(reds))
	}
	seen := gatewaytest.Walk[contract.RedemptionSummary](t, s.API, apitest.Full, "/v1/redemptions?customer_id="+string(s.Tried.Customer.ID), "1")
	at := slices.IndexFunc(seen, func(r contract.RedemptionSummary) bool { return r.OfferID == nil })
	if at < 0 || seen[at].Kind != "purchase" || seen[at].InvitationID != nil || seen[at].PartnerID != nil {
		t.Fatalf("%+v", seen)
	}
	path := "/v1/redemptions/" + seen[at].ID
	var red contract.Redemption
	s.Call(t, apitest.Full, "GET", path, nil).Want(t, 200, "").Into(t, &red)
	if red.DecidedBy.Name != nil || red.Terms[0].Language != "en" && red.Terms[0].Language != "pl" {
		t.Errorf("%+v", red)
	}
	if a := s.Call(t, apitest.Buyer, "GET", path+"/receipt", nil).Want(t, 200, ""); !bytes.Contains(a.Body, []byte(`"link":"account"`)) || !bytes.Contains(a.Body, []byte(`"price"`)) {
		t.Errorf("%s", a.Body)
	}
	s.Call(t, apitest.Full, "GET", path+"/receipt", nil).Want(t, 403, "forbidden") // who advises does not read what the vendor bills
	s.Call(t, apitest.Rival, "GET", path, nil).Want(t, 404, "not_found")
}

func TestConvert(t *testing.T) {
	s := apitest.Market(t)
	s.Sell(t, s.Plan, 3900, "PL")
	at := "/v1/subscriptions/" + string(s.Tried.First().ID)
	body := object{"billing_term": "year", "licenses": 12, "terms_version": "1"}
	s.Call(t, apitest.Full, "POST", at+"/convert", body).Want(t, 403, "forbidden")
	theirs := s.Yes(t, "")
	s.Call(t, apitest.Buyer, "POST", "/v1/subscriptions/"+string(theirs.First().ID)+"/convert", body).Want(t, 404, "not_found")
	s.Call(t, apitest.Buyer, "POST", "/v1/subscriptions/x/convert", body).Want(t, 404, "not_found")
	late := s.Later(t, 61*day)
	late.Call(t, apitest.Buyer, "POST", at+"/convert", body).Want(t, 409, "subscription_not_convertible")
	var got contract.Subscription
	in := s.Later(t, 35*day) // in its grace
	a := in.Call(t, apitest.Buyer, "POST", at+"/convert", body, "Idempotency-Key", "yes").Want(t, 200, "")
	a.Into(t, &got)
	if got.ID != string(s.Tried.First().ID) || got.Status != "active" || got.Trial || got.PartnerOfRecord.PartnerID != string(s.Partner) || got.Price.AmountMinor != 39000 || got.GraceEndsAt != nil {
		t.Errorf("%s", a.Body)
	}
	if again := in.Call(t, apitest.Buyer, "POST", at+"/convert", body, "Idempotency-Key", "yes").Want(t, 200, ""); !bytes.Equal(again.Body, a.Body) {
		t.Errorf("replayed %s", again.Body)
	}
	in.Call(t, apitest.Buyer, "POST", at+"/convert", body).Want(t, 409, "subscription_not_convertible")
}

func TestManage(t *testing.T) {
	s := apitest.Market(t)
	made := s.Buy(t)
	at := "/v1/subscriptions/" + made.ID
	theirs := "/v1/subscriptions/" + string(s.Yes(t, "").First().ID)
	s.Call(t, apitest.Buyer, "PATCH", at, object{"licenses": 9}).Want(t, 428, "precondition_required")
	s.Call(t, apitest.Buyer, "PATCH", at, object{"licenses": 9}, "If-Match", `"9-active"`).Want(t, 412, "precondition_failed")
	s.Call(t, apitest.Buyer, "PATCH", at, object{"licenses": 51}, "If-Match", `"1-active"`).Want(t, 422, "out_of_range")
	s.Call(t, apitest.Buyer, "PATCH", at, object{"licenses": 0}, "If-Match", `"1-active"`).Want(t, 422, "out_of_range")
	s.Call(t, apitest.Buyer, "PATCH", theirs, object{"licenses": 9}, "If-Match", `"1-trialing"`).Want(t, 404, "not_found")
	s.Call(t, apitest.Operator, "PATCH", at, object{"licenses": 9}, "If-Match", `"1-active"`).Want(t, 403, "forbidden")
	var got contract.Subscription
	a := s.Call(t, apitest.Buyer, "PATCH", at, object{"licenses": 9}, "If-Match", `"1-active"`).Want(t, 200, "")
	if a.Into(t, &got); got.Licenses.Bought != 9 || a.Header.Get("ETag") != `"2-active"` {
		t.Errorf("%s", a.Body)
	}

	s.Call(t, apitest.Buyer, "POST", at+"/undo-cancel", nil).Want(t, 409, "subscription_not_ending")
	s.Call(t, apitest.Buyer, "POST", theirs+"/cancel", nil).Want(t, 404, "not_found")
	s.Call(t, apitest.Buyer, "POST", at+"/cancel", object{"reason": "Too dear."}).Want(t, 200, "").Into(t, &got)
	if got.Status != "active" || got.CancelsAt == nil || !got.CancelsAt.Equal(*made.TermEndsAt) {
		t.Errorf("%+v", got)
	}
	s.Call(t, apitest.Buyer, "POST", at+"/cancel", nil).Want(t, 409, "subscription_cancelled")
	later := s.Later(t, 32*day)
	later.Call(t, apitest.Buyer, "GET", at, nil).Want(t, 200, "").Into(t, &got)
	if got.Status != "cancelled" {
		t.Errorf("%+v", got)
	}
	later.Call(t, apitest.Buyer, "POST", at+"/undo-cancel", nil).Want(t, 409, "subscription_not_ending")
	s.Call(t, apitest.Full, "POST", at+"/undo-cancel", nil).Want(t, 403, "forbidden")
	s.Call(t, apitest.Buyer, "POST", at+"/undo-cancel", nil).Want(t, 200, "").Into(t, &got)
	if got.CancelsAt != nil {
		t.Errorf("%+v", got)
	}
	later.Call(t, apitest.Buyer, "GET", at, nil).Want(t, 200, "").Into(t, &got)
	if got.Status != "active" || !got.TermEndsAt.After(*made.TermEndsAt) {
		t.Errorf("%+v is not renewed, whatever the job does", got)
	}
	// A trial ends at once.
	s.Call(t, apitest.Buyer, "POST", "/v1/subscriptions/"+string(s.Tried.First().ID)+"/cancel", nil).Want(t, 200, "").Into(t, &got)
	if got.Status != "cancelled" || got.EndedAt == nil {
		t.Errorf("%+v", got)
	}

	s.Call(t, apitest.Buyer, "POST", at+"/suspend", object{"reason": "x"}).Want(t, 403, "forbidden")
	s.Call(t, apitest.Operator, "POST", at+"/suspend", object{"reason": " "}).Want(t, 422, "required")
	s.Call(t, apitest.Operator, "POST", at+"/reinstate", object{"reason": "Paid."}).Want(t, 409, "subscription_not_suspended")
	s.Call(t, apitest.Operator, "POST", at+"/suspend", object{"reason": "Unpaid."}).Want(t, 200, "").Into(t, &got)
	if got.Status != "suspended" {
		t.Errorf("%+v", got)
	}
	s.Call(t, apitest.Operator, "POST", at+"/suspend", object{"reason": "Unpaid."}).Want(t, 409, "subscription_not_active")
	s.Call(t, apitest.Operator, "POST", at+"/reinstate", object{"reason": "Paid."}).Want(t, 200, "")

	// Who bills: the vendor instead of a reseller, at the vendor's price.
	transfer := object{"billed_by": "vendor", "price": object{"amount_minor": 4900, "currency": "PLN"}, "terms_version": "1"}
	s.Call(t, apitest.Buyer, "POST", at+"/transfer-billing", transfer).Want(t, 409, "same_biller")
	id := subscription.ID(made.ID)
	s.SetSubscription(t, id, &types.AttributeValueMemberS{Value: string(s.Partner)}, "card", "billed_by")
	s.SetSubscription(t, id, &types.AttributeValueMemberN{Value: "100"}, "card", "price", "amount_minor")
	s.Call(t, apitest.Full, "GET", at, nil).Want(t, 200, "").Into(t, &got) // who bills it, though it came of no offer
	if got.Price == nil || got.Price.AmountMinor != 100 || got.PartnerOfRecord != nil {
		t.Errorf("who bills it reads %+v", got)
	}
	s.Call(t, apitest.Buyer, "POST", at+"/transfer-billing", object{"billed_by": string(s.Other), "price": transfer["price"], "terms_version": "1"}).Want(t, 422, "purchase_offer_needed")
	s.Call(t, apitest.Buyer, "POST", at+"/transfer-billing", object{"billed_by": "me", "price": transfer["price"], "terms_version": "1"}).Want(t, 422, "invalid_value")
	s.Call(t, apitest.Buyer, "POST", at+"/transfer-billing", object{"billed_by": "vendor", "price": object{"amount_minor": 100, "currency": "PLN"}, "terms_version": "1"}).Want(t, 409, "price_changed")
	a = s.Call(t, apitest.Buyer, "POST", at+"/transfer-billing", transfer, "Idempotency-Key", "move").Want(t, 200, "")
	if a.Into(t, &got); got.BilledBy != "vendor" || got.Price.AmountMinor != 4900 {
		t.Errorf("%s", a.Body)
	}
	if again := s.Call(t, apitest.Buyer, "POST", at+"/transfer-billing", transfer, "Idempotency-Key", "move").Want(t, 200, ""); !bytes.Equal(again.Body, a.Body) {
		t.Errorf("replayed %s", again.Body)
	}
	var types []string
	lost := 0
	for _, c := range s.Changes(t, event.Customer(string(s.Tried.Customer.ID)), made.ID) {
		if c.Type == "reseller.billing_ended" { // at the same moment as the transfer
			lost++
			continue
		}
		types = append(types, strings.TrimPrefix(string(c.Type), "subscription."))
	}
	if want := "created licenses_changed cancelled cancellation_undone suspended reinstated billing_transferred"; strings.Join(types, " ") != want || lost != 1 {
		t.Errorf("events %v, and %d resellers that it lost the billing", types, lost)
	}
}

// TestWhoElseIsNotified has changes concern two partners: one shares the event, and the other gets a notice with the same data.
func TestWhoElseIsNotified(t *testing.T) {
	s := apitest.Market(t)
	made := s.Buy(t)
	at, owner := "/v1/subscriptions/"+made.ID, s.Tried.Customer.ID
	noticed := func(by string) []string {
		t.Helper()
		var said []string
		for _, e := range gatewaytest.Walk[contract.Event](t, s.API, by, "/v1/events?type=subscription.changed", "100") {
			said = append(said, e.Subject+" "+e.Data["change"]+" "+e.Data["licenses"])
		}
		return said
	}
	bills := func(p partner.ID) {
		t.Helper()
		s.SetSubscription(t, subscription.ID(made.ID), &types.AttributeValueMemberS{Value: string(p)}, "card", "billed_by")
	}
	licenses := func(n int) {
		t.Helper()
		a := s.Call(t, apitest.Buyer, "GET", at, nil).Want(t, 200, "")
		s.Call(t, apitest.Buyer, "PATCH", at, object{"licenses": n}, "If-Match", a.Header.Get("ETag")).Want(t, 200, "")
	}

	// The reseller that bills it, beside nobody and beside another partner of record.
	bills(s.Other)
	licenses(7)
	want := []string{made.ID + " subscription.licenses_changed 7"}
	if said := noticed(apitest.Rival); !slices.Equal(said, want) || len(noticed(apitest.Full)) != 0 {
		t.Errorf("the reseller hears %v, the other partner %v", said, noticed(apitest.Full))
	}
	s.Call(t, apitest.Buyer, "PUT", at+"/partner-of-record", object{"partner_id": string(s.Partner)}, "If-Match", s.Tag(t, at)).Want(t, 200, "")
	s.Call(t, apitest.Operator, "POST", at+"/suspend", object{"reason": "Unpaid."}).Want(t, 200, "")
	want = append([]string{made.ID + " subscription.suspended "}, want...)
	if said := noticed(apitest.Rival); !slices.Equal(said, want) || len(noticed(apitest.Full)) != 0 {
		t.Errorf("the reseller hears %v, the partner of record %v", said, noticed(apitest.Full))
	}
	if mine := gatewaytest.Walk[contract.Event](t, s.API, apitest.Rival, "/v1/events?customer_id="+string(owner), "1"); len(mine) != len(want) {
		t.Errorf("of the customer it hears %+v", mine)
	}
	// It finds what it bills by naming the customer; who is nobody there finds nothing, and without a name it lists what it is of record for.
	for query, count := range map[string]int{"?customer_id=" + string(owner): 1, "": 0, "?customer_id=cus_" + strings.Repeat("0", 12): 0} {
		if found := gatewaytest.Walk[contract.Subscription](t, s.API, apitest.Rival, "/v1/subscriptions"+query, "1"); len(found) != count || count == 1 && (found[0].ID != made.ID || found[0].Price == nil) {
			t.Errorf("%q finds %+v", query, found)
		}
	}
	// One partner that is both hears once, by the shared event.
	bills(s.Partner)
	s.Call(t, apitest.Operator, "POST", at+"/reinstate", object{"reason": "Paid."}).Want(t, 200, "")
	if len(noticed(apitest.Full)) != 0 || len(noticed(apitest.Rival)) != len(want) {
		t.Errorf("told twice: %v %v", noticed(apitest.Full), noticed(apitest.Rival))
	}

	// A term that is over is told before what the customer did in the next one, whatever the job does.
	owner = s.Tried.Customer.ID
	later := s.Later(t, 32*day)
	later.Call(t, apitest.Buyer, "POST", at+"/cancel", nil).Want(t, 200, "")
	changes := s.Changes(t, event.Customer(string(owner)), made.ID)
	if n := len(changes); n < 2 || changes[n-2].Type != "subscription.renewed" || changes[n-1].Type != "subscription.cancelled" {
		t.Errorf("events %v", changes)
	}

	// A full administrator cancels a trial on behalf, of which another is partner of record; it lists all that its customer has.
	helped := s.Yes(t, offer.RoleFull)
	owner = helped.Customer.ID
	s.SetSubscription(t, helped.First().ID, &types.AttributeValueMemberS{Value: string(s.Other)}, "card", "partner_of_record", "partner")
	for by, count := range map[string]int{apitest.Full: 1, apitest.Limited: 0} {
		if found := gatewaytest.Walk[contract.Subscription](t, s.API, by, "/v1/subscriptions?customer_id="+string(owner), "1"); len(found) != count {
			t.Errorf("%s finds %+v", by, found)
		}
	}
	s.Call(t, apitest.Full, "POST", "/v1/subscriptions/"+string(helped.First().ID)+"/cancel", nil).Want(t, 200, "")
	want = append([]string{string(helped.First().ID) + " subscription.cancelled "}, want...)
	if said := noticed(apitest.Rival); !slices.Equal(said, want) {
		t.Errorf("the partner of record hears %v", said)
	}
}

// TestDecidedOn writes nothing where the subscription is another than the one that the act was decided on, however late it changes.
func TestDecidedOn(t *testing.T) {
	s := apitest.Market(t)
	made := s.Buy(t)
	id := subscription.ID(made.ID)
	now, err := s.World.Table.StoredSubscription(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	stale := s.Op("late")
	stale.Seen = now.Version + 1
	by := consent.Visitor{User: s.User(t, s.Tried.Customer.ID, "late", customer.BillingAdmin), Language: "en"}
	before := s.Table.Dump(t)
	if _, outcomes, err := order.SetPartnerOfRecord(t.Context(), s.World.Table, by, []subscription.ID{id}, s.Partner, false, stale); err != nil || !fault.Is(outcomes[0].Err, fault.PreconditionFailed) {
		t.Errorf("named: %+v %v", outcomes, err)
	}
	if err := relationship.StepDownFrom(t.Context(), s.World.Table, id, "", relationship.ByVendor, "why", stale); !fault.Is(err, fault.PreconditionFailed) {
		t.Errorf("stepped down: %v", err)
	}
	if s.Table.Dump(t) != before {
		t.Error("a stale act wrote something")
	}
}

func TestPartnerOfRecord(t *testing.T) {
	s := apitest.Market(t)
	made := s.Buy(t)
	at := "/v1/subscriptions/" + made.ID + "/partner-of-record"
	theirs := s.Yes(t, "")
	foreign := "/v1/subscriptions/" + string(theirs.First().ID) + "/partner-of-record"
	s.Call(t, apitest.Full, "PUT", at, object{"partner_id": string(s.Partner)}).Want(t, 403, "forbidden")
	s.Call(t, apitest.Buyer, "PUT", at, object{}).Want(t, 422, "required")
	s.Call(t, apitest.Buyer, "PUT", at, object{"partner_id": "1"}).Want(t, 422, "invalid_format")
	s.Call(t, apitest.Buyer, "PUT", at, object{"partner_id": "00000000"}, "If-Match", s.Tag(t, at)).Want(t, 422, "unknown_partner_id")
	s.Call(t, apitest.Buyer, "PUT", foreign, object{"partner_id": string(s.Partner)}).Want(t, 404, "not_found")
	s.Call(t, apitest.Buyer, "PUT", at, object{"partner_id": string(s.Partner)}).Want(t, 428, "precondition_required")
	for _, stale := range []string{`"999-zz"`, `"1-trialing"`, "*", "W/" + s.Tag(t, at)} {
		s.Call(t, apitest.Buyer, "PUT", at, object{"partner_id": string(s.Partner)}, "If-Match", stale).Want(t, 412, "precondition_failed")
	}
	trial := "/v1/subscriptions/" + string(s.Tried.First().ID) + "/partner-of-record"
	a := s.Call(t, apitest.Buyer, "PUT", trial, object{"partner_id": string(s.Other)}, "If-Match", s.Tag(t, trial)).Want(t, 422, "partner_not_eligible") // not authorised for that plan
	if !strings.Contains(string(a.Body), `"pointer":"/partner_id"`) {
		t.Errorf("%s", a.Body)
	}
	var got contract.Subscription
	for _, p := range []partner.ID{s.Partner, s.Partner, s.Other} {
		before := s.Tag(t, at)
		s.Call(t, apitest.Buyer, "PUT", at, object{"partner_id": string(p)}, "If-Match", `"x", `+before).Want(t, 200, "").Into(t, &got)
		if now := s.Tag(t, at); now != before {
			s.Call(t, apitest.Buyer, "PUT", at, object{"partner_id": string(p)}, "If-Match", before).Want(t, 412, "precondition_failed")
		}
		if got.PartnerOfRecord.PartnerID != string(p) {
			t.Errorf("%+v", got)
		}
	}
	if h := got.PartnerOfRecordHistory; len(h) != 1 || h[0].PartnerID != string(s.Partner) || h[0].Until.Before(h[0].Since) {
		t.Errorf("%+v", h)
	}
	s.Call(t, apitest.Rival, "GET", "/v1/subscriptions/"+made.ID, nil).Want(t, 200, "").Into(t, &got)
	if got.PartnerOfRecordHistory != nil || got.Price != nil || got.OfferID != nil {
		t.Errorf("a partner reads of others: %+v", got)
	}
	// Who was replaced reads that receipt, but not the ones that do not concern it.
	read := func(by string) (all int) {
		for _, r := range gatewaytest.Walk[contract.RedemptionSummary](t, s.API, apitest.Buyer, "/v1/redemptions", "10") {
			if s.Call(t, by, "GET", "/v1/redemptions/"+r.ID+"/receipt", nil).Status == 200 {
				all++
			}
		}
		return all
	}
	if us, them := read(apitest.Full), read(apitest.Rival); us != 3 || them != 1 { // the trial's is one
		t.Errorf("the one before reads %d receipts, the new one %d", us, them)
	}

	s.Call(t, apitest.Full, "DELETE", at, nil).Want(t, 404, "not_found")
	for _, by := range []string{apitest.Rival, apitest.Operator, apitest.Buyer} {
		s.Call(t, by, "DELETE", at, object{"reason": "We close."}).Want(t, 428, "precondition_required")
		s.Call(t, by, "DELETE", at, object{"reason": "We close."}, "If-Match", `"999-zz"`).Want(t, 412, "precondition_failed")
	}
	s.Call(t, apitest.Rival, "DELETE", at, object{"reason": "We close."}, "If-Match", s.Tag(t, at)).Want(t, 204, "")
	s.Call(t, apitest.Operator, "DELETE", at, nil, "If-Match", s.Tag(t, at)).Want(t, 422, "required")
	s.Call(t, apitest.Operator, "DELETE", at, object{"reason": "Nobody is there."}, "If-Match", s.Tag(t, at)).Want(t, 204, "")
	s.Call(t, apitest.Buyer, "DELETE", at, nil, "If-Match", s.Tag(t, at)).Want(t, 204, "")
	s.Call(t, apitest.Buyer, "DELETE", foreign, nil).Want(t, 404, "not_found")
	s.Call(t, apitest.Operator, "DELETE", trial, object{"reason": "It left."}, "If-Match", s.Tag(t, trial)).Want(t, 204, "")
	s.Call(t, apitest.Buyer, "GET", strings.TrimSuffix(trial, "/partner-of-record"), nil).Want(t, 200, "").Into(t, &got)
	if got.PartnerOfRecord != nil || len(got.PartnerOfRecordHistory) != 1 {
		t.Errorf("%+v", got)
	}
	if changes := s.Changes(t, event.Customer(string(s.Tried.Customer.ID)), got.ID); changes[len(changes)-1].Type != "partner_of_record.removed" || changes[len(changes)-1].Data["cause"] != "vendor" {
		t.Errorf("%+v", changes)
	}
	for _, p := range []partner.ID{s.Partner, s.Other} {
		if tie, _, err := s.World.Table.Relationship(t.Context(), s.Tried.Customer.ID, p); err != nil || tie.PartnerOfRecordSubscriptions != 0 {
			t.Errorf("%s: %+v %v", p, tie, err)
		}
	}
}

// falling takes the buyer's role away after it was read and before the act is written.
type falling struct {
	fixture.Table
	before func()
}

func (f falling) SaveConsent(ctx context.Context, r consent.Consent, happened []event.Event, o op.Op) error {
	f.before()
	return f.Table.SaveConsent(ctx, r, happened, o)
}

func (f falling) SaveSubscription(ctx context.Context, s subscription.Subscription, happened []event.Event, o op.Op) error {
	f.before()
	return f.Table.SaveSubscription(ctx, s, happened, o)
}

// TestBuyerDemotedMeanwhile lets the role fall between the decision and the write: nothing commits after it.
func TestBuyerDemotedMeanwhile(t *testing.T) {
	s := apitest.Market(t)
	s.Sell(t, s.Plan, 3900, "PL")
	made := s.Buy(t)
	id := s.User(t, s.Tried.Customer.ID, "falls", customer.BillingAdmin)
	table := falling{s.Table, func() { s.SetUser(t, id, "roles", &types.AttributeValueMemberL{}) }}
	racing := s.Later(t, 0, subscriptions.Create(table), subscriptions.Convert(table), subscriptions.Update(table), subscriptions.Cancel(table),
		subscriptions.SetPartnerOfRecord(table), partnerofrecordchanges.Create(table))
	at, trial := "/v1/subscriptions/"+made.ID, "/v1/subscriptions/"+string(s.Tried.First().ID)
	before := len(s.Items(t))
	for name, c := range map[string]struct {
		method, path string
		body         object
	}{
		"buy":     {"POST", "/v1/subscriptions", apitest.Order(object{"add_to": "separate"})},
		"add":     {"POST", "/v1/subscriptions", apitest.Order(object{"add_to": made.ID})},
		"convert": {"POST", trial + "/convert", object{"billing_term": "month", "terms_version": "1"}},
		"resize":  {"PATCH", at, object{"licenses": 9}},
		"cancel":  {"POST", at + "/cancel", object{}},
		"name":    {"PUT", at + "/partner-of-record", object{"partner_id": string(s.Partner)}},
		"several": {"POST", "/v1/partner-of-record-changes", object{"partner_id": string(s.Partner), "subscription_ids": []string{made.ID}}},
	} {
		s.SetUser(t, id, "roles", &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: "billing_admin"}}})
		a := racing.Call(t, "falls", c.method, c.path, c.body, "If-Match", `"1-active"`)
		if a.Status != 403 || a.Code() != "not_your_role" {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	if after := len(s.Items(t)); after != before {
		t.Errorf("%d items, were %d", after, before)
	}
}

// TestLowered: no subscription is lowered below what users have, also where one is given a licence between the decision and the write.
func TestLowered(t *testing.T) {
	s := apitest.Market(t)
	made := s.Buy(t, object{"licenses": 3})
	s.User(t, s.Tried.Customer.ID, "manager", customer.UserAdmin)
	give := func() {
		t.Helper()
		at := "/v1/customers/" + made.CustomerID + "/users/" + string(s.Member(t, s.Tried.Customer.ID, s.Op("test").IDs.Random(8)+"@customer.example"))
		tag := s.Call(t, "manager", "GET", at, nil).Want(t, 200, "").Header.Get("ETag")
		s.Call(t, "manager", "PUT", at+"/licenses", object{"subscription_ids": []string{made.ID}}, "If-Match", tag).Want(t, 200, "")
	}
	give()
	give()
	var once sync.Once
	at := "/v1/subscriptions/" + made.ID
	s.Later(t, 0, subscriptions.Update(falling{s.Table, func() { once.Do(give) }})).Call(t, apitest.Buyer, "PATCH", at, object{"licenses": 2}, "If-Match", s.Tag(t, at)).Want(t, 412, "precondition_failed")
	s.Call(t, apitest.Buyer, "PATCH", at, object{"licenses": 2}, "If-Match", s.Tag(t, at)).Want(t, 422, "licenses_assigned")
	var got contract.Subscription
	if s.Call(t, apitest.Buyer, "GET", at, nil).Want(t, 200, "").Into(t, &got); got.Licenses.Bought != 3 || got.Licenses.Assigned != 3 {
		t.Errorf("bought %d, assigned %d", got.Licenses.Bought, got.Licenses.Assigned)
	}
}
