package api_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/api/partner-of-record-changes"
	"liaison/functions/api/subscriptions"
	"liaison/shared/catalog"
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
	"liaison/tests/fixture/gatewaytest"
)

const (
	paid  = "plan_paid"
	buyer = "buyer" // a billing administrator
)

// shop is a world with a plan to buy, and a customer with a trial whose billing administrator is the buyer.
type shop struct {
	*world
	yes consent.Consent
}

func market(t *testing.T) shop {
	t.Helper()
	w := open(t)
	w.sell(t, paid, 4900, "PL")
	yes := w.yes(t, "")
	w.user(t, yes.Customer.ID, buyer, customer.BillingAdmin)
	return shop{w, yes}
}

// sell puts a plan on sale by month and year in some countries, and authorises the world's partners for it in Poland.
func (w *world) sell(t *testing.T, id catalog.PlanID, price int64, countries ...string) {
	t.Helper()
	o := w.Op("operator")
	plan := catalog.Plan{
		ID: id, Status: catalog.PlanActive, Name: catalog.Text{"en": "Paid", "pl": "Płatny"}, Description: catalog.Text{"en": "Mail.", "pl": "Poczta."},
		Services: []catalog.Service{{ID: "mail", Name: catalog.Text{"en": "Mail", "pl": "Poczta"}, Description: catalog.Text{"en": "Mail", "pl": "Poczta"}}},
		Prices: []catalog.Price{
			{Term: catalog.Month, Price: catalog.Money{AmountMinor: price, Currency: "PLN"}}, {Term: catalog.Year, Price: catalog.Money{AmountMinor: 10 * price, Currency: "PLN"}},
		},
		Licenses: catalog.Bounds{Min: 2, Max: 50, Default: 5}, Countries: countries, CreatedAt: o.At,
	}
	if old, err := w.World.Table.Plan(t.Context(), id); err == nil {
		plan.Version, plan.Trial = old.Version, old.Trial
	}
	if err := w.World.Table.SavePlan(t.Context(), plan, event.New(o, event.Vendor(), event.Of(id, catalog.PlanChangedEvent{})), o); err != nil {
		t.Fatal(err)
	}
	if plan.Version > 0 {
		return
	}
	for _, p := range []partner.ID{w.Partner, w.other} {
		o := w.Op("operator")
		a := partner.Authorisation{Partner: p, Plan: id, Countries: []string{"PL"}, From: o.At.Add(-day), CreatedAt: o.At}
		if err := w.World.Table.SaveAuthorisation(t.Context(), a, event.New(o, event.Partner(string(p)), event.Of(p, partner.AuthorisedEvent{})), o); err != nil {
			t.Fatal(err)
		}
	}
}

func wish(change ...object) object {
	body := object{"plan_id": paid, "billing_term": "month", "terms_version": "1"}
	for _, c := range change {
		for name, v := range c {
			body[name] = v
		}
	}
	return body
}

func (s shop) buy(t *testing.T, change ...object) contract.Subscription {
	t.Helper()
	var made contract.Subscription
	s.Call(t, buyer, "POST", "/v1/subscriptions", wish(change...)).Want(t, 201, "").Into(t, &made)
	return made
}

func TestBuy(t *testing.T) {
	s := market(t)
	s.user(t, s.yes.Customer.ID, "users", customer.UserAdmin)
	for name, c := range map[string]struct {
		by     string
		body   any
		status int
		code   string
	}{
		"a partner":        {full, wish(), 403, "forbidden"},
		"an operator":      {operator, wish(), 403, "forbidden"},
		"another role":     {"users", wish(), 403, "forbidden"},
		"nothing":          {buyer, object{}, 422, "required"},
		"no such plan":     {buyer, wish(object{"plan_id": "plan_none"}), 422, "unknown_plan"},
		"no plan at all":   {buyer, wish(object{"plan_id": "none"}), 422, "invalid_format"},
		"no such term":     {buyer, wish(object{"billing_term": "day"}), 422, "invalid_value"},
		"too few":          {buyer, wish(object{"licenses": 1}), 422, "out_of_range"},
		"none":             {buyer, wish(object{"licenses": 0}), 422, "out_of_range"},
		"too many":         {buyer, wish(object{"licenses": 51}), 422, "out_of_range"},
		"mistyped partner": {buyer, wish(object{"partner_id": "12345670"}), 422, "mistyped_partner_id"},
		"unknown partner":  {buyer, wish(object{"partner_id": "00000000"}), 422, "unknown_partner_id"},
		"other terms":      {buyer, wish(object{"terms_version": "0"}), 409, "terms_outdated"},
		"another price":    {buyer, wish(object{"price": object{"amount_minor": 1, "currency": "PLN"}}), 409, "price_changed"},
		"add to nonsense":  {buyer, wish(object{"add_to": "mine"}), 422, "invalid_value"},
		"add to no other":  {buyer, wish(object{"add_to": string(s.yes.First().ID)}), 422, "unknown_subscription"},
		"not sold":         {buyer, wish(object{"plan_id": string(s.Plan)}), 403, "plan_not_sold_here"},
	} {
		t.Run(name, func(t *testing.T) { s.Call(t, c.by, "POST", "/v1/subscriptions", c.body).Want(t, c.status, c.code) })
	}
	a := s.Call(t, buyer, "POST", "/v1/subscriptions", wish(object{"partner_id": "00000000"})).Want(t, 422, "unknown_partner_id")
	if !strings.Contains(string(a.Body), `"pointer":"/partner_id"`) {
		t.Errorf("%s", a.Body)
	}

	body := wish(object{"licenses": 7, "partner_id": string(s.Partner), "price": object{"amount_minor": 4900, "currency": "PLN"}})
	a = s.Call(t, buyer, "POST", "/v1/subscriptions", body, "Idempotency-Key", "order", "Accept-Language", "pl").Want(t, 201, "")
	var got contract.Subscription
	a.Into(t, &got)
	if a.Header.Get("Location") != "/v1/subscriptions/"+got.ID || got.Status != "active" || got.Trial || got.Licenses.Bought != 7 || got.Price.AmountMinor != 4900 ||
		*got.BillingTerm != "month" || got.BilledBy != "vendor" || got.PartnerOfRecord.PartnerID != string(s.Partner) || got.OfferID != nil || got.CancelsAt != nil ||
		!got.TermEndsAt.After(got.CreatedAt.AddDate(0, 0, 27)) || got.PartnerOfRecordHistory == nil {
		t.Errorf("%s", a.Body)
	}
	again := s.Call(t, buyer, "POST", "/v1/subscriptions", body, "Idempotency-Key", "order").Want(t, 201, "")
	if again.Header.Get("Idempotency-Replayed") != "true" || !bytes.Equal(again.Body, a.Body) {
		t.Errorf("replayed %s", again.Body)
	}
	s.Call(t, buyer, "POST", "/v1/subscriptions", wish(), "Idempotency-Key", "order").Want(t, 422, "idempotency_key_reused")

	// Owned already: add to it, or a separate one. What is added keeps its partner of record.
	s.Call(t, buyer, "POST", "/v1/subscriptions", wish()).Want(t, 409, "plan_owned")
	if more := s.buy(t, object{"add_to": got.ID, "licenses": 3}); more.ID != got.ID || more.Licenses.Bought != 10 || more.PartnerOfRecord == nil {
		t.Errorf("%+v", more)
	}
	if beside := s.buy(t, object{"add_to": "separate"}); beside.ID == got.ID || beside.Licenses.Bought != 5 || beside.PartnerOfRecord != nil {
		t.Errorf("%+v", beside)
	}
	if yearly := s.buy(t, object{"billing_term": "year"}); yearly.ID == got.ID || yearly.Price.AmountMinor != 49000 {
		t.Errorf("%+v", yearly)
	}

	// Both sides hold the receipt; it names no offer, and the partner reads no person.
	reds := walk[contract.RedemptionSummary](t, s.world, buyer, "/v1/redemptions", "2")
	if len(reds) != 5 { // the trial's is one
		t.Errorf("%d answers", len(reds))
	}
	seen := walk[contract.RedemptionSummary](t, s.world, full, "/v1/redemptions?customer_id="+string(s.yes.Customer.ID), "1")
	at := slices.IndexFunc(seen, func(r contract.RedemptionSummary) bool { return r.OfferID == nil })
	if at < 0 || seen[at].Kind != "purchase" || seen[at].InvitationID != nil || seen[at].PartnerID != nil {
		t.Fatalf("%+v", seen)
	}
	path := "/v1/redemptions/" + seen[at].ID
	var red contract.Redemption
	s.Call(t, full, "GET", path, nil).Want(t, 200, "").Into(t, &red)
	if red.DecidedBy.Name != nil || red.Terms[0].Language != "en" && red.Terms[0].Language != "pl" {
		t.Errorf("%+v", red)
	}
	if a := s.Call(t, buyer, "GET", path+"/receipt", nil).Want(t, 200, ""); !bytes.Contains(a.Body, []byte(`"link":"account"`)) || !bytes.Contains(a.Body, []byte(`"price"`)) {
		t.Errorf("%s", a.Body)
	}
	s.Call(t, full, "GET", path+"/receipt", nil).Want(t, 403, "forbidden") // who advises does not read what the vendor bills
	s.Call(t, rival, "GET", path, nil).Want(t, 404, "not_found")
}

func TestConvert(t *testing.T) {
	s := market(t)
	s.sell(t, s.Plan, 3900, "PL")
	at := "/v1/subscriptions/" + string(s.yes.First().ID)
	body := object{"billing_term": "year", "licenses": 12, "terms_version": "1"}
	s.Call(t, full, "POST", at+"/convert", body).Want(t, 403, "forbidden")
	theirs := s.world.yes(t, "")
	s.Call(t, buyer, "POST", "/v1/subscriptions/"+string(theirs.First().ID)+"/convert", body).Want(t, 404, "not_found")
	s.Call(t, buyer, "POST", "/v1/subscriptions/x/convert", body).Want(t, 404, "not_found")
	late := s.Later(t, 61*day, s.endpoints...)
	late.Call(t, buyer, "POST", at+"/convert", body).Want(t, 409, "subscription_not_convertible")
	var got contract.Subscription
	in := s.Later(t, 35*day, s.endpoints...) // in its grace
	a := in.Call(t, buyer, "POST", at+"/convert", body, "Idempotency-Key", "yes").Want(t, 200, "")
	a.Into(t, &got)
	if got.ID != string(s.yes.First().ID) || got.Status != "active" || got.Trial || got.PartnerOfRecord.PartnerID != string(s.Partner) || got.Price.AmountMinor != 39000 || got.GraceEndsAt != nil {
		t.Errorf("%s", a.Body)
	}
	if again := in.Call(t, buyer, "POST", at+"/convert", body, "Idempotency-Key", "yes").Want(t, 200, ""); !bytes.Equal(again.Body, a.Body) {
		t.Errorf("replayed %s", again.Body)
	}
	in.Call(t, buyer, "POST", at+"/convert", body).Want(t, 409, "subscription_not_convertible")
}

func TestManage(t *testing.T) {
	s := market(t)
	made := s.buy(t)
	at := "/v1/subscriptions/" + made.ID
	theirs := "/v1/subscriptions/" + string(s.world.yes(t, "").First().ID)
	s.Call(t, buyer, "PATCH", at, object{"licenses": 9}).Want(t, 428, "precondition_required")
	s.Call(t, buyer, "PATCH", at, object{"licenses": 9}, "If-Match", `"9-active"`).Want(t, 412, "precondition_failed")
	s.Call(t, buyer, "PATCH", at, object{"licenses": 51}, "If-Match", `"1-active"`).Want(t, 422, "out_of_range")
	s.Call(t, buyer, "PATCH", at, object{"licenses": 0}, "If-Match", `"1-active"`).Want(t, 422, "out_of_range")
	s.Call(t, buyer, "PATCH", theirs, object{"licenses": 9}, "If-Match", `"1-trialing"`).Want(t, 404, "not_found")
	s.Call(t, operator, "PATCH", at, object{"licenses": 9}, "If-Match", `"1-active"`).Want(t, 403, "forbidden")
	var got contract.Subscription
	a := s.Call(t, buyer, "PATCH", at, object{"licenses": 9}, "If-Match", `"1-active"`).Want(t, 200, "")
	if a.Into(t, &got); got.Licenses.Bought != 9 || a.Header.Get("ETag") != `"2-active"` {
		t.Errorf("%s", a.Body)
	}

	s.Call(t, buyer, "POST", at+"/undo-cancel", nil).Want(t, 409, "subscription_not_ending")
	s.Call(t, buyer, "POST", theirs+"/cancel", nil).Want(t, 404, "not_found")
	s.Call(t, buyer, "POST", at+"/cancel", object{"reason": "Too dear."}).Want(t, 200, "").Into(t, &got)
	if got.Status != "active" || got.CancelsAt == nil || !got.CancelsAt.Equal(*made.TermEndsAt) {
		t.Errorf("%+v", got)
	}
	s.Call(t, buyer, "POST", at+"/cancel", nil).Want(t, 409, "subscription_cancelled")
	later := s.Later(t, 32*day, s.endpoints...)
	later.Call(t, buyer, "GET", at, nil).Want(t, 200, "").Into(t, &got)
	if got.Status != "cancelled" {
		t.Errorf("%+v", got)
	}
	later.Call(t, buyer, "POST", at+"/undo-cancel", nil).Want(t, 409, "subscription_not_ending")
	s.Call(t, full, "POST", at+"/undo-cancel", nil).Want(t, 403, "forbidden")
	s.Call(t, buyer, "POST", at+"/undo-cancel", nil).Want(t, 200, "").Into(t, &got)
	if got.CancelsAt != nil {
		t.Errorf("%+v", got)
	}
	later.Call(t, buyer, "GET", at, nil).Want(t, 200, "").Into(t, &got)
	if got.Status != "active" || !got.TermEndsAt.After(*made.TermEndsAt) {
		t.Errorf("%+v is not renewed, whatever the job does", got)
	}
	// A trial ends at once.
	s.Call(t, buyer, "POST", "/v1/subscriptions/"+string(s.yes.First().ID)+"/cancel", nil).Want(t, 200, "").Into(t, &got)
	if got.Status != "cancelled" || got.EndedAt == nil {
		t.Errorf("%+v", got)
	}

	s.Call(t, buyer, "POST", at+"/suspend", object{"reason": "x"}).Want(t, 403, "forbidden")
	s.Call(t, operator, "POST", at+"/suspend", object{"reason": " "}).Want(t, 422, "required")
	s.Call(t, operator, "POST", at+"/reinstate", object{"reason": "Paid."}).Want(t, 409, "subscription_not_suspended")
	s.Call(t, operator, "POST", at+"/suspend", object{"reason": "Unpaid."}).Want(t, 200, "").Into(t, &got)
	if got.Status != "suspended" {
		t.Errorf("%+v", got)
	}
	s.Call(t, operator, "POST", at+"/suspend", object{"reason": "Unpaid."}).Want(t, 409, "subscription_not_active")
	s.Call(t, operator, "POST", at+"/reinstate", object{"reason": "Paid."}).Want(t, 200, "")

	// Who bills: the vendor instead of a reseller, at the vendor's price.
	transfer := object{"billed_by": "vendor", "price": object{"amount_minor": 4900, "currency": "PLN"}, "terms_version": "1"}
	s.Call(t, buyer, "POST", at+"/transfer-billing", transfer).Want(t, 409, "same_biller")
	_, ulid, _ := subscription.ID(made.ID).Customer()
	s.set(t, "CUSTOMER#"+s.yes.Customer.ID.Bare(), "SUB#"+ulid, "card.billed_by", &types.AttributeValueMemberS{Value: string(s.Partner)})
	s.set(t, "CUSTOMER#"+s.yes.Customer.ID.Bare(), "SUB#"+ulid, "card.price.amount_minor", &types.AttributeValueMemberN{Value: "100"})
	s.Call(t, full, "GET", at, nil).Want(t, 200, "").Into(t, &got) // who bills it, though it came of no offer
	if got.Price == nil || got.Price.AmountMinor != 100 || got.PartnerOfRecord != nil {
		t.Errorf("who bills it reads %+v", got)
	}
	s.Call(t, buyer, "POST", at+"/transfer-billing", object{"billed_by": string(s.other), "price": transfer["price"], "terms_version": "1"}).Want(t, 422, "purchase_offer_needed")
	s.Call(t, buyer, "POST", at+"/transfer-billing", object{"billed_by": "me", "price": transfer["price"], "terms_version": "1"}).Want(t, 422, "invalid_value")
	s.Call(t, buyer, "POST", at+"/transfer-billing", object{"billed_by": "vendor", "price": object{"amount_minor": 100, "currency": "PLN"}, "terms_version": "1"}).Want(t, 409, "price_changed")
	a = s.Call(t, buyer, "POST", at+"/transfer-billing", transfer, "Idempotency-Key", "move").Want(t, 200, "")
	if a.Into(t, &got); got.BilledBy != "vendor" || got.Price.AmountMinor != 4900 {
		t.Errorf("%s", a.Body)
	}
	if again := s.Call(t, buyer, "POST", at+"/transfer-billing", transfer, "Idempotency-Key", "move").Want(t, 200, ""); !bytes.Equal(again.Body, a.Body) {
		t.Errorf("replayed %s", again.Body)
	}
	var told []string
	lost := 0
	for _, c := range s.told(t, event.Customer(string(s.yes.Customer.ID)), made.ID) {
		if c.Type == "reseller.billing_ended" { // at the same moment as the transfer
			lost++
			continue
		}
		told = append(told, strings.TrimPrefix(string(c.Type), "subscription."))
	}
	if want := "created licenses_changed cancelled cancellation_undone suspended reinstated billing_transferred"; strings.Join(told, " ") != want || lost != 1 {
		t.Errorf("told %v, and %d resellers that it lost the billing", told, lost)
	}
}

// TestWhoElseIsTold has changes concern two partners: one shares the event, and the other gets a notice with the same data.
func TestWhoElseIsTold(t *testing.T) {
	s := market(t)
	made := s.buy(t)
	at, owner := "/v1/subscriptions/"+made.ID, s.yes.Customer.ID
	noticed := func(by string) []string {
		t.Helper()
		var said []string
		for _, e := range walk[contract.Event](t, s.world, by, "/v1/events?type=subscription.changed", "100") {
			said = append(said, e.Subject+" "+e.Data["change"]+" "+e.Data["licenses"])
		}
		return said
	}
	_, ulid, _ := subscription.ID(made.ID).Customer()
	bills := func(p partner.ID) {
		t.Helper()
		s.set(t, "CUSTOMER#"+owner.Bare(), "SUB#"+ulid, "card.billed_by", &types.AttributeValueMemberS{Value: string(p)})
	}
	licences := func(n int) {
		t.Helper()
		a := s.Call(t, buyer, "GET", at, nil).Want(t, 200, "")
		s.Call(t, buyer, "PATCH", at, object{"licenses": n}, "If-Match", a.Header.Get("ETag")).Want(t, 200, "")
	}

	// The reseller that bills it, beside nobody and beside another partner of record.
	bills(s.other)
	licences(7)
	want := []string{made.ID + " subscription.licenses_changed 7"}
	if said := noticed(rival); !slices.Equal(said, want) || len(noticed(full)) != 0 {
		t.Errorf("the reseller hears %v, the other partner %v", said, noticed(full))
	}
	s.Call(t, buyer, "PUT", at+"/partner-of-record", object{"partner_id": string(s.Partner)}, "If-Match", s.tag(t, at)).Want(t, 200, "")
	s.Call(t, operator, "POST", at+"/suspend", object{"reason": "Unpaid."}).Want(t, 200, "")
	want = append([]string{made.ID + " subscription.suspended "}, want...)
	if said := noticed(rival); !slices.Equal(said, want) || len(noticed(full)) != 0 {
		t.Errorf("the reseller hears %v, the partner of record %v", said, noticed(full))
	}
	if mine := walk[contract.Event](t, s.world, rival, "/v1/events?customer_id="+string(owner), "1"); len(mine) != len(want) {
		t.Errorf("of the customer it hears %+v", mine)
	}
	// It finds what it bills by naming the customer; who is nobody there finds nothing, and without a name it lists what it is of record for.
	for query, count := range map[string]int{"?customer_id=" + string(owner): 1, "": 0, "?customer_id=cus_" + strings.Repeat("0", 12): 0} {
		if found := walk[contract.Subscription](t, s.world, rival, "/v1/subscriptions"+query, "1"); len(found) != count || count == 1 && (found[0].ID != made.ID || found[0].Price == nil) {
			t.Errorf("%q finds %+v", query, found)
		}
	}
	// One partner that is both hears once, by the shared event.
	bills(s.Partner)
	s.Call(t, operator, "POST", at+"/reinstate", object{"reason": "Paid."}).Want(t, 200, "")
	if len(noticed(full)) != 0 || len(noticed(rival)) != len(want) {
		t.Errorf("told twice: %v %v", noticed(full), noticed(rival))
	}

	// A term that is over is told before what the customer did in the next one, whatever the job does.
	owner = s.yes.Customer.ID
	later := s.Later(t, 32*day, s.endpoints...)
	later.Call(t, buyer, "POST", at+"/cancel", nil).Want(t, 200, "")
	told := s.told(t, event.Customer(string(owner)), made.ID)
	if n := len(told); n < 2 || told[n-2].Type != "subscription.renewed" || told[n-1].Type != "subscription.cancelled" {
		t.Errorf("told %v", told)
	}

	// A full administrator cancels a trial on behalf, of which another is partner of record; it lists all that its customer has.
	helped := s.world.yes(t, offer.RoleFull)
	_, ulid, _ = helped.First().ID.Customer()
	owner = helped.Customer.ID
	s.set(t, "CUSTOMER#"+owner.Bare(), "SUB#"+ulid, "card.partner_of_record.partner", &types.AttributeValueMemberS{Value: string(s.other)})
	for by, count := range map[string]int{full: 1, limited: 0} {
		if found := walk[contract.Subscription](t, s.world, by, "/v1/subscriptions?customer_id="+string(owner), "1"); len(found) != count {
			t.Errorf("%s finds %+v", by, found)
		}
	}
	s.Call(t, full, "POST", "/v1/subscriptions/"+string(helped.First().ID)+"/cancel", nil).Want(t, 200, "")
	want = append([]string{string(helped.First().ID) + " subscription.cancelled "}, want...)
	if said := noticed(rival); !slices.Equal(said, want) {
		t.Errorf("the partner of record hears %v", said)
	}
}

// tag reads the ETag of the subscription at a path, or of the one that the path leads into.
func (s shop) tag(t *testing.T, path string) string {
	t.Helper()
	return s.Call(t, operator, "GET", strings.TrimSuffix(path, "/partner-of-record"), nil).Want(t, 200, "").Header.Get("ETag")
}

// TestDecidedOn writes nothing where the subscription is another than the one that the act was decided on, however late it changes.
func TestDecidedOn(t *testing.T) {
	s := market(t)
	made := s.buy(t)
	id := subscription.ID(made.ID)
	now, err := s.World.Table.StoredSubscription(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	stale := s.Op("late")
	stale.Seen = now.Version + 1
	by := consent.Visitor{User: s.user(t, s.yes.Customer.ID, "late", customer.BillingAdmin), Language: "en"}
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
	s := market(t)
	made := s.buy(t)
	at := "/v1/subscriptions/" + made.ID + "/partner-of-record"
	theirs := s.world.yes(t, "")
	foreign := "/v1/subscriptions/" + string(theirs.First().ID) + "/partner-of-record"
	s.Call(t, full, "PUT", at, object{"partner_id": string(s.Partner)}).Want(t, 403, "forbidden")
	s.Call(t, buyer, "PUT", at, object{}).Want(t, 422, "required")
	s.Call(t, buyer, "PUT", at, object{"partner_id": "1"}).Want(t, 422, "invalid_format")
	s.Call(t, buyer, "PUT", at, object{"partner_id": "00000000"}, "If-Match", s.tag(t, at)).Want(t, 422, "unknown_partner_id")
	s.Call(t, buyer, "PUT", foreign, object{"partner_id": string(s.Partner)}).Want(t, 404, "not_found")
	s.Call(t, buyer, "PUT", at, object{"partner_id": string(s.Partner)}).Want(t, 428, "precondition_required")
	for _, stale := range []string{`"999-zz"`, `"1-trialing"`, "*", "W/" + s.tag(t, at)} {
		s.Call(t, buyer, "PUT", at, object{"partner_id": string(s.Partner)}, "If-Match", stale).Want(t, 412, "precondition_failed")
	}
	trial := "/v1/subscriptions/" + string(s.yes.First().ID) + "/partner-of-record"
	a := s.Call(t, buyer, "PUT", trial, object{"partner_id": string(s.other)}, "If-Match", s.tag(t, trial)).Want(t, 422, "partner_not_eligible") // not authorised for that plan
	if !strings.Contains(string(a.Body), `"pointer":"/partner_id"`) {
		t.Errorf("%s", a.Body)
	}
	var got contract.Subscription
	for _, p := range []partner.ID{s.Partner, s.Partner, s.other} {
		before := s.tag(t, at)
		s.Call(t, buyer, "PUT", at, object{"partner_id": string(p)}, "If-Match", `"x", `+before).Want(t, 200, "").Into(t, &got)
		if now := s.tag(t, at); now != before {
			s.Call(t, buyer, "PUT", at, object{"partner_id": string(p)}, "If-Match", before).Want(t, 412, "precondition_failed")
		}
		if got.PartnerOfRecord.PartnerID != string(p) {
			t.Errorf("%+v", got)
		}
	}
	if h := got.PartnerOfRecordHistory; len(h) != 1 || h[0].PartnerID != string(s.Partner) || h[0].Until.Before(h[0].Since) {
		t.Errorf("%+v", h)
	}
	s.Call(t, rival, "GET", "/v1/subscriptions/"+made.ID, nil).Want(t, 200, "").Into(t, &got)
	if got.PartnerOfRecordHistory != nil || got.Price != nil || got.OfferID != nil {
		t.Errorf("a partner reads of others: %+v", got)
	}
	// Who was replaced reads that receipt, but not the ones that do not concern it.
	read := func(by string) (all int) {
		for _, r := range walk[contract.RedemptionSummary](t, s.world, buyer, "/v1/redemptions", "10") {
			if s.Call(t, by, "GET", "/v1/redemptions/"+r.ID+"/receipt", nil).Status == 200 {
				all++
			}
		}
		return all
	}
	if us, them := read(full), read(rival); us != 3 || them != 1 { // the trial's is one
		t.Errorf("the one before reads %d receipts, the new one %d", us, them)
	}

	s.Call(t, full, "DELETE", at, nil).Want(t, 404, "not_found")
	for _, by := range []string{rival, operator, buyer} {
		s.Call(t, by, "DELETE", at, object{"reason": "We close."}).Want(t, 428, "precondition_required")
		s.Call(t, by, "DELETE", at, object{"reason": "We close."}, "If-Match", `"999-zz"`).Want(t, 412, "precondition_failed")
	}
	s.Call(t, rival, "DELETE", at, object{"reason": "We close."}, "If-Match", s.tag(t, at)).Want(t, 204, "")
	s.Call(t, operator, "DELETE", at, nil, "If-Match", s.tag(t, at)).Want(t, 422, "required")
	s.Call(t, operator, "DELETE", at, object{"reason": "Nobody is there."}, "If-Match", s.tag(t, at)).Want(t, 204, "")
	s.Call(t, buyer, "DELETE", at, nil, "If-Match", s.tag(t, at)).Want(t, 204, "")
	s.Call(t, buyer, "DELETE", foreign, nil).Want(t, 404, "not_found")
	s.Call(t, operator, "DELETE", trial, object{"reason": "It left."}, "If-Match", s.tag(t, trial)).Want(t, 204, "")
	s.Call(t, buyer, "GET", strings.TrimSuffix(trial, "/partner-of-record"), nil).Want(t, 200, "").Into(t, &got)
	if got.PartnerOfRecord != nil || len(got.PartnerOfRecordHistory) != 1 {
		t.Errorf("%+v", got)
	}
	if told := s.told(t, event.Customer(string(s.yes.Customer.ID)), got.ID); told[len(told)-1].Type != "partner_of_record.removed" || told[len(told)-1].Data["cause"] != "vendor" {
		t.Errorf("%+v", told)
	}
	for _, p := range []partner.ID{s.Partner, s.other} {
		if tie, _, err := s.World.Table.Relationship(t.Context(), s.yes.Customer.ID, p); err != nil || tie.PorSubscriptions != 0 {
			t.Errorf("%s: %+v %v", p, tie, err)
		}
	}
}

func TestPartnerOfRecordChanges(t *testing.T) {
	s := market(t)
	one, two, mine := s.buy(t).ID, s.buy(t, object{"add_to": "separate", "partner_id": string(s.other)}).ID, string(s.yes.First().ID)
	foreign := string(s.world.yes(t, "").First().ID)
	const path = "/v1/partner-of-record-changes"
	ask := func(to any, dry bool, of ...string) object {
		return object{"subscription_ids": of, "partner_id": to, "dry_run": dry}
	}
	s.Call(t, full, "POST", path, ask(string(s.other), false, one)).Want(t, 403, "forbidden")
	s.Call(t, buyer, "POST", path, ask(string(s.other), false)).Want(t, 422, "required")
	s.Call(t, buyer, "POST", path, ask("00000000", false, one)).Want(t, 422, "unknown_partner_id")
	s.Call(t, buyer, "POST", path, ask("12345670", false, one)).Want(t, 422, "mistyped_partner_id")
	s.Call(t, buyer, "POST", path, object{"subscription_ids": []string{one}}).Want(t, 422, "required")
	s.Call(t, buyer, "POST", path, ask(string(s.other), false, slices.Repeat([]string{one}, 26)...)).Want(t, 422, "too_many")
	s.Call(t, buyer, "POST", path, ask(string(s.other), false, one), "Idempotency-Key", "-").Want(t, 400, "idempotency_key_missing")

	results := func(a gatewaytest.Answer) (words []string, made contract.PartnerOfRecordChange) {
		t.Helper()
		a.Into(t, &made)
		for _, r := range made.Data {
			word := string(r.Result)
			if r.Code != nil {
				word += " " + *r.Code
				if *r.Detail == "" {
					t.Errorf("%+v says nothing", r)
				}
			}
			words = append(words, word)
		}
		return words, made
	}
	want := []string{"changed", "unchanged", "failed partner_not_eligible", "failed not_found", "failed not_found"}
	body := []string{one, two, mine, foreign, "sub_x"}
	before := len(s.Items(t))
	a := s.Call(t, buyer, "POST", path, ask(string(s.other), true, body...), "Idempotency-Key", "-").Want(t, 200, "")
	if got, made := results(a); !slices.Equal(got, want) || made.RedemptionID != nil || len(s.Items(t)) != before {
		t.Errorf("dry: %v %s", got, a.Body)
	}
	a = s.Call(t, buyer, "POST", path, ask(string(s.other), false, body...), "Idempotency-Key", "go").Want(t, 200, "")
	got, made := results(a)
	if !slices.Equal(got, want) || made.RedemptionID == nil || made.Data[0].From != nil || *made.Data[0].To != string(s.other) || *made.Data[1].From != string(s.other) {
		t.Errorf("%s", a.Body)
	}
	again := s.Call(t, buyer, "POST", path, ask(string(s.other), false, body...), "Idempotency-Key", "go").Want(t, 200, "")
	if !bytes.Equal(again.Body, a.Body) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed %s\nwas %s", again.Body, a.Body)
	}
	a = s.Call(t, buyer, "POST", path, ask(string(s.other), false, one, two)).Want(t, 200, "")
	if got, made := results(a); !slices.Equal(got, []string{"unchanged", "unchanged"}) || made.RedemptionID != nil {
		t.Errorf("a rerun: %s", a.Body)
	}
	a = s.Call(t, buyer, "POST", path, ask(nil, false, one, two, mine)).Want(t, 200, "")
	got, made = results(a)
	if !slices.Equal(got, []string{"changed", "changed", "changed"}) || *made.Data[2].From != string(s.Partner) || made.Data[2].To != nil {
		t.Errorf("%s", a.Body)
	}
	var red contract.Redemption
	s.Call(t, rival, "GET", "/v1/redemptions/"+*made.RedemptionID, nil).Want(t, 200, "").Into(t, &red)
	if red.Kind != "partner_of_record" || len(red.SubscriptionIds) != 3 || len(red.PartnerOfRecordChanges) != 3 || len(red.Terms) != 0 || red.PartnerOfRecord != nil {
		t.Errorf("%+v", red)
	}
	s.Call(t, none, "GET", "/v1/redemptions/"+*made.RedemptionID, nil).Want(t, 403, "forbidden")
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
	s := market(t)
	s.sell(t, s.Plan, 3900, "PL")
	made := s.buy(t)
	id := s.user(t, s.yes.Customer.ID, "falls", customer.BillingAdmin)
	table := falling{s.world.Table, func() { s.tell(t, id, "roles", &types.AttributeValueMemberL{}) }}
	api := &gatewaytest.API{Table: s.world.Table, Env: s.world.Env}
	racing := api.Later(t, 0, subscriptions.Create(table), subscriptions.Convert(table), subscriptions.Update(table), subscriptions.Cancel(table),
		subscriptions.SetPartnerOfRecord(table), partnerofrecordchanges.Create(table))
	at, trial := "/v1/subscriptions/"+made.ID, "/v1/subscriptions/"+string(s.yes.First().ID)
	before := len(s.Items(t))
	for name, c := range map[string]struct {
		method, path string
		body         object
	}{
		"buy":     {"POST", "/v1/subscriptions", wish(object{"add_to": "separate"})},
		"add":     {"POST", "/v1/subscriptions", wish(object{"add_to": made.ID})},
		"convert": {"POST", trial + "/convert", object{"billing_term": "month", "terms_version": "1"}},
		"resize":  {"PATCH", at, object{"licenses": 9}},
		"cancel":  {"POST", at + "/cancel", object{}},
		"name":    {"PUT", at + "/partner-of-record", object{"partner_id": string(s.Partner)}},
		"several": {"POST", "/v1/partner-of-record-changes", object{"partner_id": string(s.Partner), "subscription_ids": []string{made.ID}}},
	} {
		s.tell(t, id, "roles", &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: "billing_admin"}}})
		a := racing.Call(t, "falls", c.method, c.path, c.body, "If-Match", `"1-active"`)
		if a.Status != 403 || a.Code() != "not_your_role" {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	if after := len(s.Items(t)); after != before {
		t.Errorf("%d items, were %d", after, before)
	}
}
