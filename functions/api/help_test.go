package api_test

import (
	"strings"
	"testing"
	"time"

	"liaison/shared/contract"
)

// TestRefusalsHelp: who sent what cannot be done reads, in its language, what could be.
func TestRefusalsHelp(t *testing.T) {
	w := open(t)
	send := object{"recipients": []object{{"email": "anna@example.com"}}}
	offerAfter := func(action string) string {
		at := "/v1/offers/" + w.make(t).ID
		w.Call(t, full, "POST", at+"/"+action, nil).Want(t, 200, "")
		return at
	}
	paused, withdrawn, active := offerAfter("pause"), offerAfter("withdraw"), "/v1/offers/"+w.make(t).ID
	revoked := "/v1/invitations/" + w.send(t, w.make(t).ID, "anna@example.com")[0].ID
	w.Call(t, full, "POST", revoked+"/revoke", nil).Want(t, 200, "")
	declined := "/v1/invitations/" + string(w.no(t, "").Answer.Invitation.ID)
	yes := w.yes(t, "")
	tie := tieOf(string(yes.Customer.ID), w.Partner)
	delegation := func(sent object) object { return w.trial(object{"delegated_administration": sent}) }
	const offers = "/v1/offers"
	for name, c := range map[string]struct {
		by, method, path string
		body             any
		code, en, pl     string // how the problem or its first field's text ends
	}{
		"kind":            {full, "POST", offers, w.trial(object{"kind": "gift"}), "invalid_value", "Allowed: trial, purchase, delegated_administration, partner_of_record, reseller.", "Dozwolone: trial, purchase, delegated_administration, partner_of_record, reseller."},
		"role":            {full, "POST", offers, delegation(object{"role": "super"}), "invalid_value", "Allowed: full, limited.", "Dozwolone: full, limited."},
		"language":        {full, "POST", offers, w.trial(object{"language": "fr"}), "invalid_value", "Allowed: en, pl.", "Dozwolone: en, pl."},
		"visibility":      {full, "POST", offers, w.trial(object{"visibility": "secret"}), "invalid_value", "Allowed: public, invited.", "Dozwolone: public, invited."},
		"country":         {full, "POST", offers, w.trial(object{"country": "Poland"}), "invalid_format", "Expected: two capital letters, such as PL.", "Oczekiwana postać: dwie wielkie litery, na przykład PL."},
		"plan":            {full, "POST", offers, w.trial(object{"items": []object{{"plan_id": "suite"}}}), "invalid_format", "such as plan_suite_trial.", "na przykład plan_suite_trial."},
		"partner":         {full, "GET", offers + "?partner_id=abc", nil, "invalid_format", "Expected: 8 digits, the last one a check digit.", "Oczekiwana postać: 8 cyfr, z których ostatnia jest kontrolna."},
		"offer":           {full, "GET", "/v1/redemptions?offer_id=x", nil, "invalid_format", "Expected: an id that starts with ofr_, exactly as it was returned.", "Oczekiwana postać: identyfikator zaczynający się od ofr_, dokładnie w tej postaci, w jakiej go zwrócono."},
		"since":           {full, "GET", "/v1/events?since=yesterday", nil, "invalid_format", "Expected: RFC 3339, 2027-01-31T12:00:00Z.", "Oczekiwana postać: RFC 3339, 2027-01-31T12:00:00Z."},
		"type":            {full, "GET", "/v1/events?type=offer", nil, "invalid_format", "Expected: two words joined by a dot, such as offer.created.", "Oczekiwana postać: dwa słowa połączone kropką, na przykład offer.created."},
		"past end":        {full, "POST", offers, w.trial(object{"expires_at": "2020-01-01T00:00:00Z"}), "out_of_range", "Allowed: between 1 and 365 days from now.", "Zakres: od 1 do 365 dni od tej chwili."},
		"far end":         {full, "POST", offers, w.trial(object{"expires_at": time.Now().AddDate(3, 0, 0).Format(time.RFC3339)}), "out_of_range", "Allowed: between 1 and 365 days from now.", "Zakres: od 1 do 365 dni od tej chwili."},
		"no days":         {full, "POST", offers, delegation(object{"role": "full", "duration_days": 0}), "out_of_range", "Allowed: 1-730.", "Zakres: 1-730."},
		"no yes":          {full, "POST", offers, w.trial(object{"max_redemptions": 0}), "out_of_range", "Allowed: 1-1000000.", "Zakres: 1-1000000."},
		"link's life":     {full, "POST", active + "/invitations", object{"recipients": send["recipients"], "expires_in_days": 91}, "out_of_range", "Allowed: 1-90.", "Zakres: 1-90."},
		"full by limited": {limited, "POST", offers, delegation(object{"role": "full"}), "forbidden", "It needs: customer_access full. Ask somebody in your company whose role does.", "Wymagane uprawnienie: customer_access full. Poproś osobę ze swojej firmy, której rola na to pozwala."},
		"no access":       {none, "POST", offers, w.trial(), "forbidden", "It needs: customer_access limited, full. Ask somebody in your company whose role does.", "Wymagane uprawnienie: customer_access limited, full. Poproś osobę ze swojej firmy, której rola na to pozwala."},
		"a limited grant": {full, "POST", "/v1/subscriptions/" + string(yes.First().ID) + "/cancel", nil, "forbidden", "Ask for it with an offer of delegated administration.", "Poproś o nią w ofercie administracji delegowanej."},
		"an operator":     {operator, "POST", offers, w.trial(), "forbidden", "Only users and machine clients of a partner can do this.", "Mogą to zrobić tylko użytkownicy i klienci techniczni partnera."},
		"operators'":      {full, "POST", "/v1/subscriptions/" + string(yes.First().ID) + "/extend-trial", object{"days": 1}, "forbidden", "Only the vendor's operators can do this.", "Mogą to zrobić tylko operatorzy dostawcy."},
		"paused twice":    {full, "POST", paused + "/pause", nil, "offer_not_active", "It is paused already.", "Oferta jest już w tym stanie: paused."},
		"pause ended":     {full, "POST", withdrawn + "/pause", nil, "offer_not_active", "State: withdrawn. Make a new offer instead.", "Stan: withdrawn. Utwórz nową ofertę."},
		"resumed twice":   {full, "POST", active + "/resume", nil, "offer_not_paused", "It is active already.", "Oferta jest już w tym stanie: active."},
		"resume ended":    {full, "POST", withdrawn + "/resume", nil, "offer_not_paused", "State: withdrawn. Make a new offer instead.", "Stan: withdrawn. Utwórz nową ofertę."},
		"withdrawn twice": {full, "POST", withdrawn + "/withdraw", nil, "offer_not_active", "It is withdrawn already.", "Oferta jest już w tym stanie: withdrawn."},
		"invite paused":   {full, "POST", paused + "/invitations", send, "offer_paused", "Resume the offer first.", "Najpierw wznów ofertę."},
		"invite ended":    {full, "POST", withdrawn + "/invitations", send, "offer_withdrawn", "Make a new offer.", "Utwórz nową ofertę."},
		"revoke revoked":  {full, "POST", revoked + "/revoke", nil, "invitation_revoked", "Send a new invitation.", "Wyślij nowe zaproszenie."},
		"resend revoked":  {full, "POST", revoked + "/resend", nil, "invitation_revoked", "Send a new invitation.", "Wyślij nowe zaproszenie."},
		"resend declined": {full, "POST", declined + "/resend", nil, "invitation_declined", "Send a new invitation if the recipient has changed their mind.", "Jeśli odbiorca zmienił zdanie, wyślij nowe zaproszenie."},
		"end reseller":    {operator, "POST", tie + "/end", object{"kind": "reseller", "reason": "x"}, "relationship_kind_not_available", "What can be ended here: delegated_administrator, partner_of_record.", "Można tu zakończyć: delegated_administrator, partner_of_record."},
		"end friend":      {full, "POST", tie + "/end", object{"kind": "friend"}, "invalid_value", "Allowed: delegated_administrator, partner_of_record, reseller.", "Dozwolone: delegated_administrator, partner_of_record, reseller."},
		"plain text":      {full, "POST", offers, "hello", "unsupported_media_type", "Supported: application/json.", "Obsługiwane: application/json."},
		"nobody":          {"", "POST", offers, w.trial(), "unauthorized", "Authorization: Bearer <token>.", "Authorization: Bearer <token>."},
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
		w.Call(t, full, "POST", offers, sent).Into(t, &said)
		var at []string
		for _, field := range said.Errors {
			at = append(at, field.Pointer)
		}
		if got := strings.Join(at, " "); got != want {
			t.Errorf("%s: fields %q, want %q", sent, got, want)
		}
	}
}
