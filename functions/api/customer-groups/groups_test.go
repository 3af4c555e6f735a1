package customergroups_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/api/customer-groups"
	"liaison/functions/jobs/groups"
	"liaison/functions/jobs/users"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/schedule"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

// story is a customer of the world's partner; its first user's token has the subject "owner".
type story struct {
	*apitest.World
	of    customer.ID
	first customer.UserID
	at    string // path of its groups
}

// open makes a customer that gave the partner a grant of the role, none where it is empty.
func open(t *testing.T, role string) *story {
	t.Helper()
	w := apitest.Open(t)
	yes := w.Yes(t, role)
	s := &story{w, yes.Customer.ID, yes.User.ID, "/v1/customers/" + string(yes.Customer.ID) + "/groups"}
	gatewaytest.Bind(t, w.API, string(s.of), string(s.first), "owner")
	return s
}

func (s *story) group(t *testing.T, name string) contract.CustomerGroup {
	t.Helper()
	var made contract.CustomerGroup
	s.Call(t, "owner", "POST", s.at, object{"name": name}).Want(t, 201, "").Into(t, &made)
	return made
}

func (s *story) path(group string) string { return s.at + "/" + group }

func (s *story) member(group string, user customer.UserID) string {
	return s.path(group) + "/members/" + string(user)
}

func (s *story) read(t *testing.T, group string) (g contract.CustomerGroup, tag string) {
	t.Helper()
	got := s.Call(t, "owner", "GET", s.path(group), nil).Want(t, 200, "")
	got.Into(t, &g)
	return g, got.Header.Get("ETag")
}

func (s *story) tag(t *testing.T, group string) string {
	t.Helper()
	_, tag := s.read(t, group)
	return tag
}

// names lists who is in a group, in pages of the size.
func (s *story) names(t *testing.T, group, size string) string {
	t.Helper()
	var names []string
	for _, m := range gatewaytest.Walk[contract.CustomerGroupMember](t, s.API, "owner", s.path(group)+"/members", size) {
		names = append(names, strings.TrimSuffix(m.Email, "@contoso.example"))
	}
	return strings.Join(names, " ")
}

func (s *story) user(t *testing.T, name string, roles ...customer.Role) customer.UserID {
	t.Helper()
	return s.Member(t, s.of, name+"@contoso.example", roles...)
}

func (s *story) types(t *testing.T, group string) string {
	t.Helper()
	return apitest.Types(s.Changes(t, event.Customer(string(s.of)), group))
}

// left counts the rows of a customer whose sort keys begin so.
func (s *story) left(t *testing.T, prefix string) (n int) {
	t.Helper()
	if err := s.World.Table.Walk(t.Context(), func(one dynamo.Walked) {
		if one.PK == "CUSTOMER#"+s.of.Bare() && strings.HasPrefix(one.SK, prefix) {
			n++
		}
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestLife follows one group from its making to its end.
func TestLife(t *testing.T) {
	s := open(t, "")
	asked := object{"name": " Sales  North ", "description": " Everyone  who sells "}
	var made, again, read contract.CustomerGroup
	answer := s.Call(t, "owner", "POST", s.at, asked, "Idempotency-Key", "k").Want(t, 201, "")
	answer.Into(t, &made)
	s.Call(t, "owner", "POST", s.at, asked, "Idempotency-Key", "k").Want(t, 201, "").Into(t, &again)
	if made.Name != "Sales North" || made.Description != "Everyone who sells" || made.CustomerID != string(s.of) || made.Members != 0 || again != made {
		t.Errorf("made %s, again %+v", answer.Body, again)
	}
	if at := answer.Header.Get("Location"); at != s.path(made.ID) {
		t.Errorf("it is at %s", at)
	}
	got, tag := s.read(t, made.ID)
	if got != made || tag != answer.Header.Get("ETag") {
		t.Errorf("read %+v", got)
	}
	s.Call(t, "owner", "GET", s.path(made.ID), nil, "If-None-Match", tag).Want(t, 304, "")

	// A name is one group's, in whatever case, until it has another or is deleted.
	for _, name := range []string{"sales north", "SALES  North"} {
		s.Call(t, "owner", "POST", s.at, object{"name": name}).Want(t, 409, "group_name_taken")
	}
	other := s.group(t, "Support")
	change := func(group string, body object) gatewaytest.Answer {
		t.Helper()
		return s.Call(t, "owner", "PATCH", s.path(group), body, "If-Match", s.tag(t, group))
	}
	change(other.ID, object{"name": "sales North"}).Want(t, 409, "group_name_taken")
	change(made.ID, object{"name": "SALES North"}).Want(t, 200, "").Into(t, &read)
	if read.Name != "SALES North" || read.Description != made.Description {
		t.Errorf("changed: %+v", read)
	}
	change(made.ID, object{"name": "Sales", "description": ""}).Want(t, 200, "").Into(t, &read)
	if read.Name != "Sales" || read.Description != "" {
		t.Errorf("changed: %+v", read)
	}
	change(other.ID, object{"name": "Sales North"}).Want(t, 200, "")
	before := s.Events(t)
	change(made.ID, object{"name": "Sales"}).Want(t, 200, "")
	if n := s.Events(t) - before; n != 0 {
		t.Errorf("a change that changes nothing leaves %d events", n)
	}

	s.Call(t, "owner", "PATCH", s.path(made.ID), object{"name": "x"}).Want(t, 428, "precondition_required")
	s.Call(t, "owner", "PATCH", s.path(made.ID), object{"name": "x"}, "If-Match", tag).Want(t, 412, "precondition_failed")
	s.Call(t, "owner", "PATCH", s.path(made.ID), object{}, "If-Match", s.tag(t, made.ID)).Want(t, 422, "too_few")
	s.Call(t, "owner", "POST", s.at, object{"name": " ", "description": strings.Repeat("x", 1025)}).Want(t, 422, "required")
	s.Call(t, "owner", "DELETE", s.path(made.ID), nil).Want(t, 428, "precondition_required")
	s.Call(t, "owner", "DELETE", s.path(made.ID), nil, "If-Match", tag).Want(t, 412, "precondition_failed")
	s.Call(t, "owner", "DELETE", s.path(made.ID), nil, "If-Match", s.tag(t, made.ID)).Want(t, 204, "")
	s.group(t, "Sales")
	if got, want := s.types(t, made.ID), "customer_group.created customer_group.updated customer_group.updated customer_group.deleted"; got != want {
		t.Errorf("happened: %s, want %s", got, want)
	}

	// Another customer's group is none, also by its own path.
	far := s.Yes(t, "")
	gatewaytest.Bind(t, s.API, string(far.Customer.ID), string(far.User.ID), "far")
	for _, at := range []string{s.path(other.ID), "/v1/customers/me/groups/" + other.ID, s.at} {
		s.Call(t, "far", "GET", at, nil).Want(t, 404, "not_found")
	}
	s.Call(t, "owner", "PUT", s.member(other.ID, far.User.ID), nil).Want(t, 404, "not_found")
}

// TestMembers: a user is in a group once, however often it is added; who is deleted is hidden until it is restored.
func TestMembers(t *testing.T) {
	s := open(t, "")
	g, ewa, jan := s.group(t, "Sales"), s.user(t, "ewa"), s.user(t, "jan")
	count := func(want int, who string) {
		t.Helper()
		if read, _ := s.read(t, g.ID); read.Members != want {
			t.Errorf("%d are counted, not %d", read.Members, want)
		}
		if got := s.names(t, g.ID, "1"); got != who {
			t.Errorf("in it are %q, not %q", got, who)
		}
	}
	for range 2 {
		s.Call(t, "owner", "PUT", s.member(g.ID, ewa), nil).Want(t, 204, "")
	}
	s.Call(t, "owner", "PUT", s.member(g.ID, jan), nil).Want(t, 204, "")
	count(2, "ewa jan")
	s.Call(t, "owner", "PUT", s.member(g.ID, customer.UserID("usr_"+s.of.Bare()+"_"+s.Op("x").NewID())), nil).Want(t, 404, "not_found")
	s.Call(t, "owner", "PUT", s.path("grp_"+s.of.Bare()+"_"+s.Op("x").NewID())+"/members/"+string(ewa), nil).Want(t, 404, "not_found")

	at := "/v1/customers/" + string(s.of) + "/users/" + string(ewa)
	s.Call(t, "owner", "DELETE", at, nil, "If-Match", s.Call(t, "owner", "GET", at, nil).Header.Get("ETag")).Want(t, 204, "")
	count(2, "jan")
	third := s.group(t, "Third")
	s.Call(t, "owner", "PUT", s.member(third.ID, ewa), nil).Want(t, 409, "user_deleted")
	s.Call(t, "owner", "POST", at+"/restore", nil).Want(t, 200, "")
	count(2, "ewa jan")

	for range 2 {
		s.Call(t, "owner", "DELETE", s.member(g.ID, ewa), nil).Want(t, 204, "")
	}
	count(1, "jan")
	s.Call(t, "owner", "PUT", s.member(g.ID, ewa), nil).Want(t, 204, "")
	count(2, "ewa jan")
	if got, want := s.types(t, g.ID), "customer_group.created"+strings.Repeat(" customer_group.member_added", 2)+" customer_group.member_removed customer_group.member_added"; got != want {
		t.Errorf("happened: %s, want %s", got, want)
	}
}

// TestMany: a full page and more of members and of groups are listed, each once.
func TestMany(t *testing.T) {
	s := open(t, "")
	g := s.group(t, "Everyone")
	const many = 130
	for i := range many {
		s.Call(t, "owner", "PUT", s.member(g.ID, s.user(t, "u"+strconv.Itoa(i))), nil).Want(t, 204, "")
		if i > 0 {
			s.group(t, "Group "+strconv.Itoa(i))
		}
	}
	for _, size := range []string{"7", "100"} {
		seen := map[string]bool{}
		for _, name := range strings.Fields(s.names(t, g.ID, size)) {
			seen[name] = true
		}
		listed := gatewaytest.Walk[contract.CustomerGroup](t, s.API, "owner", s.at, size)
		if n := len(strings.Fields(s.names(t, g.ID, size))); n != many || len(seen) != many || len(listed) != many {
			t.Errorf("by %s: %d rows, %d users, %d groups", size, n, len(seen), len(listed))
		}
	}
	s.Call(t, "owner", "GET", s.at+"?limit=101", nil).Want(t, 400, "out_of_range")
	s.Call(t, "owner", "GET", s.path(g.ID)+"/members?x=1", nil).Want(t, 400, "unknown_parameter")
}

// TestAtOnce: of 64 who add one user at once, one counts; and so of 64 who remove it.
func TestAtOnce(t *testing.T) {
	s := open(t, "")
	g, ewa := s.group(t, "Sales"), s.user(t, "ewa")
	for method, want := range map[string]int{"PUT": 1, "DELETE": 0} {
		if method == "DELETE" {
			s.Call(t, "owner", "PUT", s.member(g.ID, ewa), nil).Want(t, 204, "")
		}
		var wait sync.WaitGroup
		for range 64 {
			wait.Go(func() {
				if got := s.Call(t, "owner", method, s.member(g.ID, ewa), nil); got.Status != 204 && got.Status != 503 {
					t.Errorf("%s: %d %s", method, got.Status, got.Body)
				}
			})
		}
		wait.Wait()
		if read, _ := s.read(t, g.ID); read.Members != want {
			t.Errorf("after 64 %s %d are counted", method, read.Members)
		}
	}
}

// TestOneName: of many who want one name at once, one gets it.
func TestOneName(t *testing.T) {
	s := open(t, "")
	var mutex sync.Mutex
	got := map[int]int{}
	var wait sync.WaitGroup
	for range 32 {
		wait.Go(func() {
			a := s.Call(t, "owner", "POST", s.at, object{"name": "Sales"})
			mutex.Lock()
			got[a.Status]++
			mutex.Unlock()
		})
	}
	wait.Wait()
	if got[201] != 1 || len(gatewaytest.Walk[contract.CustomerGroup](t, s.API, "owner", s.at, "100")) != 1 {
		t.Errorf("answered %v", got)
	}
}

// between is a table on which something happens once between what an act reads and what it writes.
type between struct {
	dynamo.Groups
	then func()
}

func (b *between) CustomerGroup(ctx context.Context, id customer.GroupID) (customer.Group, error) {
	g, err := b.Groups.CustomerGroup(ctx, id)
	if then := b.then; then != nil {
		b.then = nil
		then()
	}
	return g, err
}

// TestMeanwhile: nothing comes into a group that is deleted meanwhile, and nobody touches a user who gets a role, or after its own was taken.
func TestMeanwhile(t *testing.T) {
	s := open(t, "")
	table := &between{Groups: dynamo.Groups{Table: s.World.Table.Table}}
	api := s.Later(t, 0, customergroups.AddMember(table), customergroups.RemoveMember(table), customergroups.Update(table), customergroups.Delete(table))
	boss := s.User(t, s.of, "boss", customer.UserAdmin)
	g, ewa := s.group(t, "Sales"), s.user(t, "ewa")
	hold := func(who customer.UserID, roles ...string) func() {
		return func() {
			held := make([]types.AttributeValue, len(roles))
			for i, role := range roles {
				held[i] = &types.AttributeValueMemberS{Value: role}
			}
			s.SetUser(t, who, "roles", &types.AttributeValueMemberL{Value: held})
			s.SetUser(t, who, "version", &types.AttributeValueMemberN{Value: "7"})
		}
	}
	table.then = hold(ewa, "service_admin")
	api.Call(t, "boss", "PUT", s.member(g.ID, ewa), nil).Want(t, 403, "target_is_admin")
	hold(ewa)()
	seen := s.types(t, g.ID)
	for method, body := range map[string]any{"PUT": nil, "DELETE": nil, "PATCH": object{"name": "x"}, "DELETE group": nil} {
		if method == "DELETE" {
			s.Call(t, "owner", "PUT", s.member(g.ID, ewa), nil).Want(t, 204, "")
			seen = s.types(t, g.ID)
		}
		hold(boss, "user_admin")()
		at, verb, _ := strings.Cut(method, " ")
		path := s.member(g.ID, ewa)
		if verb != "" || at == "PATCH" {
			path = s.path(g.ID)
		}
		tag := s.tag(t, g.ID)
		table.then = hold(boss, "password_admin")
		api.Call(t, "boss", at, path, body, "If-Match", tag).Want(t, 403, "not_your_role")
		if now := s.types(t, g.ID); now != seen {
			t.Errorf("%s: happened: %s", method, now)
		}
	}
	s.Call(t, "owner", "DELETE", s.member(g.ID, ewa), nil).Want(t, 204, "")
	table.then = func() {
		s.Call(t, "owner", "DELETE", s.path(g.ID), nil, "If-Match", s.tag(t, g.ID)).Want(t, 204, "")
	}
	api.Call(t, "owner", "PUT", s.member(g.ID, ewa), nil).Want(t, 404, "not_found")
	if n := s.left(t, "MEMBER#"); n != 0 {
		t.Errorf("%d are in a deleted group", n)
	}
}

// TestGrantEnds: an act on behalf that was decided before the grant's end is not written after it.
func TestGrantEnds(t *testing.T) {
	s := open(t, offer.RoleFull)
	table := &between{Groups: dynamo.Groups{Table: s.World.Table.Table}}
	api := s.Later(t, 0, customergroups.AddMember(table), customergroups.Delete(table))
	g, ewa := s.group(t, "Sales"), s.user(t, "ewa")
	tag := s.tag(t, g.ID)
	table.then = func() {
		s.Call(t, "owner", "POST", apitest.Relationship(s.of, s.Partner)+"/lower", nil).Want(t, 200, "")
	}
	api.Call(t, apitest.Full, "PUT", s.member(g.ID, ewa), nil).Want(t, 403, "forbidden")
	api.Call(t, apitest.Full, "DELETE", s.path(g.ID), nil, "If-Match", tag).Want(t, 403, "forbidden")
	if now := s.types(t, g.ID); now != "customer_group.created" {
		t.Errorf("happened: %s", now)
	}
}

// TestRights is who may read groups, act on them, and bring a user with a role into one or out of it.
func TestRights(t *testing.T) {
	s := open(t, offer.RoleFull)
	g, ewa, admin := s.group(t, "Sales"), s.user(t, "ewa"), s.user(t, "adam", customer.ServiceAdmin)
	for subject, role := range map[string]customer.Role{"users": customer.UserAdmin, "passwords": customer.PasswordAdmin, "billing": customer.BillingAdmin, "plain": ""} {
		if role == "" {
			s.User(t, s.of, subject)
			continue
		}
		s.User(t, s.of, subject, role)
	}
	try := func(by string) string {
		t.Helper()
		says := func(a gatewaytest.Answer) string {
			if a.Status < 300 {
				return "ok"
			}
			return a.Code()
		}
		answers := []string{
			says(s.Call(t, by, "GET", s.at, nil)), says(s.Call(t, by, "GET", s.path(g.ID)+"/members", nil)),
			says(s.Call(t, by, "POST", s.at, object{"name": "Of " + by})), says(s.Call(t, by, "PATCH", s.path(g.ID), object{"description": by}, "If-Match", s.tag(t, g.ID))),
			says(s.Call(t, by, "PUT", s.member(g.ID, ewa), nil)), says(s.Call(t, by, "DELETE", s.member(g.ID, ewa), nil)),
			says(s.Call(t, by, "PUT", s.member(g.ID, admin), nil)), says(s.Call(t, by, "DELETE", s.member(g.ID, admin), nil)),
		}
		return strings.Join(answers, " ")
	}
	all, no := strings.Repeat(" ok", 8)[1:], strings.Repeat(" forbidden", 6)
	for by, want := range map[string]string{
		"owner": all, "users": "ok ok ok ok ok ok target_is_admin target_is_admin", "passwords": "ok ok" + no, "billing": "ok ok" + no, "plain": "forbidden forbidden" + no,
		apitest.Full: all, apitest.Limited: "ok ok" + no, apitest.NoAccess: "forbidden forbidden" + no, apitest.Rival: strings.Repeat(" not_found", 8)[1:],
	} {
		if got := try(by); got != want {
			t.Errorf("%s: %s, not %s", by, got, want)
		}
	}
	s.Call(t, "owner", "POST", apitest.Relationship(s.of, s.Partner)+"/lower", nil).Want(t, 200, "")
	if got, want := try(apitest.Full), "ok ok"+no; got != want {
		t.Errorf("under a limited grant: %s, not %s", got, want)
	}
	for by, want := range map[string]int{apitest.Full: 6, apitest.Rival: 0} { // what it did itself, and no more
		n := 0
		for _, e := range gatewaytest.Walk[contract.Event](t, s.API, by, "/v1/events?customer_id="+string(s.of), "100") {
			if strings.HasPrefix(e.Type, "customer_group.") {
				n++
			}
		}
		if n != want {
			t.Errorf("%s sees %d events of groups", by, n)
		}
	}
	s.Table.Set(t, "CUSTOMER#"+s.of.Bare(), "PROFILE", &types.AttributeValueMemberS{Value: "read_only"}, "status")
	if got, want := try("owner"), "ok ok"+strings.Repeat(" customer_read_only", 6); got != want {
		t.Errorf("read only: %s, not %s", got, want)
	}
}

// accounts has no sign-in accounts.
type accounts struct{}

func (accounts) DeletePerson(context.Context, string) error { return nil }

// TestEnds: a deleted group is none at once, and nothing of it is left once the job has run, however often it is stopped; who is purged leaves its groups.
func TestEnds(t *testing.T) {
	s := open(t, "")
	g, other := s.group(t, "Everyone"), s.group(t, "Other")
	var gone customer.UserID
	for i := range 70 {
		gone = s.user(t, "u"+strconv.Itoa(i))
		s.Call(t, "owner", "PUT", s.member(g.ID, gone), nil).Want(t, 204, "")
	}
	for i := range 35 {
		s.Call(t, "owner", "PUT", s.member(s.group(t, fmt.Sprint("G", i)).ID, gone), nil).Want(t, 204, "")
	}
	s.Call(t, "owner", "PUT", s.member(other.ID, s.first), nil).Want(t, 204, "")
	tag := s.tag(t, g.ID)
	s.Call(t, "owner", "DELETE", s.path(g.ID), nil, "If-Match", tag).Want(t, 204, "")
	for method, path := range map[string]string{"GET": s.path(g.ID), "PATCH": s.path(g.ID), "DELETE": s.path(g.ID), "PUT": s.member(g.ID, gone)} {
		s.Call(t, "owner", method, path, object{"name": "x"}, "If-Match", tag).Want(t, 404, "not_found")
	}
	s.Call(t, "owner", "GET", s.path(g.ID)+"/members", nil).Want(t, 404, "not_found")
	for _, one := range gatewaytest.Walk[contract.CustomerGroup](t, s.API, "owner", s.at, "10") {
		if one.ID == g.ID {
			t.Error("a deleted group is listed")
		}
	}

	// Stopped after one step, the sweep goes on.
	ended, err := s.World.Groups().SweepGroup(t.Context(), customer.Group{ID: customer.GroupID(g.ID)}, s.Op("job"))
	if err != nil || ended || s.left(t, "MEMBER#") != 70+35+1-30 {
		t.Errorf("one step: %v %v, %d are left", ended, err, s.left(t, "MEMBER#"))
	}
	env := s.Env
	env.Offset += (customer.RestoreDays + 1) * 24 * time.Hour
	run := func(job func(context.Context, schedule.Tick) (schedule.Outcome, error)) schedule.Outcome {
		t.Helper()
		out, err := job(t.Context(), schedule.Tick{Time: env.Now()})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}

	// A user is purged while it is in the group that is being removed, and in many others.
	at := "/v1/customers/" + string(s.of) + "/users/" + string(gone)
	s.Call(t, "owner", "DELETE", at, nil, "If-Match", s.Call(t, "owner", "GET", at, nil).Header.Get("ETag")).Want(t, 204, "")
	s.World.Login(t, gone, "u69@contoso.example")
	if out := run(users.Job(s.World.Table.Table, accounts{}).Handler(env, s.World.Table.Table)); out.Done != 1 {
		t.Errorf("purged: %+v", out)
	}
	if n := s.left(t, "IN#"+strings.TrimPrefix(string(gone), "usr_"+s.of.Bare()+"_")); n != 0 {
		t.Errorf("who was purged is in %d groups", n)
	}
	for _, one := range gatewaytest.Walk[contract.CustomerGroup](t, s.API, "owner", s.at, "100") {
		if one.Members != 0 && one.ID != other.ID {
			t.Errorf("%s counts %d", one.Name, one.Members)
		}
	}
	if out := run(groups.Job(s.World.Table.Table).Handler(env, s.World.Table.Table)); out.Done != 1 {
		t.Errorf("swept: %+v", out)
	}
	if out := run(groups.Job(s.World.Table.Table).Handler(env, s.World.Table.Table)); out.Found != 0 {
		t.Errorf("again: %+v", out)
	}
	if m, n := s.left(t, "MEMBER#"), s.left(t, "IN#"); m != 1 || n != 1 {
		t.Errorf("%d and %d memberships are left", m, n)
	}
	if n := s.left(t, "GROUP#"); n != 36 {
		t.Errorf("%d groups are left", n)
	}
	if got := s.names(t, other.ID, "10"); got == "" {
		t.Error("another group lost who is in it")
	}
}
