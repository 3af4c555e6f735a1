package partners_test

import (
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/api/limits"
	"liaison/functions/api/me"
	partnerchecks "liaison/functions/api/partner-checks"
	"liaison/functions/api/partners"
	"liaison/functions/api/plans"
	"liaison/functions/api/programs"
	"liaison/functions/api/terms"
	"liaison/shared/contract"
	"liaison/shared/event"
	"liaison/shared/locale"
	"liaison/shared/markdown"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const operator = gatewaytest.Operator

func open(t *testing.T) *gatewaytest.API {
	table := fixture.NewTable(t)
	return gatewaytest.Open(t, table, gatewaytest.Env(),
		partners.Create(table), partners.List(table), partners.Get(table), partners.Update(table), partners.Verify(table),
		partners.Suspend(table), partners.Reinstate(table), partners.Close(table), partners.Overview(table), partners.Enrol(table), partners.Leave(table), partners.Authorise(table),
		partners.Deauthorise(table), partners.SignAgreement(table), partners.ConfirmProfile(table), partners.MakePhoneCode(table),
		partners.Trust(table), terms.Publish(table, markdown.HTML), limits.Get(table), partnerchecks.Create(table), me.Get(table), programs.Put(table), plans.Put(table), plans.List(table), plans.Get(table))
}

type object = map[string]any

func company(name string, change ...object) object {
	made := object{
		"legal_name": name, "country": "PL", "city": "Gdańsk", "website": "https://contoso.example", "phone": "+48 58 555 01 23",
		"email": "partner@contoso.example", "language": "pl",
		"administrator": object{"name": "Jan Kowalski", "email": strings.ToLower(letters(name)) + "@contoso.example"},
	}
	for _, c := range change {
		for name, v := range c {
			made[name] = v
		}
	}
	return made
}

func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 'A' || r > 'z' {
			return -1
		}
		return r
	}, text)
}

// take takes a company in and binds its administrator to the subject of the same name.
func take(t *testing.T, a *gatewaytest.API, name string) (contract.Partner, string) {
	t.Helper()
	var made contract.Partner
	a.Call(t, operator, "POST", "/v1/partners", company(name)).Want(t, 201, "").Into(t, &made)
	return made, bind(t, a, made.PartnerID)
}

// bind binds the partner's first user to a subject, as the pages' sign-in will, and returns the subject.
func bind(t *testing.T, a *gatewaytest.API, id string) string {
	t.Helper()
	subject := "of-" + id
	gatewaytest.Bind(t, a, id, gatewaytest.FirstUser(t, a, id), subject)
	return subject
}

func events(t *testing.T, a *gatewaytest.API, id string) []string {
	t.Helper()
	var kinds []string
	for _, item := range a.Table.Items(t) {
		pk, _ := item["PK"].(*types.AttributeValueMemberS)
		card, ok := item["card"].(*types.AttributeValueMemberM)
		if !ok {
			continue
		}
		changes, ok := card.Value["changes"].(*types.AttributeValueMemberL)
		if !ok || pk.Value != "PARTNER#"+id {
			continue
		}
		for _, change := range changes.Value {
			kinds = append(kinds, change.(*types.AttributeValueMemberM).Value["type"].(*types.AttributeValueMemberS).Value)
		}
	}
	slices.Sort(kinds)
	return kinds
}

func TestCreate(t *testing.T) {
	a := open(t)
	first := a.Call(t, operator, "POST", "/v1/partners", company("Contoso Consulting"), "Idempotency-Key", "one").Want(t, 201, "")
	var made contract.Partner
	first.Into(t, &made)
	if !partner.ID(made.PartnerID).Valid() || made.Status != contract.PartnerStatusActive || made.Verification.Status != contract.VerificationStatusUnverified {
		t.Errorf("made %+v", made)
	}
	if first.Header.Get("Location") != "/v1/partners/"+made.PartnerID || first.Header.Get("ETag") != `"1-active"` {
		t.Errorf("Location %q ETag %q", first.Header.Get("Location"), first.Header.Get("ETag"))
	}
	again := a.Call(t, operator, "POST", "/v1/partners", company("Contoso Consulting"), "Idempotency-Key", "one").Want(t, 201, "")
	if again.Header.Get("Idempotency-Replayed") != "true" || string(again.Body) != string(first.Body) {
		t.Errorf("replayed %q: %s", again.Header.Get("Idempotency-Replayed"), again.Body)
	}
	a.Call(t, operator, "POST", "/v1/partners", company("Other"), "Idempotency-Key", "one").Want(t, 422, "idempotency_key_reused")
	a.Call(t, operator, "POST", "/v1/partners", company("Other"), "Idempotency-Key", "-").Want(t, 400, "idempotency_key_missing")
	for _, name := range []string{"contoso  CONSULTING", "C0ntoso Consulting", "Contoso-Consulting.", "Cóntoso Consulting", "Contoso Consuiting", "Ϲοntοsο", "Ｃontoso Ｃonsulting", "Contoso Consulting\u3164", "Con\u200btoso Consulting", "Contoso\u2800Consulting™ ✅"} {
		answer := a.Call(t, operator, "POST", "/v1/partners", company(name, object{"administrator": object{"name": "X", "email": "x@x.example"}}))
		if name == "Ϲοntοsο" {
			answer.Want(t, 422, "mixed_scripts")
		} else {
			answer.Want(t, 409, "name_taken")
		}
	}
	a.Call(t, operator, "POST", "/v1/partners", company("Fabrikam", object{"administrator": object{"name": "X", "email": "CONTOSOCONSULTING@contoso.example"}})).Want(t, 409, "address_taken")
	for field, value := range map[string]any{
		"legal_name": "", "country": "Poland", "city": "—", "website": "javascript:alert(1)", "phone": "058 555", "email": "no",
		"support_hours": strings.Repeat("x", 201), "language": "de", "administrator": object{"name": "\u202e.", "email": "a@b.example"}, "trusted": "yes", "unknown": 1,
	} {
		answer := a.Call(t, operator, "POST", "/v1/partners", company("Fabrikam", object{field: value}))
		if answer.Status != 422 || !strings.Contains(string(answer.Body), `"pointer":"/`+field) {
			t.Errorf("%s: %d %s", field, answer.Status, answer.Body)
		}
	}
	if kinds := events(t, a, made.PartnerID); !slices.Equal(kinds, []string{"partner.activated", "partner_user.invited"}) {
		t.Errorf("events %v", kinds)
	}
	if n := a.Table.Holds(t, "partner"); n != 1 {
		t.Errorf("%d partners", n)
	}
}

// TestAtOnce sends one request twenty times at once, under one key and under twenty.
func TestAtOnce(t *testing.T) {
	a := open(t)
	for _, keys := range []int{1, 20} {
		name := map[int]string{1: "Contoso", 20: "Fabrikam"}[keys]
		var wait sync.WaitGroup
		var lock sync.Mutex
		statuses, ids := map[int]int{}, map[string]bool{}
		for i := range 20 {
			wait.Go(func() {
				answer := a.Call(t, operator, "POST", "/v1/partners", company(name), "Idempotency-Key", name+string(rune('a'+i%keys)))
				var made contract.Partner
				if answer.Status == 201 {
					answer.Into(t, &made)
				}
				lock.Lock()
				defer lock.Unlock()
				statuses[answer.Status]++
				ids[made.PartnerID] = true
			})
		}
		wait.Wait()
		delete(ids, "")
		if len(ids) != 1 || keys == 1 && statuses[201] != 20 || keys == 20 && statuses[201] != 1 {
			t.Errorf("%d keys: %v, %d ids", keys, statuses, len(ids))
		}
	}
	if n := a.Table.Holds(t, "partner"); n != 2 {
		t.Errorf("%d partners, want 2", n)
	}
}

func TestReadAndRights(t *testing.T) {
	a := open(t)
	mine, admin := take(t, a, "Contoso")
	other, _ := take(t, a, "Fabrikam")
	own := a.Call(t, admin, "GET", "/v1/partners/me", nil).Want(t, 200, "")
	if same := a.Call(t, admin, "GET", "/v1/partners/"+mine.PartnerID, nil); string(same.Body) != string(own.Body) {
		t.Errorf("me is %s, by its id %s", own.Body, same.Body)
	}
	a.Call(t, admin, "GET", "/v1/partners/me", nil, "If-None-Match", own.Header.Get("ETag")).Want(t, 304, "")
	foreign := a.Call(t, admin, "GET", "/v1/partners/"+other.PartnerID, nil, "Request-Id", "same").Want(t, 404, "not_found")
	nobody := a.Call(t, admin, "GET", "/v1/partners/"+string(partner.NewID("7654321")), nil, "Request-Id", "same").Want(t, 404, "not_found")
	if cut(foreign.Body) != cut(nobody.Body) {
		t.Errorf("a foreign partner looks unlike none:\n%s%s", foreign.Body, nobody.Body)
	}
	a.Call(t, operator, "GET", "/v1/partners/me", nil).Want(t, 404, "not_found")
	a.Call(t, operator, "GET", "/v1/partners/12345678", nil).Want(t, 404, "not_found")
	a.Call(t, operator, "GET", "/v1/partners/"+other.PartnerID, nil).Want(t, 200, "")
	a.Call(t, "", "GET", "/v1/partners/me", nil).Want(t, 401, "unauthorized")
	a.Call(t, "stranger", "GET", "/v1/partners/me", nil).Want(t, 403, "unknown_caller")
	for _, one := range [][2]string{
		{"POST", "/v1/partners"},
		{"GET", "/v1/partners"},
		{"POST", "/v1/partners/me/verify"},
		{"POST", "/v1/partners/me/suspend"},
		{"POST", "/v1/partners/me/reinstate"},
		{"PUT", "/v1/partners/me/programs/any"},
		{"DELETE", "/v1/partners/me/programs/any"},
		{"PUT", "/v1/partners/me/authorisations/plan_x"},
		{"DELETE", "/v1/partners/me/authorisations/plan_x"},
	} {
		if said := a.Call(t, admin, one[0], one[1], nil).Want(t, 403, "forbidden"); !strings.Contains(string(said.Body), "Only the vendor's operators can do this.") {
			t.Errorf("%s %s: %s", one[0], one[1], said.Body)
		}
	}
	said := a.Call(t, operator, "PATCH", "/v1/partners/"+mine.PartnerID, object{"city": "X"}, "If-Match", `"1-active"`, "Accept-Language", "pl").Want(t, 403, "forbidden")
	if !strings.Contains(string(said.Body), locale.In(locale.Polish).ForbiddenPartners()) {
		t.Errorf("%s", said.Body)
	}
}

// cut leaves out what tells one request from another.
func cut(body []byte) string {
	before, rest, _ := strings.Cut(string(body), `"instance":"`)
	_, after, _ := strings.Cut(rest, `"`)
	return before + after
}

func TestList(t *testing.T) {
	a := open(t)
	var ids []string
	for _, name := range []string{"Contoso", "Fabrikam", "Tailspin"} {
		made, _ := take(t, a, name)
		ids = append(ids, made.PartnerID)
	}
	a.Call(t, operator, "POST", "/v1/partners/"+ids[1]+"/suspend", object{"reason": "Complaints."}).Want(t, 200, "")
	list := func(query string) (got []string, next *string) {
		t.Helper()
		var page contract.PartnerPage
		a.Call(t, operator, "GET", "/v1/partners"+query, nil).Want(t, 200, "").Into(t, &page)
		for _, p := range page.Data {
			got = append(got, p.PartnerID)
		}
		return got, page.NextCursor
	}
	if got, next := list("?limit=2"); !slices.Equal(got, []string{ids[2], ids[1]}) || next == nil {
		t.Errorf("first page %v", got)
	} else if got, _ := list("?limit=2&cursor=" + *next); !slices.Equal(got, ids[:1]) {
		t.Errorf("second page %v", got)
	}
	if got, _ := list("?status=suspended&country=PL"); !slices.Equal(got, ids[1:2]) {
		t.Errorf("suspended %v", got)
	}
	if got, _ := list("?country=DE"); got != nil {
		t.Errorf("in Germany %v", got)
	}
	for _, query := range []string{"?limit=0", "?limit=101", "?cursor=x", "?cursor=", "?status=x", "?country=pl", "?x=1"} {
		if got := a.Call(t, operator, "GET", "/v1/partners"+query, nil); got.Status != 400 {
			t.Errorf("%s: %d", query, got.Status)
		}
	}
}

func TestUpdate(t *testing.T) {
	a := open(t)
	mine, admin := take(t, a, "Contoso")
	take(t, a, "Fabrikam")
	at := "/v1/partners/" + mine.PartnerID
	tag := a.Call(t, operator, "POST", at+"/verify", object{"note": "Called back."}).Want(t, 200, "").Header.Get("ETag")
	patch := func(body object) contract.Partner {
		t.Helper()
		var now contract.Partner
		answer := a.Call(t, admin, "PATCH", "/v1/partners/me", body, "If-Match", tag).Want(t, 200, "")
		answer.Into(t, &now)
		tag = answer.Header.Get("ETag")
		return now
	}
	if now := patch(object{"city": "Sopot", "support_hours": "8-16", "website": "http://contoso.example/pl"}); now.Verification.Status != contract.VerificationStatusVerified || now.City != "Sopot" {
		t.Errorf("after a new city %+v", now)
	}
	before := tag
	if patch(object{"city": " Sopot "}); tag != before {
		t.Errorf("nothing differs, yet the tag went from %s to %s", before, tag)
	}
	if now := patch(object{"phone": "+48 58 555 01 24"}); now.Verification.Status != contract.VerificationStatusUnverified || now.Verification.PhoneVerifiedAt != nil || now.Verification.EmailVerifiedAt == nil {
		t.Errorf("after a new phone %+v", now.Verification)
	}
	if now := patch(object{"email": "new@contoso.example"}); now.Verification.EmailVerifiedAt != nil || now.Verification.ConfirmedAt == nil {
		t.Errorf("after a new mail address %+v", now.Verification)
	}
	a.Call(t, operator, "POST", at+"/verify", nil, "If-Match", before).Want(t, 412, "precondition_failed") // the address is another since it was read
	a.Call(t, operator, "POST", at+"/verify", nil, "If-Match", tag).Want(t, 200, "")
	a.Call(t, admin, "PATCH", at, object{"city": "Gdynia"}, "If-Match", tag).Want(t, 412, "precondition_failed")
	a.Call(t, admin, "PATCH", at, object{"city": "Gdynia"}).Want(t, 428, "precondition_required")
	tag = a.Call(t, admin, "GET", at, nil).Header.Get("ETag")
	if now := patch(object{"legal_name": "Contoso Polska"}); now.Verification.ConfirmedAt != nil || now.Verification.EmailVerifiedAt != nil {
		t.Errorf("after a new legal name %+v", now.Verification)
	}
	a.Call(t, admin, "PATCH", at, object{"legal_name": "Fabríkam"}, "If-Match", tag).Want(t, 409, "name_taken")
	a.Call(t, admin, "PATCH", at, object{}, "If-Match", tag).Want(t, 422, "too_few")
	a.Call(t, admin, "PATCH", at, object{"status": "active"}, "If-Match", tag).Want(t, 422, "unknown_field")
	patch(object{"legal_name": "CONTOSO POLSKA"}) // looks the same: the name stays its own
	// The name that it gave up is free.
	a.Call(t, operator, "POST", "/v1/partners", company("Contoso", object{"administrator": object{"name": "X", "email": "x@x.example"}})).Want(t, 201, "")
}

func TestStates(t *testing.T) {
	a := open(t)
	mine, admin := take(t, a, "Contoso")
	at := "/v1/partners/" + mine.PartnerID
	a.Call(t, operator, "POST", at+"/reinstate", nil).Want(t, 409, "partner_not_suspended")
	a.Call(t, operator, "POST", at+"/suspend", object{}).Want(t, 422, "required")
	a.Call(t, operator, "POST", at+"/suspend", object{"reason": "  "}).Want(t, 422, "required")
	suspended := a.Call(t, operator, "POST", at+"/suspend", object{"reason": "Complaints."}, "Idempotency-Key", "s").Want(t, 200, "")
	var now contract.Partner
	suspended.Into(t, &now)
	if now.Status != contract.PartnerStatusSuspended || now.StatusReason == nil || *now.StatusReason != "Complaints." {
		t.Errorf("suspended %+v", now)
	}
	a.Call(t, operator, "POST", at+"/suspend", object{"reason": "Complaints."}, "Idempotency-Key", "s").Want(t, 200, "")
	a.Call(t, operator, "POST", at+"/suspend", object{"reason": "Complaints."}).Want(t, 409, "partner_not_active")
	var said contract.Me
	a.Call(t, admin, "GET", "/v1/me", nil).Want(t, 200, "").Into(t, &said)
	if said.Partner.Status != contract.PartnerStatusSuspended {
		t.Errorf("its user sees %+v", said.Partner)
	}
	a.Call(t, operator, "POST", at+"/reinstate", object{"reason": "Settled."}).Want(t, 200, "").Into(t, &now)
	if now.Status != contract.PartnerStatusActive || now.StatusReason != nil {
		t.Errorf("reinstated %+v", now)
	}
	a.Call(t, operator, "POST", at+"/close", object{"reason": " "}).Want(t, 422, "required")
	a.Call(t, operator, "POST", at+"/close", object{"reason": "Wound up."}, "Idempotency-Key", "c").Want(t, 200, "").Into(t, &now)
	if now.Status != contract.PartnerStatusClosed || now.StatusReason == nil || *now.StatusReason != "Wound up." {
		t.Errorf("closed %+v", now)
	}
	a.Call(t, operator, "POST", at+"/close", object{"reason": "Wound up."}, "Idempotency-Key", "c").Want(t, 200, "")
	a.Call(t, operator, "POST", at+"/close", object{"reason": "Again."}).Want(t, 409, "partner_not_active")
	a.Call(t, operator, "POST", at+"/reinstate", nil).Want(t, 409, "partner_not_suspended")
	a.Call(t, operator, "POST", at+"/verify", nil).Want(t, 409, "partner_not_active")
	a.Call(t, admin, "GET", at, nil).Want(t, 403, "caller_disabled")
	want := []string{"partner.activated", "partner.closed", "partner.reinstated", "partner.suspended", "partner_user.invited"}
	if kinds := events(t, a, mine.PartnerID); !slices.Equal(kinds, want) {
		t.Errorf("events %v, want %v", kinds, want)
	}
	a.Call(t, operator, "POST", "/v1/partners/"+string(partner.NewID("7654321"))+"/verify", nil).Want(t, 404, "not_found")
}

var plan = object{
	"status": "active", "name": object{"en": "Suite", "pl": "Pakiet"}, "description": object{"en": "Mail.", "pl": "Poczta."},
	"services": []object{{"id": "mail", "name": object{"en": "Mail", "pl": "Poczta"}, "description": object{"en": "Boxes.", "pl": "Skrzynki."}}},
	"trial":    object{"days": 30, "licenses": 25}, "licenses": object{"min": 1, "max": 300, "default": 25}, "countries": []string{"PL", "DE"},
}

func TestMembership(t *testing.T) {
	a := open(t)
	mine, admin := take(t, a, "Contoso")
	at := "/v1/partners/" + mine.PartnerID
	program := object{"name": object{"en": "Essentials", "pl": "Essentials"}, "rights": []string{"delegated_administration"}}
	a.Call(t, operator, "PUT", at+"/programs/essentials", nil).Want(t, 404, "not_found")
	a.Call(t, operator, "PUT", "/v1/programs/essentials", program, "If-None-Match", "*").Want(t, 201, "")
	first := a.Call(t, operator, "PUT", at+"/programs/essentials", nil).Want(t, 200, "")
	time.Sleep(5 * time.Millisecond)
	if again := a.Call(t, operator, "PUT", at+"/programs/essentials", nil).Want(t, 200, ""); string(again.Body) != string(first.Body) {
		t.Errorf("enrolled twice: %s, then %s", first.Body, again.Body)
	}
	var now contract.Partner
	a.Call(t, admin, "GET", at, nil).Into(t, &now)
	if len(now.Enrolments) != 1 || !slices.Contains(now.Rights, contract.RightDelegatedAdministration) {
		t.Errorf("enrolled %+v", now)
	}
	a.Call(t, operator, "PUT", at+"/programs/essentials", object{"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}).Want(t, 422, "out_of_range")
	a.Call(t, operator, "PUT", at+"/programs/essentials", object{"from": "2020-01-01T00:00:00Z", "to": "2021-01-01T00:00:00Z"}).Want(t, 200, "")
	a.Call(t, admin, "GET", at, nil).Into(t, &now)
	if len(now.Rights) != 0 {
		t.Errorf("an enrolment that is over gives %v", now.Rights)
	}
	for range 2 {
		a.Call(t, operator, "DELETE", at+"/programs/essentials", nil).Want(t, 204, "")
	}

	a.Call(t, operator, "PUT", at+"/authorisations/plan_suite", object{"countries": []string{"PL"}}).Want(t, 404, "not_found")
	a.Call(t, operator, "PUT", "/v1/plans/plan_suite", plan, "If-None-Match", "*").Want(t, 201, "")
	a.Call(t, operator, "PUT", at+"/authorisations/plan_suite", object{"countries": []string{}}).Want(t, 422, "required")
	a.Call(t, operator, "PUT", at+"/authorisations/plan_suite", object{"countries": []string{"PL", "PL"}}).Want(t, 422, "duplicate_entry")
	var offerable contract.Plan
	a.Call(t, admin, "GET", "/v1/plans/plan_suite", nil).Want(t, 200, "").Into(t, &offerable)
	if *offerable.Offerable || !slices.Equal(*offerable.Reasons, []string{"profile_unverified", "not_authorised_for_plan"}) {
		t.Errorf("before: %v %v", *offerable.Offerable, *offerable.Reasons)
	}
	for range 2 {
		a.Call(t, operator, "PUT", at+"/authorisations/plan_suite", object{"countries": []string{"PL"}}).Want(t, 200, "")
	}
	a.Call(t, operator, "POST", at+"/verify", nil).Want(t, 200, "")
	a.Call(t, admin, "GET", "/v1/plans/plan_suite?country=PL", nil).Want(t, 200, "").Into(t, &offerable)
	if !*offerable.Offerable || offerable.Reasons == nil || len(*offerable.Reasons) != 0 { // there, and empty
		t.Errorf("in Poland: %v", offerable.Reasons)
	}
	a.Call(t, admin, "GET", "/v1/plans/plan_suite?country=DE", nil).Want(t, 200, "").Into(t, &offerable)
	if *offerable.Offerable || !slices.Equal(*offerable.Reasons, []string{"not_authorised_for_plan"}) {
		t.Errorf("in Germany: %v", *offerable.Reasons)
	}
	// A plan that cannot be tried may be sold.
	paid := maps.Clone(plan)
	paid["trial"], paid["prices"] = nil, []object{{"billing_term": "month", "price": object{"amount_minor": 4900, "currency": "PLN"}}}
	a.Call(t, operator, "PUT", "/v1/plans/plan_paid", paid, "If-None-Match", "*").Want(t, 201, "")
	a.Call(t, operator, "PUT", at+"/authorisations/plan_paid", object{"countries": []string{"PL"}}).Want(t, 200, "")
	a.Call(t, admin, "GET", "/v1/plans/plan_paid?country=PL", nil).Want(t, 200, "").Into(t, &offerable)
	if !*offerable.Offerable {
		t.Errorf("a plan without a trial: %v", offerable.Reasons)
	}
	check := func(body object) contract.PartnerCheck {
		t.Helper()
		var v contract.PartnerCheck
		a.Call(t, admin, "POST", "/v1/partner-checks", body, "Idempotency-Key", "-").Want(t, 200, "").Into(t, &v)
		return v
	}
	reason := func(v contract.PartnerCheck) string {
		if v.Reason == nil {
			return ""
		}
		return string(*v.Reason)
	}
	for want, body := range map[string]object{"": {"country": "PL"}, "country": {"country": "DE"}} {
		body["partner_id"], body["plan_id"] = mine.PartnerID, "plan_suite"
		if v := check(body); reason(v) != want || v.Eligible != (want == "") || v.LegalName != "Contoso" {
			t.Errorf("%v: %+v", body, v)
		}
	}
	for range 2 {
		a.Call(t, operator, "DELETE", at+"/authorisations/plan_suite", nil).Want(t, 204, "")
	}
	if v := check(object{"partner_id": mine.PartnerID, "plan_id": "plan_suite"}); reason(v) != "plan" {
		t.Errorf("deauthorised: %+v", v)
	}
	a.Call(t, operator, "POST", at+"/suspend", object{"reason": "x"}).Want(t, 200, "")
	if v := check(object{"partner_id": mine.PartnerID[:4] + " " + mine.PartnerID[4:]}); reason(v) != "suspended" {
		t.Errorf("suspended: %+v", v)
	}
	want := []string{
		"partner.activated", "partner.authorised", "partner.authorised", "partner.deauthorised", "partner.profile_verified", "partner.program_joined",
		"partner.program_joined", "partner.program_left", "partner.suspended", "partner_user.invited",
	}
	if kinds := events(t, a, mine.PartnerID); !slices.Equal(kinds, want) {
		t.Errorf("events %v\nwant   %v", kinds, want)
	}
}

func TestChecks(t *testing.T) {
	a := open(t)
	mine, admin := take(t, a, "Contoso")
	wrong := []byte(mine.PartnerID)
	wrong[0] = '0' + (wrong[0]-'0'+1)%10
	ask := func(id string) gatewaytest.Answer {
		t.Helper()
		return a.Call(t, admin, "POST", "/v1/partner-checks", object{"partner_id": id}, "Idempotency-Key", "-")
	}
	ask(string(wrong)).Want(t, 422, "mistyped_partner_id")
	if said := ask("1234").Want(t, 422, "invalid_format"); !strings.Contains(string(said.Body), "Expected: 8 digits") {
		t.Errorf("%s", said.Body)
	}
	ask(string(partner.NewID("7654321"))).Want(t, 404, "unknown_partner_id")
	a.Call(t, admin, "POST", "/v1/partner-checks", object{"partner_id": mine.PartnerID, "plan_id": "plan_none"}, "Idempotency-Key", "-").Want(t, 422, "unknown_plan")
	limited, counted := 0, a.Env.ChecksPerCaller
	for range counted * 2 {
		answer := ask(mine.PartnerID)
		if answer.Header.Get("RateLimit") == "" || answer.Header.Get("RateLimit-Policy") == "" {
			t.Fatal("not counted")
		}
		if answer.Status == http.StatusTooManyRequests {
			limited++
			if answer.Code() != "rate_limited" || answer.Header.Get("Retry-After") == "" {
				t.Errorf("%s", answer.Body)
			}
		}
	}
	if limited == 0 {
		t.Error("never refused")
	}
	a.Call(t, operator, "POST", "/v1/partner-checks", object{"partner_id": mine.PartnerID}, "Idempotency-Key", "-").Want(t, 200, "")
	// A machine of the same partner has no count of its own. A minute has just begun.
	o := op.Op{ID: "machine", Actor: op.Actor{Kind: op.Job, ID: "test"}, At: a.Env.Now(), IDs: a.Env.IDs()}
	machine := partner.Client{
		ID: partner.ClientID("cli_" + mine.PartnerID + "_" + o.NewID()), Partner: partner.ID(mine.PartnerID), Name: "x", CustomerAccess: partner.Full,
		Status: partner.ClientActive, Issuer: gatewaytest.Issuer, OAuthID: "machine", CreatedAt: o.At, Version: 1,
	}
	if err := a.Table.StartClient(t.Context(), machine, o); err != nil {
		t.Fatal(err)
	}
	if err := a.Table.FinishClient(t.Context(), machine, event.New(o, event.Partner(mine.PartnerID), event.Of(machine.ID, partner.ClientCreatedEvent{})), o); err != nil {
		t.Fatal(err)
	}
	now := a.Env.Now()
	fresh := a.Later(t, now.Truncate(time.Minute).Add(time.Minute+time.Second).Sub(now), partnerchecks.Create(a.Table))
	before := a.Table.Holds(t, "rate")
	for _, who := range []string{"machine", admin} {
		fresh.Call(t, who, "POST", "/v1/partner-checks", object{"partner_id": mine.PartnerID}, "Idempotency-Key", "-").Want(t, 200, "")
	}
	if after := a.Table.Holds(t, "rate"); after != before+1 {
		t.Errorf("%d counters before, %d after: a machine is counted by itself", before, after)
	}
}

func TestMe(t *testing.T) {
	a := open(t)
	mine, admin := take(t, a, "Contoso")
	var said contract.Me
	answer := a.Call(t, admin, "GET", "/v1/me", nil).Want(t, 200, "")
	answer.Into(t, &said)
	if said.Kind != contract.MeKindPartnerUser || said.Partner.PartnerID != mine.PartnerID || *said.CompanyRole != contract.CompanyRoleGlobalAdmin ||
		*said.Email != "contoso@contoso.example" || *said.Language != "pl" || !slices.Contains(said.Rights, "manage_clients") || slices.Contains(said.Rights, "manage_partners") {
		t.Errorf("said %+v", said)
	}
	a.Call(t, admin, "GET", "/v1/me", nil, "If-None-Match", answer.Header.Get("ETag")).Want(t, 304, "")
	a.Call(t, operator, "GET", "/v1/me", nil).Want(t, 200, "").Into(t, &said)
	if said.Kind != contract.MeKindOperator || said.Partner != nil || !slices.Contains(said.Rights, "manage_partners") {
		t.Errorf("said %+v", said)
	}
}
