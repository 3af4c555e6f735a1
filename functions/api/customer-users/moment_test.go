package customerusers_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/api/customer-users"
	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/subscription"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

// between is a table on which something happens once between what an act reads and what it writes.
type between struct {
	*dynamo.Table
	then func()
	read func() // the same, after an act has read subscriptions
}

func (b *between) Subscriptions(ctx context.Context, ids ...subscription.ID) (map[subscription.ID]subscription.Subscription, error) {
	found, err := b.Table.Subscriptions(ctx, ids...)
	if then := b.read; then != nil {
		b.read = nil
		then()
	}
	return found, err
}

func (b *between) Administration(ctx context.Context, of customer.ID, with partner.ID, users ...customer.UserID) (administration.Standing, error) {
	stands, err := b.Table.Administration(ctx, of, with, users...)
	if then := b.then; then != nil {
		b.then = nil
		then()
	}
	return stands, err
}

// TestTakenAwayMeanwhile: what is taken away after an act was decided, and before it is written, is gone: nothing commits.
func TestTakenAwayMeanwhile(t *testing.T) {
	w := apitest.Open(t)
	list := func(roles ...string) types.AttributeValue {
		held := make([]types.AttributeValue, len(roles))
		for i, role := range roles {
			held[i] = &types.AttributeValueMemberS{Value: role}
		}
		return &types.AttributeValueMemberL{Value: held}
	}
	machine := gatewaytest.Machine(t, w.API, w.Partner, "machine", partner.Full)
	access := func(to string) {
		w.Table.Set(t, "PARTNER#"+string(w.Partner), "CLIENT#"+string(machine)[len("cli_"+string(w.Partner)+"_"):], &types.AttributeValueMemberS{Value: to}, "customer_access")
	}
	type loss struct {
		by, code string
		take     func(s *story, me customer.UserID)
	}
	everyAct, notResets := []string{"create", "update", "delete", "restore", "licenses", "reset-password"}, []string{"create", "update", "delete", "restore", "licenses"}
	for name, c := range map[string]struct {
		loss
		acts  []string
		grant string
		ok    []string // acts that what is left still allows
	}{
		"the grant ends": {loss{"machine", "forbidden", func(s *story, _ customer.UserID) {
			s.Call(t, s.owner, "POST", apitest.Relationship(s.of, w.Partner)+"/end", object{"kind": "delegated_administrator"}).Want(t, 200, "")
		}}, everyAct, offer.RoleFull, nil},
		"the limited grant ends": {loss{"machine", "forbidden", func(s *story, _ customer.UserID) {
			s.Call(t, s.owner, "POST", apitest.Relationship(s.of, w.Partner)+"/end", object{"kind": "delegated_administrator"}).Want(t, 200, "")
		}}, []string{"reset-password"}, offer.RoleLimited, nil},
		"the grant is lowered": {loss{"machine", "forbidden", func(s *story, _ customer.UserID) {
			s.Call(t, s.owner, "POST", apitest.Relationship(s.of, w.Partner)+"/lower", nil).Want(t, 200, "")
		}}, notResets, offer.RoleFull, []string{"reset-password"}},
		"the grant is disputed": {loss{"machine", "forbidden", func(s *story, _ customer.UserID) {
			s.Call(t, s.owner, "POST", "/v1/redemptions/"+s.red+"/dispute", nil).Want(t, 200, "")
		}}, everyAct, offer.RoleFull, nil},
		"the grant is another partner's": {loss{"machine", "forbidden", func(s *story, _ customer.UserID) {
			w.Table.Set(t, "CUSTOMER#"+s.of.Bare(), "DELEGATED_ADMINISTRATOR", &types.AttributeValueMemberS{Value: string(w.Other)}, "partner")
		}}, everyAct, offer.RoleFull, nil},
		"the machine's access is lowered": {loss{"machine", "forbidden", func(*story, customer.UserID) { access("limited") }}, everyAct, offer.RoleFull, nil}, // decision 22: what it held counts
		"the role is taken":               {loss{"manager", "not_your_role", func(s *story, me customer.UserID) { w.SetUser(t, me, "roles", list()) }}, everyAct, "", nil},
		"the role is lowered": {
			loss{"manager", "not_your_role", func(s *story, me customer.UserID) { w.SetUser(t, me, "roles", list("password_admin")) }},
			notResets, "",
			[]string{"reset-password"},
		},
		"who acts is disabled": {loss{"manager", "not_your_role", func(s *story, me customer.UserID) {
			w.SetUser(t, me, "disabled", &types.AttributeValueMemberBOOL{Value: true})
		}}, everyAct, "", nil},
	} {
		for _, act := range append(c.acts, c.ok...) {
			id := w.Op("test").IDs.Random(8)
			s := enter(t, w, c.grant, "owner"+id)
			access("full")
			me := w.User(t, s.of, "manager"+id, customer.UserAdmin)
			user := w.Member(t, s.of, "u"+id+"@customer.example")
			if act == "restore" {
				s.remove(t, s.owner, string(user)).Want(t, 204, "")
			}
			table := &between{Table: w.Table.Table}
			api := w.Later(t, 0, customerusers.Create(table), customerusers.Update(table), customerusers.Delete(table), customerusers.Restore(table), customerusers.ResetPassword(table), customerusers.SetLicenses(table))
			by, tag, seen := c.by, s.tag(t, string(user)), s.types(t, string(user))
			if by == "manager" {
				by += id
			}
			table.then = func() { c.take(s, me) }
			var got gatewaytest.Answer
			switch at := s.at + "/" + string(user); act {
			case "create":
				got = api.Call(t, by, "POST", s.at, body("n"+id))
			case "update":
				got = api.Call(t, by, "PATCH", at, object{"name": "Eve"}, "If-Match", tag)
			case "delete":
				got = api.Call(t, by, "DELETE", at, nil, "If-Match", tag)
			case "licenses":
				got = api.Call(t, by, "PUT", at+"/licenses", object{"subscription_ids": []string{string(s.sub)}}, "If-Match", tag)
			default:
				got = api.Call(t, by, "POST", at+"/"+act, nil)
			}
			if table.then != nil {
				t.Fatal("nothing happened meanwhile")
			}
			if len(c.ok) > 0 && act == c.ok[0] {
				got.Want(t, 200, "")
				continue
			}
			if got.Status != 403 || got.Code() != c.code {
				t.Errorf("%s, %s: answered %d %s", name, act, got.Status, got.Body)
			}
			if now := s.types(t, string(user)); now != seen {
				t.Errorf("%s, %s: happened: %s", name, act, now)
			}
		}
	}
}

// TestEndPassesMeanwhile: an act that was decided before a grant's end is not written after it, also where no job has ended the grant yet.
func TestEndPassesMeanwhile(t *testing.T) {
	s := open(t, offer.RoleFull)
	o := s.Op("test")
	stands, err := s.World.Table.Administration(t.Context(), s.of, s.Partner, s.first)
	if err != nil {
		t.Fatal(err)
	}
	who, err := s.World.Table.Partner(t.Context(), s.Partner)
	if err != nil {
		t.Fatal(err)
	}
	by, err := administration.Claim{Partner: who, Access: partner.Full}.Over(stands, o.At)
	if err != nil {
		t.Fatal(err)
	}
	o.At = o.At.Add(365*day + time.Minute)
	if _, err := administration.CreateUser(t.Context(), s.World.Table, by, customer.UserDraft{Name: "Ewa", Mail: "ewa@contoso.example"}, o); !fault.Is(err, fault.Denied) {
		t.Errorf("made after the end: %v", err)
	}
	if _, err := administration.ResetPassword(t.Context(), s.World.Table, by, stands.Users[s.first], o); !fault.Is(err, fault.Denied) {
		t.Errorf("reset after the end: %v", err)
	}
}

// TestRisenMeanwhile: a user who gets a role, or becomes the billing owner, after an act was decided is not touched by it.
func TestRisenMeanwhile(t *testing.T) {
	s := open(t, offer.RoleLimited)
	table := &between{Table: s.Table.Table}
	api := s.Later(t, 0, customerusers.Delete(table), customerusers.ResetPassword(table))
	ewa, adam := s.hire(t, "ewa"), s.hire(t, "adam")
	table.then = func() { s.patch(t, "owner", ewa.ID, object{"roles": []string{"service_admin"}}).Want(t, 200, "") }
	api.Call(t, apitest.Limited, "POST", s.at+"/"+ewa.ID+"/reset-password", nil).Want(t, 403, "target_is_admin")
	// Who acts on one with a role must be able to still.
	chief := s.hire(t, "chief", "global_admin")
	table.then = func() {
		s.patch(t, "owner", chief.ID, object{"roles": []string{"user_admin", "password_admin"}}).Want(t, 200, "")
	}
	api.Call(t, "chief", "POST", s.at+"/"+ewa.ID+"/reset-password", nil).Want(t, 403, "not_your_role")
	full := enter(t, s.World, offer.RoleFull, "owner2")
	table.then = func() {
		s.Call(t, "owner2", "POST", apitest.Relationship(full.of, s.Partner)+"/lower", nil).Want(t, 200, "")
	}
	api.Call(t, apitest.Full, "POST", full.at+"/"+string(full.first)+"/reset-password", nil).Want(t, 403, "forbidden")
	tag := s.tag(t, adam.ID)
	table.then = func() {
		s.Table.Set(t, "CUSTOMER#"+s.of.Bare(), "PROFILE", &types.AttributeValueMemberS{Value: adam.ID}, "billing_owner")
	}
	api.Call(t, "owner", "DELETE", s.at+"/"+adam.ID, nil, "If-Match", tag).Want(t, 409, "user_owns_billing")
}
