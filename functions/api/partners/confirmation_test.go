package partners_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"liaison/shared/contract"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/tests/fixture/gatewaytest"
)

// agreement publishes a version of the partners' agreement.
func agreement(t *testing.T, a *gatewaytest.API, version string) contract.TermsPublished {
	t.Helper()
	var made contract.TermsPublished
	a.Call(t, operator, "POST", "/v1/terms/partner", object{"version": version, "texts": object{
		"en": object{"title": "Agreement", "text": "Be fair. " + version}, "pl": object{"title": "Umowa", "text": "Fair play. " + version},
	}}).Want(t, 201, "").Into(t, &made)
	return made
}

// pending puts a partner where its agreement is to be signed.
func pending(t *testing.T, a *gatewaytest.API, id string) {
	t.Helper()
	o := op.Op{ID: "pending-" + id, Actor: op.Actor{Kind: op.Job, ID: "test"}, At: a.Env.Now(), IDs: a.Env.IDs()}
	_, err := partner.Change(t.Context(), a.Table, partner.ID(id), partner.ActivatedEvent{}, o, func(p partner.Partner) (partner.Partner, error) {
		p.Status = partner.AgreementPending
		return p, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSignAgreement(t *testing.T) {
	a := open(t)
	mine, admin := take(t, a, "Contoso")
	at := "/v1/partners/" + mine.PartnerID
	pending(t, a, mine.PartnerID)
	a.Call(t, admin, "POST", at+"/agreement", object{"version": "1", "name": "Jan"}).Want(t, 409, "terms_outdated") // none was published
	first := agreement(t, a, "1")
	for field, value := range map[string]any{"version": "", "name": "  ", "language": "de"} {
		body := object{"version": "1", "name": "Jan Kowalski"}
		body[field] = value
		if said := a.Call(t, admin, "POST", at+"/agreement", body); said.Status != 422 || !strings.Contains(string(said.Body), `"/`+field) {
			t.Errorf("%s: %d %s", field, said.Status, said.Body)
		}
	}
	a.Call(t, admin, "POST", at+"/agreement", object{"version": "2", "name": "Jan Kowalski"}).Want(t, 409, "terms_outdated")
	a.Call(t, operator, "POST", at+"/agreement", object{"version": "1", "name": "Olga"}).Want(t, 403, "forbidden")
	var now contract.Partner
	signed := a.Call(t, admin, "POST", "/v1/partners/me/agreement", object{"version": "1", "name": " Jan  Kowalski "}, "Idempotency-Key", "sign").Want(t, 200, "")
	signed.Into(t, &now)
	got := now.Agreement
	if now.Status != contract.PartnerStatusActive || got == nil || got.Version != "1" || got.Name != "Jan Kowalski" || got.Language != "pl" ||
		got.Sha256 != first.Texts["pl"].Sha256 || got.SignedBy != gatewaytest.FirstUser(t, a, mine.PartnerID) {
		t.Errorf("signed %+v %+v", now.Status, got)
	}
	if again := a.Call(t, admin, "POST", "/v1/partners/me/agreement", object{"version": "1", "name": " Jan  Kowalski "}, "Idempotency-Key", "sign").Want(t, 200, ""); string(again.Body) != string(signed.Body) {
		t.Errorf("replayed %s", again.Body)
	}
	a.Call(t, admin, "POST", at+"/agreement", object{"version": "1", "name": "Somebody Else"}).Want(t, 200, "").Into(t, &now)
	if now.Agreement.Name != "Jan Kowalski" {
		t.Errorf("signed over: %+v", now.Agreement)
	}
	agreement(t, a, "2")
	a.Call(t, admin, "POST", at+"/agreement", object{"version": "1", "name": "Jan Kowalski"}).Want(t, 409, "terms_outdated")
	a.Call(t, admin, "POST", at+"/agreement", object{"version": "2", "name": "Jan Kowalski", "language": "en"}).Want(t, 200, "").Into(t, &now)
	if now.Agreement.Version != "2" || now.Agreement.Language != "en" {
		t.Errorf("signed %+v", now.Agreement)
	}
	want := []string{"partner.activated", "partner.activated", "partner.activated", "partner.agreement_signed", "partner.agreement_signed", "partner_user.invited"}
	if kinds := events(t, a, mine.PartnerID); !slices.Equal(kinds, want) { // one of them is this test's own
		t.Errorf("events %v", kinds)
	}
}

// TestSignWhileItChanges: an agreement that comes into force between the reading and the writing is signed in neither form.
func TestSignWhileItChanges(t *testing.T) {
	a := open(t)
	mine, _ := take(t, a, "Contoso")
	agreement(t, a, "1")
	id := partner.ID(mine.PartnerID)
	stored, err := a.Table.Partner(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	head, err := a.Table.TermsHead(t.Context(), "partner")
	if err != nil {
		t.Fatal(err)
	}
	agreement(t, a, "2")
	o := op.Op{ID: "sign", Actor: op.Actor{Kind: op.Job, ID: "test"}, At: a.Env.Now(), IDs: a.Env.IDs()}
	next, err := stored.Sign(partner.Signature{Version: "1", Name: "Jan", Language: "pl"}, head, "usr", o.At)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Table.SaveAgreement(t.Context(), next, head, event.New(o, event.Partner(string(id)), event.Of(id, partner.AgreementSignedEvent{Version: "1"})), o); !fault.Is(err, fault.TermsOutdated) {
		t.Errorf("saved over a newer version: %v", err)
	}
	if now, _ := a.Table.Partner(t.Context(), id); now.Agreement.Version != "" {
		t.Errorf("signed %+v", now.Agreement)
	}
}

// TestConfirmProfile proves mail address and phone by their codes and confirms the profile.
func TestConfirmProfile(t *testing.T) {
	a := open(t)
	mine, admin := take(t, a, "Contoso")
	id, at := partner.ID(mine.PartnerID), "/v1/partners/"+mine.PartnerID
	confirm := func(body object, headers ...string) gatewaytest.Answer {
		t.Helper()
		return a.Call(t, admin, "POST", at+"/profile-confirmation", body, headers...)
	}
	for _, body := range []object{{}, {"send": "email", "confirm": true}, {"confirm": false}, {"send": "fax"}, {"email_code": "12345"}, {"email_code": "abcdef"}} {
		if said := confirm(body); said.Status != 422 {
			t.Errorf("%v: %d %s", body, said.Status, said.Body)
		}
	}
	a.Call(t, operator, "POST", at+"/profile-confirmation", object{"send": "email"}).Want(t, 403, "forbidden")
	confirm(object{"confirm": true}).Want(t, 409, "not_proved")
	confirm(object{"email_code": "123456"}).Want(t, 422, "code_ended") // none was asked for

	mailed := func() string {
		t.Helper()
		confirm(object{"send": "email"}).Want(t, 200, "")
		_, kept, err := a.Table.Codes(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		asked := kept.Mail.Asked[len(kept.Mail.Asked)-1]
		o := op.Op{ID: op.Name("mail", asked.String()), At: a.Env.Now(), IDs: a.Env.IDs()}
		made, waits, err := partner.MakeMailCode(t.Context(), a.Table, id, asked, o)
		if err != nil || !waits || made.Of != "partner@contoso.example" {
			t.Fatalf("%+v %t %v", made, waits, err)
		}
		if _, waits, _ := partner.MakeMailCode(t.Context(), a.Table, id, asked.Add(-time.Millisecond), o); waits {
			t.Error("an earlier mail makes a code, too")
		}
		return made.Digits
	}
	first := mailed()
	second := mailed()
	if first == second {
		second = mailed()
	}
	confirm(object{"email_code": first}).Want(t, 422, "wrong_code")
	later := a.Later(t, partner.CodeMinutes*time.Minute)
	later.Call(t, admin, "POST", at+"/profile-confirmation", object{"email_code": second}).Want(t, 422, "code_ended")
	var now contract.Partner
	confirm(object{"email_code": second[:3] + " " + second[3:]}).Want(t, 200, "").Into(t, &now)
	if now.Verification.EmailVerifiedAt == nil || now.Verification.PhoneVerifiedAt != nil {
		t.Errorf("%+v", now.Verification)
	}
	confirm(object{"confirm": true}).Want(t, 409, "not_proved")

	confirm(object{"send": "phone"}).Want(t, 200, "")
	a.Call(t, admin, "POST", at+"/phone-code", nil).Want(t, 403, "forbidden")
	var made contract.PhoneCode
	a.Call(t, operator, "POST", at+"/phone-code", nil, "Idempotency-Key", "call").Want(t, 201, "").Into(t, &made)
	if made.Phone != "+48 58 555 01 23" || made.Digits == nil || len(*made.Digits) != partner.CodeDigits {
		t.Fatalf("%+v", made)
	}
	var replayed contract.PhoneCode
	a.Call(t, operator, "POST", at+"/phone-code", nil, "Idempotency-Key", "call").Want(t, 201, "").Into(t, &replayed)
	if replayed.Digits != nil || !replayed.ExpiresAt.Equal(*made.ExpiresAt) {
		t.Errorf("shown twice: %+v", replayed)
	}
	confirm(object{"phone_code": *made.Digits}).Want(t, 200, "")
	a.Call(t, operator, "POST", at+"/phone-code", nil).Want(t, 409, "already_proved")
	confirm(object{"confirm": true}).Want(t, 200, "").Into(t, &now)
	if now.Verification.Status != contract.VerificationStatusVerified || now.Verification.ConfirmedAt == nil {
		t.Errorf("%+v", now.Verification)
	}
	confirm(object{"confirm": true}).Want(t, 200, "") // once more changes nothing
	confirm(object{"send": "email"}).Want(t, 200, "")
	want := []string{
		"partner.activated", "partner.email_code_asked", "partner.email_code_asked", "partner.email_verified", "partner.phone_call_asked", "partner.phone_code_made",
		"partner.phone_verified", "partner.profile_verified", "partner_user.invited",
	}
	if kinds := events(t, a, mine.PartnerID); !slices.Equal(slices.Compact(kinds), slices.Compact(want)) {
		t.Errorf("events %v", kinds)
	}

	// A new address ends its own proof, and its code is the last word: the rest was confirmed.
	tag := a.Call(t, admin, "GET", at, nil).Header.Get("ETag")
	a.Call(t, admin, "PATCH", at, object{"email": "new@contoso.example"}, "If-Match", tag).Want(t, 200, "")
	confirm(object{"send": "email"}).Want(t, 200, "")
	_, kept, _ := a.Table.Codes(t.Context(), id)
	o := op.Op{ID: "new", At: a.Env.Now(), IDs: a.Env.IDs()}
	code, waits, err := partner.MakeMailCode(t.Context(), a.Table, id, kept.Mail.Asked[len(kept.Mail.Asked)-1], o)
	if err != nil || !waits || code.Of != "new@contoso.example" {
		t.Fatalf("%+v %t %v", code, waits, err)
	}
	tag = a.Call(t, admin, "GET", at, nil).Header.Get("ETag")
	changed := a.Call(t, admin, "PATCH", at, object{"email": "newer@contoso.example"}, "If-Match", tag).Want(t, 200, "")
	confirm(object{"email_code": code.Digits}).Want(t, 422, "code_ended") // it went to another address
	a.Call(t, admin, "PATCH", at, object{"email": "new@contoso.example"}, "If-Match", changed.Header.Get("ETag")).Want(t, 200, "")
	confirm(object{"email_code": code.Digits}).Want(t, 200, "").Into(t, &now)
	verified := slices.DeleteFunc(events(t, a, mine.PartnerID), func(kind string) bool { return kind != "partner.profile_verified" })
	if now.Verification.Status != contract.VerificationStatusVerified || len(verified) != 2 {
		t.Errorf("%+v, told %d times", now.Verification, len(verified))
	}
}

// TestGuessing: five wrong tries end a code, however many come at once, and no more than five codes are asked for in 24 hours.
func TestGuessing(t *testing.T) {
	a := open(t)
	mine, admin := take(t, a, "Contoso")
	at := "/v1/partners/" + mine.PartnerID
	var made contract.PhoneCode
	a.Call(t, operator, "POST", at+"/phone-code", nil).Want(t, 201, "").Into(t, &made)
	wrong := "000000"
	if *made.Digits == wrong {
		wrong = "000001"
	}
	var wait sync.WaitGroup
	for range 12 {
		wait.Go(func() { a.Call(t, admin, "POST", at+"/profile-confirmation", object{"phone_code": wrong}) })
	}
	wait.Wait()
	for range partner.CodeTries {
		a.Call(t, admin, "POST", at+"/profile-confirmation", object{"phone_code": wrong})
	}
	if _, kept, _ := a.Table.Codes(t.Context(), partner.ID(mine.PartnerID)); kept.Phone.Tries != partner.CodeTries {
		t.Errorf("%d tries were compared", kept.Phone.Tries)
	}
	a.Call(t, admin, "POST", at+"/profile-confirmation", object{"phone_code": *made.Digits}).Want(t, 422, "code_ended")
	for range partner.CodesPerDay {
		a.Call(t, admin, "POST", at+"/profile-confirmation", object{"send": "phone"}).Want(t, 200, "")
	}
	said := a.Call(t, admin, "POST", at+"/profile-confirmation", object{"send": "phone"}).Want(t, 429, "daily_code_limit")
	if said.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	a.Call(t, admin, "POST", at+"/profile-confirmation", object{"send": "email"}).Want(t, 200, "") // counted by itself
	a.Later(t, 24*time.Hour).Call(t, admin, "POST", at+"/profile-confirmation", object{"send": "phone"}).Want(t, 200, "")
}

func TestTrust(t *testing.T) {
	a := open(t)
	mine, admin := take(t, a, "Contoso")
	at := "/v1/partners/" + mine.PartnerID + "/trust"
	a.Call(t, admin, "POST", at, object{"trusted": true}).Want(t, 403, "forbidden")
	var now contract.Partner
	for range 2 {
		if a.Call(t, operator, "POST", at, object{"trusted": true}).Want(t, 200, "").Into(t, &now); !now.Trusted {
			t.Errorf("%+v", now)
		}
	}
	if a.Call(t, operator, "POST", at, object{"trusted": false}).Want(t, 200, "").Into(t, &now); now.Trusted {
		t.Errorf("%+v", now)
	}
	want := []string{"partner.activated", "partner.trust_changed", "partner.trust_changed", "partner_user.invited"}
	if kinds := events(t, a, mine.PartnerID); !slices.Equal(kinds, want) {
		t.Errorf("events %v", kinds)
	}
}
