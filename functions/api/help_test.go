package api_test

import (
	"strings"
	"testing"
	"time"

	"liaison/shared/contract"
	"liaison/tests/fixture/apitest"
)

// TestRefusalsHelp: who sent what cannot be done reads, in its language, what could be.
func TestRefusalsHelp(t *testing.T) {
	w := apitest.Open(t)
	send := object{"recipients": []object{{"email": "anna@example.com"}}}
	offerAfter := func(action string) string {
		at := "/v1/offers/" + w.Make(t).ID
		w.Call(t, apitest.Full, "POST", at+"/"+action, nil).Want(t, 200, "")
		return at
	}
	paused, withdrawn, active := offerAfter("pause"), offerAfter("withdraw"), "/v1/offers/"+w.Make(t).ID
	revoked := "/v1/invitations/" + w.Send(t, w.Make(t).ID, "anna@example.com")[0].ID
	w.Call(t, apitest.Full, "POST", revoked+"/revoke", nil).Want(t, 200, "")
	declined := "/v1/invitations/" + string(w.No(t, "").Answer.Invitation.ID)
	accepted := w.Yes(t, "")
	tie := apitest.Relationship(accepted.Customer.ID, w.Partner)
	administration := func(sent object) object { return w.Wish(object{"delegated_administration": sent}) }
	const offers = "/v1/offers"
	for name, c := range map[string]struct {
		by, method, path string
		body             any
		code, en, pl     string // how the problem or its first field's text ends
	}{
		"kind":            {apitest.Full, "POST", offers, w.Wish(object{"kind": "gift"}), "invalid_value", "Allowed: trial, purchase, delegated_administration, partner_of_record, reseller.", "Dozwolone: trial, purchase, delegated_administration, partner_of_record, reseller."},
		"role":            {apitest.Full, "POST", offers, administration(object{"role": "super"}), "invalid_value", "Allowed: full, limited.", "Dozwolone: full, limited."},
		"language":        {apitest.Full, "POST", offers, w.Wish(object{"language": "fr"}), "invalid_value", "Allowed: en, pl.", "Dozwolone: en, pl."},
		"visibility":      {apitest.Full, "POST", offers, w.Wish(object{"visibility": "secret"}), "invalid_value", "Allowed: public, invited.", "Dozwolone: public, invited."},
		"country":         {apitest.Full, "POST", offers, w.Wish(object{"country": "Poland"}), "invalid_format", "Expected: two capital letters, such as PL.", "Oczekiwana postać: dwie wielkie litery, na przykład PL."},
		"plan":            {apitest.Full, "POST", offers, w.Wish(object{"items": []object{{"plan_id": "suite"}}}), "invalid_format", "such as plan_suite_trial.", "na przykład plan_suite_trial."},
		"partner":         {apitest.Full, "GET", offers + "?partner_id=abc", nil, "invalid_format", "Expected: 8 digits, the last one a check digit.", "Oczekiwana postać: 8 cyfr, z których ostatnia jest kontrolna."},
		"offer":           {apitest.Full, "GET", "/v1/redemptions?offer_id=x", nil, "invalid_format", "Expected: an id that starts with ofr_, exactly as it was returned.", "Oczekiwana postać: identyfikator zaczynający się od ofr_, dokładnie w tej postaci, w jakiej go zwrócono."},
		"since":           {apitest.Full, "GET", "/v1/events?since=yesterday", nil, "invalid_format", "Expected: RFC 3339, 2027-01-31T12:00:00Z.", "Oczekiwana postać: RFC 3339, 2027-01-31T12:00:00Z."},
		"type":            {apitest.Full, "GET", "/v1/events?type=offer", nil, "invalid_format", "Expected: two words joined by a dot, such as offer.created.", "Oczekiwana postać: dwa słowa połączone kropką, na przykład offer.created."},
		"past end":        {apitest.Full, "POST", offers, w.Wish(object{"expires_at": "2020-01-01T00:00:00Z"}), "out_of_range", "Allowed: between 1 and 365 days from now.", "Zakres: od 1 do 365 dni od tej chwili."},
		"far end":         {apitest.Full, "POST", offers, w.Wish(object{"expires_at": time.Now().AddDate(3, 0, 0).Format(time.RFC3339)}), "out_of_range", "Allowed: between 1 and 365 days from now.", "Zakres: od 1 do 365 dni od tej chwili."},
		"no days":         {apitest.Full, "POST", offers, administration(object{"role": "full", "duration_days": 0}), "out_of_range", "Allowed: 1-730.", "Zakres: 1-730."},
		"no yes":          {apitest.Full, "POST", offers, w.Wish(object{"max_redemptions": 0}), "out_of_range", "Allowed: 1-1000000.", "Zakres: 1-1000000."},
		"link's life":     {apitest.Full, "POST", active + "/invitations", object{"recipients": send["recipients"], "expires_in_days": 91}, "out_of_range", "Allowed: 1-90.", "Zakres: 1-90."},
		"full by limited": {apitest.Limited, "POST", offers, administration(object{"role": "full"}), "forbidden", "It needs: customer_access full. Ask somebody in your company whose role does.", "Wymagane uprawnienie: customer_access full. Poproś osobę ze swojej firmy, której rola na to pozwala."},
		"no access":       {apitest.NoAccess, "POST", offers, w.Wish(), "forbidden", "It needs: customer_access limited, full. Ask somebody in your company whose role does.", "Wymagane uprawnienie: customer_access limited, full. Poproś osobę ze swojej firmy, której rola na to pozwala."},
		"a limited grant": {apitest.Full, "POST", "/v1/subscriptions/" + string(accepted.First().ID) + "/cancel", nil, "forbidden", "Ask for it with an offer of delegated administration.", "Poproś o nią w ofercie administracji delegowanej."},
		"an operator":     {apitest.Operator, "POST", offers, w.Wish(), "forbidden", "Only users and machine clients of a partner can do this.", "Mogą to zrobić tylko użytkownicy i klienci techniczni partnera."},
		"operators'":      {apitest.Full, "POST", "/v1/subscriptions/" + string(accepted.First().ID) + "/extend-trial", object{"days": 1}, "forbidden", "Only the vendor's operators can do this.", "Mogą to zrobić tylko operatorzy dostawcy."},
		"paused twice":    {apitest.Full, "POST", paused + "/pause", nil, "offer_not_active", "It is paused already.", "Oferta jest już w tym stanie: paused."},
		"pause ended":     {apitest.Full, "POST", withdrawn + "/pause", nil, "offer_not_active", "State: withdrawn. Make a new offer instead.", "Stan: withdrawn. Utwórz nową ofertę."},
		"resumed twice":   {apitest.Full, "POST", active + "/resume", nil, "offer_not_paused", "It is active already.", "Oferta jest już w tym stanie: active."},
		"resume ended":    {apitest.Full, "POST", withdrawn + "/resume", nil, "offer_not_paused", "State: withdrawn. Make a new offer instead.", "Stan: withdrawn. Utwórz nową ofertę."},
		"withdrawn twice": {apitest.Full, "POST", withdrawn + "/withdraw", nil, "offer_not_active", "It is withdrawn already.", "Oferta jest już w tym stanie: withdrawn."},
		"invite paused":   {apitest.Full, "POST", paused + "/invitations", send, "offer_paused", "Resume the offer first.", "Najpierw wznów ofertę."},
		"invite ended":    {apitest.Full, "POST", withdrawn + "/invitations", send, "offer_withdrawn", "Make a new offer.", "Utwórz nową ofertę."},
		"revoke revoked":  {apitest.Full, "POST", revoked + "/revoke", nil, "invitation_revoked", "Send a new invitation.", "Wyślij nowe zaproszenie."},
		"resend revoked":  {apitest.Full, "POST", revoked + "/resend", nil, "invitation_revoked", "Send a new invitation.", "Wyślij nowe zaproszenie."},
		"resend declined": {apitest.Full, "POST", declined + "/resend", nil, "invitation_declined", "Send a new invitation if the recipient has changed their mind.", "Jeśli odbiorca zmienił zdanie, wyślij nowe zaproszenie."},
		"end reseller":    {apitest.Operator, "POST", tie + "/end", object{"kind": "reseller", "reason": "x"}, "relationship_kind_not_available", "What can be ended here: delegated_administrator, partner_of_record.", "Można tu zakończyć: delegated_administrator, partner_of_record."},
		"end friend":      {apitest.Full, "POST", tie + "/end", object{"kind": "friend"}, "invalid_value", "Allowed: delegated_administrator, partner_of_record, reseller.", "Dozwolone: delegated_administrator, partner_of_record, reseller."},
		"plain text":      {apitest.Full, "POST", offers, "hello", "unsupported_media_type", "Supported: application/json.", "Obsługiwane: application/json."},
		"nobody":          {"", "POST", offers, w.Wish(), "unauthorized", "Authorization: Bearer <token>.", "Authorization: Bearer <token>."},
	} {
		t.Run(name, func(t *testing.T) {
			for language, want := range map[string]string{"en": c.en, "pl": c.pl} {
				headers := []string{"Accept-Language", language}
				if text, ok := c.body.(string); ok && text == "hello" {
					headers = append(headers, "Content-Type", "text/plain")
				}
				var said contract.Problem
				a := w.Call(t, c.by, c.method, c.path, c.body, headers...)
				if a.Into(t, &said); said.Code != c.code || !strings.HasSuffix(strings.ReplaceAll(said.Detail, "\u00a0", " "), want) {
					t.Errorf("%s: %d %s %q, want %s %q at its end", language, a.Status, said.Code, said.Detail, c.code, want)
				}
				for _, field := range said.Errors {
					if field.Detail != said.Detail {
						t.Errorf("%s: the field says %q", language, field.Detail)
					}
				}
			}
		})
	}
	// Who sends nothing hears of everything at once.
	for sent, want := range map[string]string{
		"{}": "/country /kind /items", `{"kind":"trial"}`: "/country /items", `{"country":"PL"}`: "/kind /items", `{"kind":"reseller"}`: "/country",
		`{"items":7}`: "/items /country /kind", `{"country":"PL","items":[{}]}`: "/items/0/plan_id /kind",
	} {
		var said contract.Problem
		w.Call(t, apitest.Full, "POST", offers, sent).Into(t, &said)
		var at []string
		for _, field := range said.Errors {
			at = append(at, field.Pointer)
		}
		if got := strings.Join(at, " "); got != want {
			t.Errorf("%s: fields %q, want %q", sent, got, want)
		}
	}
}
