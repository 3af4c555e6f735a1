package partnerusers_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"liaison/functions/api/me"
	partnerusers "liaison/functions/api/partner-users"
	"liaison/functions/api/partners"
	"liaison/shared/contract"
	"liaison/shared/id"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/person"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

const path = "/v1/partners/me/users"

type story struct {
	*gatewaytest.API
	mine string // partner ID; its first global administrator's token has the subject "admin"
}

func open(t *testing.T) *story {
	t.Helper()
	table := fixture.NewTable(t)
	s := &story{API: gatewaytest.Open(t, table, gatewaytest.Env(), partnerusers.List(table), partnerusers.Create(table), partnerusers.Get(table),
		partnerusers.Update(table), partnerusers.Delete(table), partners.Create(table), partners.Get(table), me.Get(table))}
	s.mine = s.take(t, "Contoso", "admin")
	return s
}

func (s *story) take(t *testing.T, name, subject string) string {
	t.Helper()
	var made contract.Partner
	s.Call(t, gatewaytest.Operator, "POST", "/v1/partners", object{
		"legal_name": name, "country": "PL", "city": "X", "website": "https://x.example", "phone": "+48 58 555 01 23", "email": "a@x.example",
		"administrator": object{"name": "Jan Kowalski", "email": strings.ToLower(name) + "@x.example"},
	}).Want(t, 201, "").Into(t, &made)
	gatewaytest.Bind(t, s.API, made.PartnerID, gatewaytest.FirstUser(t, s.API, made.PartnerID), subject)
	return made.PartnerID
}

// hire makes a user whose token has its name as the subject.
func (s *story) hire(t *testing.T, name, role, access string) contract.PartnerUser {
	t.Helper()
	var made contract.PartnerUser
	s.Call(t, "admin", "POST", path, body(name, role, access)).Want(t, 201, "").Into(t, &made)
	gatewaytest.Bind(t, s.API, s.mine, made.ID, name)
	return made
}

func body(name, role, access string) object {
	return object{"name": name, "email": name + "@contoso.example", "company_role": role, "customer_access": access}
}

func (s *story) patch(t *testing.T, by string, u contract.PartnerUser, change object) gatewaytest.Answer {
	t.Helper()
	got := s.Call(t, "admin", "GET", path+"/"+u.ID, nil)
	return s.Call(t, by, "PATCH", path+"/"+u.ID, change, "If-Match", got.Header.Get("ETag"))
}

// TestLife follows one user from the invitation to its end.
func TestLife(t *testing.T) {
	s := open(t)
	var made, again, read contract.PartnerUser
	asked := object{"name": " Ewa  Zielińska ", "email": "Ewa@Contoso.example", "language": "pl", "company_role": "none", "customer_access": "limited"}
	s.Call(t, "admin", "POST", path, asked, "Idempotency-Key", "k").Want(t, 201, "").Into(t, &made)
	s.Call(t, "admin", "POST", path, asked, "Idempotency-Key", "k").Want(t, 201, "").Into(t, &again)
	if made != again || made.Name != "Ewa Zielińska" || made.PartnerID != s.mine || made.Language != "pl" || made.PasswordSetAt != nil {
		t.Errorf("%+v\n%+v", made, again)
	}
	s.Call(t, "admin", "POST", path, asked).Want(t, 409, "address_taken")
	got := s.Call(t, "admin", "GET", path+"/"+made.ID, nil).Want(t, 200, "")
	got.Into(t, &read)
	if read != made {
		t.Errorf("%+v", read)
	}
	tag := got.Header.Get("ETag")
	who, err := s.Table.Person(t.Context(), person.ID(made.ID))
	if err != nil {
		t.Fatal(err)
	}
	ids := id.From(rand.Reader)
	o := op.Op{ID: ids.ULID(time.Now()), Actor: op.Actor{Kind: op.Job, ID: "dispatch"}, At: time.Now().UTC(), IDs: ids}
	if err := s.Table.AddPassword(t.Context(), who, ids.Secret(), o.At.Add(time.Hour), o); err != nil {
		t.Fatal(err)
	}
	if now := s.Call(t, "admin", "GET", path+"/"+made.ID, nil).Header.Get("ETag"); now != tag {
		t.Errorf("a mailed link changes the tag: %s, then %s", tag, now)
	}
	s.Call(t, "admin", "GET", path+"/"+made.ID, nil, "If-None-Match", tag).Want(t, 304, "")
	s.Call(t, "admin", "PATCH", path+"/"+made.ID, object{"customer_access": "full"}).Want(t, 428, "precondition_required")
	s.Call(t, "admin", "PATCH", path+"/"+made.ID, object{"customer_access": "full"}, "If-Match", `"9-active"`).Want(t, 412, "precondition_failed")
	s.Call(t, "admin", "PATCH", path+"/"+made.ID, object{}, "If-Match", tag).Want(t, 422, "too_few")
	s.Call(t, "admin", "PATCH", path+"/"+made.ID, object{"email": "other@contoso.example"}, "If-Match", tag).Want(t, 422, "unknown_field")
	s.Call(t, "admin", "PATCH", path+"/"+made.ID, object{"name": "", "company_role": "owner"}, "If-Match", tag).Want(t, 422, "required")
	s.patch(t, "admin", made, object{"customer_access": "full", "language": "en"}).Want(t, 200, "").Into(t, &read)
	if read.CustomerAccess != "full" || read.Language != "en" || read.CompanyRole != "none" {
		t.Errorf("changed: %+v", read)
	}
	s.Call(t, "admin", "GET", "/v1/partners/87654323/users", nil).Want(t, 404, "not_found")
	s.Call(t, gatewaytest.Operator, "GET", path, nil).Want(t, 403, "forbidden")
}

// TestRefused names every field that is wrong at once.
func TestRefused(t *testing.T) {
	s := open(t)
	got := s.Call(t, "admin", "POST", path, object{"name": " ", "email": "nowhere", "company_role": "owner", "customer_access": "all", "language": "tlh"})
	if got.Want(t, 422, "required"); strings.Count(string(got.Body), `"pointer"`) != 5 {
		t.Errorf("%s", got.Body)
	}
}

// TestSearch: the beginning of any word of the name or of the address finds, whatever its case, and an address in either form of its domain.
func TestSearch(t *testing.T) {
	s := open(t)
	for _, one := range []object{
		{"name": "Ewa Zielińska", "email": "ez@contoso.example", "company_role": "none", "customer_access": "none"},
		{"name": "Łukasz Żak", "email": "lz@xn--mller-example-wob.de", "company_role": "none", "customer_access": "none"},
	} {
		s.Call(t, "admin", "POST", path, one).Want(t, 201, "")
	}
	for typed, want := range map[string]int{
		"": 3, "ewa": 1, "ZIEL": 1, "ewa%20z": 1, "ielińska": 0, "%C5%82ukasz": 1, "EZ%40contoso": 1, "lz%40m%C3%BCller": 1, "lz%40xn--": 1, "jan": 1, "x.example": 0,
	} {
		if found := gatewaytest.Walk[contract.PartnerUser](t, s.API, "admin", path+"?search="+typed, "1"); len(found) != want {
			t.Errorf("%q finds %d, want %d", typed, len(found), want)
		}
	}
	s.Call(t, "admin", "GET", path+"?search="+strings.Repeat("x", 121), nil).Want(t, 400, "too_long")
}

// TestEscalation: by no field and no route does a user administrator get or give more than it holds, or touch a global administrator; whoever
// holds no role of the company does nothing at all.
func TestEscalation(t *testing.T) {
	s := open(t)
	manager := s.hire(t, "manager", "user_admin", "limited")
	s.hire(t, "seller", "none", "full")
	s.hire(t, "biller", "billing_admin", "full")
	boss := s.hire(t, "boss", "global_admin", "none")
	junior := s.hire(t, "junior", "none", "none")
	for _, by := range []string{"seller", "biller"} {
		s.Call(t, by, "GET", path, nil).Want(t, 403, "forbidden")
		s.Call(t, by, "POST", path, body("x"+by, "none", "none")).Want(t, 403, "forbidden")
		s.patch(t, by, junior, object{"customer_access": "limited"}).Want(t, 403, "forbidden")
	}
	for i, refused := range []struct{ role, access, code string }{
		{"global_admin", "none", "target_is_admin"}, {"billing_admin", "none", "beyond_own_rights"}, {"none", "full", "beyond_own_rights"},
	} {
		s.Call(t, "manager", "POST", path, body(fmt.Sprintf("new%d", i), refused.role, refused.access)).Want(t, 403, refused.code)
		for _, target := range []contract.PartnerUser{manager, junior} {
			s.patch(t, "manager", target, object{"company_role": refused.role, "customer_access": refused.access}).Want(t, 403, refused.code)
		}
	}
	for _, change := range []object{{"company_role": "none"}, {"disabled": true}, {"name": "X"}} {
		s.patch(t, "manager", boss, change).Want(t, 403, "target_is_admin")
	}
	s.Call(t, "manager", "DELETE", path+"/"+boss.ID, nil, "If-Match", s.Call(t, "admin", "GET", path+"/"+boss.ID, nil).Header.Get("ETag")).Want(t, 403, "target_is_admin")
	s.patch(t, "manager", junior, object{"company_role": "user_admin", "customer_access": "limited"}).Want(t, 200, "")
	s.patch(t, "manager", junior, object{"company_role": "none"}).Want(t, 200, "")

	// Somebody with more is disabled: that takes power away. To enable it again gives more than the manager holds.
	var seller contract.PartnerUser
	for _, u := range gatewaytest.Walk[contract.PartnerUser](t, s.API, "manager", path, "25") {
		if u.Name == "seller" {
			seller = u
		}
	}
	s.patch(t, "manager", seller, object{"disabled": true}).Want(t, 200, "")
	s.patch(t, "manager", seller, object{"disabled": false}).Want(t, 403, "beyond_own_rights")
	s.patch(t, "manager", seller, object{"disabled": false, "customer_access": "limited"}).Want(t, 200, "")
	s.patch(t, "boss", seller, object{"customer_access": "full"}).Want(t, 200, "")

	// What counts is what the manager holds when it acts.
	s.patch(t, "admin", manager, object{"company_role": "none"}).Want(t, 200, "")
	s.Call(t, "manager", "POST", path, body("late", "none", "none")).Want(t, 403, "forbidden")
	// A user of another company is as good as none.
	s.take(t, "Fabrikam", "stranger")
	s.Call(t, "stranger", "GET", path+"/"+junior.ID, nil).Want(t, 404, "not_found")
	s.Call(t, "stranger", "PATCH", path+"/"+junior.ID, object{"name": "X"}, "If-Match", `"1-active"`).Want(t, 404, "not_found")
}

// TestDisabled bites on the next request; nothing of the user is lost, and it can be enabled again.
func TestDisabled(t *testing.T) {
	s := open(t)
	ewa := s.hire(t, "ewa", "none", "full")
	s.Call(t, "ewa", "GET", "/v1/me", nil).Want(t, 200, "")
	got := s.Call(t, "admin", "GET", path+"/"+ewa.ID, nil)
	s.Call(t, "admin", "DELETE", path+"/"+ewa.ID, nil).Want(t, 428, "precondition_required")
	s.Call(t, "admin", "DELETE", path+"/"+ewa.ID, nil, "If-Match", got.Header.Get("ETag")).Want(t, 204, "")
	s.Call(t, "ewa", "GET", "/v1/me", nil).Want(t, 403, "caller_disabled")
	var read contract.PartnerUser
	s.Call(t, "admin", "GET", path+"/"+ewa.ID, nil).Want(t, 200, "").Into(t, &read)
	if read.Status != contract.PartnerUserStatusDisabled || read.Email != ewa.Email {
		t.Errorf("%+v", read)
	}
	s.Call(t, "admin", "POST", path, body("ewa", "none", "none")).Want(t, 409, "address_taken")
	s.patch(t, "admin", ewa, object{"disabled": false}).Want(t, 200, "")
	s.Call(t, "ewa", "GET", "/v1/me", nil).Want(t, 200, "")
}

// TestLastAdmin: a company keeps one enabled global administrator, also where two remove each other at once.
func TestLastAdmin(t *testing.T) {
	s := open(t)
	var first contract.PartnerUser
	for _, u := range gatewaytest.Walk[contract.PartnerUser](t, s.API, "admin", path, "25") {
		first = u
	}
	for _, change := range []object{{"company_role": "none"}, {"company_role": "user_admin"}, {"disabled": true}} {
		s.patch(t, "admin", first, change).Want(t, 409, "last_admin")
	}
	second := s.hire(t, "second", "global_admin", "none")
	s.patch(t, "admin", second, object{"disabled": true}).Want(t, 200, "")
	s.patch(t, "admin", first, object{"company_role": "none"}).Want(t, 409, "last_admin") // a disabled one does not count
	s.patch(t, "admin", second, object{"disabled": false}).Want(t, 200, "")
	tags := map[string]string{}
	for _, u := range []contract.PartnerUser{first, second} {
		tags[u.ID] = s.Call(t, "admin", "GET", path+"/"+u.ID, nil).Header.Get("ETag")
	}
	var both sync.WaitGroup
	answers := make([]gatewaytest.Answer, 2)
	for i, by := range []struct{ subject, target string }{{"admin", second.ID}, {"second", first.ID}} {
		both.Go(func() {
			answers[i] = s.Call(t, by.subject, "PATCH", path+"/"+by.target, object{"company_role": "none"}, "If-Match", tags[by.target])
		})
	}
	both.Wait()
	won := 0
	for _, a := range answers {
		if a.Status == 200 {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d won: %d %s, %d %s", won, answers[0].Status, answers[0].Code(), answers[1].Status, answers[1].Code())
	}
	p, err := s.Table.Partner(t.Context(), partner.ID(s.mine))
	if err != nil || p.GlobalAdmins != 1 {
		t.Errorf("%d administrators are counted, %v", p.GlobalAdmins, err)
	}
}
