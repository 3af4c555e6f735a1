package partnerapplications_test

import (
	"maps"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"liaison/functions/api/events"
	partnerapplications "liaison/functions/api/partner-applications"
	"liaison/functions/api/partners"
	"liaison/functions/api/programs"
	"liaison/shared/contract"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

const path = "/v1/partner-applications"

type story struct{ *gatewaytest.API }

func open(t *testing.T) *story {
	t.Helper()
	table := fixture.NewTable(t)
	env := gatewaytest.Env()
	env.PostsPerClient, env.PostsPerAddress = 20, 5
	s := &story{gatewaytest.Open(t, table, env, partnerapplications.Create(table), partnerapplications.List(table), partnerapplications.Get(table),
		partnerapplications.Approve(table), partnerapplications.Reject(table), partners.Create(table), partners.Get(table), programs.Put(table), events.List(table))}
	for _, name := range []string{"cloud-essentials", "cloud-deployment"} {
		s.Call(t, gatewaytest.Operator, "PUT", "/v1/programs/"+name, object{"name": object{"en": name, "pl": name}, "rights": []string{}}, "If-None-Match", "*").Want(t, 201, "")
	}
	return s
}

// asked is what a company says of itself, with some of it changed.
func asked(changes object) object {
	body := object{
		"legal_name": "Contoso Consulting sp. z o.o.", "registration_number": "KRS 0000123456", "country": "PL", "city": "Gdańsk", "website": "https://contoso.example",
		"phone": "+48 58 555 01 23", "contact": object{"name": "Jan Kowalski", "email": "jan@contoso.example", "language": "pl"},
		"programs": []string{"cloud-essentials"}, "why": "We set up collaboration suites.",
	}
	maps.Copy(body, changes)
	return body
}

func (s *story) apply(t *testing.T, changes object) contract.PartnerApplication {
	t.Helper()
	var made contract.PartnerApplication
	s.Call(t, "", "POST", path, asked(changes)).Want(t, 201, "").Into(t, &made)
	return made
}

// confirm presses the link that the contact was mailed, and returns what presses it again.
func (s *story) confirm(t *testing.T, a contract.PartnerApplication) (again func()) {
	t.Helper()
	o := op.Op{RequestID: "test", At: s.Env.Now(), IDs: s.Env.IDs()}
	o.ID = o.NewID()
	stored, err := s.Table.Application(t.Context(), partner.ApplicationID(a.ID))
	if err != nil {
		t.Fatal(err)
	}
	secret := o.IDs.Secret()
	if err := s.Table.AddApplicationLink(t.Context(), stored, secret, o.Part("link")); err != nil {
		t.Fatal(err)
	}
	press := func() {
		t.Helper()
		o.ID = o.NewID()
		if _, err := partner.ConfirmApplication(t.Context(), s.Table, stored.ID, secret, o); err != nil {
			t.Fatal(err)
		}
	}
	press()
	return press
}

func (s *story) read(t *testing.T, a contract.PartnerApplication) contract.PartnerApplication {
	t.Helper()
	var read contract.PartnerApplication
	s.Call(t, gatewaytest.Operator, "GET", path+"/"+a.ID, nil).Want(t, 200, "").Into(t, &read)
	return read
}

func (s *story) decide(t *testing.T, a contract.PartnerApplication, act string, headers ...string) gatewaytest.Answer {
	t.Helper()
	var body any
	if act == "reject" {
		body = object{"reason": "Not in the register."}
	}
	return s.Call(t, gatewaytest.Operator, "POST", path+"/"+a.ID+"/"+act, body, headers...)
}

// TestLife follows an application to the partner that it becomes.
func TestLife(t *testing.T) {
	s := open(t)
	var made, again contract.PartnerApplication
	first := asked(object{"legal_name": " Contoso  Consulting sp. z o.o. ", "programs": []string{"cloud-essentials", "cloud-deployment", "cloud-essentials"}})
	s.Call(t, "", "POST", path, first, "Idempotency-Key", "k").Want(t, 201, "").Into(t, &made)
	got := s.Call(t, "", "POST", path, first, "Idempotency-Key", "k").Want(t, 201, "")
	if got.Into(t, &again); again.ID != made.ID || got.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("%+v\n%+v", made, again)
	}
	s.Call(t, "", "POST", path, asked(object{"city": "Sopot"}), "Idempotency-Key", "k").Want(t, 422, "idempotency_key_reused")
	s.Call(t, "", "POST", path, first, "Idempotency-Key", "-").Want(t, 400, "idempotency_key_missing")
	if made.Status != "unconfirmed" || made.LegalName != "Contoso Consulting sp. z o.o." || strings.Join(made.Programs, " ") != "cloud-deployment cloud-essentials" ||
		made.Contact.Language != "pl" || made.PartnerID != nil || made.ConfirmedAt != nil {
		t.Errorf("%+v", made)
	}
	s.Call(t, "", "GET", path+"/"+made.ID, nil).Want(t, 401, "unauthorized")
	s.decide(t, made, "approve").Want(t, 409, "application_not_waiting")
	s.decide(t, made, "reject").Want(t, 409, "application_not_waiting")

	press := s.confirm(t, made)
	press()
	tag := s.Call(t, gatewaytest.Operator, "GET", path+"/"+made.ID, nil).Want(t, 200, "").Header.Get("ETag")
	s.Call(t, gatewaytest.Operator, "GET", path+"/"+made.ID, nil, "If-None-Match", tag).Want(t, 304, "")
	if waits := s.read(t, made); waits.Status != "waiting" || waits.ConfirmedAt == nil {
		t.Errorf("%+v", waits)
	}
	var approved contract.PartnerApplication
	s.decide(t, made, "approve", "Idempotency-Key", "a").Want(t, 200, "").Into(t, &approved)
	s.decide(t, made, "approve", "Idempotency-Key", "a").Want(t, 200, "").Into(t, &again)
	if approved.Status != "approved" || approved.PartnerID == nil || approved.DecidedAt == nil || *again.PartnerID != *approved.PartnerID {
		t.Fatalf("%+v", approved)
	}
	press() // a decision stands
	s.decide(t, made, "approve").Want(t, 409, "application_not_waiting")
	s.decide(t, made, "reject").Want(t, 409, "application_not_waiting")
	var company contract.Partner
	s.Call(t, gatewaytest.Operator, "GET", "/v1/partners/"+*approved.PartnerID, nil).Want(t, 200, "").Into(t, &company)
	if company.Status != "agreement_pending" || company.LegalName != made.LegalName || company.Email != "jan@contoso.example" || company.Verification.EmailVerifiedAt == nil ||
		company.Verification.Status != "unverified" || len(company.Enrolments) != 0 {
		t.Errorf("%+v", company)
	}
	user, err := s.Table.PartnerUser(t.Context(), partner.UserID(gatewaytest.FirstUser(t, s.API, company.PartnerID)))
	if err != nil || user.Mail != "jan@contoso.example" || user.CompanyRole != partner.GlobalAdmin || user.CustomerAccess != partner.Full || user.Language != "pl" {
		t.Errorf("%+v %v", user, err)
	}

	happened := s.types(t, "")
	for _, kind := range []string{"partner.applied", "partner.application_confirmed", "partner.approved"} {
		if happened[kind] != 1 {
			t.Errorf("the vendor sees %s %d times", kind, happened[kind])
		}
	}
	if happened["operator.read"] < 3 {
		t.Errorf("that an operator read it is noted %d times", happened["operator.read"])
	}
	if theirs := s.types(t, "?partner_id="+company.PartnerID); theirs["partner.approved"] != 1 || theirs["partner_user.invited"] != 1 || theirs["partner.activated"] != 0 {
		t.Errorf("the partner sees %v", theirs)
	}
}

// types counts the vendor's events, or a partner's, by their types.
func (s *story) types(t *testing.T, of string) map[string]int {
	t.Helper()
	found := map[string]int{}
	for _, e := range gatewaytest.Walk[contract.Event](t, s.API, gatewaytest.Operator, "/v1/events"+of, "100") {
		found[e.Type]++
	}
	return found
}

// TestRefused names every field that is wrong at once.
func TestRefused(t *testing.T) {
	s := open(t)
	got := s.Call(t, "", "POST", path, object{
		"legal_name": " ", "registration_number": "-", "country": "poland", "city": "", "website": "ftp://x", "phone": "1", "why": "",
		"contact": object{"name": "", "email": "nowhere", "language": "tlh"}, "programs": []string{"cloud-essentials", "none"},
	})
	if got.Want(t, 422, "required"); strings.Count(string(got.Body), `"pointer"`) != 11 || !strings.Contains(string(got.Body), `"/programs/1"`) {
		t.Errorf("%s", got.Body)
	}
	s.Call(t, "", "POST", path, asked(object{"status": "approved"})).Want(t, 422, "unknown_field")
	waiting := s.apply(t, nil)
	s.confirm(t, waiting)
	s.Call(t, gatewaytest.Operator, "POST", path+"/"+waiting.ID+"/reject", object{"reason": " "}).Want(t, 422, "required")
	for _, id := range []string{"app_x", "app_01kaj2a7b9d1f3h5k7n9q1s3v5"} {
		s.Call(t, gatewaytest.Operator, "GET", path+"/"+id, nil).Want(t, 404, "not_found")
		s.Call(t, gatewaytest.Operator, "POST", path+"/"+id+"/approve", nil).Want(t, 404, "not_found")
	}
}

// TestTaken: whose name looks like a partner's, or whose contact is somebody's user, cannot be approved, and may still be rejected. Who applies
// is not told.
func TestTaken(t *testing.T) {
	s := open(t)
	s.Call(t, gatewaytest.Operator, "POST", "/v1/partners", object{
		"legal_name": "Fabrikam", "country": "PL", "city": "X", "website": "https://x.example", "phone": "+48 58 555 01 23", "email": "a@x.example",
		"administrator": object{"name": "Ewa", "email": "ewa@fabrikam.example"},
	}).Want(t, 201, "")
	name := s.apply(t, object{"legal_name": "FABRIKAM"})
	address := s.apply(t, object{"contact": object{"name": "Ewa", "email": "Ewa@Fabrikam.example"}})
	s.confirm(t, name)
	s.confirm(t, address)
	s.decide(t, name, "approve").Want(t, 409, "name_taken")
	s.decide(t, address, "approve").Want(t, 409, "address_taken")
	for _, a := range []contract.PartnerApplication{name, address} {
		if now := s.read(t, a); now.Status != "waiting" || now.PartnerID != nil {
			t.Errorf("%+v", now)
		}
		var rejected contract.PartnerApplication
		s.decide(t, a, "reject").Want(t, 200, "").Into(t, &rejected)
		if rejected.Status != "rejected" || rejected.Reason == nil || *rejected.Reason != "Not in the register." {
			t.Errorf("%+v", rejected)
		}
	}
	if n := s.types(t, "")["partner.rejected"]; n != 2 {
		t.Errorf("%d rejections", n)
	}
}

// TestAtOnce: approved twice, or approved and rejected, at once has one effect.
func TestAtOnce(t *testing.T) {
	s := open(t)
	for i, acts := range [][]string{{"approve", "approve"}, {"approve", "reject"}, {"reject", "approve"}, {"reject", "reject"}} {
		a := s.apply(t, object{"legal_name": "Company " + string(rune('A'+i)), "contact": object{"name": "Jan", "email": string(rune('a'+i)) + "@x.example"}})
		s.confirm(t, a)
		answers := make([]gatewaytest.Answer, len(acts))
		var both sync.WaitGroup
		for n, act := range acts {
			both.Go(func() { answers[n] = s.decide(t, a, act) })
		}
		both.Wait()
		won := ""
		for n, got := range answers {
			switch {
			case got.Status == 200 && won == "":
				won = acts[n]
			case got.Status != 409 || got.Code() != "application_not_waiting":
				t.Errorf("%v: %d %s", acts, got.Status, got.Body)
			}
		}
		now := s.read(t, a)
		if won == "" || (won == "approve") != (now.Status == "approved") || (now.PartnerID != nil) != (won == "approve") {
			t.Errorf("%v: %q won, and it is %s", acts, won, now.Status)
		}
	}
	if found := s.types(t, ""); found["partner.approved"]+found["partner.rejected"] != 4 {
		t.Errorf("%v", found)
	}
}

// TestListed: an operator lists applications by their state, the newest first, without their contacts.
func TestListed(t *testing.T) {
	s := open(t)
	var ids []string
	for i := range 3 {
		a := s.apply(t, object{"legal_name": "Company " + string(rune('A'+i))})
		if ids = append([]string{a.ID}, ids...); i < 2 {
			s.confirm(t, a)
		}
	}
	for status, want := range map[string][]string{"": ids, "?status=waiting": ids[1:], "?status=unconfirmed": ids[:1], "?status=approved": nil} {
		var found []string
		for _, a := range gatewaytest.Walk[contract.PartnerApplicationSummary](t, s.API, gatewaytest.Operator, path+status, "1") {
			found = append(found, a.ID)
		}
		if strings.Join(found, " ") != strings.Join(want, " ") {
			t.Errorf("%q lists %v, want %v", status, found, want)
		}
	}
	if all := s.Call(t, gatewaytest.Operator, "GET", path, nil).Want(t, 200, ""); strings.Contains(string(all.Body), "jan@") {
		t.Errorf("%s", all.Body)
	}
	s.Call(t, gatewaytest.Operator, "GET", path+"?status=lost", nil).Want(t, 400, "invalid_value")
}

// TestCounted: a client, and an address that would get the mails, are held to so many posts a minute.
func TestCounted(t *testing.T) {
	s := open(t)
	for i := 0; ; i++ {
		if got := s.Call(t, "", "POST", path, asked(object{"contact": object{"name": "Jan", "email": "JAN@contoso.example"}})); got.Status == 429 {
			if got.Code() != "rate_limited" || got.Header.Get("Retry-After") == "" || got.Header.Get("RateLimit-Policy") != `"post_address";q=5;w=60` || i < 5 {
				t.Errorf("after %d: %v %s", i, got.Header, got.Body)
			}
			break
		} else if got.Want(t, 201, ""); i > 2*5 { // the minute may end meanwhile
			t.Fatal("an address is not counted")
		}
	}
	for i := 0; ; i++ {
		if got := s.Call(t, "", "POST", path, object{}); got.Status == 429 {
			if got.Header.Get("RateLimit-Policy") != `"post_client";q=20;w=60` {
				t.Errorf("%v", got.Header)
			}
			break
		} else if i > 2*20 {
			t.Fatal("a client is not counted")
		}
	}
}

// TestLink: only its own secret confirms an application, until the link ends; pressed again it stays as it is.
func TestLink(t *testing.T) {
	at := time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)
	a := partner.Application{Status: partner.ApplicationUnconfirmed, EndsAt: at}.Mailed("one").Mailed("two")
	for secret, good := range map[string]bool{"one": true, "two": true, "three": false, "": false} {
		if err := a.MayConfirm(secret, at.Add(-time.Second)); (err == nil) != good {
			t.Errorf("%q: %v", secret, err)
		}
	}
	if err := a.MayConfirm("one", at); err == nil {
		t.Error("the link has no end")
	}
	a.Status = partner.ApplicationWaiting
	if err := a.MayConfirm("one", at.AddDate(1, 0, 0)); err != nil {
		t.Errorf("pressed again: %v", err)
	}
}
