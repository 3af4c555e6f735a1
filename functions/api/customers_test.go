package api_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

// TestCustomerReads asks everything that a customer's users may read, as each of them.
func TestCustomerReads(t *testing.T) {
	w := apitest.Open(t)
	mine, theirs := w.Yes(t, offer.RoleFull), w.Yes(t, offer.RoleLimited)
	no := w.No(t, "")
	c := mine.Customer.ID
	admins := []string{"global_admin", "billing_admin", "user_admin", "password_admin", "service_admin"}
	for _, role := range admins {
		w.User(t, c, role, customer.Role(role))
	}
	w.User(t, c, "plain")
	w.SetUser(t, mine.User.ID, "roles", &types.AttributeValueMemberL{}) // who decided has no role any more
	gatewaytest.Bind(t, w.API, string(c), string(mine.User.ID), "decider")
	w.SetUser(t, w.User(t, c, "disabled", customer.GlobalAdmin), "disabled", &types.AttributeValueMemberBOOL{Value: true})
	w.User(t, theirs.Customer.ID, "stranger", customer.GlobalAdmin)

	shared := event.New(w.Op("test"), event.Customer(string(c)), event.Of(c, customer.ChangedEvent{}))
	if err := w.World.Table.SaveEvent(t.Context(), shared, w.Op("test")); err != nil {
		t.Fatal(err)
	}
	tie, sub, red := apitest.Relationship(c, w.Partner), "/v1/subscriptions/"+string(mine.First().ID), "/v1/redemptions/"+string(mine.ID)
	happened := "/v1/events/" + shared.ID() + "-1"
	lists := []string{"/v1/relationships", "/v1/subscriptions", "/v1/events"}
	foreign := []string{
		apitest.Relationship(theirs.Customer.ID, w.Partner), "/v1/subscriptions/" + string(theirs.First().ID), "/v1/redemptions/" + string(theirs.ID),
		"/v1/redemptions/" + string(theirs.ID) + "/receipt", "/v1/redemptions/" + string(no.ID), apitest.Relationship(c, w.Other),
	}
	for _, e := range gatewaytest.Walk[contract.Event](t, w.API, apitest.Full, "/v1/events", "100") {
		if !strings.Contains(e.ID, "evt_c"+c.Bare()) {
			foreign = append(foreign, "/v1/events/"+e.ID) // the partner's own, invitations', and another customer's
		}
	}
	for _, by := range admins {
		for _, path := range []string{tie, sub, red, red + "/receipt", happened} {
			w.Call(t, by, "GET", path, nil).Want(t, 200, "")
		}
		for _, path := range foreign {
			w.Call(t, by, "GET", path, nil).Want(t, 404, "not_found")
		}
		for _, path := range append([]string{"/v1/redemptions"}, lists...) {
			w.Call(t, by, "GET", path+"?customer_id="+string(c), nil).Want(t, 200, "")
			w.Call(t, by, "GET", path+"?customer_id="+string(theirs.Customer.ID), nil).Want(t, 404, "not_found")
		}
	}
	if a := w.Call(t, "user_admin", "GET", red+"/receipt", nil).Want(t, 200, ""); !bytes.Equal(a.Body, w.Call(t, apitest.Full, "GET", red+"/receipt", nil).Body) {
		t.Errorf("the partner holds another receipt than\n%s", a.Body)
	}

	// Without a role a user sees what it decided, and nothing else.
	for by, status := range map[string]int{"decider": 200, "plain": 404, "disabled": 403, "stranger": 404} {
		code := map[int]string{403: "caller_disabled", 404: "not_found"}[status]
		w.Call(t, by, "GET", red, nil).Want(t, status, code)
		w.Call(t, by, "GET", red+"/receipt", nil).Want(t, status, code)
	}
	for by, want := range map[string]int{"decider": 1, "plain": 0, "stranger": 1, "service_admin": 1} {
		for _, size := range []string{"1", "5"} {
			if got := gatewaytest.Walk[contract.RedemptionSummary](t, w.API, by, "/v1/redemptions", size); len(got) != want {
				t.Errorf("%s lists %d answers, want %d", by, len(got), want)
			}
		}
	}
	for _, by := range []string{"decider", "plain"} {
		for _, path := range append([]string{tie, sub, happened}, lists...) {
			a := w.Call(t, by, "GET", path, nil).Want(t, 403, "forbidden")
			if !strings.Contains(string(a.Body), "roles global_admin, billing_admin, user_admin, password_admin, service_admin") {
				t.Errorf("%s", a.Body)
			}
		}
	}

	// The lists are the customer's own, of one partner where it names one.
	for query, want := range map[string]int{"": 1, "?partner_id=" + string(w.Partner): 1, "?partner_id=" + string(w.Other): 0, "?customer_id=" + string(c): 1} {
		ties, subs := gatewaytest.Walk[contract.Relationship](t, w.API, "user_admin", "/v1/relationships"+query, "1"), gatewaytest.Walk[contract.Subscription](t, w.API, "user_admin", "/v1/subscriptions"+query, "1")
		reds := gatewaytest.Walk[contract.RedemptionSummary](t, w.API, "user_admin", "/v1/redemptions"+query, "1")
		if len(ties) != want || len(subs) != want || len(reds) != want {
			t.Errorf("%q lists %d relationships, %d subscriptions, %d redemptions, want %d", query, len(ties), len(subs), len(reds), want)
		}
		if want == 1 && (ties[0].Customer.ID != string(c) || !strings.HasPrefix(ties[0].Partner.Name, "Fabrikam") || subs[0].ID != string(mine.First().ID) || reds[0].ID != string(mine.ID)) {
			t.Errorf("%+v %+v %+v", ties, subs, reds)
		}
	}
	for query, want := range map[string]int{"": 6, "?partner_id=" + string(w.Partner): 5, "?partner_id=" + string(w.Other): 0, "?type=customer.changed": 1} {
		got := gatewaytest.Walk[contract.Event](t, w.API, "billing_admin", "/v1/events"+query, "2")
		if len(got) != want || slices.ContainsFunc(got, func(e contract.Event) bool { return !strings.HasSuffix(e.Source, string(c)) }) {
			t.Errorf("%q: %+v", query, got)
		}
	}
	a := w.Call(t, "billing_admin", "GET", "/v1/events", nil, "Accept", "text/csv").Want(t, 200, "")
	if lines := strings.Split(strings.TrimSpace(string(a.Body)), "\n"); len(lines) != 7 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("%s", a.Body)
	}
	if got := gatewaytest.Walk[contract.Event](t, w.API, apitest.Operator, "/v1/events?partner_id="+string(w.Other)+"&customer_id="+string(c), "5"); len(got) != 0 {
		t.Errorf("an operator sees of both %+v", got)
	}

	// Whoever may not, hears who may.
	if a := w.Call(t, "global_admin", "GET", "/v1/offers", nil).Want(t, 403, "forbidden"); !strings.Contains(string(a.Body), "Only users and machine clients of a partner can do this.") {
		t.Errorf("%s", a.Body)
	}
}
