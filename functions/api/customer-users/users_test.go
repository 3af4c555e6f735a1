package customerusers_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/person"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

const day = 24 * time.Hour

// story is a customer of the world's partner; its first user's token has the subject "owner".
type story struct {
	*apitest.World
	of    customer.ID
	first customer.UserID
	red   string          // the consent that its grant rests on
	sub   subscription.ID // its trial of 25 licences
	at    string          // path of its users
	owner string
}

// open makes a customer that gave the partner a grant of the role, none where it is empty.
func open(t *testing.T, role string) *story {
	t.Helper()
	return enter(t, apitest.Open(t), role, "owner")
}

func enter(t *testing.T, w *apitest.World, role, owner string) *story {
	t.Helper()
	yes := w.Yes(t, role)
	s := &story{w, yes.Customer.ID, yes.User.ID, string(yes.ID), yes.First().ID, "/v1/customers/" + string(yes.Customer.ID) + "/users", owner}
	gatewaytest.Bind(t, w.API, string(s.of), string(s.first), owner)
	return s
}

func body(name string, roles ...string) object {
	b := object{"name": name, "email": name + "@contoso.example"}
	if len(roles) > 0 {
		b["roles"] = roles
	}
	return b
}

// hire makes a user whose token has its name as the subject.
func (s *story) hire(t *testing.T, name string, roles ...string) contract.CustomerUser {
	t.Helper()
	var made contract.CustomerUser
	s.Call(t, "owner", "POST", s.at, body(name, roles...)).Want(t, 201, "").Into(t, &made)
	gatewaytest.Bind(t, s.API, string(s.of), made.ID, name)
	return made
}

func (s *story) tag(t *testing.T, id string) string {
	t.Helper()
	return s.Call(t, s.owner, "GET", s.at+"/"+id, nil).Want(t, 200, "").Header.Get("ETag")
}

func (s *story) patch(t *testing.T, by, id string, change object) gatewaytest.Answer {
	t.Helper()
	return s.Call(t, by, "PATCH", s.at+"/"+id, change, "If-Match", s.tag(t, id))
}

func (s *story) remove(t *testing.T, by, id string) gatewaytest.Answer {
	t.Helper()
	return s.Call(t, by, "DELETE", s.at+"/"+id, nil, "If-Match", s.tag(t, id))
}

// types lists what happened to a user.
func (s *story) types(t *testing.T, id string) string {
	t.Helper()
	return apitest.Types(s.Changes(t, event.Customer(string(s.of)), id))
}

// TestLife follows one user from its making to its end and back.
func TestLife(t *testing.T) {
	s := open(t, "")
	asked := object{
		"name": " Ewa  Zielińska ", "email": "Ewa@Contoso.example", "roles": []string{"service_admin", "password_admin", "service_admin"},
		"contact": object{"job_title": " Head  of Sales ", "city": "Gdańsk", "fax": ""},
	}
	var made, again, read contract.CustomerUser
	answer := s.Call(t, "owner", "POST", s.at, asked, "Idempotency-Key", "k").Want(t, 201, "")
	answer.Into(t, &made)
	replayed := s.Call(t, "owner", "POST", s.at, asked, "Idempotency-Key", "k").Want(t, 201, "")
	if replayed.Into(t, &again); string(replayed.Body) != string(answer.Body) || replayed.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("%s\n%s", answer.Body, replayed.Body)
	}
	if made.Name != "Ewa Zielińska" || made.CustomerID != string(s.of) || made.Language != "pl" || made.PasswordSetAt != nil || made.Status != "active" ||
		!slices.Equal(made.Roles, []contract.CustomerRole{"password_admin", "service_admin"}) || *made.Contact.JobTitle != "Head of Sales" ||
		*made.Contact.City != "Gdańsk" || made.Contact.Fax != nil || made.DeletedAt != nil || made.PurgeAt != nil {
		t.Errorf("made %s", answer.Body)
	}
	if at := answer.Header.Get("Location"); at != s.at+"/"+made.ID {
		t.Errorf("it is at %s", at)
	}
	s.Call(t, "owner", "POST", s.at, asked).Want(t, 409, "address_taken")
	s.Call(t, "owner", "POST", s.at, object{"name": "Ewa", "email": "EWA@contoso.EXAMPLE"}).Want(t, 409, "address_taken")
	at := s.at + "/" + made.ID
	got := s.Call(t, "owner", "GET", at, nil).Want(t, 200, "")
	tag := got.Header.Get("ETag")
	if string(got.Body) != string(answer.Body) || tag != answer.Header.Get("ETag") {
		t.Errorf("made %s %s, read %s %s", answer.Header.Get("ETag"), answer.Body, tag, got.Body)
	}
	s.Call(t, "owner", "GET", at, nil, "If-None-Match", tag).Want(t, 304, "")
	who, err := s.World.Table.Person(t.Context(), person.ID(made.ID))
	if err != nil {
		t.Fatal(err)
	}
	o := s.Op("dispatch")
	if err := s.World.Table.AddPassword(t.Context(), who, o.IDs.Secret(), o.At.Add(time.Hour), o); err != nil {
		t.Fatal(err)
	}
	if now := s.tag(t, made.ID); now != tag {
		t.Errorf("a mailed link changes the tag: %s, then %s", tag, now)
	}

	s.Call(t, "owner", "PATCH", at, object{"language": "en"}).Want(t, 428, "precondition_required")
	s.Call(t, "owner", "PATCH", at, object{"language": "en"}, "If-Match", `"9-active"`).Want(t, 412, "precondition_failed")
	s.Call(t, "owner", "PATCH", at, object{}, "If-Match", tag).Want(t, 422, "too_few")
	s.Call(t, "owner", "PATCH", at, object{"email": "other@contoso.example"}, "If-Match", tag).Want(t, 422, "unknown_field")
	s.patch(t, "owner", made.ID, object{"language": "en", "roles": []string{}, "contact": object{"city": "", "phone": "+48 58 555 01 23"}}).Want(t, 200, "").Into(t, &read)
	if read.Language != "en" || len(read.Roles) != 0 || read.Contact.City != nil || *read.Contact.Phone != "+48 58 555 01 23" || *read.Contact.JobTitle != "Head of Sales" {
		t.Errorf("changed: %+v", read)
	}
	s.Call(t, "owner", "PATCH", at, object{"language": "pl"}, "If-Match", tag).Want(t, 412, "precondition_failed")
	before := s.Events(t)
	s.patch(t, "owner", made.ID, object{"language": "en", "contact": object{"city": ""}}).Want(t, 200, "")
	if n := s.Events(t) - before; n != 0 {
		t.Errorf("a change that changes nothing leaves %d events", n)
	}

	s.Call(t, "owner", "POST", at+"/restore", nil).Want(t, 409, "user_not_deleted")
	s.Call(t, "owner", "DELETE", at, nil).Want(t, 428, "precondition_required")
	s.Call(t, "owner", "DELETE", at, nil, "If-Match", tag).Want(t, 412, "precondition_failed")
	s.patch(t, "owner", made.ID, object{"disabled": true}).Want(t, 200, "")
	s.Call(t, "owner", "POST", at+"/reset-password", nil).Want(t, 409, "user_disabled")
	s.patch(t, "owner", made.ID, object{"disabled": false}).Want(t, 200, "")
	s.remove(t, "owner", made.ID).Want(t, 204, "")
	s.Call(t, "owner", "GET", at, nil).Want(t, 200, "").Into(t, &read)
	if read.Status != "deleted" || read.DeletedAt == nil || read.PurgeAt == nil || !read.PurgeAt.Equal(read.DeletedAt.AddDate(0, 0, 30)) {
		t.Errorf("deleted: %+v", read)
	}
	s.remove(t, "owner", made.ID).Want(t, 409, "user_deleted")
	s.patch(t, "owner", made.ID, object{"name": "Eve"}).Want(t, 409, "user_deleted")
	s.Call(t, "owner", "POST", at+"/reset-password", nil).Want(t, 409, "user_deleted")
	s.Call(t, "owner", "POST", s.at, asked).Want(t, 409, "address_taken") // until it is purged

	// It comes back as it was, for 30 days.
	s.Later(t, 30*day).Call(t, "owner", "POST", at+"/restore", nil).Want(t, 404, "not_found")
	one := s.Later(t, 30*day-time.Hour).Call(t, "owner", "POST", at+"/restore", nil, "Idempotency-Key", "r").Want(t, 200, "")
	one.Into(t, &read)
	if read.Status != "active" || read.DeletedAt != nil || read.PurgeAt != nil || read.Language != "en" {
		t.Errorf("restored: %+v", read)
	}
	two := s.Later(t, 30*day-time.Hour).Call(t, "owner", "POST", at+"/restore", nil, "Idempotency-Key", "r").Want(t, 200, "")
	if string(one.Body) != string(two.Body) || two.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed %s", two.Body)
	}
	later := s.Later(t, 30*day)
	reset := later.Call(t, "owner", "POST", at+"/reset-password", nil, "Idempotency-Key", "p").Want(t, 200, "")
	later.Call(t, "owner", "POST", at+"/reset-password", nil, "Idempotency-Key", "p").Want(t, 200, "")
	if low := strings.ToLower(string(reset.Body)); strings.Contains(low, "link") || strings.Contains(low, "set-password") {
		t.Errorf("an answer holds the link: %s", reset.Body)
	}
	now, err := s.World.Table.Person(t.Context(), person.ID(made.ID))
	if err != nil || now.Password.Generation == who.Password.Generation {
		t.Errorf("the earlier link still counts: %+v %v", now.Password, err)
	}
	if got, want := s.types(t, made.ID), "customer_user.created customer_user.updated customer_user.updated customer_user.updated customer_user.deleted customer_user.restored customer_user.password_reset_started"; got != want {
		t.Errorf("happened: %s, want %s", got, want)
	}
}

// TestRestoredAsItWas: who was disabled before is disabled again.
func TestRestoredAsItWas(t *testing.T) {
	s := open(t, "")
	ewa := s.hire(t, "ewa", "global_admin")
	s.Call(t, "ewa", "GET", s.at, nil).Want(t, 200, "")
	s.patch(t, "owner", ewa.ID, object{"disabled": true}).Want(t, 200, "")
	s.Call(t, "ewa", "GET", s.at, nil).Want(t, 403, "caller_disabled")
	s.remove(t, "owner", ewa.ID).Want(t, 204, "")
	var read contract.CustomerUser
	s.Call(t, "owner", "POST", s.at+"/"+ewa.ID+"/restore", nil).Want(t, 200, "").Into(t, &read)
	if read.Status != "disabled" || len(read.Roles) != 1 {
		t.Errorf("%+v", read)
	}
	s.patch(t, "owner", ewa.ID, object{"disabled": false}).Want(t, 200, "")
	s.Call(t, "ewa", "GET", s.at, nil).Want(t, 200, "")
	s.remove(t, "owner", ewa.ID).Want(t, 204, "")
	s.Call(t, "ewa", "GET", s.at, nil).Want(t, 403, "caller_disabled")
	s.Call(t, "owner", "POST", s.at+"/"+ewa.ID+"/restore", nil).Want(t, 200, "").Into(t, &read)
	if read.Status != "active" {
		t.Errorf("%+v", read)
	}
	if c, err := s.World.Table.Customer(t.Context(), s.of); err != nil || c.GlobalAdmins != 2 {
		t.Errorf("%d administrators are counted, %v", c.GlobalAdmins, err)
	}
	one, err := s.World.Table.CustomerUser(t.Context(), customer.UserID(ewa.ID))
	if err != nil || one.Epoch != 3 {
		t.Errorf("sessions of before come back: epoch %d, %v", one.Epoch, err)
	}
}

// TestRefused names every field that is wrong at once.
func TestRefused(t *testing.T) {
	s := open(t, "")
	long := object{}
	for name, most := range map[string]int{
		"given_name": 64, "family_name": 64, "job_title": 64, "department": 64, "office": 128, "phone": 64, "mobile_phone": 64, "fax": 64,
		"address": 1023, "city": 128, "state": 128, "postal_code": 40, "country": 128,
	} {
		long[name] = strings.Repeat("x", most+1)
	}
	pointers := func(a gatewaytest.Answer, want ...string) {
		t.Helper()
		var said struct{ Errors []struct{ Pointer string } }
		a.Into(t, &said)
		var got []string
		for _, e := range said.Errors {
			got = append(got, e.Pointer)
		}
		for name := range long {
			want = append(want, "/contact/"+name)
		}
		slices.Sort(got)
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	wrong := object{"name": " ", "email": "nowhere", "language": "tlh", "roles": []string{"owner"}, "contact": long}
	got := s.Call(t, "owner", "POST", s.at, wrong)
	pointers(got, "/name", "/email", "/language", "/roles")
	ewa := s.hire(t, "ewa")
	delete(wrong, "email")
	pointers(s.patch(t, "owner", ewa.ID, wrong), "/name", "/language", "/roles")
	if happened := s.types(t, ewa.ID); happened != "customer_user.created" {
		t.Errorf("happened: %s", happened)
	}
}

// TestSearch: the beginning of the address, or of the name from any of its first four words on, finds in any case; each user once, page by page.
func TestSearch(t *testing.T) {
	s := open(t, "")
	if err := s.World.Table.KeepSearchTerms(t.Context(), s.first, s.Op("dispatch")); err != nil {
		t.Fatal(err)
	}
	at := map[string]string{}
	for _, one := range []object{
		{"name": "Ewa Zielińska-Nowak", "email": "ez@contoso.example"},
		{"name": "Łukasz ŻAK", "email": "lz@xn--mller-example-wob.de"},
		{"name": "jan Jan JAN", "email": "jan@contoso.example"},
		{"name": "María del Carmen López García", "email": "mc@contoso.example"},
	} {
		var made contract.CustomerUser
		s.Call(t, "owner", "POST", s.at, one).Want(t, 201, "").Into(t, &made)
		at[made.Name] = made.ID
	}
	find := func(query string) string {
		t.Helper()
		var names []string
		for _, u := range gatewaytest.Walk[contract.CustomerUser](t, s.API, "owner", s.at+"?search="+query, "1") {
			names = append(names, u.Name)
		}
		return strings.Join(names, ", ")
	}
	for typed, want := range map[string]string{
		"": "Anna, Ewa Zielińska-Nowak, Łukasz ŻAK, jan Jan JAN, María del Carmen López García", "ewa": "Ewa Zielińska-Nowak", "EWA%20%20ZIEL": "Ewa Zielińska-Nowak",
		"zieli%C5%84ska-n": "Ewa Zielińska-Nowak", "nowak": "", "ieli": "", "%C5%82UKASZ": "Łukasz ŻAK", "%C5%BBak": "Łukasz ŻAK", "EZ%40Contoso": "Ewa Zielińska-Nowak",
		"contoso.example": "", "jan": "jan Jan JAN", "jan%20jan": "jan Jan JAN", "l%C3%B3pez": "María del Carmen López García", "garc%C3%ADa": "", "anna": "Anna",
		"lz%40xn--m": "Łukasz ŻAK", "%23": "", "jan%23": "",
	} {
		if got := find(typed); got != want {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}

	// Who is called otherwise is found by the new name alone; whoever else is called so stays found.
	s.patch(t, "owner", at["Ewa Zielińska-Nowak"], object{"name": "Ewa Lis"}).Want(t, 200, "")
	for typed, want := range map[string]string{"zieli": "", "lis": "Ewa Lis", "ewa": "Ewa Lis", "ez": "Ewa Lis"} {
		if got := find(typed); got != want {
			t.Errorf("renamed, %q finds %q, want %q", typed, got, want)
		}
	}
	for _, name := range []string{"Ewa Zielińska-Nowak", "Ewa Lis"} { // nothing of a former name stands in the way of having it again
		s.patch(t, "owner", at["Ewa Zielińska-Nowak"], object{"name": name}).Want(t, 200, "")
		if got := find("ewa"); got != name {
			t.Errorf("renamed again, it finds %q", got)
		}
	}
	s.remove(t, "owner", at["jan Jan JAN"]).Want(t, 204, "")
	s.patch(t, "owner", at["Łukasz ŻAK"], object{"disabled": true}).Want(t, 200, "")
	for query, want := range map[string]string{
		"jan": "", "jan&status=deleted": "jan Jan JAN", "&status=deleted": "jan Jan JAN", "jan&status=active": "", "&status=disabled": "Łukasz ŻAK",
		"&status=active": "Anna, Ewa Lis, María del Carmen López García", "": "Anna, Ewa Lis, Łukasz ŻAK, María del Carmen López García",
	} {
		if got := find(query); got != want {
			t.Errorf("%q finds %q, want %q", query, got, want)
		}
	}
	s.Call(t, "owner", "GET", s.at+"?search="+strings.Repeat("x", 121), nil).Want(t, 400, "too_long")
	s.Call(t, "owner", "GET", s.at+"?status=gone", nil).Want(t, 400, "invalid_value")
	s.Call(t, "owner", "GET", s.at+"?q=x", nil).Want(t, 400, "unknown_parameter")
}

// TestSearchPages: a name that many share is found in pages, each once, also where every one of them has several words that begin so.
func TestSearchPages(t *testing.T) {
	s := open(t, "")
	want := 105 // more than one call reads
	for i := range want {
		name := "Nowak Nowakowski " + string(rune('a'+i/26)) + string(rune('a'+i%26))
		s.Call(t, "owner", "POST", s.at, object{"name": name, "email": "u" + name[len(name)-2:] + "@contoso.example"}).Want(t, 201, "")
	}
	for _, ask := range []struct{ typed, size string }{{"now", "17"}, {"now", "100"}, {"u", "100"}} {
		seen := map[string]bool{}
		for _, u := range gatewaytest.Walk[contract.CustomerUser](t, s.API, "owner", s.at+"?search="+ask.typed, ask.size) {
			if seen[u.ID] {
				t.Errorf("%s is found twice", u.Name)
			}
			seen[u.ID] = true
		}
		if len(seen) != want {
			t.Errorf("%+v: %d are found, not %d", ask, len(seen), want)
		}
	}
}

// power is what somebody may do to users; each stands for an answer to one request.
type power struct{ read, write, reset, readAdmin, writeAdmin, resetAdmin, give string }

// try asks everything of a plain user and of one with a role. What is allowed is "", else the code.
func (s *story) try(t *testing.T, by string, api *gatewaytest.API) power {
	t.Helper()
	ask := func(method, path string, asked any, headers ...string) string {
		t.Helper()
		got := api.Call(t, by, method, path, asked, headers...)
		if got.Status >= 200 && got.Status < 300 {
			return ""
		}
		return got.Code()
	}
	name := strings.ToLower(s.Op("test").IDs.Random(10))
	made := func(name string, roles ...customer.Role) string {
		t.Helper()
		return string(s.Member(t, s.of, name+"@customer.example", roles...))
	}
	plain, admin := made("p"+name), made("a"+name, customer.ServiceAdmin)
	path := func(id string) string { return s.at + "/" + id }
	write := func(id string) string {
		t.Helper()
		tag := s.tag(t, id)
		answers := []string{
			ask("PATCH", path(id), object{"name": "Other"}, "If-Match", tag), ask("PATCH", path(id), object{"disabled": true}, "If-Match", s.tag(t, id)),
			ask("DELETE", path(id), nil, "If-Match", s.tag(t, id)),
		}
		if answers[2] != "" { // to be restored, it must have been deleted
			s.remove(t, s.owner, id).Want(t, 204, "")
		}
		answers = append(answers, ask("POST", path(id)+"/restore", nil))
		if answers[3] != "" {
			s.Call(t, s.owner, "POST", path(id)+"/restore", nil).Want(t, 200, "")
		}
		s.patch(t, s.owner, id, object{"disabled": false}).Want(t, 200, "")
		if slices.Sort(answers); answers[0] != answers[3] {
			t.Errorf("%s is answered %q", by, answers)
		}
		return answers[0]
	}
	p := power{
		read: ask("GET", path(plain), nil), write: write(plain), reset: ask("POST", path(plain)+"/reset-password", nil),
		readAdmin: ask("GET", path(admin), nil), writeAdmin: write(admin), resetAdmin: ask("POST", path(admin)+"/reset-password", nil),
		give: ask("PATCH", path(plain), object{"roles": []string{"password_admin"}}, "If-Match", s.tag(t, plain)),
	}
	if list := ask("GET", s.at, nil); list != p.read {
		t.Errorf("%s: one user is answered %q, the list %q", by, p.read, list)
	}
	if create := ask("POST", s.at, body("n"+name)); create != p.write {
		t.Errorf("%s: changing is answered %q, creating %q", by, p.write, create)
	}
	if create := ask("POST", s.at, body("g"+name, "service_admin")); create != p.give {
		t.Errorf("%s: giving a role is answered %q, creating with one %q", by, p.give, create)
	}
	if taken := ask("PATCH", path(admin), object{"roles": []string{}}, "If-Match", s.tag(t, admin)); taken != p.writeAdmin {
		t.Errorf("%s: changing who has a role is answered %q, taking the role %q", by, p.writeAdmin, taken)
	}
	return p
}

// each of these is what a caller may do, and the code that the rest is answered.
var (
	everything = power{}
	readsAlone = power{write: "forbidden", reset: "forbidden", writeAdmin: "forbidden", resetAdmin: "forbidden", give: "forbidden"}
	resets     = power{write: "forbidden", writeAdmin: "forbidden", resetAdmin: "target_is_admin", give: "forbidden"}
	plainUsers = power{writeAdmin: "target_is_admin", resetAdmin: "target_is_admin", give: "target_is_admin"}
)

func nothing(code string) power { return power{code, code, code, code, code, code, code} }

// TestOwnRoles is what each role of a customer allows over its users, by every field and route.
func TestOwnRoles(t *testing.T) {
	s := open(t, "")
	for by, want := range map[string]struct {
		roles []string
		power
	}{
		"global":   {[]string{"global_admin"}, everything},
		"billing":  {[]string{"billing_admin"}, readsAlone},
		"manager":  {[]string{"user_admin"}, plainUsers},
		"password": {[]string{"password_admin"}, resets},
		"service":  {[]string{"service_admin"}, readsAlone},
		"several":  {[]string{"service_admin", "password_admin", "billing_admin"}, resets},
		"plain":    {nil, nothing("forbidden")},
	} {
		s.hire(t, by, want.roles...)
		if got := s.try(t, by, s.API); got != want.power {
			t.Errorf("%s: %+v, want %+v", by, got, want.power)
		}
	}
	// Not even its own rights does a user administrator raise or lower.
	me := s.hire(t, "self", "user_admin")
	s.patch(t, "self", me.ID, object{"roles": []string{"global_admin"}}).Want(t, 403, "target_is_admin")
	s.patch(t, "self", me.ID, object{"name": "Me"}).Want(t, 403, "target_is_admin")
	s.remove(t, "self", me.ID).Want(t, 403, "target_is_admin")
	// "me" is the own customer.
	s.Call(t, "self", "GET", "/v1/customers/me/users", nil).Want(t, 200, "")
	s.Call(t, "self", "GET", "/v1/customers/me/users/"+me.ID, nil).Want(t, 200, "")
}

// TestOnBehalf is what a partner may do: of the customer's grant and of the machine's own access whichever is less.
func TestOnBehalf(t *testing.T) {
	w := apitest.Open(t)
	full, limited, none := enter(t, w, offer.RoleFull, "owner"), enter(t, w, offer.RoleLimited, "owner2"), enter(t, w, "", "owner3")
	lesser := power{write: "forbidden", writeAdmin: "forbidden", resetAdmin: "target_is_admin", give: "forbidden"}
	for name, c := range map[string]struct {
		*story
		by   string
		want power
	}{
		"full grant, full access":       {full, apitest.Full, everything},
		"full grant, limited access":    {full, apitest.Limited, lesser},
		"full grant, no access":         {full, apitest.NoAccess, nothing("forbidden")},
		"full grant, of another":        {full, apitest.Rival, nothing("not_found")},
		"limited grant, full access":    {limited, apitest.Full, lesser},
		"limited grant, limited access": {limited, apitest.Limited, lesser},
		"limited grant, no access":      {limited, apitest.NoAccess, nothing("forbidden")},
		"no grant, full access":         {none, apitest.Full, nothing("forbidden")},
		"no grant, limited access":      {none, apitest.Limited, nothing("forbidden")},
	} {
		if got := c.try(t, c.by, w.API); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// TestGrantThatDoesNotRun: one that ended, is disputed or whose end has come allows nothing, whatever it said; nor does another partner's.
func TestGrantThatDoesNotRun(t *testing.T) {
	w := apitest.Open(t)
	s := enter(t, w, offer.RoleFull, "owner")
	ewa := s.hire(t, "ewa")
	refused := func(api *gatewaytest.API, why string) {
		t.Helper()
		tag := s.tag(t, ewa.ID)
		for _, ask := range []gatewaytest.Answer{
			api.Call(t, apitest.Full, "GET", s.at, nil), api.Call(t, apitest.Full, "GET", s.at+"/"+ewa.ID, nil),
			api.Call(t, apitest.Full, "POST", s.at, body("new")), api.Call(t, apitest.Full, "PATCH", s.at+"/"+ewa.ID, object{"name": "Eve"}, "If-Match", tag),
			api.Call(t, apitest.Full, "DELETE", s.at+"/"+ewa.ID, nil, "If-Match", tag), api.Call(t, apitest.Full, "POST", s.at+"/"+ewa.ID+"/reset-password", nil),
			api.Call(t, apitest.Full, "POST", s.at+"/"+ewa.ID+"/restore", nil),
		} {
			if ask.Status != 403 || ask.Code() != "forbidden" || !strings.Contains(string(ask.Body), "delegated administration") {
				t.Errorf("%s: answered %d %s", why, ask.Status, ask.Body)
			}
		}
	}
	s.Call(t, apitest.Full, "GET", s.at, nil).Want(t, 200, "")
	refused(s.Later(t, 365*day), "its end has come")
	s.Later(t, 365*day-time.Minute).Call(t, apitest.Full, "GET", s.at, nil).Want(t, 200, "")

	s.Call(t, "owner", "POST", "/v1/redemptions/"+s.red+"/dispute", nil).Want(t, 200, "")
	refused(s.API, "it is disputed")
	s.Call(t, apitest.Operator, "POST", "/v1/redemptions/"+s.red+"/decide-dispute", object{"decision": "rejected", "reason": "It was agreed."}).Want(t, 200, "")
	s.Call(t, apitest.Full, "GET", s.at, nil).Want(t, 200, "")

	s.Call(t, "owner", "POST", apitest.Relationship(s.of, w.Partner)+"/lower", nil).Want(t, 200, "")
	s.Call(t, apitest.Full, "POST", s.at, body("new")).Want(t, 403, "forbidden")
	s.Call(t, apitest.Full, "POST", s.at+"/"+ewa.ID+"/reset-password", nil).Want(t, 200, "")

	s.Call(t, "owner", "POST", apitest.Relationship(s.of, w.Partner)+"/end", object{"kind": "delegated_administrator"}).Want(t, 200, "")
	refused(s.API, "it has ended")

	// Another partner that only advises hears the same, and the one without a tie that there is nothing.
	full := enter(t, w, offer.RoleFull, "second")
	s.Call(t, apitest.Rival, "GET", full.at, nil).Want(t, 404, "not_found")
	w.Sell(t, apitest.Paid, 4900, "PL")
	w.User(t, full.of, "buyer", customer.BillingAdmin)
	w.Call(t, "buyer", "POST", "/v1/subscriptions", apitest.Order(object{"partner_id": string(w.Other)})).Want(t, 201, "")
	s.Call(t, apitest.Rival, "GET", full.at, nil).Want(t, 403, "forbidden")
	s.Call(t, apitest.Rival, "POST", full.at, body("new2")).Want(t, 403, "forbidden")
	s.Call(t, apitest.Full, "POST", full.at, body("new2")).Want(t, 201, "")
}

// TestForeign: another's customer and user, and one that there is not, look alike to everybody.
func TestForeign(t *testing.T) {
	w := apitest.Open(t)
	mine, theirs := enter(t, w, offer.RoleFull, "owner"), enter(t, w, offer.RoleFull, "stranger")
	ewa := mine.hire(t, "ewa")
	nobody := strings.Replace(ewa.ID, mine.of.Bare(), theirs.of.Bare(), 1)
	none := "/v1/customers/cus_000000000000/users"
	for name, ask := range map[string]struct{ by, to, like string }{
		"a customer, to another's user":   {"stranger", mine.at, none},
		"a customer, to another partner":  {apitest.Rival, mine.at, none},
		"no customer's id":                {apitest.Full, "/v1/customers/x/users", none},
		"me, to a partner":                {apitest.Full, "/v1/customers/me/users", none},
		"a user under the wrong customer": {apitest.Full, theirs.at + "/" + ewa.ID, theirs.at + "/" + nobody},
		"a user under the own customer":   {"stranger", theirs.at + "/" + ewa.ID, theirs.at + "/" + nobody},
		"a partner's user":                {"stranger", theirs.at + "/usr_" + string(w.Partner) + "_01kaj4t0n5q0s2v4x6z8a1b3c5", theirs.at + "/" + nobody},
		"another's user":                  {"stranger", mine.at + "/" + ewa.ID, none + "/" + ewa.ID},
		"no user's id":                    {"owner", mine.at + "/x", none + "/x"},
	} {
		methods := map[string]any{"GET": nil, "POST": body("new")}
		if strings.Contains(ask.to, "/users/") {
			methods = map[string]any{"GET": nil, "PATCH": object{"name": "Eve"}, "DELETE": nil}
			for _, act := range []string{"/restore", "/reset-password"} {
				w.Call(t, ask.by, "POST", ask.to+act, nil).Want(t, 404, "not_found")
			}
		}
		for method, sent := range methods {
			var seen [2]string
			for i, at := range []string{ask.to, ask.like} {
				got := w.Call(t, ask.by, method, at, sent, "If-Match", `"x"`).Want(t, 404, "not_found")
				var said map[string]any
				got.Into(t, &said)
				for _, own := range []string{"instance", "request_id"} {
					delete(said, own)
				}
				for _, word := range []string{"code", "detail", "title", "status", "type"} {
					seen[i] += word + ": " + fmt.Sprint(said[word]) + ", "
					delete(said, word)
				}
				if len(said) > 0 {
					t.Errorf("%s: %s also says %v", name, method, said)
				}
			}
			if seen[0] != seen[1] {
				t.Errorf("%s: %s tells them apart:\n%s\n%s", name, method, seen[0], seen[1])
			}
		}
	}
	w.Call(t, apitest.Operator, "GET", mine.at, nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.Operator, "POST", mine.at, body("new")).Want(t, 403, "forbidden")
	if happened := mine.types(t, ewa.ID); happened != "customer_user.created" {
		t.Errorf("happened: %s", happened)
	}
}

// TestNothingChanges: nobody changes users of a customer that can only be read, nor a partner that is not in the program anybody's; both read on.
func TestNothingChanges(t *testing.T) {
	for _, stop := range []struct {
		pk, sk, value, code string
		path                []string
		own                 bool // the customer's own administrators are stopped too
	}{
		{sk: "PROFILE", path: []string{"status"}, value: "read_only", code: "customer_read_only", own: true},
		{pk: "PARTNER#", sk: "PROFILE", path: []string{"card", "status"}, value: "suspended", code: "partner_not_active"},
	} {
		s := open(t, offer.RoleFull)
		ewa, gone, admin := s.hire(t, "ewa"), s.hire(t, "gone"), s.hire(t, "admin", "service_admin")
		s.remove(t, "owner", gone.ID).Want(t, 204, "")
		pk := "CUSTOMER#" + s.of.Bare()
		if stop.pk != "" {
			pk = stop.pk + string(s.Partner)
		}
		s.Table.Set(t, pk, stop.sk, &types.AttributeValueMemberS{Value: stop.value}, stop.path...)
		before := s.Events(t)
		for _, by := range []string{"owner", apitest.Full} {
			s.Call(t, by, "GET", s.at, nil).Want(t, 200, "")
			s.Call(t, by, "GET", s.at+"/"+ewa.ID, nil).Want(t, 200, "")
			if by == "owner" && !stop.own {
				continue
			}
			s.Call(t, by, "POST", s.at, body("new")).Want(t, 409, stop.code)
			s.Call(t, by, "POST", s.at, body("new", "service_admin")).Want(t, 409, stop.code)
			for _, u := range []contract.CustomerUser{ewa, admin} {
				s.patch(t, by, u.ID, object{"name": "Eve"}).Want(t, 409, stop.code)
				s.remove(t, by, u.ID).Want(t, 409, stop.code)
				s.Call(t, by, "POST", s.at+"/"+u.ID+"/reset-password", nil).Want(t, 409, stop.code)
			}
			s.Call(t, by, "POST", s.at+"/"+gone.ID+"/restore", nil).Want(t, 409, stop.code)
		}
		if n := s.Events(t) - before; n != 0 {
			t.Errorf("%s: %d events", stop.code, n)
		}
		if !stop.own {
			s.patch(t, "owner", ewa.ID, object{"name": "Eve"}).Want(t, 200, "")
		}
	}
}

// TestLastAdmin: a customer keeps one enabled global administrator, also where two remove each other at once, and whoever acts.
func TestLastAdmin(t *testing.T) {
	s := open(t, offer.RoleFull)
	second := s.hire(t, "second", "global_admin")
	s.hire(t, "buyer", "billing_admin")
	// The billing owner is not the point here: another is.
	plain := s.hire(t, "plain")
	s.Table.Set(t, "CUSTOMER#"+s.of.Bare(), "PROFILE", &types.AttributeValueMemberS{Value: plain.ID}, "billing_owner")
	s.patch(t, "owner", second.ID, object{"disabled": true}).Want(t, 200, "") // who is disabled does not count
	for _, by := range []string{"owner", apitest.Full} {
		for _, change := range []object{{"roles": []string{}}, {"roles": []string{"user_admin"}}, {"disabled": true}} {
			s.patch(t, by, string(s.first), change).Want(t, 409, "last_admin")
		}
		s.remove(t, by, string(s.first)).Want(t, 409, "last_admin")
	}
	s.patch(t, "owner", second.ID, object{"disabled": false}).Want(t, 200, "")
	for round, undo := range []func(by, id string){
		func(by, id string) {
			tag := s.Call(t, by, "GET", s.at+"/"+id, nil).Header.Get("ETag")
			s.Call(t, by, "PATCH", s.at+"/"+id, object{"roles": []string{"global_admin"}}, "If-Match", tag).Want(t, 200, "")
		},
		func(by, id string) { s.Call(t, by, "POST", s.at+"/"+id+"/restore", nil).Want(t, 200, "") },
	} {
		var both sync.WaitGroup
		tags := []string{s.tag(t, second.ID), s.tag(t, string(s.first))}
		answers := make([]gatewaytest.Answer, 2)
		for i, one := range []struct{ by, on string }{{"owner", second.ID}, {"second", string(s.first)}} {
			both.Go(func() {
				if round == 0 {
					answers[i] = s.Call(t, one.by, "PATCH", s.at+"/"+one.on, object{"roles": []string{}}, "If-Match", tags[i])
				} else {
					answers[i] = s.Call(t, one.by, "DELETE", s.at+"/"+one.on, nil, "If-Match", tags[i])
				}
			})
		}
		both.Wait()
		won := -1
		for i, a := range answers {
			if a.Status < 300 {
				if won >= 0 {
					t.Fatalf("round %d: both removed each other", round)
				}
				won = i
			}
		}
		if won < 0 {
			t.Fatalf("round %d: neither: %s %s", round, answers[0].Body, answers[1].Body)
		}
		if c, err := s.World.Table.Customer(t.Context(), s.of); err != nil || c.GlobalAdmins != 1 {
			t.Errorf("%d administrators are counted, %v", c.GlobalAdmins, err)
		}
		if won == 0 {
			undo("owner", second.ID)
		} else {
			undo("second", string(s.first))
		}
	}
}

// TestBillingOwner: who owns the billing stays, whoever acts and whatever else that user is.
func TestBillingOwner(t *testing.T) {
	s := open(t, offer.RoleFull)
	s.hire(t, "second", "global_admin")
	plain := s.hire(t, "plain")
	for _, owner := range []string{string(s.first), plain.ID} {
		s.Table.Set(t, "CUSTOMER#"+s.of.Bare(), "PROFILE", &types.AttributeValueMemberS{Value: owner}, "billing_owner")
		for _, by := range []string{"second", apitest.Full} {
			s.patch(t, by, owner, object{"disabled": true}).Want(t, 409, "user_owns_billing")
			s.remove(t, by, owner).Want(t, 409, "user_owns_billing")
		}
		s.patch(t, "second", owner, object{"language": "en"}).Want(t, 200, "")
	}
	s.patch(t, "second", string(s.first), object{"roles": []string{}}).Want(t, 200, "") // it may lose its roles
}

// TestWhoActed: the customer and the partner that acts see what was done and by whom; another partner sees nothing.
func TestWhoActed(t *testing.T) {
	s := open(t, offer.RoleFull)
	var made contract.CustomerUser
	s.Call(t, apitest.Full, "POST", s.at, body("ewa", "user_admin")).Want(t, 201, "").Into(t, &made)
	s.Call(t, apitest.Full, "POST", s.at+"/"+made.ID+"/reset-password", nil).Want(t, 200, "")
	s.patch(t, apitest.Full, made.ID, object{"roles": []string{}, "disabled": true}).Want(t, 200, "")
	for _, by := range []string{"owner", apitest.Full} {
		var happened []string
		for _, e := range gatewaytest.Walk[contract.Event](t, s.API, by, "/v1/events?customer_id="+string(s.of), "100") {
			if e.Subject == made.ID {
				happened = append(happened, string(e.Type))
			}
		}
		slices.Sort(happened)
		if got := strings.Join(happened, " "); got != "customer_user.created customer_user.password_reset_started customer_user.updated" {
			t.Errorf("%s sees %s", by, got)
		}
	}
	if n := len(gatewaytest.Walk[contract.Event](t, s.API, apitest.Rival, "/v1/events?customer_id="+string(s.of), "100")); n != 0 {
		t.Errorf("another partner sees %d", n)
	}
	changes := s.Changes(t, event.Customer(string(s.of)), made.ID)
	last, _ := event.As[customer.UpdatedEvent](changes[len(changes)-1])
	if !slices.Equal(last.Fields, []string{"roles", "disabled"}) || len(last.Roles) != 0 || last.Disabled == nil || !*last.Disabled {
		t.Errorf("%+v", last)
	}
}
