package relationships_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

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
	"liaison/tests/fixture/apitest"
)

// TestCustomerEnds holds who of a customer ends which kind of a relationship.
func TestCustomerEnds(t *testing.T) {
	w := apitest.Open(t)
	mine, theirs := w.Yes(t, offer.RoleFull), w.Yes(t, offer.RoleLimited)
	c := mine.Customer.ID
	for _, role := range []customer.Role{customer.GlobalAdmin, customer.BillingAdmin, customer.UserAdmin} {
		w.User(t, c, string(role), role)
	}
	w.User(t, theirs.Customer.ID, "stranger", customer.GlobalAdmin)
	at := apitest.Relationship(c, w.Partner)
	administration, partnerOfRecord, reseller := object{"kind": "delegated_administrator"}, object{"kind": "partner_of_record"}, object{"kind": "reseller"}
	w.Table.Set(t, "CUSTOMER#"+c.Bare(), "REL#"+string(w.Partner), &types.AttributeValueMemberBOOL{Value: true}, "card", "reseller")

	for by, want := range map[string]string{
		"global_admin":  "administrator true, record true, reseller false ask_the_reseller",
		"billing_admin": "administrator false not_your_role, record true, reseller false ask_the_reseller",
		"user_admin":    "administrator false not_your_role, record false not_your_role, reseller false ask_the_reseller",
		apitest.Full:    "administrator true, record true, reseller true",
		apitest.Limited: "administrator false full_access_needed, record false full_access_needed, reseller false full_access_needed",
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
	for _, body := range []object{administration, partnerOfRecord, reseller} {
		w.Call(t, "user_admin", "POST", at+"/end", body).Want(t, 403, "forbidden")
		w.Call(t, "stranger", "POST", at+"/end", body).Want(t, 404, "not_found")
		w.Call(t, "global_admin", "POST", apitest.Relationship(c, w.Other)+"/end", body).Want(t, 404, "not_found")
	}
	w.Call(t, "global_admin", "POST", at+"/end", object{"kind": "friend"}).Want(t, 422, "invalid_value")
	w.Call(t, "global_admin", "POST", at+"/end", reseller).Want(t, 409, "ask_the_reseller")
	w.Call(t, "billing_admin", "POST", at+"/end", reseller).Want(t, 409, "ask_the_reseller")
	w.Call(t, "stranger", "POST", apitest.Relationship(theirs.Customer.ID, w.Partner)+"/end", reseller).Want(t, 409, "already_ended")
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
	w.Call(t, apitest.Full, "POST", "/v1/subscriptions/"+string(mine.First().ID)+"/cancel", nil).Want(t, 403, "forbidden")
	w.Call(t, "billing_admin", "POST", at+"/end", partnerOfRecord).Want(t, 200, "").Into(t, &got)
	if len(got.Kinds) != 1 || got.Kinds[0] != "reseller" {
		t.Errorf("%+v", got)
	}
	for subject, want := range map[string]event.Typed{got.ID: relationship.AdministrationEndedEvent{}, string(mine.First().ID): relationship.PartnerOfRecordRemovedEvent{}} {
		changes := w.Changes(t, event.Customer(string(c)), subject)
		if last := changes[len(changes)-1]; last.Type != want.Type() || event.Value[relationship.Cause](known.Read(last)) != relationship.ByCustomer {
			t.Errorf("events %+v", changes)
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

func (d demoting) SaveTie(ctx context.Context, r relationship.Relationship, happened event.Event, o op.Op) error {
	d.before()
	return d.Table.SaveTie(ctx, r, happened, o)
}

func (d demoting) SaveDispute(ctx context.Context, s consent.StoredConsent, grant *consent.GrantChange, happened event.Event, o op.Op) error {
	d.before()
	return d.Table.SaveDispute(ctx, s, grant, happened, o)
}

// TestDemotedMeanwhile lets a person's role fall between the decision and the write: nothing commits after it.
func TestDemotedMeanwhile(t *testing.T) {
	w := apitest.Open(t)
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
				accepted := w.Yes(t, offer.RoleFull)
				subject := name + " " + kind
				id := w.User(t, accepted.Customer.ID, subject, customer.GlobalAdmin)
				racing := w.Later(t, 0, relationships.End(demoting{w.Table, func() { w.SetUser(t, id, c.attribute, c.value) }}))
				a := racing.Call(t, subject, "POST", apitest.Relationship(accepted.Customer.ID, w.Partner)+"/end", object{"kind": kind})
				if a.Status != status || status == 403 && a.Code() != "not_your_role" {
					t.Fatalf("%s: %d %s", kind, a.Status, a.Body)
				}
				ended := ended(t, w, accepted)
				if want := status == 200; ended[kind] != want || len(ended) > 1 {
					t.Errorf("%s: ended %v", kind, ended)
				}
			}
		})
	}
}

// ended says which kinds of the tie of a yes have ended.
func ended(t *testing.T, w *apitest.World, accepted consent.Consent) map[string]bool {
	t.Helper()
	ended := map[string]bool{}
	tie, grant, err := w.World.Table.Relationship(t.Context(), accepted.Customer.ID, w.Partner)
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.World.Table.StoredSubscription(t.Context(), accepted.First().ID)
	if err != nil {
		t.Fatal(err)
	}
	if grant.Status != relationship.Active {
		ended["delegated_administrator"] = true
	}
	if s.PartnerOfRecord == nil && tie.PartnerOfRecordSubscriptions == 0 {
		ended["partner_of_record"] = true
	}
	return ended
}
