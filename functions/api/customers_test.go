package api_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/api/relationships"
	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

// user gives a customer one more user with some roles, whose token has the subject.
func (w *world) user(t *testing.T, c customer.ID, subject string, roles ...customer.Role) customer.UserID {
	t.Helper()
	id := w.Member(t, c, subject+"@customer.example", roles...)
	gatewaytest.Bind(t, w.API, string(c), string(id), subject)
	return id
}

// set changes one attribute of an item, named by its path, behind everybody's back.
func (w *world) set(t *testing.T, pk, sk, path string, value types.AttributeValue) {
	t.Helper()
	names, steps := map[string]string{}, strings.Split(path, ".")
	for i, name := range steps {
		steps[i] = "#" + name
		names[steps[i]] = name
	}
	_, err := w.DB.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &w.World.Env.Table, Key: map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: pk}, "SK": &types.AttributeValueMemberS{Value: sk}},
		UpdateExpression: aws.String("SET " + strings.Join(steps, ".") + " = :value"), ConditionExpression: aws.String("attribute_exists(PK)"),
		ExpressionAttributeNames: names, ExpressionAttributeValues: map[string]types.AttributeValue{":value": value},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// tell changes one attribute of a customer's user.
func (w *world) tell(t *testing.T, u customer.UserID, name string, value types.AttributeValue) {
	t.Helper()
	owner, ulid, _ := customer.Under("usr", string(u))
	w.set(t, "CUSTOMER#"+owner.Bare(), "USER#"+ulid, name, value)
}

// TestCustomerReads asks everything that a customer's users may read, as each of them.
func TestCustomerReads(t *testing.T) {
	w := open(t)
	mine, theirs := w.yes(t, offer.RoleFull), w.yes(t, offer.RoleLimited)
	no := w.no(t, "")
	c := mine.Customer.ID
	admins := []string{"global_admin", "billing_admin", "user_admin", "password_admin", "service_admin"}
	for _, role := range admins {
		w.user(t, c, role, customer.Role(role))
	}
	w.user(t, c, "plain")
	w.tell(t, mine.User.ID, "roles", &types.AttributeValueMemberL{}) // who decided has no role any more
	gatewaytest.Bind(t, w.API, string(c), string(mine.User.ID), "decider")
	w.tell(t, w.user(t, c, "disabled", customer.GlobalAdmin), "disabled", &types.AttributeValueMemberBOOL{Value: true})
	w.user(t, theirs.Customer.ID, "stranger", customer.GlobalAdmin)

	shared := event.New(w.Op("test"), event.Customer(string(c)), event.Of(c, customer.ChangedEvent{}))
	if err := w.World.Table.SaveEvent(t.Context(), shared, w.Op("test")); err != nil {
		t.Fatal(err)
	}
	tie, sub, red := tieOf(string(c), w.Partner), "/v1/subscriptions/"+string(mine.First().ID), "/v1/redemptions/"+string(mine.ID)
	happened := "/v1/events/" + shared.ID() + "-1"
	lists := []string{"/v1/relationships", "/v1/subscriptions", "/v1/events"}
	foreign := []string{
		tieOf(string(theirs.Customer.ID), w.Partner), "/v1/subscriptions/" + string(theirs.First().ID), "/v1/redemptions/" + string(theirs.ID),
		"/v1/redemptions/" + string(theirs.ID) + "/receipt", "/v1/redemptions/" + string(no.ID), tieOf(string(c), w.other),
	}
	for _, e := range walk[contract.Event](t, w, full, "/v1/events", "100") {
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
	if a := w.Call(t, "user_admin", "GET", red+"/receipt", nil).Want(t, 200, ""); !bytes.Equal(a.Body, w.Call(t, full, "GET", red+"/receipt", nil).Body) {
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
			if got := walk[contract.RedemptionSummary](t, w, by, "/v1/redemptions", size); len(got) != want {
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
	for query, want := range map[string]int{"": 1, "?partner_id=" + string(w.Partner): 1, "?partner_id=" + string(w.other): 0, "?customer_id=" + string(c): 1} {
		ties, subs := walk[contract.Relationship](t, w, "user_admin", "/v1/relationships"+query, "1"), walk[contract.Subscription](t, w, "user_admin", "/v1/subscriptions"+query, "1")
		reds := walk[contract.RedemptionSummary](t, w, "user_admin", "/v1/redemptions"+query, "1")
		if len(ties) != want || len(subs) != want || len(reds) != want {
			t.Errorf("%q lists %d relationships, %d subscriptions, %d redemptions, want %d", query, len(ties), len(subs), len(reds), want)
		}
		if want == 1 && (ties[0].Customer.ID != string(c) || !strings.HasPrefix(ties[0].Partner.Name, "Fabrikam") || subs[0].ID != string(mine.First().ID) || reds[0].ID != string(mine.ID)) {
			t.Errorf("%+v %+v %+v", ties, subs, reds)
		}
	}
	for query, want := range map[string]int{"": 6, "?partner_id=" + string(w.Partner): 5, "?partner_id=" + string(w.other): 0, "?type=customer.changed": 1} {
		got := walk[contract.Event](t, w, "billing_admin", "/v1/events"+query, "2")
		if len(got) != want || slices.ContainsFunc(got, func(e contract.Event) bool { return !strings.HasSuffix(e.Source, string(c)) }) {
			t.Errorf("%q: %+v", query, got)
		}
	}
	a := w.Call(t, "billing_admin", "GET", "/v1/events", nil, "Accept", "text/csv").Want(t, 200, "")
	if lines := strings.Split(strings.TrimSpace(string(a.Body)), "\n"); len(lines) != 7 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("%s", a.Body)
	}
	if got := walk[contract.Event](t, w, operator, "/v1/events?partner_id="+string(w.other)+"&customer_id="+string(c), "5"); len(got) != 0 {
		t.Errorf("an operator sees of both %+v", got)
	}

	// Whoever may not, hears who may.
	if a := w.Call(t, "global_admin", "GET", "/v1/offers", nil).Want(t, 403, "forbidden"); !strings.Contains(string(a.Body), "Only users and machine clients of a partner can do this.") {
		t.Errorf("%s", a.Body)
	}
}

// TestCustomerEnds holds who of a customer ends which kind of a relationship.
func TestCustomerEnds(t *testing.T) {
	w := open(t)
	mine, theirs := w.yes(t, offer.RoleFull), w.yes(t, offer.RoleLimited)
	c := mine.Customer.ID
	for _, role := range []customer.Role{customer.GlobalAdmin, customer.BillingAdmin, customer.UserAdmin} {
		w.user(t, c, string(role), role)
	}
	w.user(t, theirs.Customer.ID, "stranger", customer.GlobalAdmin)
	at := tieOf(string(c), w.Partner)
	administration, record, reseller := object{"kind": "delegated_administrator"}, object{"kind": "partner_of_record"}, object{"kind": "reseller"}
	w.set(t, "CUSTOMER#"+c.Bare(), "REL#"+string(w.Partner), "card.reseller", &types.AttributeValueMemberBOOL{Value: true})

	for by, want := range map[string]string{
		"global_admin":  "administrator true, record true, reseller false ask_the_reseller",
		"billing_admin": "administrator false not_your_role, record true, reseller false ask_the_reseller",
		"user_admin":    "administrator false not_your_role, record false not_your_role, reseller false ask_the_reseller",
		full:            "administrator true, record true, reseller true",
		limited:         "administrator false full_access_needed, record false full_access_needed, reseller false full_access_needed",
	} {
		var got contract.Relationship
		w.Call(t, by, "GET", at, nil).Want(t, 200, "").Into(t, &got)
		said := func(name string, can *bool, why *string) string {
			words := []string{name, "false"}
			if *can {
				words[1] = "true"
			}
			if why != nil {
				words = append(words, *why)
			}
			return strings.Join(words, " ")
		}
		if is := said("administrator", got.CanRemove.DelegatedAdministrator, got.Reason.DelegatedAdministrator) + ", " +
			said("record", got.CanRemove.PartnerOfRecord, got.Reason.PartnerOfRecord) + ", " +
			said("reseller", got.CanRemove.Reseller, got.Reason.Reseller); is != want {
			t.Errorf("%s: %s, want %s", by, is, want)
		}
	}
	for _, body := range []object{administration, record, reseller} {
		w.Call(t, "user_admin", "POST", at+"/end", body).Want(t, 403, "forbidden")
		w.Call(t, "stranger", "POST", at+"/end", body).Want(t, 404, "not_found")
		w.Call(t, "global_admin", "POST", tieOf(string(c), w.other)+"/end", body).Want(t, 404, "not_found")
	}
	w.Call(t, "global_admin", "POST", at+"/end", object{"kind": "friend"}).Want(t, 422, "invalid_value")
	w.Call(t, "global_admin", "POST", at+"/end", reseller).Want(t, 409, "ask_the_reseller")
	w.Call(t, "billing_admin", "POST", at+"/end", reseller).Want(t, 409, "ask_the_reseller")
	w.Call(t, "stranger", "POST", tieOf(string(theirs.Customer.ID), w.Partner)+"/end", reseller).Want(t, 409, "already_ended")
	if a := w.Call(t, "billing_admin", "POST", at+"/end", administration).Want(t, 403, "forbidden"); !strings.Contains(string(a.Body), "It needs: roles global_admin.") {
		t.Errorf("%s", a.Body)
	}

	var got contract.Relationship
	body := object{"kind": "delegated_administrator", "reason": "We have our own people now."}
	a := w.Call(t, "global_admin", "POST", at+"/end", body, "Idempotency-Key", "end").Want(t, 200, "")
	a.Into(t, &got)
	if got.DelegatedAdministration.Status != "ended" || *got.DelegatedAdministration.EndedCause != "customer" || len(got.Kinds) != 2 {
		t.Errorf("%s", a.Body)
	}
	if again := w.Call(t, "global_admin", "POST", at+"/end", body, "Idempotency-Key", "end").Want(t, 200, ""); !bytes.Equal(again.Body, a.Body) {
		t.Errorf("replayed %s", again.Body)
	}
	w.Call(t, "global_admin", "POST", at+"/end", body).Want(t, 409, "already_ended")
	w.Call(t, full, "POST", "/v1/subscriptions/"+string(mine.First().ID)+"/cancel", nil).Want(t, 403, "forbidden")
	w.Call(t, "billing_admin", "POST", at+"/end", record).Want(t, 200, "").Into(t, &got)
	if len(got.Kinds) != 1 || got.Kinds[0] != "reseller" {
		t.Errorf("%+v", got)
	}
	for subject, want := range map[string]event.Typed{got.ID: relationship.AdministrationEndedEvent{}, string(mine.First().ID): relationship.PartnerOfRecordRemovedEvent{}} {
		told := w.told(t, event.Customer(string(c)), subject)
		if last := told[len(told)-1]; last.Type != want.Type() || event.Value[relationship.Cause](known.Read(last)) != relationship.ByCustomer {
			t.Errorf("told %+v", told)
		}
	}
	_, grant, err := w.World.Table.Relationship(t.Context(), theirs.Customer.ID, w.Partner)
	if err != nil || grant.Status != relationship.Active {
		t.Errorf("another customer's: %+v %v", grant, err)
	}
}

// demoting takes the person's power away after it was read and before the change is written.
type demoting struct {
	fixture.Table
	before func()
}

func (d demoting) SaveGrant(ctx context.Context, g relationship.Grant, r relationship.Relationship, happened []event.Event, o op.Op) error {
	d.before()
	return d.Table.SaveGrant(ctx, g, r, happened, o)
}

func (d demoting) SaveStepDown(ctx context.Context, tie relationship.Relationship, subs []subscription.Subscription, happened event.Event, o op.Op) error {
	d.before()
	return d.Table.SaveStepDown(ctx, tie, subs, happened, o)
}

// TestDemotedMeanwhile lets a person's role fall between the decision and the write: nothing commits after it.
func TestDemotedMeanwhile(t *testing.T) {
	w := open(t)
	for name, c := range map[string]struct {
		attribute string
		value     types.AttributeValue
		status    map[string]int
	}{
		"no role any more": {"roles", &types.AttributeValueMemberL{}, map[string]int{"delegated_administrator": 403, "partner_of_record": 403}},
		"billing only": {
			"roles", &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: "billing_admin"}}},
			map[string]int{"delegated_administrator": 403, "partner_of_record": 200},
		},
		"disabled":   {"disabled", &types.AttributeValueMemberBOOL{Value: true}, map[string]int{"delegated_administrator": 403, "partner_of_record": 403}},
		"as it was":  {"name", &types.AttributeValueMemberS{Value: "Ewa"}, map[string]int{"delegated_administrator": 200, "partner_of_record": 200}},
		"users only": {"roles", &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: "user_admin"}}}, map[string]int{"partner_of_record": 403}},
	} {
		t.Run(name, func(t *testing.T) {
			for kind, status := range c.status {
				yes := w.yes(t, offer.RoleFull)
				subject := name + " " + kind
				id := w.user(t, yes.Customer.ID, subject, customer.GlobalAdmin)
				api := &gatewaytest.API{Table: w.Table, Env: w.Env}
				racing := api.Later(t, 0, relationships.End(demoting{w.Table, func() { w.tell(t, id, c.attribute, c.value) }}))
				a := racing.Call(t, subject, "POST", tieOf(string(yes.Customer.ID), w.Partner)+"/end", object{"kind": kind})
				if a.Status != status || status == 403 && a.Code() != "not_your_role" {
					t.Fatalf("%s: %d %s", kind, a.Status, a.Body)
				}
				ended := w.ended(t, yes)
				if want := status == 200; ended[kind] != want || len(ended) > 1 {
					t.Errorf("%s: ended %v", kind, ended)
				}
			}
		})
	}
}

// ended says which kinds of the tie of a yes have ended.
func (w *world) ended(t *testing.T, yes consent.Consent) map[string]bool {
	t.Helper()
	ended := map[string]bool{}
	tie, grant, err := w.World.Table.Relationship(t.Context(), yes.Customer.ID, w.Partner)
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.World.Table.StoredSubscription(t.Context(), yes.First().ID)
	if err != nil {
		t.Fatal(err)
	}
	if grant.Status != relationship.Active {
		ended["delegated_administrator"] = true
	}
	if s.PartnerOfRecord == nil && tie.PorSubscriptions == 0 {
		ended["partner_of_record"] = true
	}
	return ended
}
