package servicerequests_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/api/service-request-comments"
	"liaison/shared/administration"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/quota"
	"liaison/shared/relationship"
	"liaison/shared/support"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

const (
	day  = 24 * time.Hour
	path = "/v1/service-requests"
)

// desk is a customer that gave its partner limited administration, with users of every sort.
type desk struct {
	*apitest.World
	t   *testing.T
	of  customer.ID
	sub string
}

func open(t *testing.T) desk {
	w := apitest.Open(t)
	yes := w.Yes(t, offer.RoleLimited)
	w.User(t, yes.Customer.ID, "plain")
	w.User(t, yes.Customer.ID, "colleague")
	w.User(t, yes.Customer.ID, "billing", customer.BillingAdmin)
	w.User(t, yes.Customer.ID, "service", customer.ServiceAdmin)
	w.User(t, yes.Customer.ID, "global", customer.GlobalAdmin)
	w.User(t, w.Yes(t, "").Customer.ID, "stranger", customer.GlobalAdmin)
	return desk{w, t, yes.Customer.ID, string(yes.First().ID)}
}

func body(change object) object {
	made := object{"subject": "Mail does not arrive", "message": "Since 8:00."}
	for name, value := range change {
		made[name] = value
	}
	return made
}

// ask opens a request as a caller; a partner's names the customer.
func (d desk) ask(by string, change object) contract.ServiceRequest {
	d.t.Helper()
	if by == apitest.Full || by == apitest.Limited {
		change = body(change)
		change["customer_id"] = string(d.of)
	}
	var made contract.ServiceRequest
	d.Call(d.t, by, "POST", path, body(change)).Want(d.t, 201, "").Into(d.t, &made)
	return made
}

func (d desk) get(by, id string) (got contract.ServiceRequest, tag string) {
	d.t.Helper()
	a := d.Call(d.t, by, "GET", path+"/"+id, nil).Want(d.t, 200, "")
	a.Into(d.t, &got)
	return got, a.Header.Get("ETag")
}

func (d desk) write(by, id, text string) gatewaytest.Answer {
	d.t.Helper()
	return d.Call(d.t, by, "POST", path+"/"+id+"/comments", object{"message": text})
}

// patch changes a request as it stands.
func (d desk) patch(by, id string, change object) gatewaytest.Answer {
	d.t.Helper()
	_, tag := d.get(apitest.Operator, id)
	return d.Call(d.t, by, "PATCH", path+"/"+id, change, "If-Match", tag)
}

func (d desk) happened(id string) string {
	d.t.Helper()
	return apitest.Types(d.Changes(d.t, event.Customer(string(d.of)), id))
}

func (d desk) counted() int {
	d.t.Helper()
	used, err := d.Table.Used(d.t.Context(), d.Env.Now(), quota.Counter{What: quota.ServiceRequests, Subject: string(d.of)})
	if err != nil {
		d.t.Fatal(err)
	}
	return used[0]
}

// TestWhoSees asks for everything as everybody: a user its own, a service administrator all, the partner all while its grant runs.
func TestWhoSees(t *testing.T) {
	d := open(t)
	own, behalf := d.ask("plain", object{"severity": "critical", "subscription_id": d.sub}), d.ask(apitest.Limited, nil)
	if own.OpenedBy.Side != "customer" || own.OpenedBy.PartnerID != nil || *own.OpenedBy.Name != "Jan" || own.Status != "open" || own.Comments != 1 || *own.SubscriptionID != d.sub || own.Severity != "critical" {
		t.Errorf("%+v", own)
	}
	if behalf.OpenedBy.Side != "partner" || *behalf.OpenedBy.PartnerID != string(d.Partner) || *behalf.OpenedBy.Name != "Fabrikam "+string(d.Partner) || behalf.Severity != "normal" || behalf.SubscriptionID != nil {
		t.Errorf("%+v", behalf)
	}
	list := func(by, query string) string {
		t.Helper()
		var found []string
		for _, one := range gatewaytest.Walk[contract.ServiceRequest](t, d.API, by, path+query, "1") {
			found = append(found, map[string]string{own.ID: "own", behalf.ID: "behalf"}[one.ID])
			if one.CustomerName == "" || one.CustomerID != string(d.of) || one.OpenedBy.ID == "" || one.Subject == "" || one.CreatedAt.IsZero() {
				t.Errorf("%s: %+v", by, one)
			}
		}
		return strings.Join(found, " ")
	}
	of := "?customer_id=" + string(d.of)
	for by, sees := range map[string]string{
		"plain": "own", "colleague": "", "billing": "", "service": "behalf own", "global": "behalf own", apitest.Limited: "behalf own", apitest.Full: "behalf own",
		apitest.Operator: "behalf own",
	} {
		if got := list(by, of); got != sees {
			t.Errorf("%s lists %q", by, got)
		}
		for id, name := range map[string]string{own.ID: "own", behalf.ID: "behalf"} {
			status, code := 404, "not_found"
			if strings.Contains(sees, name) {
				status, code = 200, ""
			}
			d.Call(t, by, "GET", path+"/"+id, nil).Want(t, status, code)
			d.Call(t, by, "GET", path+"/"+id+"/comments", nil).Want(t, status, code)
			if status == 404 {
				d.write(by, id, "x").Want(t, status, code)
				d.patch(by, id, object{"status": "closed"}).Want(t, status, code)
			}
		}
	}
	for _, by := range []string{"stranger", apitest.Rival} {
		d.Call(t, by, "GET", path+of, nil).Want(t, 404, "not_found")
		d.Call(t, by, "GET", path+"/"+own.ID, nil).Want(t, 404, "not_found")
		d.write(by, own.ID, "x").Want(t, 404, "not_found")
		d.patch(by, own.ID, object{"status": "closed"}).Want(t, 404, "not_found")
		d.Call(t, by, "POST", path, body(object{"customer_id": string(d.of)})).Want(t, 404, "not_found")
	}
	d.Call(t, apitest.NoAccess, "GET", path+of, nil).Want(t, 403, "forbidden")
	d.Call(t, apitest.NoAccess, "POST", path, body(object{"customer_id": string(d.of)})).Want(t, 403, "forbidden")
	d.Call(t, apitest.Operator, "POST", path, body(object{"customer_id": string(d.of)})).Want(t, 403, "forbidden")
	d.Call(t, apitest.Full, "GET", path, nil).Want(t, 400, "required")
	d.Call(t, apitest.Full, "POST", path, body(nil)).Want(t, 422, "required")
	d.Call(t, apitest.Full, "POST", path, body(object{"customer_id": "cus_x"})).Want(t, 422, "invalid_format")
	d.Call(t, "plain", "GET", path+"?customer_id=x", nil).Want(t, 400, "invalid_format")
	d.Call(t, "plain", "GET", path+"/srq_x", nil).Want(t, 404, "not_found")

	// The lists of one's own, and the vendor's of what is not closed, the oldest first; filters.
	for query, want := range map[string]string{"": "own behalf", "?status=open": "own behalf", "?status=answered": "", "?severity=critical": "own", of + "&severity=normal": "behalf"} {
		if got := list(apitest.Operator, query); got != want {
			t.Errorf("the vendor lists by %q: %q", query, got)
		}
	}
	if got := list("plain", ""); got != "own" {
		t.Errorf("%q", got)
	}
	d.Call(t, "plain", "GET", path+"?status=new", nil).Want(t, 400, "invalid_value")
	d.patch("plain", own.ID, object{"status": "closed"}).Want(t, 200, "")
	if got := list(apitest.Operator, ""); got != "behalf" {
		t.Errorf("the vendor lists %q once one is closed", got)
	}

	// The grant ends: the partner reads nothing more, what it opened neither.
	if _, err := relationship.EndGrant(t.Context(), d.World.World.Table, d.of, d.Partner, relationship.ByCustomer, "", d.Op("test")); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{own.ID, behalf.ID} {
		d.Call(t, apitest.Full, "GET", path+"/"+id, nil).Want(t, 403, "forbidden")
		d.write(apitest.Full, id, "x").Want(t, 403, "forbidden")
	}
	d.Call(t, apitest.Full, "GET", path+of, nil).Want(t, 403, "forbidden")
	d.Call(t, apitest.Full, "POST", path, body(object{"customer_id": string(d.of)})).Want(t, 403, "forbidden")
	if got := list("service", ""); got != "behalf own" {
		t.Errorf("the customer lists %q", got)
	}
}

// TestOperatorsReadings: each reading of the vendor's is an event, and a customer's or partner's is none.
func TestOperatorsReadings(t *testing.T) {
	d := open(t)
	one := d.ask("plain", nil)
	count := func() int { return strings.Count(d.happened(one.ID), "operator.read") }
	d.get("plain", one.ID)
	d.get(apitest.Full, one.ID)
	if count() != 0 {
		t.Error("the parties' reading is an event")
	}
	d.get(apitest.Operator, one.ID)
	d.Call(t, apitest.Operator, "GET", path+"/"+one.ID+"/comments", nil).Want(t, 200, "")
	if count() != 2 {
		t.Errorf("%s", d.happened(one.ID))
	}
	before := d.Events(t)
	d.Call(t, apitest.Operator, "GET", path, nil).Want(t, 200, "")
	d.Call(t, apitest.Operator, "GET", path+"?customer_id="+string(d.of), nil).Want(t, 200, "")
	if got := d.Events(t) - before; got != 2 {
		t.Errorf("%d events of two lists", got)
	}
}

// TestConversation: all sides write, each under its own name, and what they write moves the request; events name no text.
func TestConversation(t *testing.T) {
	d := open(t)
	one := d.ask("plain", nil)
	stands := func(status contract.ServiceRequestStatus, by contract.ServiceRequestLastCommentBy, comments int) {
		t.Helper()
		if got, _ := d.get("plain", one.ID); got.Status != status || got.LastCommentBy != by || got.Comments != comments {
			t.Errorf("%s by %s, %d comments", got.Status, got.LastCommentBy, got.Comments)
		}
	}
	var said contract.ServiceRequestComment
	a := d.Call(t, apitest.Operator, "POST", path+"/"+one.ID+"/comments", object{"message": "Which one?"}, "Idempotency-Key", "answer").Want(t, 201, "")
	a.Into(t, &said)
	if said.Author.Side != "vendor" || said.Author.Name != nil || said.Author.PartnerID != nil || said.Message != "Which one?" {
		t.Errorf("%+v", said)
	}
	if again := d.Call(t, apitest.Operator, "POST", path+"/"+one.ID+"/comments", object{"message": "Which one?"}, "Idempotency-Key", "answer").Want(t, 201, ""); string(again.Body) != string(a.Body) {
		t.Errorf("replayed %s", again.Body)
	}
	stands("answered", "vendor", 2)
	d.write(apitest.Limited, one.ID, "The first.").Want(t, 201, "").Into(t, &said)
	if said.Author.Side != "partner" || *said.Author.PartnerID != string(d.Partner) {
		t.Errorf("%+v", said)
	}
	stands("open", "partner", 3)
	d.write("service", one.ID, "And the second.").Want(t, 201, "")
	stands("open", "customer", 4)
	var texts []string
	for _, c := range gatewaytest.Walk[contract.ServiceRequestComment](t, d.API, "plain", path+"/"+one.ID+"/comments", "2") {
		texts = append(texts, string(c.Author.Side)+": "+c.Message)
	}
	if got := strings.Join(texts, "\n"); got != "customer: Since 8:00.\nvendor: Which one?\npartner: The first.\ncustomer: And the second." {
		t.Error(got)
	}
	if got := d.happened(one.ID); strings.ReplaceAll(got, "operator.read ", "") != "service_request.opened service_request.commented service_request.commented service_request.commented" {
		t.Error(got)
	}
	for _, c := range d.Changes(t, event.Customer(string(d.of)), one.ID) {
		for name, value := range c.Data {
			if strings.Contains(value, "Mail") || strings.Contains(value, "first") {
				t.Errorf("%s says %s: %s", c.Type, name, value)
			}
		}
	}
	shared := func() int {
		return len(gatewaytest.Walk[contract.Event](t, d.API, apitest.Limited, "/v1/events?type=service_request.commented&customer_id="+string(d.of), "50"))
	}
	if shared() != 3 {
		t.Errorf("the partner whose grant runs sees %d events of 3", shared())
	}
	if _, err := relationship.EndGrant(t.Context(), d.World.World.Table, d.of, d.Partner, relationship.ByCustomer, "", d.Op("test")); err != nil {
		t.Fatal(err)
	}
	d.write("plain", one.ID, "The partner is gone.").Want(t, 201, "")
	if shared() != 3 {
		t.Error("the partner whose grant has ended sees what came after")
	}
	for _, text := range []string{"", "\u202e\x00", strings.Repeat("x", support.MaxText+1)} {
		if a := d.write("plain", one.ID, text); a.Status != 422 {
			t.Errorf("%d for %.20q", a.Status, text)
		}
	}
	if a := d.write("plain", one.ID, strings.Repeat("x", 256<<10)); a.Status != 413 {
		t.Errorf("%d for 256 kB", a.Status)
	}
	d.write("plain", one.ID, "a\u202eb\x00<script>alert(1)</script>").Want(t, 201, "").Into(t, &said)
	if said.Message != "ab <script>alert(1)</script>" {
		t.Errorf("%q", said.Message)
	}
}

// TestTwoAnswersAtOnce: both stand, and both are counted.
func TestTwoAnswersAtOnce(t *testing.T) {
	d := open(t)
	one := d.ask("plain", nil)
	var wait sync.WaitGroup
	for _, by := range []string{apitest.Operator, apitest.Limited, "plain"} {
		wait.Go(func() {
			if a := d.write(by, one.ID, "From "+by); a.Status != 201 {
				t.Errorf("%s: %d %s", by, a.Status, a.Body)
			}
		})
	}
	wait.Wait()
	got, _ := d.get("plain", one.ID)
	if found := gatewaytest.Walk[contract.ServiceRequestComment](t, d.API, "plain", path+"/"+one.ID+"/comments", "5"); got.Comments != 4 || len(found) != 4 {
		t.Errorf("%d comments, %d counted", len(found), got.Comments)
	}
}

// TestEnds: a request is resolved, closed and opened again, by act and by a comment; a partner hides nothing that it did not open.
func TestEnds(t *testing.T) {
	d := open(t)
	own, behalf := d.ask("plain", nil), d.ask(apitest.Limited, nil)
	if d.counted() != 2 {
		t.Errorf("%d open", d.counted())
	}
	for _, change := range []object{{"status": "closed"}, {"status": "resolved"}, {"severity": "low"}, {"subject": "Nothing"}} {
		d.patch(apitest.Full, own.ID, change).Want(t, 403, "service_request_not_yours")
	}
	d.patch("plain", own.ID, object{"status": "answered"}).Want(t, 422, "invalid_value")
	d.patch("plain", own.ID, object{"severity": "urgent"}).Want(t, 422, "invalid_value")
	d.Call(t, "plain", "PATCH", path+"/"+own.ID, object{"status": "closed"}).Want(t, 428, "precondition_required")
	d.Call(t, "plain", "PATCH", path+"/"+own.ID, object{"status": "closed"}, "If-Match", `"7-open"`).Want(t, 412, "precondition_failed")
	d.patch("plain", own.ID, object{"severity": "high", "subject": "No mail"}).Want(t, 200, "")
	d.patch("plain", own.ID, object{"severity": "high"}).Want(t, 200, "") // nothing differs
	d.patch(apitest.Full, behalf.ID, object{"status": "closed"}).Want(t, 200, "")
	d.patch(apitest.Operator, own.ID, object{"status": "resolved"}).Want(t, 200, "")
	if got, _ := d.get("plain", own.ID); got.ClosesAt == nil || got.Severity != "high" || got.Subject != "No mail" || d.counted() != 1 {
		t.Errorf("%+v", got)
	}
	d.write("plain", own.ID, "Not yet.").Want(t, 201, "")
	d.patch("service", own.ID, object{"status": "closed"}).Want(t, 200, "")
	d.patch("service", own.ID, object{"status": "closed"}).Want(t, 200, "")
	d.patch("service", own.ID, object{"subject": "Other"}).Want(t, 409, "request_closed")
	if got, _ := d.get("plain", own.ID); got.Status != "closed" || got.ClosedAt == nil || got.ClosesAt != nil || d.counted() != 0 {
		t.Errorf("%+v, %d open", got, d.counted())
	}
	d.write(apitest.Operator, own.ID, "One more thing.").Want(t, 201, "")
	if got, _ := d.get("plain", own.ID); got.Status != "answered" || d.counted() != 1 {
		t.Errorf("%+v, %d open", got, d.counted())
	}
	d.patch("plain", own.ID, object{"status": "closed"}).Want(t, 200, "")
	d.patch("plain", own.ID, object{"status": "open"}).Want(t, 200, "")
	for kind, want := range map[string]int{"opened": 1, "changed": 2, "commented": 2, "closed": 2, "reopened": 3} {
		if got := d.happened(own.ID); strings.Count(got, "service_request."+kind) != want {
			t.Errorf("not %d times %s: %s", want, kind, got)
		}
	}

	// By the clock.
	d.patch("plain", own.ID, object{"status": "resolved"}).Want(t, 200, "")
	later := func(ahead time.Duration) desk {
		return desk{&apitest.World{World: d.World.World, API: d.Later(t, ahead), Other: d.Other}, t, d.of, d.sub}
	}
	after := later(support.CloseDays*day + time.Hour)
	if got, _ := after.get("plain", own.ID); got.Status != "closed" || got.ClosedAt == nil || got.ClosesAt != nil {
		t.Errorf("by the clock: %+v", got)
	}
	after.patch("plain", own.ID, object{"severity": "low"}).Want(t, 409, "request_closed")
	long := later((support.CloseDays+support.ReopenDays)*day + time.Hour)
	long.write("plain", own.ID, "Again.").Want(t, 409, "request_closed")
	long.patch("plain", own.ID, object{"status": "open"}).Want(t, 409, "request_closed")
	after.write("plain", own.ID, "Again.").Want(t, 201, "")
	if got, _ := after.get("plain", own.ID); got.Status != "open" || d.counted() != 1 {
		t.Errorf("%+v, %d open", got, d.counted())
	}
}

// TestOpening: every wrong field is named, another's subscription is none, a replay opens one, and a customer has so many open at most.
func TestOpening(t *testing.T) {
	d := open(t)
	a := d.Call(t, "plain", "POST", path, body(nil), "Idempotency-Key", "one").Want(t, 201, "")
	if again := d.Call(t, "plain", "POST", path, body(nil), "Idempotency-Key", "one").Want(t, 201, ""); string(again.Body) != string(a.Body) || again.Header.Get("Location") != a.Header.Get("Location") || d.counted() != 1 {
		t.Errorf("replayed %s, %d open", again.Body, d.counted())
	}
	other := d.Yes(t, "")
	for name, change := range map[string]object{
		"unknown_subscription": {"subscription_id": string(other.First().ID)}, "no_letters": {"subject": "…"}, "required": {"message": "\u202e"},
		"too_long": {"subject": strings.Repeat("x", support.MaxSubject+1)}, "invalid_value": {"severity": "urgent"},
	} {
		d.Call(t, "plain", "POST", path, body(change)).Want(t, 422, name)
	}
	d.Call(t, "plain", "POST", path, body(object{"subscription_id": d.sub[:len(d.sub)-4] + "zzzz"})).Want(t, 422, "unknown_subscription")
	d.Call(t, "plain", "POST", path, body(object{"customer_id": string(other.Customer.ID)})).Want(t, 404, "not_found")
	d.Call(t, "plain", "POST", path, body(nil), "Idempotency-Key", "-").Want(t, 400, "idempotency_key_missing")

	d.Table.Set(t, "CUSTOMER#"+d.of.Bare(), "REQUESTS", &types.AttributeValueMemberN{Value: "99"}, "used")
	last := d.ask("plain", nil)
	for _, by := range []string{"plain", "global", apitest.Limited} {
		d.Call(t, by, "POST", path, body(object{"customer_id": string(d.of)})).Want(t, 409, "too_many_service_requests")
	}
	d.patch("plain", last.ID, object{"status": "closed"}).Want(t, 200, "")
	d.ask("global", nil)
	d.write("plain", last.ID, "Again.").Want(t, 201, "") // what comes back is refused to nobody
	if d.counted() != 101 {
		t.Errorf("%d open", d.counted())
	}
}

// TestReadOnly: a customer that can only be read still asks the vendor; a partner that is suspended reads, and asks nothing on behalf.
func TestReadOnly(t *testing.T) {
	d := open(t)
	one := d.ask("plain", nil)
	d.Table.Set(t, "PARTNER#"+string(d.Partner), "PROFILE", &types.AttributeValueMemberS{Value: string(partner.Suspended)}, "card", "status")
	d.get(apitest.Full, one.ID)
	d.write(apitest.Full, one.ID, "x").Want(t, 409, "partner_not_active")
	d.Call(t, apitest.Full, "POST", path, body(object{"customer_id": string(d.of)})).Want(t, 409, "partner_not_active")
	d.Table.Set(t, "CUSTOMER#"+d.of.Bare(), "PROFILE", &types.AttributeValueMemberS{Value: string(customer.ReadOnly)}, "status")
	d.ask("plain", nil)
	for _, by := range []string{"plain", "service"} {
		d.write(by, one.ID, "x").Want(t, 201, "")
	}
}

// late takes something away after who writes was read and before it is written.
type late struct {
	fixture.Table
	before func()
}

func (l late) OpenServiceRequest(ctx context.Context, r support.Request, first support.Comment, by *administration.Permit, happened event.Event, o op.Op) error {
	l.before()
	return l.Table.OpenServiceRequest(ctx, r, first, by, happened, o)
}

func (l late) SaveServiceRequest(ctx context.Context, r, old support.Request, said *support.Comment, by *administration.Permit, happened event.Event, o op.Op) error {
	l.before()
	return l.Table.SaveServiceRequest(ctx, r, old, said, by, happened, o)
}

// TestTakenAwayMeanwhile: what was taken away while a request ran bites in its transaction.
func TestTakenAwayMeanwhile(t *testing.T) {
	for name, c := range map[string]struct {
		by   string
		take func(d desk, users map[string]customer.UserID)
		code string
	}{
		"the grant": {apitest.Full, func(d desk, _ map[string]customer.UserID) {
			_, _ = relationship.EndGrant(d.t.Context(), d.World.World.Table, d.of, d.Partner, relationship.ByCustomer, "", d.Op("test"))
		}, "forbidden"},
		"the role": {"service", func(d desk, users map[string]customer.UserID) {
			d.SetUser(d.t, users["service"], "roles", &types.AttributeValueMemberL{})
		}, "not_your_role"},
		"the user": {"plain", func(d desk, users map[string]customer.UserID) {
			d.SetUser(d.t, users["plain"], "disabled", &types.AttributeValueMemberBOOL{Value: true})
		}, "caller_disabled"},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			users := map[string]customer.UserID{}
			for _, item := range d.Table.Items(t) {
				if mail := fixture.Text(item, "mail"); fixture.Text(item, "class") == "customer_user" {
					users[strings.TrimSuffix(mail, "@customer.example")] = customer.UserID(fixture.Text(item, "id"))
				}
			}
			one := d.ask("plain", nil)
			slow := late{d.Table, sync.OnceFunc(func() { c.take(d, users) })}
			during := &apitest.World{World: d.World.World, API: d.Later(t, 0, servicerequestcomments.Create(slow))}
			desk{during, t, d.of, d.sub}.write(c.by, one.ID, "Too late.").Want(t, 403, c.code)
			if got, err := d.World.World.Table.ServiceRequest(t.Context(), support.ID(one.ID)); err != nil || got.Comments != 1 {
				t.Errorf("%+v %v", got, err)
			}
		})
	}
}
