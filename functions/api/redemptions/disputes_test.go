package redemptions_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/redemption"
	"liaison/tests/fixture/apitest"
)

// TestDispute suspends what a consent gave, at once, until the vendor decides.
func TestDispute(t *testing.T) {
	w := apitest.Open(t)
	for decision, want := range map[string]struct{ status, event string }{
		"upheld": {"ended", "delegated_administrator.ended"}, "rejected": {"active", "delegated_administrator.resumed"},
	} {
		accepted := w.Yes(t, offer.RoleFull)
		c := accepted.Customer.ID
		admin, billing := decision+"-admin", decision+"-billing"
		w.User(t, c, admin, customer.GlobalAdmin)
		w.User(t, c, billing, customer.BillingAdmin)
		at, tie := "/v1/redemptions/"+string(accepted.ID), apitest.Relationship(c, w.Partner)
		decide := object{"decision": decision, "reason": "We asked both."}
		for _, by := range []string{billing, apitest.Full, apitest.Operator} {
			w.Call(t, by, "POST", at+"/dispute", nil).Want(t, 403, "forbidden")
		}
		w.Call(t, admin, "POST", at+"/decide-dispute", decide).Want(t, 403, "forbidden")
		w.Call(t, apitest.Operator, "POST", at+"/decide-dispute", decide).Want(t, 409, "no_dispute")
		other := w.Yes(t, offer.RoleFull)
		w.Call(t, admin, "POST", "/v1/redemptions/"+string(other.ID)+"/dispute", nil).Want(t, 404, "not_found")
		w.Call(t, admin, "POST", "/v1/redemptions/"+string(w.No(t, "").ID)+"/dispute", nil).Want(t, 404, "not_found")
		w.Call(t, admin, "POST", "/v1/redemptions/red_1/dispute", nil).Want(t, 404, "not_found")

		var got contract.Redemption
		a := w.Call(t, admin, "POST", at+"/dispute", object{"reason": "Nobody agreed."}, "Idempotency-Key", "dispute").Want(t, 200, "")
		if a.Into(t, &got); got.Dispute == nil || got.Dispute.Status != "open" || *got.Dispute.Reason != "Nobody agreed." || got.Dispute.DecidedAt != nil {
			t.Errorf("%s", a.Body)
		}
		if again := w.Call(t, admin, "POST", at+"/dispute", object{"reason": "Nobody agreed."}, "Idempotency-Key", "dispute").Want(t, 200, ""); !bytes.Equal(again.Body, a.Body) {
			t.Errorf("replayed %s", again.Body)
		}
		w.Call(t, admin, "POST", at+"/dispute", nil).Want(t, 409, "already_disputed")
		var rel contract.Relationship
		w.Call(t, apitest.Full, "GET", tie, nil).Want(t, 200, "").Into(t, &rel)
		if rel.DelegatedAdministration.Status != "suspended" || !slices.Contains(rel.Kinds, "delegated_administrator") {
			t.Errorf("%+v", rel)
		}
		// The power is gone on the next request.
		w.Call(t, apitest.Full, "POST", "/v1/subscriptions/"+string(accepted.First().ID)+"/cancel", nil).Want(t, 403, "forbidden")
		// Another still cannot take its place without the named question.
		if _, err := asked(t, w, accepted); err == nil || !strings.Contains(err.Error(), "delegated_administrator_exists") {
			t.Errorf("somebody else got in: %v", err)
		}

		w.Call(t, apitest.Operator, "POST", at+"/decide-dispute", object{"decision": "maybe", "reason": "x"}).Want(t, 422, "invalid_value")
		w.Call(t, apitest.Operator, "POST", at+"/decide-dispute", object{"decision": decision}).Want(t, 422, "required")
		w.Call(t, apitest.Operator, "POST", at+"/decide-dispute", decide).Want(t, 200, "").Into(t, &got)
		if string(got.Dispute.Status) != decision || *got.Dispute.Answer != "We asked both." {
			t.Errorf("%+v", got.Dispute)
		}
		w.Call(t, apitest.Operator, "POST", at+"/decide-dispute", decide).Want(t, 409, "no_dispute")
		w.Call(t, admin, "POST", at+"/dispute", nil).Want(t, 409, "already_disputed")
		a = w.Call(t, apitest.Full, "GET", tie, nil).Want(t, 200, "")
		if a.Into(t, &rel); string(rel.DelegatedAdministration.Status) != want.status {
			t.Errorf("%s: %s", decision, a.Body)
		}
		if decision == "upheld" && *rel.DelegatedAdministration.EndedCause != "vendor" {
			t.Errorf("%s", a.Body)
		}
		changes := w.Changes(t, event.Customer(string(c)), rel.ID)
		if last := changes[len(changes)-1]; string(last.Type) != want.event || changes[len(changes)-2].Type != "delegated_administrator.suspended" {
			t.Errorf("events %s", apitest.Types(changes))
		}
		if changes := w.Changes(t, event.Customer(string(c)), string(accepted.ID)); apitest.Types(changes) != "redemption.accepted redemption.disputed redemption.dispute_decided" ||
			changes[1].Data["partner_id"] != string(w.Partner) || changes[2].Data["decision"] != decision {
			t.Errorf("events %+v", changes)
		}
	}
}

// TestDisputeLate: what a consent gave may have ended meanwhile, or be another's by now; the dispute touches nothing else.
func TestDisputeLate(t *testing.T) {
	w := apitest.Open(t)
	accepted := w.Yes(t, offer.RoleLimited)
	c := accepted.Customer.ID
	w.User(t, c, "admin", customer.GlobalAdmin)
	first, tie := "/v1/redemptions/"+string(accepted.ID), apitest.Relationship(c, w.Partner)
	grant := func() (got contract.Relationship) {
		w.Call(t, apitest.Full, "GET", tie, nil).Want(t, 200, "").Into(t, &got)
		return got
	}
	// Disputed until after its end: rejected or not, it is not revived.
	w.Call(t, "admin", "POST", first+"/dispute", nil).Want(t, 200, "")
	later := w.Later(t, 366*day)
	later.Call(t, apitest.Operator, "POST", first+"/decide-dispute", object{"decision": "rejected", "reason": "It was right."}).Want(t, 200, "")
	var got contract.Relationship
	later.Call(t, apitest.Full, "GET", tie, nil).Want(t, 200, "").Into(t, &got)
	if got.DelegatedAdministration.Status != "expired" {
		t.Errorf("revived: %+v", got.DelegatedAdministration)
	}

	// A newer consent gave the power that runs: the dispute of the older one leaves it.
	accepted = w.Yes(t, offer.RoleLimited)
	c = accepted.Customer.ID
	w.User(t, c, "second", customer.GlobalAdmin)
	tie = apitest.Relationship(c, w.Partner)
	w.Answered(t, w.AdministrationOnly(t, w.Partner).ID, accepted, apitest.AdministrationAnswer)
	w.Call(t, "second", "POST", "/v1/redemptions/"+string(accepted.ID)+"/dispute", nil).Want(t, 200, "")
	if got := grant(); got.DelegatedAdministration.Status != "active" {
		t.Errorf("%+v", got.DelegatedAdministration)
	}
}

// asked lets another partner ask the owner that a yes made, who says a plain yes.
func asked(t *testing.T, w *apitest.World, accepted consent.Consent) (consent.Consent, error) {
	t.Helper()
	inv, by, rev := w.Asked(t, w.AdministrationOnly(t, w.Other).ID, accepted, apitest.AdministrationAnswer)
	return redemption.Accept(t.Context(), w.World.Table, inv, by, rev, "1", w.Op("visitor"))
}
