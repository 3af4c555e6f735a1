package relationships_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/api/redemptions"
	"liaison/functions/api/relationships"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/relationship"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

// TestRemovalRequest walks the exit of a reseller as the API shows it to each side, to its end.
func TestRemovalRequest(t *testing.T) {
	w := apitest.Open(t)
	w.Resells(t)
	accepted := w.Yes(t, "")
	c := accepted.Customer.ID
	w.Resold(t, accepted)
	for _, role := range []customer.Role{customer.GlobalAdmin, customer.BillingAdmin, customer.UserAdmin} {
		w.User(t, c, string(role), role)
	}
	w.User(t, w.Yes(t, "").Customer.ID, "stranger", customer.GlobalAdmin)
	at := apitest.Relationship(c, w.Partner)
	post := func(by, what string, body any, headers ...string) gatewaytest.Answer {
		return w.Call(t, by, "POST", at+"/"+what, body, headers...)
	}
	decision := func(to string) object { return object{"decision": to, "reason": "We asked both."} }

	// Who may not, may not.
	for _, by := range []string{"user_admin", apitest.Full, apitest.Limited, apitest.Operator} {
		post(by, "request-removal", nil).Want(t, 403, "forbidden")
		post(by, "withdraw-removal", nil).Want(t, 403, "forbidden")
	}
	for _, by := range []string{"global_admin", apitest.Limited, apitest.NoAccess, apitest.Operator} {
		post(by, "decline-removal", object{"reason": "x"}).Want(t, 403, "forbidden")
	}
	for _, by := range []string{"global_admin", apitest.Full} {
		post(by, "decide-removal", decision("kept")).Want(t, 403, "forbidden")
	}
	post("stranger", "request-removal", nil).Want(t, 404, "not_found")
	post(apitest.Rival, "decline-removal", object{"reason": "x"}).Want(t, 404, "not_found")

	// Nothing is asked yet.
	post("billing_admin", "withdraw-removal", nil).Want(t, 409, "no_removal_request")
	post(apitest.Full, "decline-removal", object{"reason": "x"}).Want(t, 409, "no_removal_request")
	post(apitest.Operator, "decide-removal", decision("kept")).Want(t, 409, "no_removal_request")
	post("global_admin", "request-removal", object{"reason": strings.Repeat("x", 501)}).Want(t, 422, "too_long")

	var got contract.Relationship
	body := object{"reason": "We buy from the vendor now."}
	a := post("billing_admin", "request-removal", body, "Idempotency-Key", "ask").Want(t, 200, "")
	a.Into(t, &got)
	if r := got.RemovalRequest; r == nil || r.Status != "open" || *r.Reason != "We buy from the vendor now." || r.Days != 0 || !r.DecideFrom.Equal(r.OpenedAt.AddDate(0, 0, 30)) || r.DecidedAt != nil {
		t.Errorf("%s", a.Body)
	}
	if again := post("billing_admin", "request-removal", body, "Idempotency-Key", "ask").Want(t, 200, ""); !bytes.Equal(again.Body, a.Body) {
		t.Errorf("replayed %s", again.Body)
	}
	post("global_admin", "request-removal", nil).Want(t, 409, "removal_requested")
	post(apitest.Operator, "decide-removal", object{"decision": "maybe", "reason": "x"}).Want(t, 422, "invalid_value")
	post(apitest.Operator, "decide-removal", object{"decision": "kept"}).Want(t, 422, "required")
	if a := post(apitest.Operator, "decide-removal", decision("kept")).Want(t, 409, "removal_not_due"); !strings.Contains(string(a.Body), "can decide from") {
		t.Errorf("%s", a.Body)
	}
	post("global_admin", "withdraw-removal", nil).Want(t, 200, "").Into(t, &got)
	if got.RemovalRequest.Status != "withdrawn" || !slices.Contains(got.Kinds, "reseller") {
		t.Errorf("%+v", got)
	}
	post("global_admin", "request-removal", nil).Want(t, 200, "")
	post(apitest.Full, "decline-removal", object{"reason": " "}).Want(t, 422, "required")
	post(apitest.Full, "decline-removal", object{"reason": "A contract runs."}).Want(t, 200, "").Into(t, &got)
	if got.RemovalRequest.Status != "declined" || *got.RemovalRequest.Answer != "A contract runs." {
		t.Errorf("%+v", got.RemovalRequest)
	}
	post("global_admin", "request-removal", nil).Want(t, 200, "")

	// What the reseller bills holds the tie, whoever would end it, and is named.
	sale := w.Answered(t, w.Sale(t).ID, accepted, fixture.Separate)
	later := w.Later(t, 31*day)
	for by, ask := range map[string]func() gatewaytest.Answer{
		apitest.Full: func() gatewaytest.Answer {
			return w.Call(t, apitest.Full, "POST", at+"/end", object{"kind": "reseller"})
		},
		apitest.Operator: func() gatewaytest.Answer {
			return later.Call(t, apitest.Operator, "POST", at+"/decide-removal", decision("removed"))
		},
	} {
		var said contract.Problem
		ask().Want(t, 409, "active_subscriptions").Into(t, &said)
		if id := string(sale.First().ID); len(said.Errors) != 1 || said.Errors[0].Pointer != id || !strings.Contains(said.Detail, id) || !strings.Contains(said.Errors[0].Detail, string(w.Plan)) {
			t.Errorf("%s: %+v", by, said)
		}
	}
	later.Call(t, apitest.Operator, "POST", at+"/decide-removal", decision("kept")).Want(t, 200, "").Into(t, &got)
	if r := got.RemovalRequest; r.Status != "decided" || *r.Decision != "kept" || *r.Answer != "We asked both." || r.Days != 31 {
		t.Errorf("%+v", r)
	}

	// Without it the reseller ends the tie, and an open request with it.
	w.SetSubscription(t, sale.First().ID, &types.AttributeValueMemberS{Value: "cancelled"}, "card", "status")
	post("global_admin", "request-removal", nil).Want(t, 200, "")
	post("global_admin", "end", object{"kind": "reseller"}).Want(t, 409, "ask_the_reseller")
	post(apitest.Limited, "end", object{"kind": "reseller"}).Want(t, 403, "forbidden")
	got = contract.Relationship{}
	post(apitest.Full, "end", object{"kind": "reseller", "reason": "As asked."}).Want(t, 200, "").Into(t, &got)
	if got.RemovalRequest.Status != "ended" || slices.Contains(got.Kinds, "reseller") || got.CanRemove.Reseller != nil {
		t.Errorf("%+v", got)
	}
	post(apitest.Full, "end", object{"kind": "reseller"}).Want(t, 409, "already_ended")
	post("global_admin", "request-removal", nil).Want(t, 409, "already_ended")
	changes := w.Changes(t, event.Customer(string(c)), got.ID)
	if want := "reseller.added reseller.removal_requested reseller.removal_withdrawn reseller.removal_requested reseller.removal_declined " +
		"reseller.removal_requested reseller.removal_decided reseller.removal_requested reseller.ended"; sorted(apitest.Types(changes)) != sorted(want) {
		t.Errorf("events %s", apitest.Types(changes))
	}
	for _, c := range changes {
		if c.Data["partner_id"] != string(w.Partner) || c.Type == "reseller.ended" && (c.Data["cause"] != "partner" || c.Data["reason"] != "As asked.") {
			t.Errorf("%+v", c)
		}
	}
	// A new yes begins anew.
	w.Resold(t, accepted)
	w.Call(t, apitest.Full, "GET", at, nil).Want(t, 200, "").Into(t, &got)
	if got.RemovalRequest != nil || !slices.Contains(got.Kinds, "reseller") {
		t.Errorf("%+v", got)
	}
}

// TestRemoved: from day 30 the vendor removes a reseller that bills nothing.
func TestRemoved(t *testing.T) {
	w := apitest.Open(t)
	w.Resells(t)
	accepted := w.Yes(t, "")
	w.Resold(t, accepted)
	w.User(t, accepted.Customer.ID, "admin", customer.GlobalAdmin)
	at := apitest.Relationship(accepted.Customer.ID, w.Partner)
	w.Call(t, "admin", "POST", at+"/request-removal", nil).Want(t, 200, "")
	later := w.Later(t, 30*day)
	var got contract.Relationship
	later.Call(t, apitest.Operator, "POST", at+"/decide-removal", object{"decision": "removed", "reason": "It is silent."}).Want(t, 200, "").Into(t, &got)
	if slices.Contains(got.Kinds, "reseller") || *got.RemovalRequest.Decision != "removed" {
		t.Errorf("%+v", got)
	}
	changes := w.Changes(t, event.Customer(string(accepted.Customer.ID)), got.ID)
	if last := changes[len(changes)-1]; last.Type != "reseller.ended" || last.Data["cause"] != "vendor" || changes[len(changes)-2].Data["decision"] != "removed" {
		t.Errorf("events %+v", changes)
	}
}

func sorted(words string) string {
	list := strings.Fields(words)
	slices.Sort(list)
	return strings.Join(list, " ")
}

// TestAutoExtend: each side switches for itself, of limited administration only, and a new yes begins with both off.
func TestAutoExtend(t *testing.T) {
	w := apitest.Open(t)
	accepted := w.Yes(t, offer.RoleLimited)
	c := accepted.Customer.ID
	w.User(t, c, "admin", customer.GlobalAdmin)
	w.User(t, c, "billing", customer.BillingAdmin)
	at := apitest.Relationship(c, w.Partner)
	on, off := object{"enabled": true}, object{"enabled": false}
	for _, by := range []string{"billing", apitest.Limited, apitest.Operator} {
		w.Call(t, by, "POST", at+"/auto-extend", on).Want(t, 403, "forbidden")
	}
	w.Call(t, apitest.Rival, "POST", at+"/auto-extend", on).Want(t, 404, "not_found")
	w.Call(t, apitest.Full, "POST", at+"/auto-extend", object{}).Want(t, 422, "required")
	var got contract.Relationship
	for _, step := range []struct {
		by   string
		body object
		want contract.AutoExtendSides
	}{
		{apitest.Full, on, contract.AutoExtendSides{Partner: true}},
		{"admin", on, contract.AutoExtendSides{Customer: true, Partner: true}},
		{"admin", on, contract.AutoExtendSides{Customer: true, Partner: true}}, // changes nothing
		{apitest.Full, off, contract.AutoExtendSides{Customer: true}},
		{apitest.Full, on, contract.AutoExtendSides{Customer: true, Partner: true}},
	} {
		w.Call(t, step.by, "POST", at+"/auto-extend", step.body).Want(t, 200, "").Into(t, &got)
		if a := got.DelegatedAdministration; a.AutoExtendBy != step.want || a.AutoExtend != (step.want.Customer && step.want.Partner) {
			t.Errorf("%s: %+v", step.by, a)
		}
	}
	changes := w.Changes(t, event.Customer(string(c)), got.ID)
	if want := "delegated_administrator.granted" + strings.Repeat(" delegated_administrator.auto_extend_changed", 4); apitest.Types(changes) != want {
		t.Errorf("events %s", apitest.Types(changes))
	}
	w.Answered(t, w.AdministrationOnly(t, w.Partner).ID, accepted, apitest.AdministrationAnswer)
	w.Call(t, apitest.Full, "GET", at, nil).Want(t, 200, "").Into(t, &got)
	if a := got.DelegatedAdministration; a.AutoExtend || a.AutoExtendBy != (contract.AutoExtendSides{}) {
		t.Errorf("after a new yes: %+v", a)
	}
	for role, code := range map[string]string{offer.RoleFull: "auto_extend_limited_only", "": "already_ended"} {
		accepted := w.Yes(t, role)
		w.Call(t, apitest.Full, "POST", apitest.Relationship(accepted.Customer.ID, w.Partner)+"/auto-extend", on).Want(t, 409, code)
	}
}

// TestDemotedAsking lets a person's role fall between the decision and the write: nothing that was asked is written after it.
func TestDemotedAsking(t *testing.T) {
	w := apitest.Open(t)
	w.Resells(t)
	for name, c := range map[string]struct {
		left   string // the role that is left
		status map[string]int
	}{
		"no role any more": {"user_admin", map[string]int{"/request-removal": 403, "/auto-extend": 403, "/dispute": 403}},
		"billing only":     {"billing_admin", map[string]int{"/request-removal": 200, "/auto-extend": 403, "/dispute": 403}},
	} {
		for path, status := range c.status {
			accepted := w.Yes(t, offer.RoleLimited)
			w.Resold(t, accepted)
			subject := name + path
			id := w.User(t, accepted.Customer.ID, subject, customer.GlobalAdmin)
			table := demoting{w.Table, func() {
				w.SetUser(t, id, "roles", &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: c.left}}})
			}}
			racing := w.Later(t, 0, relationships.RequestRemoval(table), relationships.AutoExtend(table), redemptions.Dispute(table))
			at, body := apitest.Relationship(accepted.Customer.ID, w.Partner), object{}
			switch path {
			case "/auto-extend":
				body = object{"enabled": true}
			case "/dispute":
				at = "/v1/redemptions/" + string(accepted.ID)
			}
			if a := racing.Call(t, subject, "POST", at+path, body); a.Status != status || status == 403 && a.Code() != "not_your_role" {
				t.Fatalf("%s: %d %s", subject, a.Status, a.Body)
			}
			tie, grant, err := w.World.Table.Relationship(t.Context(), accepted.Customer.ID, w.Partner)
			if err != nil || (tie.Removal != nil) != (status == 200) || grant.AutoExtend.Customer || grant.Status != relationship.Active {
				t.Errorf("%s: %+v %+v %v", subject, tie.Removal, grant, err)
			}
		}
	}
}

// TestLower: either side, and the vendor with a reason, leaves a full administration limited rights at once; what asked for more is refused
// from then on, and both sides may let it go on.
func TestLower(t *testing.T) {
	w := apitest.Open(t)
	for by, cause := range map[string]string{"admin": "customer", apitest.Full: "partner", apitest.Operator: "vendor"} {
		accepted := w.Yes(t, offer.RoleFull)
		c := accepted.Customer.ID
		w.User(t, c, "admin"+string(c), customer.GlobalAdmin)
		w.User(t, c, "billing"+string(c), customer.BillingAdmin)
		at := apitest.Relationship(c, w.Partner)
		for _, other := range []string{"billing" + string(c), apitest.Limited} {
			w.Call(t, other, "POST", at+"/lower", object{}).Want(t, 403, "forbidden")
		}
		w.Call(t, apitest.Rival, "POST", at+"/lower", object{}).Want(t, 404, "not_found")
		w.Call(t, apitest.Operator, "POST", at+"/lower", object{}).Want(t, 422, "required")
		if by == "admin" {
			by += string(c)
		}
		var got contract.Relationship
		w.Call(t, by, "POST", at+"/lower", object{"reason": "Only passwords are needed."}, "Idempotency-Key", "lower"+cause).Want(t, 200, "").Into(t, &got)
		if a := got.DelegatedAdministration; a.Role != contract.RoleLimited || a.Status != "active" || !a.EndsAt.Equal(accepted.Grant.EndsAt) {
			t.Errorf("%s: %+v", cause, a)
		}
		w.Call(t, by, "POST", at+"/lower", object{"reason": "Only passwords are needed."}, "Idempotency-Key", "lower"+cause).Want(t, 200, "")
		w.Call(t, by, "POST", at+"/lower", object{"reason": "Once more."}).Want(t, 409, "already_limited")
		changes := w.Changes(t, event.Customer(string(c)), got.ID)
		if last := changes[len(changes)-1]; apitest.Types(changes) != "delegated_administrator.granted delegated_administrator.lowered" || last.Data["cause"] != cause ||
			last.Data["role"] != "limited" || last.Data["reason"] == "" {
			t.Errorf("%s: events %+v", cause, changes)
		}
		w.Call(t, apitest.Full, "POST", "/v1/subscriptions/"+string(accepted.First().ID)+"/cancel", nil).Want(t, 403, "forbidden")
		w.Call(t, apitest.Full, "POST", at+"/auto-extend", object{"enabled": true}).Want(t, 200, "")
	}
	accepted := w.Yes(t, "")
	w.Call(t, apitest.Full, "POST", apitest.Relationship(accepted.Customer.ID, w.Partner)+"/lower", object{}).Want(t, 409, "already_ended")
}
