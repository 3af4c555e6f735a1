package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"liaison/functions/api/api-clients"
	"liaison/shared/access"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/gateway"
	"liaison/shared/offer"
	"liaison/tests/fixture/apitest"
)

// TestEachReadIsAnEvent lets an operator read everything about persons, in lists and alone: each leaves one event with whose it is, and
// what the partner reads itself leaves none.
func TestEachReadIsAnEvent(t *testing.T) {
	w := apitest.Open(t)
	machines := w.Later(t, 0, apiclients.List(w.Table))
	accepted := w.Yes(t, offer.RoleFull)
	made := w.Offer(t, nil)
	inv := w.Invite(t, made.ID, "read@customer.example")[0]
	c, p := string(accepted.Customer.ID), string(w.Partner)
	of := func(tenant event.Tenant) int {
		n, prefix := 0, map[byte]string{'c': "CUSTOMER#", 'p': "PARTNER#"}[tenant.Kind]+tenant.ID+" EVENT#"
		for key := range w.Items(t) {
			if strings.HasPrefix(key, prefix) {
				n++
			}
		}
		return n
	}
	for path, tenant := range map[string]event.Tenant{
		"/v1/offers?partner_id=" + p:                          event.Partner(p),
		"/v1/offers/" + string(made.ID):                       event.Partner(p),
		"/v1/offers/" + string(made.ID) + "/statistics":       event.Partner(p),
		"/v1/offers/" + string(made.ID) + "/invitations":      event.Partner(p),
		"/v1/invitations/" + string(inv.ID):                   event.Partner(p),
		"/v1/api-clients?partner_id=" + p:                     event.Partner(p),
		"/v1/subscriptions?partner_id=" + p:                   event.Partner(p),
		"/v1/subscriptions?customer_id=" + c:                  event.Customer(c),
		"/v1/subscriptions/" + string(accepted.First().ID):    event.Customer(c),
		"/v1/relationships?customer_id=" + c:                  event.Customer(c),
		apitest.Relationship(customer.ID(c), w.Partner):       event.Customer(c),
		"/v1/redemptions?customer_id=" + c:                    event.Customer(c),
		"/v1/redemptions/" + string(accepted.ID):              event.Customer(c),
		"/v1/redemptions/" + string(accepted.ID) + "/receipt": event.Customer(c),
		"/v1/events?customer_id=" + c:                         event.Customer(c),
		"/v1/customers?customer_id=" + c:                      event.Customer(c),
		"/v1/customers?partner_id=" + p:                       event.Partner(p),
		"/v1/customers/" + c:                                  event.Customer(c),
	} {
		to := w.API
		if strings.HasPrefix(path, "/v1/api-clients") {
			to = machines
		}
		before := of(tenant)
		to.Call(t, apitest.Operator, "GET", path, nil).Want(t, 200, "")
		if got := of(tenant) - before; got != 1 {
			t.Errorf("an operator reads %s: %d events, not 1", path, got)
		}
		if to == machines {
			continue
		}
		before = of(tenant)
		to.Call(t, apitest.Full, "GET", path, nil).Want(t, 200, "")
		if got := of(tenant) - before; got != 0 {
			t.Errorf("its partner reads %s: %d events", path, got)
		}
	}
}

// TestForgottenRead: an endpoint that shows what is personal and does not note it shows operators nothing, however it answers.
func TestForgottenRead(t *testing.T) {
	w := apitest.Open(t)
	for _, answer := range map[string]func(http.ResponseWriter, *http.Request) error{
		"a list": func(w http.ResponseWriter, r *http.Request) error { return gateway.Listed(w, r, []string(nil), "") },
		"raw": func(w http.ResponseWriter, _ *http.Request) error {
			_, err := w.Write([]byte(`{"data":[],"has_more":false,"next_cursor":null}`))
			return err
		},
	} {
		for _, right := range []access.Right{access.SeeOffers, access.SeeCustomers, access.SeeReceipts} {
			forgets := w.Later(t, 0, gateway.Endpoint{
				Pattern: "GET /v1/offers", Requires: right, Queries: slices.Clone(gateway.Paging), Handle: func(w http.ResponseWriter, r *http.Request) error {
					w.Header().Set("Content-Type", "application/json")
					w.Header().Set("Vary", "Accept") // as a list that is CSV too
					return answer(w, r)
				},
			})
			forgets.Call(t, apitest.Operator, "GET", "/v1/offers", nil).Want(t, 500, "internal")
			forgets.Call(t, apitest.Full, "GET", "/v1/offers", nil).Want(t, 200, "")
		}
	}
}
