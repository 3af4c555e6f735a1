package invitations_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/redemption"
	"liaison/shared/suppression"
	"liaison/shared/token"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
	"liaison/tests/fixture/typed"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

const day = 24 * time.Hour

func TestInvite(t *testing.T) {
	w := apitest.Open(t)
	made := w.Make(t, object{"language": "pl"})
	at := "/v1/offers/" + made.ID + "/invitations"
	body := object{"expires_in_days": 10, "recipients": []object{{"email": "Anna@Example.com", "name": "Anna  Nowak"}, {"email": "bob@example.com", "language": "en"}}}
	a := w.Call(t, apitest.Limited, "POST", at, body, "Idempotency-Key", "two").Want(t, 201, "")
	var sent contract.InvitationsSent
	a.Into(t, &sent)
	anna, bob := sent.Data[0], sent.Data[1]
	if anna.Email != "Anna@example.com" || anna.Language != "pl" || bob.Language != "en" || anna.Name == nil || *anna.Name != "Anna Nowak" || bob.Name != nil || anna.Delivery != "queued" || anna.Answer != "pending" ||
		anna.Origin != "partner" || anna.CreatedBy == nil || anna.ExpiresAt.Sub(anna.CreatedAt) > 10*day+time.Hour {
		t.Errorf("sent %+v", sent)
	}
	again := w.Call(t, apitest.Limited, "POST", at, body, "Idempotency-Key", "two").Want(t, 201, "")
	if string(again.Body) != string(a.Body) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed %s", again.Body)
	}
	if n := w.Table.Holds(t, "invitation"); n != 2 {
		t.Errorf("%d invitations", n)
	}
	for _, inv := range sent.Data {
		changes := w.Changes(t, event.Partner(string(w.Partner)), inv.ID)
		if len(changes) != 1 || changes[0].Type != "invitation.created" || changes[0].Data["offer_id"] != made.ID {
			t.Errorf("events %v", changes)
		}
	}
	path := "/v1/invitations/" + anna.ID
	got := w.Call(t, apitest.Full, "GET", path, nil).Want(t, 200, "")
	if got.Header.Get("ETag") != `"1-pending"` || strings.Contains(string(got.Body), "link") {
		t.Errorf("%s %s", got.Header.Get("ETag"), got.Body)
	}
	w.Call(t, apitest.Full, "GET", path, nil, "If-None-Match", `"1-pending"`).Want(t, 304, "")
	w.Call(t, apitest.Operator, "GET", path, nil).Want(t, 200, "")
	w.Call(t, apitest.NoAccess, "GET", path, nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.Rival, "GET", path, nil).Want(t, 404, "not_found")
	for _, wrong := range []string{"inv_1", "inv_01kaj3v5m8q2x4z6b7c9d1f3g5"} {
		w.Call(t, apitest.Full, "GET", "/v1/invitations/"+wrong, nil).Want(t, 404, "not_found")
	}
	w.Call(t, apitest.Rival, "POST", path+"/resend", nil).Want(t, 404, "not_found")
	w.Call(t, apitest.Rival, "POST", path+"/revoke", nil).Want(t, 404, "not_found")
	w.Call(t, apitest.Operator, "POST", path+"/revoke", nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.Rival, "POST", at, body).Want(t, 404, "not_found")
	w.Call(t, apitest.Rival, "GET", at, nil).Want(t, 404, "not_found")
	w.Call(t, apitest.Operator, "POST", at, body).Want(t, 403, "forbidden")
	w.Call(t, apitest.NoAccess, "POST", at, body).Want(t, 403, "forbidden")
}

// People of ten countries are invited, and each address is one, in whatever form it comes.
func TestTenCountries(t *testing.T) {
	w := apitest.Open(t)
	at := "/v1/offers/" + w.Make(t, object{"message": "Dziękuję ❤️ ✔️ می\u200cخواهم"}).ID + "/invitations"
	var to, again []object
	for _, p := range typed.People {
		to = append(to, object{"email": p.Address.Typed})
		again = append(again, object{"email": p.Address.Typed}, object{"email": p.Address.Read()})
	}
	var sent contract.InvitationsSent
	w.Call(t, apitest.Full, "POST", at, object{"recipients": to}).Want(t, 201, "").Into(t, &sent)
	for i, p := range typed.People {
		var read contract.Invitation
		w.Call(t, apitest.Full, "GET", "/v1/invitations/"+sent.Data[i].ID, nil).Want(t, 200, "").Into(t, &read)
		stored, err := w.Table.Invitation(t.Context(), invitation.ID(read.ID), true)
		if err != nil || stored.Mail != p.Address.Stored || sent.Data[i].Email != p.Address.Read() || read.Email != p.Address.Read() {
			t.Errorf("%s: %q is stored as %q and shown as %q and %q: %v", p.Country, p.Address.Typed, stored.Mail, sent.Data[i].Email, read.Email, err)
		}
	}
	var said contract.Problem
	w.Call(t, apitest.Full, "POST", at, object{"recipients": again}).Want(t, 422, "duplicate_recipient").Into(t, &said)
	if len(said.Errors) != len(typed.People) {
		t.Errorf("twice: %+v", said.Errors)
	}
	w.Call(t, apitest.Full, "POST", at, object{"recipients": []object{{"email": "żółw@example.com"}}}).Want(t, 422, "mailbox_not_ascii")
}

func TestRefusedRecipients(t *testing.T) {
	w := apitest.Open(t)
	at := "/v1/offers/" + w.Make(t, object{"max_redemptions": 2}).ID + "/invitations"
	to := func(addresses ...string) object {
		var all []object
		for _, a := range addresses {
			all = append(all, object{"email": a})
		}
		return object{"recipients": all}
	}
	var many []string
	for i := range 41 {
		many = append(many, fmt.Sprintf("a%d@example.com", i))
	}
	before := w.Table.Dump(t)
	for name, c := range map[string]struct {
		body object
		code string
		at   string
	}{
		"nobody":           {object{"recipients": []object{}}, "required", "/recipients"},
		"forty-one":        {to(many...), "too_many", "/recipients"},
		"more than remain": {to("a@example.com", "b@example.com", "c@example.com"), "more_recipients_than_redemptions", "/recipients"},
		"no addresses": {
			to("a@example.com", "nobody", "a@b", "x@example.com\r\nBcc: y@example.com", `"a b"@example.com`), "invalid_email",
			"/recipients/1/email /recipients/2/email /recipients/3/email /recipients/4/email",
		},
		"twice":    {to("a@example.com", "A@EXAMPLE.com"), "duplicate_recipient", "/recipients/1/email"},
		"name":     {object{"recipients": []object{{"email": "a@example.com", "name": strings.Repeat("a", 121)}}}, "too_long", "/recipients/0/name"},
		"language": {object{"recipients": []object{{"email": "a@example.com", "language": "de"}}}, "invalid_value", "/recipients/0/language"},
		"no days":  {object{"recipients": []object{{"email": "a@example.com"}}, "expires_in_days": 0}, "out_of_range", "/expires_in_days"},
		"days":     {object{"recipients": []object{{"email": "a@example.com"}}, "expires_in_days": 91}, "out_of_range", "/expires_in_days"},
		"missing":  {object{}, "required", "/recipients"},
	} {
		t.Run(name, func(t *testing.T) {
			var said contract.Problem
			w.Call(t, apitest.Full, "POST", at, c.body).Want(t, 422, c.code).Into(t, &said)
			var fields []string
			for _, field := range said.Errors {
				fields = append(fields, field.Pointer)
			}
			if got := strings.Join(fields, " "); got != c.at {
				t.Errorf("fields %q, want %q", got, c.at)
			}
		})
	}
	if w.Table.Dump(t) != before {
		t.Error("a refused mailing left something behind")
	}
}

// TestDailyInvitations counts a partner's mailings in the transaction that writes them: 500 a day until trusted, here 5.
func TestDailyInvitations(t *testing.T) {
	w := apitest.Open(t)
	w.Env.InvitationsPerDay = 5
	few := w.Later(t, 0)
	at := "/v1/offers/" + w.Make(t).ID + "/invitations"
	to := func(n int) object {
		o := w.Op("test")
		var all []object
		for range n {
			all = append(all, object{"email": o.IDs.Random(8) + "@example.com"})
		}
		return object{"recipients": all}
	}
	few.Call(t, apitest.Full, "POST", at, to(6)).Want(t, 429, "daily_invitation_limit")
	var sent contract.InvitationsSent
	few.Call(t, apitest.Full, "POST", at, to(3)).Want(t, 201, "").Into(t, &sent)
	a := few.Call(t, apitest.Full, "POST", at, to(3)).Want(t, 429, "daily_invitation_limit")
	if a.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	var all sync.WaitGroup
	answers := make(chan int, 8)
	for range 8 {
		all.Go(func() { answers <- few.Call(t, apitest.Full, "POST", at, to(1)).Status })
	}
	all.Wait()
	close(answers)
	won := 0
	for status := range answers {
		if status == 201 {
			won++
		}
	}
	if won != 2 {
		t.Errorf("%d of 8 passed where 2 were left", won)
	}
	few.Call(t, apitest.Full, "POST", "/v1/invitations/"+sent.Data[0].ID+"/resend", nil).Want(t, 429, "daily_invitation_limit")
	if n := w.Table.Holds(t, "invitation"); n != 5 {
		t.Errorf("%d invitations", n)
	}
	tomorrow := w.Later(t, day)
	tomorrow.Call(t, apitest.Full, "POST", at, to(5)).Want(t, 201, "")
}

// TestResend keeps the invitation and kills the old link; what was reported or answered is left alone.
func TestResend(t *testing.T) {
	w := apitest.Open(t)
	made := w.Make(t)
	sent := w.Send(t, made.ID, "anna@example.com", "bob@example.com", "eve@example.com")
	id := invitation.ID(sent[0].ID)
	old := w.Link(t, id)
	a := w.Call(t, apitest.Limited, "POST", "/v1/invitations/"+sent[0].ID+"/resend", object{"language": "pl", "expires_in_days": 60}, "Idempotency-Key", "again").Want(t, 200, "")
	var got contract.Invitation
	a.Into(t, &got)
	if got.ID != sent[0].ID || got.Language != "pl" || got.Answer != "pending" || got.Delivery != "queued" || got.ExpiresAt.Before(sent[0].ExpiresAt.Add(29*day)) {
		t.Errorf("%+v", got)
	}
	again := w.Call(t, apitest.Limited, "POST", "/v1/invitations/"+sent[0].ID+"/resend", object{"language": "pl", "expires_in_days": 60}, "Idempotency-Key", "again").Want(t, 200, "")
	if string(again.Body) != string(a.Body) {
		t.Errorf("replayed %s", again.Body)
	}
	inv, err := w.World.Table.Invitation(t.Context(), id, true)
	if err != nil {
		t.Fatal(err)
	}
	if inv.Link(old) != token.Live || inv.Generation != 2 {
		t.Errorf("the old link is %v in generation %d while no mail has another", inv.Link(old), inv.Generation)
	}
	w.Link(t, id) // as the mail's
	_, err = redemption.Accept(t.Context(), w.World.Table, id, consent.Visitor{Secret: old}, 0, "1", w.Op("visitor"))
	if err == nil || !strings.Contains(err.Error(), "invitation_superseded") {
		t.Errorf("the old link: %v", err)
	}
	changes := w.Changes(t, event.Partner(string(w.Partner)), sent[0].ID)
	if len(changes) != 2 || changes[1].Type != "invitation.created" || changes[1].Data["generation"] != "2" {
		t.Errorf("events %v", changes)
	}

	// Bob reports it: nothing more goes to him, not even when the link would have ended.
	bob := invitation.ID(sent[1].ID)
	if err := redemption.Report(t.Context(), w.World.Table, bob, consent.Visitor{Secret: w.Link(t, bob)}, w.Op("visitor")); err != nil {
		t.Fatal(err)
	}
	w.Call(t, apitest.Full, "POST", "/v1/invitations/"+sent[1].ID+"/resend", nil).Want(t, 410, "invitation_paused")
	later := w.Later(t, 40*day)
	later.Call(t, apitest.Full, "POST", "/v1/invitations/"+sent[1].ID+"/resend", nil).Want(t, 410, "invitation_paused")
	w.Call(t, apitest.Full, "GET", "/v1/invitations/"+sent[1].ID, nil).Want(t, 200, "").Into(t, &got)
	if !got.Reported {
		t.Errorf("%+v", got)
	}

	// Eve's has expired: it lives again.
	later.Call(t, apitest.Full, "GET", "/v1/invitations/"+sent[2].ID, nil).Want(t, 200, "").Into(t, &got)
	if got.Answer != "expired" || got.AnsweredAt == nil {
		t.Errorf("%+v", got)
	}
	later.Call(t, apitest.Full, "POST", "/v1/invitations/"+sent[2].ID+"/revoke", nil).Want(t, 410, "invitation_expired")
	later.Call(t, apitest.Full, "POST", "/v1/invitations/"+sent[2].ID+"/resend", nil).Want(t, 200, "").Into(t, &got)
	if got.Answer != "pending" {
		t.Errorf("%+v", got)
	}
	later.Call(t, apitest.Full, "POST", "/v1/invitations/"+sent[2].ID+"/resend", object{"expires_in_days": 91}).Want(t, 422, "out_of_range")
	later.Call(t, apitest.Full, "POST", "/v1/invitations/"+sent[2].ID+"/resend", object{"language": "de"}).Want(t, 422, "invalid_value")

	accepted := w.Yes(t, "")
	w.Call(t, apitest.Full, "POST", "/v1/invitations/"+string(accepted.Answer.Invitation.ID)+"/resend", nil).Want(t, 409, "invitation_answered")
	w.Call(t, apitest.Full, "POST", "/v1/invitations/"+string(accepted.Answer.Invitation.ID)+"/revoke", nil).Want(t, 409, "invitation_answered")
	declined := w.No(t, "")
	w.Call(t, apitest.Full, "POST", "/v1/invitations/"+string(declined.Answer.Invitation.ID)+"/resend", nil).Want(t, 410, "invitation_declined")
}

func TestRevoke(t *testing.T) {
	w := apitest.Open(t)
	sent := w.Send(t, w.Make(t).ID, "anna@example.com")[0]
	secret := w.Link(t, invitation.ID(sent.ID))
	var got contract.Invitation
	w.Call(t, apitest.Full, "POST", "/v1/invitations/"+sent.ID+"/revoke", nil).Want(t, 200, "").Into(t, &got)
	if got.Answer != "revoked" || got.AnsweredAt == nil {
		t.Errorf("%+v", got)
	}
	w.Call(t, apitest.Full, "POST", "/v1/invitations/"+sent.ID+"/revoke", nil).Want(t, 410, "invitation_revoked")
	w.Call(t, apitest.Full, "POST", "/v1/invitations/"+sent.ID+"/resend", nil).Want(t, 410, "invitation_revoked")
	_, err := redemption.Refuse(t.Context(), w.World.Table, invitation.ID(sent.ID), consent.Visitor{Secret: secret}, "", w.Op("visitor"))
	if err == nil || !strings.Contains(err.Error(), "invitation_revoked") {
		t.Errorf("the revoked link: %v", err)
	}
}

// TestWithdrawnInvitations end with their offer; what had expired or was answered before stays so.
func TestWithdrawnInvitations(t *testing.T) {
	w := apitest.Open(t)
	made := w.Make(t)
	short := w.Invite(t, offer.ID(made.ID), "short@example.com")
	var old contract.InvitationsSent
	w.Call(t, apitest.Full, "POST", "/v1/offers/"+made.ID+"/invitations", object{"recipients": []object{{"email": "old@example.com"}}, "expires_in_days": 1}).Want(t, 201, "").Into(t, &old)
	accepted := w.Accept(t, short[0].ID, w.Link(t, short[0].ID), "")
	open := w.Send(t, made.ID, "open@example.com")[0]
	later := w.Later(t, 2*day)
	later.Call(t, apitest.Full, "POST", "/v1/offers/"+made.ID+"/withdraw", nil).Want(t, 200, "")
	want := map[string]string{open.ID: "revoked", old.Data[0].ID: "expired", string(accepted.Answer.Invitation.ID): "accepted"}
	var list gatewaytest.Page[contract.Invitation]
	later.Call(t, apitest.Full, "GET", "/v1/offers/"+made.ID+"/invitations", nil).Want(t, 200, "").Into(t, &list)
	if len(list.Data) != 3 {
		t.Errorf("%d invitations", len(list.Data))
	}
	for _, inv := range list.Data {
		var one contract.Invitation
		a := later.Call(t, apitest.Full, "GET", "/v1/invitations/"+inv.ID, nil).Want(t, 200, "")
		a.Into(t, &one)
		if string(inv.Answer) != want[inv.ID] || one.Answer != inv.Answer || one.AnsweredAt == nil || !strings.HasSuffix(a.Header.Get("ETag"), "-"+want[inv.ID]+`"`) {
			t.Errorf("%s is %s in the list and %s alone, want %s", inv.Email, inv.Answer, one.Answer, want[inv.ID])
		}
	}
	for answer, n := range map[string]int{"revoked": 1, "expired": 1, "accepted": 1, "pending": 0, "declined": 0} {
		if got := gatewaytest.Walk[contract.Invitation](t, later, apitest.Full, "/v1/offers/"+made.ID+"/invitations?answer="+answer, "1"); len(got) != n {
			t.Errorf("%d are %s, want %d", len(got), answer, n)
		}
	}
	later.Call(t, apitest.Full, "POST", "/v1/invitations/"+open.ID+"/resend", nil).Want(t, 409, "offer_withdrawn")
	later.Call(t, apitest.Full, "GET", "/v1/offers/"+made.ID+"/invitations?answer=maybe", nil).Want(t, 400, "invalid_value")
}

func TestInvitationList(t *testing.T) {
	w := apitest.Open(t)
	made := w.Make(t)
	var want []string
	for i := range 5 {
		want = append(want, w.Send(t, made.ID, fmt.Sprintf("a%d@example.com", i))[0].ID)
		time.Sleep(2 * time.Millisecond)
	}
	slices.Reverse(want)
	for _, size := range []string{"1", "2", "5"} {
		var got []string
		for _, inv := range gatewaytest.Walk[contract.Invitation](t, w.API, apitest.Limited, "/v1/offers/"+made.ID+"/invitations", size) {
			got = append(got, inv.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("by %s: %v, want %v", size, got, want)
		}
	}
}

// TestSuppressedRecipient: an address that takes no mail now is not looked up when it is invited; its state follows when the mail would leave.
func TestSuppressedRecipient(t *testing.T) {
	w := apitest.Open(t)
	made := w.Make(t)
	o := w.Op("visitor")
	happened := event.New(o, event.Vendor(), event.Of("test", event.UnsubscribedEvent{}))
	if _, err := suppression.Stop(t.Context(), w.World.Table, dynamo.AddressHash("anna@example.com"), suppression.Unsubscribed, happened, o); err != nil {
		t.Fatal(err)
	}
	sent := w.Send(t, made.ID, "anna@example.com")[0]
	if sent.Delivery != "queued" || sent.DeliveryReason != nil || sent.Answer != "pending" {
		t.Errorf("%+v", sent)
	}
}

// TestResendAndMail lets a resend meet delivery reports of the same invitation: the caller never hears of a stale version.
func TestResendAndMail(t *testing.T) {
	w := apitest.Open(t)
	sent := w.Send(t, w.Make(t).ID, "anna@example.com")[0]
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			if i%2 == 0 {
				w.Call(t, apitest.Full, "POST", "/v1/invitations/"+sent.ID+"/resend", nil).Want(t, 200, "")
				return
			}
			inv, err := w.World.Table.Invitation(t.Context(), invitation.ID(sent.ID), true)
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := w.World.Table.SetDelivery(t.Context(), inv, invitation.Sent, "", "m", nil, w.Op("job")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
