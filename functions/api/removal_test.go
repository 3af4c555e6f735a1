package api_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/api/redemptions"
	"liaison/functions/api/relationships"
	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

// kindsOf lists what was told of a subject, the oldest first.
func kindsOf(told []event.Change) string {
	words := make([]string, len(told))
	for i, c := range told {
		words[i] = string(c.Type)
	}
	return strings.Join(words, " ")
}

// TestRemovalRequest walks the exit of a reseller as the API shows it to each side, to its end.
func TestRemovalRequest(t *testing.T) {
	w := open(t)
	w.Resells(t)
	yes := w.yes(t, "")
	c := yes.Customer.ID
	w.Resold(t, yes)
	for _, role := range []customer.Role{customer.GlobalAdmin, customer.BillingAdmin, customer.UserAdmin} {
		w.user(t, c, string(role), role)
	}
	w.user(t, w.yes(t, "").Customer.ID, "stranger", customer.GlobalAdmin)
	at := tieOf(string(c), w.Partner)
	post := func(by, what string, body any, headers ...string) gatewaytest.Answer {
		return w.Call(t, by, "POST", at+"/"+what, body, headers...)
	}
	decision := func(to string) object { return object{"decision": to, "reason": "We asked both."} }

	// Who may not, may not.
	for _, by := range []string{"user_admin", full, limited, operator} {
		post(by, "request-removal", nil).Want(t, 403, "forbidden")
		post(by, "withdraw-removal", nil).Want(t, 403, "forbidden")
	}
	for _, by := range []string{"global_admin", limited, none, operator} {
		post(by, "decline-removal", object{"reason": "x"}).Want(t, 403, "forbidden")
	}
	for _, by := range []string{"global_admin", full} {
		post(by, "decide-removal", decision("kept")).Want(t, 403, "forbidden")
	}
	post("stranger", "request-removal", nil).Want(t, 404, "not_found")
	post(rival, "decline-removal", object{"reason": "x"}).Want(t, 404, "not_found")

	// Nothing is asked yet.
	post("billing_admin", "withdraw-removal", nil).Want(t, 409, "no_removal_request")
	post(full, "decline-removal", object{"reason": "x"}).Want(t, 409, "no_removal_request")
	post(operator, "decide-removal", decision("kept")).Want(t, 409, "no_removal_request")
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
	post(operator, "decide-removal", object{"decision": "maybe", "reason": "x"}).Want(t, 422, "invalid_value")
	post(operator, "decide-removal", object{"decision": "kept"}).Want(t, 422, "required")
	if a := post(operator, "decide-removal", decision("kept")).Want(t, 409, "removal_not_due"); !strings.Contains(string(a.Body), "can decide from") {
		t.Errorf("%s", a.Body)
	}
	post("global_admin", "withdraw-removal", nil).Want(t, 200, "").Into(t, &got)
	if got.RemovalRequest.Status != "withdrawn" || !slices.Contains(got.Kinds, "reseller") {
		t.Errorf("%+v", got)
	}
	post("global_admin", "request-removal", nil).Want(t, 200, "")
	post(full, "decline-removal", object{"reason": " "}).Want(t, 422, "required")
	post(full, "decline-removal", object{"reason": "A contract runs."}).Want(t, 200, "").Into(t, &got)
	if got.RemovalRequest.Status != "declined" || *got.RemovalRequest.Answer != "A contract runs." {
		t.Errorf("%+v", got.RemovalRequest)
	}
	post("global_admin", "request-removal", nil).Want(t, 200, "")

	// What the reseller bills holds the tie, whoever would end it, and is named.
	sale := w.Answered(t, w.Sale(t).ID, yes, fixture.Separate)
	later := w.Later(t, 31*day, w.endpoints...)
	for by, ask := range map[string]func() gatewaytest.Answer{
		full: func() gatewaytest.Answer { return w.Call(t, full, "POST", at+"/end", object{"kind": "reseller"}) },
		operator: func() gatewaytest.Answer {
			return later.Call(t, operator, "POST", at+"/decide-removal", decision("removed"))
		},
	} {
		var said contract.Problem
		ask().Want(t, 409, "active_subscriptions").Into(t, &said)
		if id := string(sale.First().ID); len(said.Errors) != 1 || said.Errors[0].Pointer != id || !strings.Contains(said.Detail, id) || !strings.Contains(said.Errors[0].Detail, string(w.Plan)) {
			t.Errorf("%s: %+v", by, said)
		}
	}
	later.Call(t, operator, "POST", at+"/decide-removal", decision("kept")).Want(t, 200, "").Into(t, &got)
	if r := got.RemovalRequest; r.Status != "decided" || *r.Decision != "kept" || *r.Answer != "We asked both." || r.Days != 31 {
		t.Errorf("%+v", r)
	}

	// Without it the reseller ends the tie, and an open request with it.
	w.cancelled(t, sale)
	post("global_admin", "request-removal", nil).Want(t, 200, "")
	post("global_admin", "end", object{"kind": "reseller"}).Want(t, 409, "ask_the_reseller")
	post(limited, "end", object{"kind": "reseller"}).Want(t, 403, "forbidden")
	got = contract.Relationship{}
	post(full, "end", object{"kind": "reseller", "reason": "As asked."}).Want(t, 200, "").Into(t, &got)
	if got.RemovalRequest.Status != "ended" || slices.Contains(got.Kinds, "reseller") || got.CanRemove.Reseller != nil {
		t.Errorf("%+v", got)
	}
	post(full, "end", object{"kind": "reseller"}).Want(t, 409, "already_ended")
	post("global_admin", "request-removal", nil).Want(t, 409, "already_ended")
	told := w.told(t, event.Customer(string(c)), got.ID)
	if want := "reseller.added reseller.removal_requested reseller.removal_withdrawn reseller.removal_requested reseller.removal_declined " +
		"reseller.removal_requested reseller.removal_decided reseller.removal_requested reseller.ended"; sorted(kindsOf(told)) != sorted(want) {
		t.Errorf("told %s", kindsOf(told))
	}
	for _, c := range told {
		if c.Data["partner_id"] != string(w.Partner) || c.Type == "reseller.ended" && (c.Data["cause"] != "partner" || c.Data["reason"] != "As asked.") {
			t.Errorf("%+v", c)
		}
	}
	// A new yes begins anew.
	w.Resold(t, yes)
	w.Call(t, full, "GET", at, nil).Want(t, 200, "").Into(t, &got)
	if got.RemovalRequest != nil || !slices.Contains(got.Kinds, "reseller") {
		t.Errorf("%+v", got)
	}
}

// TestRemoved: from day 30 the vendor removes a reseller that bills nothing.
func TestRemoved(t *testing.T) {
	w := open(t)
	w.Resells(t)
	yes := w.yes(t, "")
	w.Resold(t, yes)
	w.user(t, yes.Customer.ID, "admin", customer.GlobalAdmin)
	at := tieOf(string(yes.Customer.ID), w.Partner)
	w.Call(t, "admin", "POST", at+"/request-removal", nil).Want(t, 200, "")
	later := w.Later(t, 30*day, w.endpoints...)
	var got contract.Relationship
	later.Call(t, operator, "POST", at+"/decide-removal", object{"decision": "removed", "reason": "It is silent."}).Want(t, 200, "").Into(t, &got)
	if slices.Contains(got.Kinds, "reseller") || *got.RemovalRequest.Decision != "removed" {
		t.Errorf("%+v", got)
	}
	told := w.told(t, event.Customer(string(yes.Customer.ID)), got.ID)
	if last := told[len(told)-1]; last.Type != "reseller.ended" || last.Data["cause"] != "vendor" || told[len(told)-2].Data["decision"] != "removed" {
		t.Errorf("told %+v", told)
	}
}

// TestDispute suspends what a consent gave, at once, until the vendor decides.
func TestDispute(t *testing.T) {
	w := open(t)
	for decision, want := range map[string]struct{ status, event string }{
		"upheld": {"ended", "delegated_administrator.ended"}, "rejected": {"active", "delegated_administrator.resumed"},
	} {
		yes := w.yes(t, offer.RoleFull)
		c := yes.Customer.ID
		admin, billing := decision+"-admin", decision+"-billing"
		w.user(t, c, admin, customer.GlobalAdmin)
		w.user(t, c, billing, customer.BillingAdmin)
		at, tie := "/v1/redemptions/"+string(yes.ID), tieOf(string(c), w.Partner)
		decide := object{"decision": decision, "reason": "We asked both."}
		for _, by := range []string{billing, full, operator} {
			w.Call(t, by, "POST", at+"/dispute", nil).Want(t, 403, "forbidden")
		}
		w.Call(t, admin, "POST", at+"/decide-dispute", decide).Want(t, 403, "forbidden")
		w.Call(t, operator, "POST", at+"/decide-dispute", decide).Want(t, 409, "no_dispute")
		other := w.yes(t, offer.RoleFull)
		w.Call(t, admin, "POST", "/v1/redemptions/"+string(other.ID)+"/dispute", nil).Want(t, 404, "not_found")
		w.Call(t, admin, "POST", "/v1/redemptions/"+string(w.no(t, "").ID)+"/dispute", nil).Want(t, 404, "not_found")
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
		w.Call(t, full, "GET", tie, nil).Want(t, 200, "").Into(t, &rel)
		if rel.DelegatedAdministration.Status != "suspended" || !slices.Contains(rel.Kinds, "delegated_administrator") {
			t.Errorf("%+v", rel)
		}
		// The power is gone on the next request.
		w.Call(t, full, "POST", "/v1/subscriptions/"+string(yes.First().ID)+"/cancel", nil).Want(t, 403, "forbidden")
		// Another still cannot take its place without the named question.
		if _, err := w.asked(t, yes); err == nil || !strings.Contains(err.Error(), "delegated_administrator_exists") {
			t.Errorf("somebody else got in: %v", err)
		}

		w.Call(t, operator, "POST", at+"/decide-dispute", object{"decision": "maybe", "reason": "x"}).Want(t, 422, "invalid_value")
		w.Call(t, operator, "POST", at+"/decide-dispute", object{"decision": decision}).Want(t, 422, "required")
		w.Call(t, operator, "POST", at+"/decide-dispute", decide).Want(t, 200, "").Into(t, &got)
		if string(got.Dispute.Status) != decision || *got.Dispute.Answer != "We asked both." {
			t.Errorf("%+v", got.Dispute)
		}
		w.Call(t, operator, "POST", at+"/decide-dispute", decide).Want(t, 409, "no_dispute")
		w.Call(t, admin, "POST", at+"/dispute", nil).Want(t, 409, "already_disputed")
		a = w.Call(t, full, "GET", tie, nil).Want(t, 200, "")
		if a.Into(t, &rel); string(rel.DelegatedAdministration.Status) != want.status {
			t.Errorf("%s: %s", decision, a.Body)
		}
		if decision == "upheld" && *rel.DelegatedAdministration.EndedCause != "vendor" {
			t.Errorf("%s", a.Body)
		}
		told := w.told(t, event.Customer(string(c)), rel.ID)
		if last := told[len(told)-1]; string(last.Type) != want.event || told[len(told)-2].Type != "delegated_administrator.suspended" {
			t.Errorf("told %s", kindsOf(told))
		}
		if told := w.told(t, event.Customer(string(c)), string(yes.ID)); kindsOf(told) != "redemption.accepted redemption.disputed redemption.dispute_decided" ||
			told[1].Data["partner_id"] != string(w.Partner) || told[2].Data["decision"] != decision {
			t.Errorf("told %+v", told)
		}
	}
}

// TestDisputeLate: what a consent gave may have ended meanwhile, or be another's by now; the dispute touches nothing else.
func TestDisputeLate(t *testing.T) {
	w := open(t)
	yes := w.yes(t, offer.RoleLimited)
	c := yes.Customer.ID
	w.user(t, c, "admin", customer.GlobalAdmin)
	first, tie := "/v1/redemptions/"+string(yes.ID), tieOf(string(c), w.Partner)
	grant := func() (got contract.Relationship) {
		w.Call(t, full, "GET", tie, nil).Want(t, 200, "").Into(t, &got)
		return got
	}
	// Disputed until after its end: rejected or not, it is not revived.
	w.Call(t, "admin", "POST", first+"/dispute", nil).Want(t, 200, "")
	later := w.Later(t, 366*day, w.endpoints...)
	later.Call(t, operator, "POST", first+"/decide-dispute", object{"decision": "rejected", "reason": "It was right."}).Want(t, 200, "")
	var got contract.Relationship
	later.Call(t, full, "GET", tie, nil).Want(t, 200, "").Into(t, &got)
	if got.DelegatedAdministration.Status != "expired" {
		t.Errorf("revived: %+v", got.DelegatedAdministration)
	}

	// A newer consent gave the power that runs: the dispute of the older one leaves it.
	yes = w.yes(t, offer.RoleLimited)
	c = yes.Customer.ID
	w.user(t, c, "second", customer.GlobalAdmin)
	tie = tieOf(string(c), w.Partner)
	w.Answered(t, w.administration(t, w.Partner).ID, yes, draftYes)
	w.Call(t, "second", "POST", "/v1/redemptions/"+string(yes.ID)+"/dispute", nil).Want(t, 200, "")
	if got := grant(); got.DelegatedAdministration.Status != "active" {
		t.Errorf("%+v", got.DelegatedAdministration)
	}
}

// TestAutoExtend: each side switches for itself, of limited administration only, and a new yes begins with both off.
func TestAutoExtend(t *testing.T) {
	w := open(t)
	yes := w.yes(t, offer.RoleLimited)
	c := yes.Customer.ID
	w.user(t, c, "admin", customer.GlobalAdmin)
	w.user(t, c, "billing", customer.BillingAdmin)
	at := tieOf(string(c), w.Partner)
	on, off := object{"enabled": true}, object{"enabled": false}
	for _, by := range []string{"billing", limited, operator} {
		w.Call(t, by, "POST", at+"/auto-extend", on).Want(t, 403, "forbidden")
	}
	w.Call(t, rival, "POST", at+"/auto-extend", on).Want(t, 404, "not_found")
	w.Call(t, full, "POST", at+"/auto-extend", object{}).Want(t, 422, "required")
	var got contract.Relationship
	for _, step := range []struct {
		by   string
		body object
		want contract.AutoExtendSides
	}{
		{full, on, contract.AutoExtendSides{Partner: true}},
		{"admin", on, contract.AutoExtendSides{Customer: true, Partner: true}},
		{"admin", on, contract.AutoExtendSides{Customer: true, Partner: true}}, // changes nothing
		{full, off, contract.AutoExtendSides{Customer: true}},
		{full, on, contract.AutoExtendSides{Customer: true, Partner: true}},
	} {
		w.Call(t, step.by, "POST", at+"/auto-extend", step.body).Want(t, 200, "").Into(t, &got)
		if a := got.DelegatedAdministration; a.AutoExtendBy != step.want || a.AutoExtend != (step.want.Customer && step.want.Partner) {
			t.Errorf("%s: %+v", step.by, a)
		}
	}
	told := w.told(t, event.Customer(string(c)), got.ID)
	if want := "delegated_administrator.granted" + strings.Repeat(" delegated_administrator.auto_extend_changed", 4); kindsOf(told) != want {
		t.Errorf("told %s", kindsOf(told))
	}
	w.Answered(t, w.administration(t, w.Partner).ID, yes, draftYes)
	w.Call(t, full, "GET", at, nil).Want(t, 200, "").Into(t, &got)
	if a := got.DelegatedAdministration; a.AutoExtend || a.AutoExtendBy != (contract.AutoExtendSides{}) {
		t.Errorf("after a new yes: %+v", a)
	}
	for role, code := range map[string]string{offer.RoleFull: "auto_extend_limited_only", "": "already_ended"} {
		yes := w.yes(t, role)
		w.Call(t, full, "POST", tieOf(string(yes.Customer.ID), w.Partner)+"/auto-extend", on).Want(t, 409, code)
	}
}

func (d demoting) SaveTie(ctx context.Context, r relationship.Relationship, happened event.Event, o op.Op) error {
	d.before()
	return d.Table.SaveTie(ctx, r, happened, o)
}

func (d demoting) SaveDispute(ctx context.Context, s consent.StoredConsent, power *consent.Power, happened event.Event, o op.Op) error {
	d.before()
	return d.Table.SaveDispute(ctx, s, power, happened, o)
}

// TestDemotedAsking lets a person's role fall between the decision and the write: nothing that was asked is written after it.
func TestDemotedAsking(t *testing.T) {
	w := open(t)
	w.Resells(t)
	for name, c := range map[string]struct {
		left   string // the role that is left
		status map[string]int
	}{
		"no role any more": {"user_admin", map[string]int{"/request-removal": 403, "/auto-extend": 403, "/dispute": 403}},
		"billing only":     {"billing_admin", map[string]int{"/request-removal": 200, "/auto-extend": 403, "/dispute": 403}},
	} {
		for path, status := range c.status {
			yes := w.yes(t, offer.RoleLimited)
			w.Resold(t, yes)
			subject := name + path
			id := w.user(t, yes.Customer.ID, subject, customer.GlobalAdmin)
			table := demoting{w.Table, func() {
				w.tell(t, id, "roles", &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: c.left}}})
			}}
			api := &gatewaytest.API{Table: w.Table, Env: w.Env}
			racing := api.Later(t, 0, relationships.RequestRemoval(table), relationships.AutoExtend(table), redemptions.Dispute(table))
			at, body := tieOf(string(yes.Customer.ID), w.Partner), object{}
			switch path {
			case "/auto-extend":
				body = object{"enabled": true}
			case "/dispute":
				at = "/v1/redemptions/" + string(yes.ID)
			}
			if a := racing.Call(t, subject, "POST", at+path, body); a.Status != status || status == 403 && a.Code() != "not_your_role" {
				t.Fatalf("%s: %d %s", subject, a.Status, a.Body)
			}
			tie, grant, err := w.World.Table.Relationship(t.Context(), yes.Customer.ID, w.Partner)
			if err != nil || (tie.Removal != nil) != (status == 200) || grant.AutoExtend.Customer || grant.Status != relationship.Active {
				t.Errorf("%s: %+v %+v %v", subject, tie.Removal, grant, err)
			}
		}
	}
}

func sorted(words string) string {
	list := strings.Fields(words)
	slices.Sort(list)
	return strings.Join(list, " ")
}

// draftYes is a yes to delegated administration.
var draftYes = invitation.Draft{Delegation: redemption.Yes}

// administration makes an offer of limited administration alone.
func (w *world) administration(t *testing.T, p partner.ID) offer.Offer {
	t.Helper()
	return w.Offer(t, func(d *offer.Draft) {
		d.Partner, d.Kind, d.Items, d.Delegation = p, offer.DelegatedAdministration, nil, &offer.Delegation{Role: offer.RoleLimited, Days: 365}
	})
}

// asked lets another partner ask the owner that a yes made, who says a plain yes.
func (w *world) asked(t *testing.T, yes consent.Consent) (consent.Consent, error) {
	t.Helper()
	inv, by, rev := w.Asked(t, w.administration(t, w.other).ID, yes, draftYes)
	return redemption.Accept(t.Context(), w.World.Table, inv, by, rev, "1", w.Op("visitor"))
}

// cancelled ends what a sale made, behind everybody's back.
func (w *world) cancelled(t *testing.T, sale consent.Consent) {
	t.Helper()
	owner, ulid, _ := sale.First().ID.Customer()
	w.set(t, "CUSTOMER#"+owner.Bare(), "SUB#"+ulid, "card.status", &types.AttributeValueMemberS{Value: "cancelled"})
}

// TestLower: either side, and the vendor with a reason, leaves a full administration limited rights at once; what asked for more is refused
// from then on, and both sides may let it go on.
func TestLower(t *testing.T) {
	w := open(t)
	for by, cause := range map[string]string{"admin": "customer", full: "partner", operator: "vendor"} {
		yes := w.yes(t, offer.RoleFull)
		c := yes.Customer.ID
		w.user(t, c, "admin"+string(c), customer.GlobalAdmin)
		w.user(t, c, "billing"+string(c), customer.BillingAdmin)
		at := tieOf(string(c), w.Partner)
		for _, other := range []string{"billing" + string(c), limited} {
			w.Call(t, other, "POST", at+"/lower", object{}).Want(t, 403, "forbidden")
		}
		w.Call(t, rival, "POST", at+"/lower", object{}).Want(t, 404, "not_found")
		w.Call(t, operator, "POST", at+"/lower", object{}).Want(t, 422, "required")
		if by == "admin" {
			by += string(c)
		}
		var got contract.Relationship
		w.Call(t, by, "POST", at+"/lower", object{"reason": "Only passwords are needed."}, "Idempotency-Key", "lower"+cause).Want(t, 200, "").Into(t, &got)
		if a := got.DelegatedAdministration; a.Role != contract.RoleLimited || a.Status != "active" || !a.EndsAt.Equal(yes.Grant.EndsAt) {
			t.Errorf("%s: %+v", cause, a)
		}
		w.Call(t, by, "POST", at+"/lower", object{"reason": "Only passwords are needed."}, "Idempotency-Key", "lower"+cause).Want(t, 200, "")
		w.Call(t, by, "POST", at+"/lower", object{"reason": "Once more."}).Want(t, 409, "already_limited")
		told := w.told(t, event.Customer(string(c)), got.ID)
		if last := told[len(told)-1]; kindsOf(told) != "delegated_administrator.granted delegated_administrator.lowered" || last.Data["cause"] != cause ||
			last.Data["role"] != "limited" || last.Data["reason"] == "" {
			t.Errorf("%s: told %+v", cause, told)
		}
		w.Call(t, full, "POST", "/v1/subscriptions/"+string(yes.First().ID)+"/cancel", nil).Want(t, 403, "forbidden")
		w.Call(t, full, "POST", at+"/auto-extend", object{"enabled": true}).Want(t, 200, "")
	}
	yes := w.yes(t, "")
	w.Call(t, full, "POST", tieOf(string(yes.Customer.ID), w.Partner)+"/lower", object{}).Want(t, 409, "already_ended")
}
