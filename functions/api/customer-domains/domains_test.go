package customerdomains_test

import (
	"context"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/api/customer-domains"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

const (
	day    = 24 * time.Hour
	domain = "contoso.example"
)

// story is a customer of the world's partner; its first user's token has the subject of who.
type story struct {
	*apitest.World
	of  customer.ID
	who string
	at  string // path of its domains
}

// open makes a customer that gave the partner a grant of the role, none where it is empty.
func open(t *testing.T, role string) *story {
	t.Helper()
	return enter(t, apitest.Open(t), role, "owner")
}

func enter(t *testing.T, w *apitest.World, role, who string) *story {
	t.Helper()
	yes := w.Yes(t, role)
	gatewaytest.Bind(t, w.API, string(yes.Customer.ID), string(yes.User.ID), who)
	return &story{w, yes.Customer.ID, who, "/v1/customers/" + string(yes.Customer.ID) + "/domains"}
}

func (s *story) add(t *testing.T, name string) (d contract.CustomerDomain) {
	t.Helper()
	s.Call(t, s.who, "POST", s.at, object{"name": name}).Want(t, 201, "").Into(t, &d)
	return d
}

func (s *story) read(t *testing.T, name string) (d contract.CustomerDomain, tag string) {
	t.Helper()
	got := s.Call(t, s.who, "GET", s.at+"/"+name, nil).Want(t, 200, "")
	got.Into(t, &d)
	return d, got.Header.Get("ETag")
}

// proves sets the record of a domain.
func (s *story) proves(d contract.CustomerDomain) {
	s.DNS.Set(d.Record.Name, "v=spf1 -all", d.Record.Value)
}

func (s *story) verify(t *testing.T, name string) gatewaytest.Answer {
	t.Helper()
	return s.Call(t, s.who, "POST", s.at+"/"+name+"/verify", nil)
}

func (s *story) remove(t *testing.T, by, name string) gatewaytest.Answer {
	t.Helper()
	_, tag := s.read(t, name)
	return s.Call(t, by, "DELETE", s.at+"/"+name, nil, "If-Match", tag)
}

// types lists what happened to a domain of the customer.
func (s *story) types(t *testing.T, name string) string {
	t.Helper()
	return strings.ReplaceAll(apitest.Types(s.Changes(t, event.Customer(string(s.of)), name)), "customer_domain.", "")
}

// owner reads whose a domain is.
func (s *story) owner(t *testing.T, name string) customer.ID {
	t.Helper()
	of, err := s.World.Table.CustomerWithDomain(t.Context(), customer.DomainName(name))
	if err != nil {
		t.Fatal(err)
	}
	return of
}

// TestLife follows one domain from its adding to its end.
func TestLife(t *testing.T) {
	s := open(t, "")
	var made, again contract.CustomerDomain
	answer := s.Call(t, "owner", "POST", s.at, object{"name": " Contoso.Example. "}, "Idempotency-Key", "k").Want(t, 201, "")
	answer.Into(t, &made)
	s.Call(t, "owner", "POST", s.at, object{"name": " Contoso.Example. "}, "Idempotency-Key", "k").Want(t, 201, "").Into(t, &again)
	if made.Name != domain || made.DisplayName != domain || made.Status != "pending" || made.CustomerID != string(s.of) || made.VerifiedAt != nil || made.CheckedAt != nil ||
		made.Failure != nil || made.Record.Type != "TXT" || made.Record.Name != "_liaison."+domain || !strings.HasPrefix(made.Record.Value, "liaison-verification=") || again != made {
		t.Errorf("made %s, again %+v", answer.Body, again)
	}
	if at := answer.Header.Get("Location"); at != s.at+"/"+domain {
		t.Errorf("it is at %s", at)
	}
	read, tag := s.read(t, "CONTOSO.example")
	if read != made || tag != answer.Header.Get("ETag") {
		t.Errorf("read %+v", read)
	}
	s.Call(t, "owner", "GET", s.at+"/"+domain, nil, "If-None-Match", tag).Want(t, 304, "")
	s.Call(t, "owner", "POST", s.at, object{"name": domain}).Want(t, 409, "exists")

	// Nothing there, something else there, no answer: each is said, and kept.
	missing := s.verify(t, domain).Want(t, 409, "domain_record_missing")
	if !strings.Contains(string(missing.Body), made.Record.Name) || !strings.Contains(string(missing.Body), made.Record.Value) {
		t.Errorf("%s", missing.Body)
	}
	if read, _ = s.read(t, domain); read.Status != "pending" || read.CheckedAt == nil || read.Failure == nil || *read.Failure != "record_missing" {
		t.Errorf("after a check: %+v", read)
	}
	s.DNS.Set(made.Record.Name, "liaison-verification=another\x00", strings.Repeat("x", 300))
	if differs := s.verify(t, domain).Want(t, 409, "domain_record_differs"); !strings.Contains(string(differs.Body), "liaison-verification=another") ||
		strings.Contains(string(differs.Body), strings.Repeat("x", 101)) || !strings.Contains(string(differs.Body), made.Record.Value) {
		t.Errorf("%s", differs.Body)
	}
	s.DNS.Silent(true)
	if failed := s.verify(t, domain).Want(t, 503, "dns_unavailable"); failed.Header.Get("Retry-After") == "" {
		t.Error("it is not said when to try again")
	}
	if read, _ = s.read(t, domain); *read.Failure != "dns_failed" {
		t.Errorf("after no answer: %+v", read)
	}
	s.DNS.Silent(false)
	if of := s.owner(t, domain); of != "" {
		t.Errorf("it is %s's", of)
	}

	s.proves(made)
	verified := s.Call(t, "owner", "POST", s.at+"/"+domain+"/verify", nil, "Idempotency-Key", "v").Want(t, 200, "")
	verified.Into(t, &read)
	if read.Status != "verified" || read.VerifiedAt == nil || read.Failure != nil || read.LosesAt != nil || s.owner(t, domain) != s.of {
		t.Errorf("verified: %s, it is %s's", verified.Body, s.owner(t, domain))
	}
	if replayed := s.Call(t, "owner", "POST", s.at+"/"+domain+"/verify", nil, "Idempotency-Key", "v").Want(t, 200, ""); string(replayed.Body) != string(verified.Body) {
		t.Errorf("replayed %s", replayed.Body)
	}
	s.verify(t, domain).Want(t, 200, "")

	// A check that misses the record of a verified one begins its grace, and one that finds it ends that.
	s.DNS.Set(made.Record.Name)
	s.verify(t, domain).Want(t, 409, "domain_record_missing")
	if read, _ = s.read(t, domain); read.Status != "verified" || read.LosesAt == nil || !read.LosesAt.Equal(read.CheckedAt.Add(14*day)) {
		t.Errorf("missing: %+v", read)
	}
	s.proves(made)
	s.verify(t, domain).Want(t, 200, "")
	if read, _ = s.read(t, domain); read.LosesAt != nil {
		t.Errorf("there again: %+v", read)
	}

	s.Call(t, "owner", "DELETE", s.at+"/"+domain, nil).Want(t, 428, "precondition_required")
	s.Call(t, "owner", "DELETE", s.at+"/"+domain, nil, "If-Match", tag).Want(t, 412, "precondition_failed")
	s.remove(t, "owner", domain).Want(t, 204, "")
	s.Call(t, "owner", "GET", s.at+"/"+domain, nil).Want(t, 404, "not_found")
	if of := s.owner(t, domain); of != "" {
		t.Errorf("removed, it is %s's", of)
	}
	if back := s.add(t, domain); back.Record.Value == made.Record.Value {
		t.Error("a domain that comes back has its old record")
	}
	if got, want := s.types(t, domain), "added verified record_missing record_found removed added"; got != want {
		t.Errorf("happened: %s, want %s", got, want)
	}
}

// TestNames: what is no domain, what nobody can have alone, and what is the vendor's, is not taken; letters of any script are.
func TestNames(t *testing.T) {
	s := open(t, "")
	for name, code := range map[string]string{
		"":                                "required",
		"contoso":                         "invalid_domain",
		"127.0.0.1":                       "invalid_domain",
		"1.2":                             "invalid_domain",
		"anna@contoso.example":            "invalid_domain",
		"https://contoso.example/":        "invalid_domain",
		"-contoso.example":                "invalid_domain",
		"_liaison.contoso.example":        "invalid_domain",
		"contoso..example":                "invalid_domain",
		strings.Repeat("a.", 120) + "com": "too_long",
		"co.uk":                           "public_suffix",
		"GOV.pl":                          "public_suffix",
		"github.io":                       "public_suffix",
		"api.test":                        "vendor_domain",
		"shop.Pages.test":                 "vendor_domain",
	} {
		s.Call(t, "owner", "POST", s.at, object{"name": name}).Want(t, 422, code)
	}
	for name, shown := range map[string]string{"Żółw.example": "żółw.example", "sales.contoso.co.uk": "sales.contoso.co.uk"} {
		d := s.add(t, name)
		if d.DisplayName != shown || strings.ToLower(d.Name) != d.Name || strings.ContainsAny(d.Name, "żół") {
			t.Errorf("%s: %+v", name, d)
		}
		if again, _ := s.read(t, name); again != d {
			t.Errorf("by its letters %+v", again)
		}
	}
	for _, at := range []string{"/x", "/co.uk", "/other.example", "/other.example/verify"} {
		method := "GET"
		if strings.HasSuffix(at, "verify") {
			method = "POST"
		}
		s.Call(t, "owner", method, s.at+at, nil).Want(t, 404, "not_found")
	}
}

// TestMany: a customer has 20 domains at most, however many are added at once, and lists each once.
func TestMany(t *testing.T) {
	s := open(t, "")
	var wait sync.WaitGroup
	var mutex sync.Mutex
	got := map[int]int{}
	for i := range customer.MaxDomains + 12 {
		wait.Go(func() {
			a := s.Call(t, "owner", "POST", s.at, object{"name": "d" + strconv.Itoa(i) + ".example"})
			mutex.Lock()
			defer mutex.Unlock()
			got[a.Status]++
		})
	}
	wait.Wait()
	listed := gatewaytest.Walk[contract.CustomerDomain](t, s.API, "owner", s.at, "7")
	if got[201] != customer.MaxDomains || len(listed) != customer.MaxDomains {
		t.Errorf("answered %v, %d are listed", got, len(listed))
	}
	s.Call(t, "owner", "POST", s.at, object{"name": domain}).Want(t, 409, "too_many_domains")
	s.remove(t, "owner", listed[0].Name).Want(t, 204, "")
	s.add(t, domain)
}

// TestOneOwner: several customers wait for one domain; of all who have set their records at once, one gets it, and the others learn of nobody. It is free
// for them once that one removes it.
func TestOneOwner(t *testing.T) {
	w := apitest.Open(t)
	rivals := make([]*story, 8)
	values := make([]string, len(rivals))
	for i := range rivals {
		rivals[i] = enter(t, w, "", "owner"+strconv.Itoa(i))
		values[i] = rivals[i].add(t, domain).Record.Value
	}
	w.DNS.Set("_liaison."+domain, values...)
	answers := make([]gatewaytest.Answer, len(rivals))
	var wait sync.WaitGroup
	for i, s := range rivals {
		wait.Go(func() { answers[i] = s.verify(t, domain) })
	}
	wait.Wait()
	var winner, loser *story
	for i, a := range answers {
		if a.Status == 200 {
			if winner != nil {
				t.Error("two have it")
			}
			winner = rivals[i]
			continue
		}
		loser = rivals[i]
		a.Want(t, 409, "domain_taken")
		for _, other := range rivals {
			if strings.Contains(string(a.Body), string(other.of)) && other != loser {
				t.Errorf("it is said whose it is: %s", a.Body)
			}
		}
	}
	if winner == nil || winner.owner(t, domain) != winner.of {
		t.Fatalf("%v has it", winner)
	}
	winner.remove(t, winner.who, domain).Want(t, 204, "")
	loser.verify(t, domain).Want(t, 200, "")
	if of := loser.owner(t, domain); of != loser.of {
		t.Errorf("it is %s's", of)
	}
	winner.add(t, domain)
	winner.remove(t, winner.who, domain).Want(t, 204, "")
	if of := loser.owner(t, domain); of != loser.of {
		t.Errorf("after another one's was removed it is %s's", of)
	}
}

// between is a table on which something happens once between what an act reads and what it writes.
type between struct {
	dynamo.Domains
	then func()
}

func (b *between) CustomerDomain(ctx context.Context, of customer.ID, name customer.DomainName) (customer.Domain, error) {
	d, err := b.Domains.CustomerDomain(ctx, of, name)
	if then := b.then; then != nil {
		b.then = nil
		then()
	}
	return d, err
}

// TestGrantEnds: an act on behalf that was decided before the grant's end is not written after it.
func TestGrantEnds(t *testing.T) {
	s := open(t, offer.RoleFull)
	table := &between{Domains: dynamo.Domains{Table: s.World.Table.Table}}
	api := s.Later(t, 0, customerdomains.Verify(table, &s.DNS), customerdomains.Delete(table))
	d := s.add(t, domain)
	s.proves(d)
	_, tag := s.read(t, domain)
	table.then = func() {
		s.Call(t, "owner", "POST", apitest.Relationship(s.of, s.Partner)+"/lower", nil).Want(t, 200, "")
	}
	api.Call(t, apitest.Full, "POST", s.at+"/"+domain+"/verify", nil).Want(t, 403, "forbidden")
	api.Call(t, apitest.Full, "DELETE", s.at+"/"+domain, nil, "If-Match", tag).Want(t, 403, "forbidden")
	if now := s.types(t, domain); now != "added" || s.owner(t, domain) != "" {
		t.Errorf("happened: %s", now)
	}
}

// TestMeanwhile: a role that is taken away, and a domain that is removed or verified meanwhile, are seen by the transaction.
func TestMeanwhile(t *testing.T) {
	s := open(t, "")
	boss := s.User(t, s.of, "boss", customer.GlobalAdmin)
	table := &between{Domains: dynamo.Domains{Table: s.World.Table.Table}}
	api := s.Later(t, 0, customerdomains.Verify(table, &s.DNS), customerdomains.Delete(table))
	d := s.add(t, domain)
	s.proves(d)
	table.then = func() {
		s.SetUser(t, boss, "roles", &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: "user_admin"}}})
	}
	api.Call(t, "boss", "POST", s.at+"/"+domain+"/verify", nil).Want(t, 403, "not_your_role")
	table.then = func() { s.verify(t, domain).Want(t, 200, "") }
	api.Call(t, "owner", "POST", s.at+"/"+domain+"/verify", nil).Want(t, 200, "")
	if now := s.types(t, domain); now != "added verified" {
		t.Errorf("happened: %s", now)
	}
	table.then = func() { s.remove(t, "owner", domain).Want(t, 204, "") }
	api.Call(t, "owner", "POST", s.at+"/"+domain+"/verify", nil).Want(t, 404, "not_found")
	if of := s.owner(t, domain); of != "" {
		t.Errorf("removed, it is %s's", of)
	}
}

// TestRights is who may read domains and who may act on them.
func TestRights(t *testing.T) {
	s := open(t, offer.RoleFull)
	for name, role := range map[string]customer.Role{"global": customer.GlobalAdmin, "user": customer.UserAdmin, "service": customer.ServiceAdmin} {
		s.User(t, s.of, name, role)
	}
	s.User(t, s.of, "plain")
	d := s.add(t, domain)
	s.proves(d)
	n := 0
	for _, one := range []struct {
		by        string
		read, act int
		code      string
	}{
		{"global", 200, 201, ""},
		{apitest.Full, 200, 201, ""},
		{"user", 200, 403, "forbidden"},
		{"service", 200, 403, "forbidden"},
		{apitest.Limited, 200, 403, "forbidden"},
		{"plain", 403, 403, "forbidden"},
		{apitest.NoAccess, 403, 403, "forbidden"},
		{apitest.Rival, 404, 404, "not_found"},
		{apitest.Operator, 403, 403, "forbidden"},
	} {
		n++
		code := one.code
		if one.read == 200 {
			code = ""
		}
		s.Call(t, one.by, "GET", s.at, nil).Want(t, one.read, code)
		s.Call(t, one.by, "GET", s.at+"/"+domain, nil).Want(t, one.read, code)
		fresh := "d" + strconv.Itoa(n) + ".example"
		s.Call(t, one.by, "POST", s.at, object{"name": fresh}).Want(t, one.act, one.code)
		verified, removed := one.act, one.act
		if one.act == 201 {
			verified, removed = 200, 204
		} else {
			s.add(t, fresh)
		}
		s.Call(t, one.by, "POST", s.at+"/"+domain+"/verify", nil).Want(t, verified, one.code)
		s.remove(t, one.by, fresh).Want(t, removed, one.code)
	}

	// Under a limited grant even full access is limited, and without one it is none; a customer that can only be read changes nothing.
	limited, none := enter(t, s.World, offer.RoleLimited, "second"), enter(t, s.World, "", "third")
	limited.Call(t, apitest.Full, "GET", limited.at, nil).Want(t, 200, "")
	limited.Call(t, apitest.Full, "POST", limited.at, object{"name": domain}).Want(t, 403, "forbidden")
	none.Call(t, apitest.Full, "GET", none.at, nil).Want(t, 403, "forbidden")
	none.Call(t, "owner", "GET", none.at, nil).Want(t, 404, "not_found")
	s.World.Table.Set(t, "CUSTOMER#"+s.of.Bare(), "PROFILE", &types.AttributeValueMemberS{Value: "read_only"}, "status")
	s.Call(t, "owner", "POST", s.at, object{"name": "late.example"}).Want(t, 409, "customer_read_only")
	s.verify(t, domain).Want(t, 409, "customer_read_only")
	s.remove(t, "owner", domain).Want(t, 409, "customer_read_only")
}
