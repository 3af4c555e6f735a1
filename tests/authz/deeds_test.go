package authz

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/contract"
)

// TestTiesByRight: what the matrix only sees refused, as its customers have no reseller, a full administrator and no dispute, is done here by
// whoever has the right, once each.
func TestTiesByRight(t *testing.T) {
	ctx := t.Context()
	agreed, err := all.deal(ctx, all.own, "limited", "yes", "")
	if err != nil {
		t.Fatal(err)
	}
	partition := "CUSTOMER#" + strings.TrimPrefix(agreed.customer, "cus_")
	owner, err := bound(ctx, partition)
	if err != nil {
		t.Fatal(err)
	}
	put := func(path string, value types.AttributeValue) {
		t.Helper()
		if err := tell(ctx, partition, "REL#"+all.own.id, path, value); err != nil {
			t.Fatal(err)
		}
	}
	put("card.reseller", &types.AttributeValueMemberBOOL{Value: true})
	tie, consent := "/v1/relationships/"+agreed.relationship, "/v1/redemptions/"+agreed.redemption
	for _, deed := range []struct {
		by   string
		path string
		body any
	}{
		{"owner", tie + "/request-removal", contract.RemovalRequestCreate{}},
		{"owner", tie + "/withdraw-removal", nil},
		{"owner", tie + "/request-removal", contract.RemovalRequestCreate{}},
		{"partner", tie + "/decline-removal", contract.RemovalRequestDecline{Reason: "A contract runs."}},
		{"owner", tie + "/request-removal", contract.RemovalRequestCreate{}},
		{"time", "", nil},
		{"operator", tie + "/decide-removal", contract.RemovalDecision{Decision: contract.RemovalDecidedKept, Reason: "The contract runs on."}},
		{"notice", "", nil},
		{"owner", tie + "/request-removal", contract.RemovalRequestCreate{}},
		{"owner", tie + "/auto-extend", contract.AutoExtendSet{Enabled: true}},
		{"partner", tie + "/auto-extend", contract.AutoExtendSet{Enabled: true}},
		{"owner", consent + "/dispute", contract.DisputeCreate{}},
		{"operator", consent + "/decide-dispute", contract.DisputeDecide{Decision: contract.DisputeDecisionRejected, Reason: "It was agreed."}},
	} {
		switch deed.by {
		case "owner":
			asks(t, owner.api, http.StatusOK, "", http.MethodPost, deed.path, deed.body)
		case "partner":
			asks(t, all.own.api, http.StatusOK, "", http.MethodPost, deed.path, deed.body)
		case "operator":
			asks(t, all.operator, http.StatusOK, "", http.MethodPost, deed.path, deed.body)
		case "notice": // none has to be given: the request ends the tie
			put("card.notice_period", &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"days": &types.AttributeValueMemberN{Value: "0"}}})
		default: // the vendor decides from day 30
			put("card.removal.asked_at", text(sys.Now().AddDate(0, 0, -31).UTC().Format("2006-01-02T15:04:05.000Z")))
		}
	}
}

// TestLowerByRight: the matrix only hears of a wrong body, so that the powers stay for its other rows; here they are lowered.
func TestLowerByRight(t *testing.T) {
	agreed, err := all.deal(t.Context(), all.own, "full", "yes", "")
	if err != nil {
		t.Fatal(err)
	}
	lower := "/v1/relationships/" + agreed.relationship + "/lower"
	asks(t, all.own.api, http.StatusOK, "", http.MethodPost, lower, contract.AdministrationLower{})
}

// TestLiftByRight: nothing stops the mails of the matrix's callers; here a mailbox that is gone does, and an operator lifts it.
func TestLiftByRight(t *testing.T) {
	const address = "bounce+lifted@simulator.amazonses.com"
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	offer, err := all.offerOf(ctx, all.own, "limited")
	if err != nil {
		t.Fatal(err)
	}
	asks(t, all.own.api, http.StatusCreated, "", http.MethodPost, "/v1/offers/"+offer+"/invitations", contract.InvitationSend{Recipients: []contract.Recipient{{Email: address}}})
	if err := sys.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	var stopped contract.SuppressionPage
	if _, err := all.operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/suppressions?email="+url.QueryEscape(address), nil, &stopped); err != nil {
		t.Fatal(err)
	}
	if len(stopped.Data) != 1 {
		t.Fatalf("what stops mail to a mailbox that is gone: %+v", stopped)
	}
	asks(t, all.operator, http.StatusNoContent, "", http.MethodDelete, "/v1/suppressions/"+stopped.Data[0].AddressHash, nil)
}

// TestAdministratorsByRight: the matrix makes no global administrators, whom a customer counts, and renames nobody who is found by a name; here a
// partner does on the customer's behalf.
func TestAdministratorsByRight(t *testing.T) {
	agreed, err := all.deal(t.Context(), all.own, "full", "yes", "")
	if err != nil {
		t.Fatal(err)
	}
	users := "/v1/customers/" + agreed.customer + "/users"
	admin := contract.CustomerUserCreate{Name: "Ewa Matrix", Email: fresh("ewa") + "@customer.example", Roles: []contract.CustomerRole{contract.CustomerRoleGlobalAdmin}}
	var made contract.CustomerUser
	if _, err := all.own.api.Must(t.Context(), http.StatusCreated, http.MethodPost, users, admin, &made); err != nil {
		t.Fatal(err)
	}
	at := users + "/" + made.ID
	seen := func() []string {
		t.Helper()
		return []string{"If-Match", asks(t, all.own.api, http.StatusOK, "", http.MethodGet, at, nil).Header.Get("ETag")}
	}
	license := contract.CustomerUserLicensesSet{SubscriptionIds: []string{agreed.subscription}}
	asks(t, all.own.api, http.StatusOK, "", http.MethodPut, at+"/licenses", license, seen()...)
	domain := fresh("box") + ".example"
	box, elsewhere := contract.CustomerUserMailboxSet{Address: ptr("ewa@" + domain)}, contract.CustomerUserMailboxSet{Address: ptr("lis@" + domain)}
	var d contract.CustomerDomain
	if _, err := all.own.api.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/customers/"+agreed.customer+"/domains", contract.CustomerDomainCreate{Name: domain}, &d); err != nil {
		t.Fatal(err)
	}
	sys.DNS.Set(d.Record.Name, d.Record.Value)
	asks(t, all.own.api, http.StatusOK, "", http.MethodPost, "/v1/customers/"+agreed.customer+"/domains/"+domain+"/verify", nil)
	asks(t, all.own.api, http.StatusOK, "", http.MethodPut, at+"/mailbox", box, seen()...)
	asks(t, all.own.api, http.StatusOK, "", http.MethodPut, at+"/mailbox", elsewhere, seen()...)
	asks(t, all.own.api, http.StatusNoContent, "", http.MethodDelete, at, nil, seen()...)
	asks(t, all.own.api, http.StatusOK, "", http.MethodPost, at+"/restore", nil)
	asks(t, all.own.api, http.StatusOK, "", http.MethodPatch, at, contract.CustomerUserUpdate{Name: ptr("Ewa Lis"), Roles: []contract.CustomerRole{contract.CustomerRoleServiceAdmin}}, seen()...)
	got := asks(t, all.own.api, http.StatusOK, "", http.MethodGet, users+"?search=lis", nil)
	if !strings.Contains(string(got.Body), made.ID) {
		t.Errorf("it is not found by its new name: %s", got.Body)
	}
}
