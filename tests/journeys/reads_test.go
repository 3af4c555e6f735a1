package journeys

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"liaison/infra/local/client"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// TestCustomerReads lets a customer's administrator see by the API what its partner sees, and end what it gave.
func TestCustomerReads(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	c := customerWithPassword(ctx, t, "reader")
	authorize(ctx, t, c)
	settle(t)
	tokens, err := sys.Identity.SignIn(ctx, c.Mail, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	person := client.API{Base: sys.Endpoints.API, Token: tokens.Access, Seen: program.Partner.Seen}
	read := func(path string, into any) client.Answer {
		t.Helper()
		return must(t)(person.Must(ctx, http.StatusOK, http.MethodGet, path, nil, into))
	}
	var me contract.Me
	read("/v1/me", &me)
	for _, right := range []string{"see_customers", "see_receipts", "end_administration", "end_relationships", "buy", "set_partner_of_record", "ask_removal", "auto_extend", "dispute"} {
		if !slices.Contains(me.Rights, right) {
			t.Errorf("no right %s: %v", right, me.Rights)
		}
	}
	var limited contract.Limits
	read("/v1/limits", &limited)
	for _, one := range limited.Limits {
		if one.Name == contract.LimitNamePartnerChecks && (one.Remaining == nil || *one.Remaining != *one.Limit) || one.Name == contract.LimitNameInvitations {
			t.Errorf("a customer's user, who did nothing yet, is told %+v", one)
		}
	}

	var ties contract.RelationshipPage
	read("/v1/relationships", &ties)
	if len(ties.Data) != 1 || ties.Data[0].Partner.Name != "Baltic Bridge IT sp. z o.o." || ties.Data[0].Customer.ID != c.Subscription.CustomerID || len(ties.Data[0].Kinds) != 2 {
		t.Fatalf("%+v", ties.Data)
	}
	at := "/v1/relationships/" + ties.Data[0].ID
	var mine contract.Relationship
	read(at, &mine)
	if mine.CanRemove.DelegatedAdministrator == nil || !*mine.CanRemove.DelegatedAdministrator || mine.DelegatedAdministration.Status != "active" {
		t.Fatalf("%+v", mine)
	}
	var subs contract.SubscriptionPage
	read("/v1/subscriptions", &subs)
	if len(subs.Data) != 1 || subs.Data[0].ID != c.Subscription.ID {
		t.Fatalf("%+v", subs.Data)
	}
	partners := must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodGet, "/v1/subscriptions/"+c.Subscription.ID, nil, nil))
	// Who advised before is the customer's alone to read; all else is the same for both.
	own := read("/v1/subscriptions/"+c.Subscription.ID, nil)
	if got := bytes.Replace(own.Body, []byte(`"partner_of_record_history":[]`), []byte(`"partner_of_record_history":null`), 1); !bytes.Equal(got, partners.Body) {
		t.Errorf("the customer reads\n%s\nthe partner\n%s", own.Body, partners.Body)
	}
	var answers contract.RedemptionPage
	read("/v1/redemptions", &answers)
	if len(answers.Data) != 2 || answers.Data[1].ID != c.Redemption.ID {
		t.Fatalf("%+v", answers.Data)
	}
	for _, one := range answers.Data {
		for _, path := range []string{"/v1/redemptions/" + one.ID, "/v1/redemptions/" + one.ID + "/receipt"} {
			theirs := must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodGet, path, nil, nil))
			if own := read(path, nil); !bytes.Equal(own.Body, theirs.Body) {
				t.Errorf("%s: the customer reads\n%s\nthe partner\n%s", path, own.Body, theirs.Body)
			}
		}
	}
	var receipt struct {
		Receipt json.RawMessage
		SHA256  string
	}
	read("/v1/redemptions/"+c.Redemption.ID+"/receipt", &receipt)
	if receipt.SHA256 != c.ReceiptSHA {
		t.Errorf("SHA-256 %s, on the page %s", receipt.SHA256, c.ReceiptSHA)
	}

	must(t)(person.Must(ctx, http.StatusOK, http.MethodPost, at+"/end", contract.RelationshipEnd{Kind: contract.RelationshipKindDelegatedAdministrator}, nil))
	if seen := tie(ctx, t, program.Partner, c.Customer, program.PartnerID); seen.DelegatedAdministration.Status != "ended" || *seen.DelegatedAdministration.EndedCause != "customer" {
		t.Errorf("the partner sees %+v", seen.DelegatedAdministration)
	}
	settle(t)
	titled(t, c.Mail, w.MailAdministrationEndedSubject("Baltic Bridge IT sp. z o.o."), 1)

	var events contract.EventPage
	read("/v1/events?limit=100", &events)
	var kinds []string
	for _, e := range events.Data {
		kinds = append(kinds, e.Type)
	}
	if kinds[0] != "delegated_administrator.ended" || !slices.Contains(kinds, "customer.created") || !slices.Contains(kinds, "subscription.created") || !slices.Contains(kinds, "delegated_administrator.granted") {
		t.Errorf("%v", kinds)
	}
	read("/v1/events/"+events.Data[0].ID, nil)
	sheet := must(t)(person.Must(ctx, http.StatusOK, http.MethodGet, "/v1/events?limit=100", nil, nil, "Accept", "text/csv"))
	rows, err := csv.NewReader(strings.NewReader(string(sheet.Body))).ReadAll()
	if err != nil || len(rows) != len(events.Data)+1 {
		t.Errorf("%d rows of %d events: %v", len(rows), len(events.Data), err)
	}
}
