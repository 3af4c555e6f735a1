package authz

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/client"
	"liaison/infra/local/proxy"
	"liaison/infra/local/sample"
	"liaison/infra/local/template"
	"liaison/shared/contract"
)

// A right that is taken away is gone with the next request, whatever the token says and the authorizer remembers of it
// (infra/design/trust.md, rule 6).

func asks(t *testing.T, api client.API, want int, code, method, path string, body any, headers ...string) client.Answer {
	t.Helper()
	got, err := api.Do(t.Context(), method, path, body, headers...)
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != want || code != "" && got.Code() != code {
		t.Fatalf("%s %s: %d %s, not %d %s: %.300s", method, path, got.Status, got.Code(), want, code, got.Body)
	}
	return got
}

func TestDisabledAtOnce(t *testing.T) {
	for name, pk := range map[string]string{"person of a partner": "PARTNER#" + all.own.id, "operator": "VENDOR"} {
		t.Run(name, func(t *testing.T) {
			who, err := bound(t.Context(), pk)
			if err != nil {
				t.Fatal(err)
			}
			path := "/v1/offers/" + all.own.offer
			asks(t, who.api, http.StatusOK, "", http.MethodGet, path, nil)
			if err := who.disable(t.Context(), true); err != nil {
				t.Fatal(err)
			}
			asks(t, who.api, http.StatusForbidden, "caller_disabled", http.MethodGet, path, nil)
			asks(t, who.api, http.StatusForbidden, "caller_disabled", http.MethodGet, "/v1/me", nil)
			if err := who.disable(t.Context(), false); err != nil {
				t.Fatal(err)
			}
			asks(t, who.api, http.StatusOK, "", http.MethodGet, path, nil)
		})
	}
}

func TestLowerRoleAtOnce(t *testing.T) {
	who, err := bound(t.Context(), "PARTNER#"+all.own.id)
	if err != nil {
		t.Fatal(err)
	}
	set := func(name, value string) {
		t.Helper()
		if err := tell(t.Context(), who.pk, who.sk, name, &types.AttributeValueMemberS{Value: value}); err != nil {
			t.Fatal(err)
		}
	}
	asks(t, who.api, http.StatusCreated, "", http.MethodPost, "/v1/offers", wanting("full"))
	set("customer_access", "limited")
	asks(t, who.api, http.StatusForbidden, "", http.MethodPost, "/v1/offers", wanting("full"))
	asks(t, who.api, http.StatusCreated, "", http.MethodPost, "/v1/offers", wanting("limited"))
	set("customer_access", "")
	asks(t, who.api, http.StatusForbidden, "forbidden", http.MethodPost, "/v1/offers", wanting("limited"))
	asks(t, who.api, http.StatusOK, "", http.MethodGet, "/v1/api-clients", nil)
	set("company_role", "user_admin")
	asks(t, who.api, http.StatusForbidden, "forbidden", http.MethodGet, "/v1/api-clients", nil)
}

func TestCustomersRoleAtOnce(t *testing.T) {
	home, err := all.home(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who, err := bound(t.Context(), home.partition())
	if err != nil {
		t.Fatal(err)
	}
	tie := "/v1/relationships/" + home.customer.relationship
	ends := contract.RelationshipEnd{Kind: contract.RelationshipKindDelegatedAdministrator}
	asks(t, who.api, http.StatusOK, "", http.MethodGet, tie, nil)
	for _, step := range []struct {
		roles      []contract.CustomerRole
		reads, end int
	}{
		{nil, http.StatusForbidden, http.StatusForbidden},
		{[]contract.CustomerRole{contract.CustomerRoleServiceAdmin}, http.StatusOK, http.StatusForbidden},
		{[]contract.CustomerRole{contract.CustomerRoleGlobalAdmin}, http.StatusOK, http.StatusOK},
	} {
		if err := who.hold(t.Context(), step.roles); err != nil {
			t.Fatal(err)
		}
		asks(t, who.api, step.reads, "", http.MethodGet, tie, nil)
		asks(t, who.api, step.end, "", http.MethodPost, tie+"/end", ends)
	}
	if err := who.disable(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	asks(t, who.api, http.StatusForbidden, "caller_disabled", http.MethodGet, tie, nil)
}

func TestDeletedMachineAtOnce(t *testing.T) {
	machine, made, err := all.machine(t.Context(), all.own, contract.CompanyRoleNone, contract.CustomerAccessFull)
	if err != nil {
		t.Fatal(err)
	}
	asks(t, machine, http.StatusOK, "", http.MethodGet, "/v1/me", nil)
	asks(t, all.operator, http.StatusNoContent, "", http.MethodDelete, "/v1/api-clients/"+made.ID, nil, "If-Match", made.Etag)
	asks(t, machine, http.StatusForbidden, "unknown_caller", http.MethodGet, "/v1/me", nil)
}

func TestSuspendedPartnerAtOnce(t *testing.T) {
	company, err := all.company(t.Context(), fresh("Short Lived Company"))
	if err != nil {
		t.Fatal(err)
	}
	agreed, err := all.deal(t.Context(), company, "full", "yes", "")
	if err != nil {
		t.Fatal(err)
	}
	asks(t, company.api, http.StatusCreated, "", http.MethodPost, "/v1/offers", wanting("full"))
	asks(t, all.operator, http.StatusOK, "", http.MethodPost, "/v1/partners/"+company.id+"/suspend", contract.PartnerSuspend{Reason: "Asked for."})
	asks(t, company.api, http.StatusConflict, "partner_not_active", http.MethodPost, "/v1/offers", wanting("full"))
	asks(t, company.api, http.StatusConflict, "partner_not_active", http.MethodPost, "/v1/subscriptions/"+agreed.subscription+"/cancel", nil)
	asks(t, company.api, http.StatusOK, "", http.MethodGet, "/v1/subscriptions/"+agreed.subscription, nil) // it still sees what is its own
	asks(t, all.operator, http.StatusOK, "", http.MethodPost, "/v1/partners/"+company.id+"/reinstate", nil)
	asks(t, company.api, http.StatusOK, "", http.MethodPost, "/v1/subscriptions/"+agreed.subscription+"/cancel", nil)
}

// TestRenamedPartnerAtOnce: who changes its name has to be verified anew; the name it gave up is free, the one it took is not.
func TestRenamedPartnerAtOnce(t *testing.T) {
	before, after := fresh("Former Name"), fresh("Later Name")
	company, err := all.company(t.Context(), before)
	if err != nil {
		t.Fatal(err)
	}
	profile := "/v1/partners/" + company.id
	tag := asks(t, company.api, http.StatusOK, "", http.MethodGet, profile, nil).Header.Get("ETag")
	asks(t, company.api, http.StatusCreated, "", http.MethodPost, "/v1/offers", wanting("limited"))
	asks(t, all.operator, http.StatusConflict, "name_taken", http.MethodPost, "/v1/partners", newPartner(before))
	asks(t, company.api, http.StatusOK, "", http.MethodPatch, profile, contract.PartnerUpdate{LegalName: &after}, "If-Match", tag)
	asks(t, company.api, http.StatusConflict, "profile_unverified", http.MethodPost, "/v1/offers", wanting("limited"))
	asks(t, all.operator, http.StatusConflict, "name_taken", http.MethodPost, "/v1/partners", newPartner(after))
	other := newPartner(before)
	other.Administrator.Email = "other-" + other.Administrator.Email // the first is a user already
	asks(t, all.operator, http.StatusCreated, "", http.MethodPost, "/v1/partners", other)
	asks(t, all.operator, http.StatusOK, "", http.MethodPost, profile+"/verify", contract.PartnerVerify{})
	asks(t, company.api, http.StatusCreated, "", http.MethodPost, "/v1/offers", wanting("limited"))
}

// TestAccountOfNobody: where another run of the same request takes the making of a machine client over, the account that the first one
// made is gone again: nothing will ever be bound to it.
func TestAccountOfNobody(t *testing.T) {
	directory := cognito.New(cognito.Options{
		Region: template.Region, BaseEndpoint: &sys.Endpoints.Cognito, Credentials: credentials.NewStaticCredentialsProvider("LOCAL", "local", ""),
	})
	accounts := func() int {
		t.Helper()
		found, err := directory.ListUserPoolClients(t.Context(), &cognito.ListUserPoolClientsInput{UserPoolId: &sys.Endpoints.UserPool})
		if err != nil {
			t.Fatal(err)
		}
		return len(found.UserPoolClients)
	}
	before, took := accounts(), 0
	sys.Proxy.SetHook(func(call *proxy.Call) proxy.Fault {
		var asked struct{ ClientName string }
		if call.Function != "ApiClientsCreate" || call.Operation != "CreateUserPoolClient" || json.Unmarshal(call.Body, &asked) != nil {
			return proxy.Fault{}
		}
		_, id, _ := strings.Cut(asked.ClientName, "_")
		owner, ulid, _ := strings.Cut(id, "_")
		if err := tell(t.Context(), "PARTNER#"+owner, "CLIENT#"+ulid, "version", &types.AttributeValueMemberN{Value: "2"}); err != nil {
			t.Error(err)
		}
		took++
		return proxy.Fault{}
	})
	t.Cleanup(func() { sys.Proxy.SetHook(nil) })
	body := contract.APIClientCreate{Name: "Overtaken", CustomerAccess: contract.CustomerAccessNone}
	asks(t, all.own.api, http.StatusConflict, "in_progress", http.MethodPost, "/v1/api-clients", body)
	if left := accounts() - before; took != 1 || left != 0 {
		t.Errorf("overtaken %d times, %d accounts are left", took, left)
	}
}

// TestSecretOfNobody: where another run takes the giving of a new secret over, the secret that the first one made is gone again.
func TestSecretOfNobody(t *testing.T) {
	made, err := all.makeClient(t.Context(), all.own, contract.CompanyRoleNone, contract.CustomerAccessNone)
	if err != nil {
		t.Fatal(err)
	}
	_, id, _ := strings.Cut(made.ID, "_")
	owner, ulid, _ := strings.Cut(id, "_")
	took := 0
	sys.Proxy.SetHook(func(call *proxy.Call) proxy.Fault {
		if call.Function == "ApiClientsRotateSecret" && call.Operation == "AddUserPoolClientSecret" {
			took++
			if err := tell(t.Context(), "PARTNER#"+owner, "CLIENT#"+ulid, "version", &types.AttributeValueMemberN{Value: "99"}); err != nil {
				t.Error(err)
			}
		}
		return proxy.Fault{}
	})
	t.Cleanup(func() { sys.Proxy.SetHook(nil) })
	asks(t, all.own.api, http.StatusConflict, "in_progress", http.MethodPost, "/v1/api-clients/"+made.ID+"/rotate-secret", nil)
	directory := cognito.New(cognito.Options{
		Region: template.Region, BaseEndpoint: &sys.Endpoints.Cognito, Credentials: credentials.NewStaticCredentialsProvider("LOCAL", "local", ""),
	})
	held, err := directory.ListUserPoolClientSecrets(t.Context(), &cognito.ListUserPoolClientSecretsInput{UserPoolId: &sys.Endpoints.UserPool, ClientId: &made.ClientID})
	if err != nil || took != 1 || len(held.ClientSecrets) != 1 {
		t.Errorf("overtaken %d times, it has %+v %v", took, held, err)
	}
	if _, err := sys.Identity.Token(t.Context(), made.ClientID, *made.Secret); err != nil {
		t.Error(err)
	}
}

// TestEndedAdministrationAtOnce: who administers and advises keeps what advice shows, then nothing.
func TestEndedAdministrationAtOnce(t *testing.T) {
	agreed, err := all.deal(t.Context(), all.own, "full", "yes", "")
	if err != nil {
		t.Fatal(err)
	}
	at, ends := "/v1/subscriptions/"+agreed.subscription, "/v1/relationships/"+agreed.relationship+"/end"
	asks(t, all.own.api, http.StatusOK, "", http.MethodPost, ends, contract.RelationshipEnd{Kind: "delegated_administrator"})
	asks(t, all.own.api, http.StatusForbidden, "forbidden", http.MethodPost, at+"/cancel", nil)
	asks(t, all.own.api, http.StatusOK, "", http.MethodGet, at, nil)
	asks(t, all.own.api, http.StatusOK, "", http.MethodPost, ends, contract.RelationshipEnd{Kind: "partner_of_record"})
	asks(t, all.own.api, http.StatusNotFound, "not_found", http.MethodGet, at, nil)
	asks(t, all.own.api, http.StatusNotFound, "not_found", http.MethodPost, at+"/cancel", nil)
}

// TestKeysAreTheirCallers: an Idempotency-Key of one caller is nothing to another, of the same company or not.
func TestKeysAreTheirCallers(t *testing.T) {
	beside, _, err := all.machine(t.Context(), all.own, contract.CompanyRoleNone, contract.CustomerAccessLimited)
	if err != nil {
		t.Fatal(err)
	}
	key, ids := fresh("key"), map[string]bool{}
	for _, who := range []client.API{all.own.api, beside, all.foreign.api} {
		var made contract.Offer
		got := asks(t, who, http.StatusCreated, "", http.MethodPost, "/v1/offers", sample.TrialOffer("en"), "Idempotency-Key", key)
		if err := got.Into(&made); err != nil {
			t.Fatal(err)
		}
		if ids[made.ID] || got.Header.Get("Idempotency-Replayed") != "" {
			t.Errorf("another caller's offer came back: %s", made.ID)
		}
		ids[made.ID] = true
	}
}

// TestReplayNeedsTheRight: what was done once is not shown again to who may no longer do it.
func TestReplayNeedsTheRight(t *testing.T) {
	who, err := bound(t.Context(), "PARTNER#"+all.own.id)
	if err != nil {
		t.Fatal(err)
	}
	key := fresh("key")
	asks(t, who.api, http.StatusCreated, "", http.MethodPost, "/v1/offers", sample.TrialOffer("en"), "Idempotency-Key", key)
	if err := tell(t.Context(), who.pk, who.sk, "customer_access", &types.AttributeValueMemberS{Value: ""}); err != nil {
		t.Fatal(err)
	}
	asks(t, who.api, http.StatusForbidden, "forbidden", http.MethodPost, "/v1/offers", sample.TrialOffer("en"), "Idempotency-Key", key)
}

// TestOperatorsReadingIsAnEvent (infra/design/rights.md, "The table"), and that a partner's reading is none.
func TestOperatorsReadingIsAnEvent(t *testing.T) {
	read := func(t *testing.T, query string) int {
		t.Helper()
		var page contract.EventPage
		if err := asks(t, all.operator, http.StatusOK, "", http.MethodGet, "/v1/events?limit=100&type=operator.read&"+query, nil).Into(&page); err != nil {
			t.Fatal(err)
		}
		return len(page.Data) // the question itself is noted after it is answered
	}
	agreed, err := all.deal(t.Context(), all.own, "full", "yes", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"/v1/redemptions/" + agreed.redemption, "/v1/redemptions/" + agreed.redemption + "/receipt", "/v1/relationships/" + agreed.relationship,
		"/v1/redemptions?customer_id=" + agreed.customer, "/v1/relationships?customer_id=" + agreed.customer, "/v1/events?customer_id=" + agreed.customer,
		"/v1/subscriptions?customer_id=" + agreed.customer,
	} {
		before := read(t, "customer_id="+agreed.customer)
		asks(t, all.own.api, http.StatusOK, "", http.MethodGet, path, nil)
		if got := read(t, "customer_id="+agreed.customer) - before; got != 1 { // the first of these two questions
			t.Errorf("a partner reads %s: %d events, not none", path, got-1)
		}
		before = read(t, "customer_id="+agreed.customer)
		asks(t, all.operator, http.StatusOK, "", http.MethodGet, path, nil)
		if got := read(t, "customer_id="+agreed.customer) - before; got != 2 {
			t.Errorf("an operator reads %s: %d events, not 1", path, got-1)
		}
	}
}

// TestMe: what GET /v1/me lists is what the caller may do, by what the matrix says of the operations.
func TestMe(t *testing.T) {
	for _, c := range all.callers {
		if c.standing != authentic {
			continue
		}
		var me contract.Me
		if err := asks(t, c.api, http.StatusOK, "", http.MethodGet, "/v1/me", nil).Into(&me); err != nil {
			t.Fatal(err)
		}
		listed := map[string]bool{}
		for _, right := range me.Rights {
			if rights[right] == nil {
				t.Errorf("%s: the right %q is none of rights", c.name, right)
			}
			listed[right] = true
		}
		for right, line := range rights {
			if listed[right] != line.has(c) {
				t.Errorf("%s: %s is listed: %v, in rights: %v", c.name, right, listed[right], line.has(c))
			}
		}
	}
}
