package apiclients_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	apiclients "liaison/functions/api/api-clients"
	"liaison/functions/api/me"
	"liaison/functions/api/partners"
	"liaison/infra/local/services"
	"liaison/shared/contract"
	"liaison/shared/directory"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

var provider *services.Provider

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	started, err := services.Identity(context.Background(), services.IdentityOptions{LikeCognito: true})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = started.Close() }()
	provider = started
	return fixture.Run(m)
}

const operator = gatewaytest.Operator

type object = map[string]any

// accounts are the user pool's, with a fault to try.
type accounts struct {
	*directory.Clients
	breaks    error  // what CreateClient and AddSecret answer after they have made what they make
	meanwhile func() // what happens while the pool makes it
}

func (a *accounts) AddSecret(ctx context.Context, account string) (string, string, error) {
	id, secret, err := a.Clients.AddSecret(ctx, account)
	if a.breaks != nil {
		return "", "", a.breaks
	}
	if a.meanwhile != nil {
		a.meanwhile()
	}
	return id, secret, err
}

func (a *accounts) CreateClient(ctx context.Context, name string) (string, string, error) {
	id, secret, err := a.Clients.CreateClient(ctx, name)
	if a.breaks != nil {
		return "", "", a.breaks
	}
	if a.meanwhile != nil {
		a.meanwhile()
	}
	return id, secret, err
}

type story struct {
	*gatewaytest.API
	accounts *accounts
	mine     string // partner ID
	admin    string // subject of its global_admin
}

func open(t *testing.T) *story {
	t.Helper()
	table, env := fixture.NewTable(t), gatewaytest.Env()
	env.Region, env.AccessKey, env.SecretKey = "eu-central-1", "LOCAL", "local"
	env.DirectoryEndpoint, env.UserPool = provider.CognitoURL, provider.UserPoolID
	s := &story{accounts: &accounts{Clients: directory.OpenClients(env)}}
	s.API = gatewaytest.Open(t, table, env, apiclients.List(table), apiclients.Create(table, s.accounts), apiclients.Delete(table, s.accounts),
		apiclients.RotateSecret(table, s.accounts), apiclients.EndOldSecret(table, s.accounts), partners.Create(table), partners.Suspend(table), me.Get(table))
	s.mine, s.admin = s.take(t, "Contoso")
	return s
}

func (s *story) take(t *testing.T, name string) (string, string) {
	t.Helper()
	var made contract.Partner
	s.Call(t, operator, "POST", "/v1/partners", object{
		"legal_name": name, "country": "PL", "city": "X", "website": "https://x.example", "phone": "+48 58 555 01 23", "email": "a@x.example",
		"administrator": object{"name": "Jan", "email": strings.ToLower(name) + "@x.example"},
	}).Want(t, 201, "").Into(t, &made)
	subject := "admin-of-" + made.PartnerID
	gatewaytest.Bind(t, s.API, made.PartnerID, gatewaytest.FirstUser(t, s.API, made.PartnerID), subject)
	return made.PartnerID, subject
}

// pool counts the accounts that the user pool has for a client.
func (s *story) pool(t *testing.T, id string) int {
	t.Helper()
	api := cognito.New(cognito.Options{
		Region: "eu-central-1", BaseEndpoint: &provider.CognitoURL, Credentials: credentials.NewStaticCredentialsProvider("LOCAL", "local", ""),
	})
	out, err := api.ListUserPoolClients(t.Context(), &cognito.ListUserPoolClientsInput{UserPoolId: &provider.UserPoolID, MaxResults: aws.Int32(60)})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range out.UserPoolClients {
		if aws.ToString(c.ClientName) == id {
			n++
		}
	}
	return n
}

// works holds a client's secrets to whether they give tokens.
func (s *story) works(t *testing.T, client string, want map[string]bool) {
	t.Helper()
	for secret, works := range want {
		if _, err := provider.Token(t.Context(), client, secret); (err == nil) != works {
			t.Errorf("a secret gives a token: %v, want %v", err, works)
		}
	}
}

// held counts the secrets that the user pool has for a client.
func (s *story) held(t *testing.T, client string) int {
	t.Helper()
	found, err := s.accounts.Secrets(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

func (s *story) list(t *testing.T) []contract.APIClient {
	t.Helper()
	var page contract.APIClientPage
	s.Call(t, s.admin, "GET", "/v1/api-clients", nil).Want(t, 200, "").Into(t, &page)
	return page.Data
}

var wanted = object{"name": "Storefront", "customer_access": "limited"}

func TestLife(t *testing.T) {
	s := open(t)
	var made, same contract.APIClient
	s.Call(t, s.admin, "POST", "/v1/api-clients", wanted, "Idempotency-Key", "k").Want(t, 201, "").Into(t, &made)
	if made.Secret == nil || made.Status != contract.APIClientStatusActive || made.CompanyRole != contract.CompanyRoleNone || made.PartnerID != s.mine {
		t.Fatalf("made %+v", made)
	}
	s.Call(t, s.admin, "POST", "/v1/api-clients", wanted, "Idempotency-Key", "k").Want(t, 201, "").Into(t, &same)
	if same.Secret != nil || same.ID != made.ID || len(s.list(t)) != 1 || s.list(t)[0].Secret != nil {
		t.Errorf("again %+v", same)
	}
	if strings.Contains(s.Table.Dump(t), *made.Secret) {
		t.Error("the secret is in the table")
	}
	if _, err := provider.Token(t.Context(), made.ClientID, *made.Secret); err != nil {
		t.Error(err)
	}
	var said contract.Me
	s.Call(t, made.ClientID, "GET", "/v1/me", nil).Want(t, 200, "").Into(t, &said)
	if said.Kind != contract.MeKindPartnerClient || said.ID != made.ID || *said.CustomerAccess != contract.CustomerAccessLimited || said.Email != nil {
		t.Errorf("it is %+v", said)
	}
	s.Call(t, made.ClientID, "POST", "/v1/api-clients", wanted).Want(t, 403, "forbidden")

	var next contract.APIClient
	at := "/v1/api-clients/" + made.ID
	s.Call(t, s.admin, "POST", at+"/rotate-secret", nil, "Idempotency-Key", "r").Want(t, 200, "").Into(t, &next)
	if next.Secret == nil || *next.Secret == *made.Secret || next.RotatedAt == nil || next.ID != made.ID {
		t.Fatalf("rotated %+v", next)
	}
	if next.ClientID != made.ClientID || len(next.Secrets) != 2 || next.Secrets[0].EndsAt != nil || !next.Secrets[1].CreatedAt.Equal(made.CreatedAt) ||
		!next.Secrets[1].EndsAt.Equal(next.RotatedAt.AddDate(0, 0, 7)) {
		t.Errorf("rotated %+v", next)
	}
	s.works(t, made.ClientID, map[string]bool{*made.Secret: true, *next.Secret: true})
	s.Call(t, next.ClientID, "GET", "/v1/me", nil).Want(t, 200, "")
	s.Call(t, s.admin, "POST", at+"/rotate-secret", nil, "Idempotency-Key", "r").Want(t, 200, "").Into(t, &same)
	if same.Secret != nil || same.ClientID != next.ClientID || same.Etag != s.list(t)[0].Etag {
		t.Errorf("rotated again %+v", same)
	}
	if said := s.Call(t, s.admin, "POST", at+"/rotate-secret", nil).Want(t, 409, "old_secret_works"); !strings.Contains(string(said.Body), "Otherwise it ends: ") {
		t.Errorf("a third secret: %s", said.Body)
	}

	var ended, third contract.APIClient
	s.Call(t, s.admin, "POST", at+"/end-old-secret", nil, "Idempotency-Key", "e").Want(t, 200, "").Into(t, &ended)
	if len(ended.Secrets) != 1 || !ended.Secrets[0].CreatedAt.Equal(*next.RotatedAt) || ended.Secret != nil {
		t.Errorf("ended %+v", ended)
	}
	s.works(t, made.ClientID, map[string]bool{*made.Secret: false, *next.Secret: true})
	s.Call(t, s.admin, "POST", at+"/end-old-secret", nil, "Idempotency-Key", "e").Want(t, 200, "").Into(t, &same)
	if len(same.Secrets) != 1 || same.Etag != ended.Etag {
		t.Errorf("ended again %+v", same)
	}
	s.Call(t, s.admin, "POST", at+"/end-old-secret", nil).Want(t, 409, "no_old_secret")
	s.Call(t, s.admin, "POST", at+"/rotate-secret", nil).Want(t, 200, "").Into(t, &third)
	s.works(t, made.ClientID, map[string]bool{*made.Secret: false, *next.Secret: true, *third.Secret: true})
	same = third
	if dump := s.Table.Dump(t); strings.Contains(dump, *next.Secret) || strings.Contains(dump, *third.Secret) {
		t.Error("a secret is in the table")
	}

	s.Call(t, s.admin, "DELETE", at, nil).Want(t, 428, "precondition_required")
	s.Call(t, s.admin, "DELETE", at, nil, "If-Match", made.Etag).Want(t, 412, "precondition_failed")
	s.Call(t, s.admin, "DELETE", at, nil, "If-Match", same.Etag).Want(t, 204, "")
	s.Call(t, next.ClientID, "GET", "/v1/me", nil).Want(t, 403, "unknown_caller")
	s.Call(t, s.admin, "DELETE", at, nil, "If-Match", same.Etag).Want(t, 404, "not_found")
	s.Call(t, s.admin, "POST", at+"/rotate-secret", nil).Want(t, 404, "not_found")
	if len(s.list(t)) != 0 || s.pool(t, made.ID) != 0 {
		t.Errorf("left: %v, %d accounts", s.list(t), s.pool(t, made.ID))
	}
}

// TestLastUsed: a token that a client was given shows in the list, and makes nobody's If-Match stale.
func TestLastUsed(t *testing.T) {
	s := open(t)
	var made contract.APIClient
	s.Call(t, s.admin, "POST", "/v1/api-clients", wanted).Want(t, 201, "").Into(t, &made)
	if one := s.list(t)[0]; made.LastUsedAt != nil || one.LastUsedAt != nil {
		t.Errorf("used at %v, %v before its first token", made.LastUsedAt, one.LastUsedAt)
	}
	at := s.Env.Now()
	if err := s.Table.NoteUse(t.Context(), s.Env.Issuer, made.ClientID, at); err != nil {
		t.Fatal(err)
	}
	if one := s.list(t)[0]; one.LastUsedAt == nil || !one.LastUsedAt.Equal(at) || one.Etag != made.Etag {
		t.Errorf("used at %v, want %v; etag %s after %s", one.LastUsedAt, at, one.Etag, made.Etag)
	}
	s.Call(t, s.admin, "DELETE", "/v1/api-clients/"+made.ID, nil, "If-Match", made.Etag).Want(t, 204, "")
}

func TestRights(t *testing.T) {
	s := open(t)
	other, otherAdmin := s.take(t, "Fabrikam")
	var mine contract.APIClient
	s.Call(t, operator, "POST", "/v1/api-clients", object{"name": "x", "customer_access": "none", "partner_id": s.mine, "company_role": "global_admin"}).Want(t, 201, "").Into(t, &mine)
	s.Call(t, mine.ClientID, "GET", "/v1/api-clients", nil).Want(t, 200, "")
	s.Call(t, operator, "POST", "/v1/api-clients", wanted).Want(t, 422, "required")
	s.Call(t, operator, "POST", "/v1/api-clients", object{"name": "x", "customer_access": "none", "partner_id": string(partner.NewID("7654321"))}).Want(t, 422, "unknown_partner_id")
	s.Call(t, s.admin, "POST", "/v1/api-clients", object{"name": "x", "customer_access": "none", "partner_id": other}).Want(t, 422, "unknown_partner_id")
	said := s.Call(t, s.admin, "POST", "/v1/api-clients", object{"name": "x", "customer_access": "all", "company_role": "super"}).Want(t, 422, "invalid_value")
	for _, all := range []string{"Allowed: full, limited, none.", "Allowed: global_admin, user_admin, billing_admin, none."} {
		if !strings.Contains(string(said.Body), all) {
			t.Errorf("not said %q: %s", all, said.Body)
		}
	}
	s.Call(t, s.admin, "POST", "/v1/api-clients", object{"name": "🚀", "customer_access": "full"}).Want(t, 422, "no_letters")
	s.Call(t, operator, "GET", "/v1/api-clients", nil).Want(t, 400, "required")
	s.Call(t, operator, "GET", "/v1/api-clients?partner_id="+s.mine, nil).Want(t, 200, "")
	s.Call(t, otherAdmin, "GET", "/v1/api-clients?partner_id="+s.mine, nil).Want(t, 404, "not_found")
	at := "/v1/api-clients/" + mine.ID
	s.Call(t, otherAdmin, "POST", at+"/rotate-secret", nil).Want(t, 404, "not_found")
	s.Call(t, otherAdmin, "POST", at+"/end-old-secret", nil).Want(t, 404, "not_found")
	s.Call(t, otherAdmin, "DELETE", at, nil, "If-Match", mine.Etag).Want(t, 404, "not_found")
	s.Call(t, s.admin, "DELETE", "/v1/api-clients/nonsense", nil, "If-Match", mine.Etag).Want(t, 404, "not_found")
	s.Call(t, operator, "DELETE", at, nil, "If-Match", mine.Etag).Want(t, 204, "")
}

// TestBroken breaks off between the account and the table, and sends the same request again.
func TestBroken(t *testing.T) {
	s := open(t)
	s.accounts.breaks = errors.New("the answer was lost")
	s.Call(t, s.admin, "POST", "/v1/api-clients", wanted, "Idempotency-Key", "k").Want(t, 500, "internal")
	s.accounts.breaks = nil
	if left := s.list(t); len(left) != 0 {
		t.Errorf("half a client is listed: %+v", left)
	}
	s.Call(t, s.admin, "POST", "/v1/api-clients", wanted, "Idempotency-Key", "k").Want(t, 409, "in_progress")
	id := ""
	for line := range strings.Lines(s.Table.Dump(t)) {
		if _, rest, found := strings.Cut(line, `"Value":"cli_`); found && strings.Contains(line, "partner_client") {
			id = "cli_" + rest[:35]
		}
	}
	// What the gateway does with the same request once the first run can no longer be at it.
	o := op.Op{ID: "again", Actor: op.Actor{Kind: op.PartnerUser, ID: gatewaytest.FirstUser(t, s.API, s.mine)}, At: s.Env.Now().Add(time.Minute), IDs: s.Env.IDs()}
	c, secret, err := partner.ResumeClient(t.Context(), s.Table, s.accounts, partner.ClientID(id), o)
	if err != nil || secret == "" || c.Status != partner.ClientActive {
		t.Fatalf("%q: %+v %v", id, c, err)
	}
	if _, err := provider.Token(t.Context(), c.OAuthID, secret); err != nil {
		t.Error(err)
	}
	s.Call(t, c.OAuthID, "GET", "/v1/me", nil).Want(t, 200, "")
	if again, secret, err := partner.ResumeClient(t.Context(), s.Table, s.accounts, c.ID, o); err != nil || secret != "" || again.OAuthID != c.OAuthID {
		t.Errorf("%+v %q %v", again, secret, err)
	}
}

// TestAtOnce sends each request ten times at once.
func TestAtOnce(t *testing.T) {
	s := open(t)
	at := func(send func() gatewaytest.Answer) (secrets int, last contract.APIClient) {
		var wait sync.WaitGroup
		var lock sync.Mutex
		for range 10 {
			wait.Go(func() {
				answer := send()
				lock.Lock()
				defer lock.Unlock()
				var c contract.APIClient
				if answer.Status >= 300 {
					if answer.Status != 409 || answer.Code() != "in_progress" && answer.Code() != "old_secret_works" {
						t.Errorf("%d %s", answer.Status, answer.Body)
					}
					return
				}
				if answer.Into(t, &c); c.Secret != nil {
					secrets++
					last = c
				}
			})
		}
		wait.Wait()
		return secrets, last
	}
	n, made := at(func() gatewaytest.Answer {
		return s.Call(t, s.admin, "POST", "/v1/api-clients", wanted, "Idempotency-Key", "k")
	})
	if n != 1 || len(s.list(t)) != 1 || s.pool(t, made.ID) != 1 {
		t.Errorf("one key: %d secrets, %d clients, %d accounts", n, len(s.list(t)), s.pool(t, made.ID))
	}
	n, _ = at(func() gatewaytest.Answer {
		return s.Call(t, s.admin, "POST", "/v1/api-clients/"+made.ID+"/rotate-secret", nil)
	})
	if n != 1 || s.pool(t, made.ID) != 1 || s.held(t, made.ClientID) != 2 {
		t.Errorf("ten rotations: %d secrets, %d accounts with %d", n, s.pool(t, made.ID), s.held(t, made.ClientID))
	}
	if bound := s.Table.Holds(t, "subject"); bound != 3 { // operator, administrator, client
		t.Errorf("%d subjects are bound, want 3", bound)
	}
}

// TestEndsTwice breaks off while a client ends, and sends the same request again.
func TestEndsTwice(t *testing.T) {
	s := open(t)
	var made contract.APIClient
	s.Call(t, s.admin, "POST", "/v1/api-clients", wanted).Want(t, 201, "").Into(t, &made)
	lost := errors.New("the pool does not answer")
	o := op.Op{ID: "end", Actor: op.Actor{Kind: op.PartnerUser, ID: gatewaytest.FirstUser(t, s.API, s.mine)}, At: s.Env.Now(), IDs: s.Env.IDs()}
	decided := func(partner.Client) error { return nil }
	if err := partner.DeleteClient(t.Context(), s.Table, deaf{s.accounts, lost}, partner.ClientID(made.ID), decided, o); !errors.Is(err, lost) {
		t.Fatal(err)
	}
	s.Call(t, made.ClientID, "GET", "/v1/me", nil).Want(t, 403, "unknown_caller")
	if left := s.list(t); len(left) != 1 || left[0].Status != contract.APIClientStatusDisabled || len(left[0].Secrets) != 0 {
		t.Errorf("left %+v", left)
	}
	s.Call(t, s.admin, "POST", "/v1/api-clients/"+made.ID+"/rotate-secret", nil).Want(t, 409, "client_not_active")
	s.Call(t, s.admin, "DELETE", "/v1/api-clients/"+made.ID, nil, "If-Match", made.Etag).Want(t, 204, "")
	if s.pool(t, made.ID) != 0 || len(s.list(t)) != 0 {
		t.Error("something is left")
	}
}

// TestRotationBroken breaks off between the new secret and the table: the old secret works, nothing else does, and the next rotation goes on
// once nobody can be at it any more.
func TestRotationBroken(t *testing.T) {
	s := open(t)
	var made, next contract.APIClient
	s.Call(t, s.admin, "POST", "/v1/api-clients", wanted).Want(t, 201, "").Into(t, &made)
	at := "/v1/api-clients/" + made.ID + "/rotate-secret"
	s.accounts.breaks = errors.New("the answer was lost")
	s.Call(t, s.admin, "POST", at, nil, "Idempotency-Key", "k").Want(t, 500, "internal")
	s.accounts.breaks = nil
	if one := s.list(t)[0]; len(one.Secrets) != 1 || one.RotatedAt != nil || s.held(t, made.ClientID) != 2 {
		t.Errorf("broken off: %+v, the pool has %d", one, s.held(t, made.ClientID))
	}
	s.Call(t, s.admin, "POST", at, nil, "Idempotency-Key", "k").Want(t, 409, "in_progress")
	later := s.Later(t, time.Minute, apiclients.RotateSecret(s.Table, s.accounts))
	later.Call(t, s.admin, "POST", at, nil, "Idempotency-Key", "k").Want(t, 200, "").Into(t, &next)
	s.works(t, made.ClientID, map[string]bool{*made.Secret: true, *next.Secret: true})
	if n := s.held(t, made.ClientID); n != 2 {
		t.Errorf("the pool has %d secrets", n)
	}
}

// TestRotatedAfterAll: a rotation that held the lease too long, while another one finished, leaves no secret behind.
func TestRotatedAfterAll(t *testing.T) {
	s := open(t)
	var made, next contract.APIClient
	s.Call(t, s.admin, "POST", "/v1/api-clients", wanted).Want(t, 201, "").Into(t, &made)
	at := "/v1/api-clients/" + made.ID + "/rotate-secret"
	later := s.Later(t, time.Minute, apiclients.RotateSecret(s.Table, s.accounts))
	s.accounts.meanwhile = func() {
		s.accounts.meanwhile = nil
		later.Call(t, s.admin, "POST", at, nil).Want(t, 200, "").Into(t, &next)
	}
	s.Call(t, s.admin, "POST", at, nil).Want(t, 409, "in_progress")
	s.works(t, made.ClientID, map[string]bool{*made.Secret: true, *next.Secret: true})
	if n := s.held(t, made.ClientID); n != 2 {
		t.Errorf("the pool has %d secrets", n)
	}
}

// TestDeletedMeanwhile deletes a client while it makes another, and while it gives another a new secret: neither comes to life.
func TestDeletedMeanwhile(t *testing.T) {
	s := open(t)
	machine := func() (made contract.APIClient) {
		s.Call(t, s.admin, "POST", "/v1/api-clients", object{"name": "x", "customer_access": "full", "company_role": "global_admin"}).
			Want(t, 201, "").Into(t, &made)
		return made
	}
	ends := func(c contract.APIClient) {
		s.accounts.meanwhile = func() {
			s.accounts.meanwhile = nil
			s.Call(t, s.admin, "DELETE", "/v1/api-clients/"+c.ID, nil, "If-Match", c.Etag).Want(t, 204, "")
		}
	}
	first := machine()
	ends(first)
	s.Call(t, first.ClientID, "POST", "/v1/api-clients", wanted).Want(t, 403, "unknown_caller")
	if bound := s.Table.Holds(t, "subject"); bound != 2 { // operator, administrator
		t.Errorf("%d subjects are bound, want 2", bound)
	}
	second, third := machine(), machine()
	ends(second)
	s.Call(t, second.ClientID, "POST", "/v1/api-clients/"+third.ID+"/rotate-secret", nil).Want(t, 403, "unknown_caller")
	s.Call(t, third.ClientID, "GET", "/v1/me", nil).Want(t, 200, "")
	if n := s.held(t, third.ClientID); n != 1 {
		t.Errorf("%d secrets of a client that kept its secret", n)
	}
	// What the first began to make has no account. Once nobody can be at it any more it is shown, and can be deleted.
	if left := s.list(t); len(left) != 1 || left[0].ID != third.ID {
		t.Errorf("listed %+v", left)
	}
	later := s.Later(t, time.Minute, apiclients.List(s.Table), apiclients.Delete(s.Table, s.accounts))
	var page contract.APIClientPage
	later.Call(t, s.admin, "GET", "/v1/api-clients", nil).Want(t, 200, "").Into(t, &page)
	if len(page.Data) != 2 || page.Data[0].Status != contract.APIClientStatusDisabled || page.Data[0].CreatedBy != first.ID {
		t.Fatalf("listed later %+v", page.Data)
	}
	later.Call(t, s.admin, "DELETE", "/v1/api-clients/"+page.Data[0].ID, nil, "If-Match", page.Data[0].Etag).Want(t, 204, "")
}

// TestMost makes as many clients as a partner may have, twenty of the last at once; where one goes, another may come.
func TestMost(t *testing.T) {
	s := open(t)
	o := op.Op{Actor: op.Actor{Kind: op.Job, ID: "test"}, At: s.Env.Now(), IDs: s.Env.IDs()}
	start := func(n int) error {
		o := o.Part(fmt.Sprint(n))
		return s.Table.StartClient(t.Context(), partner.Client{
			ID: partner.ClientID("cli_" + s.mine + "_" + o.NewID()), Partner: partner.ID(s.mine), Name: "x", Status: partner.ClientCreating,
			LeaseAt: o.At, CreatedBy: o.Actor.ID, CreatedAt: o.At, Version: 1,
		}, o)
	}
	const before = partner.MaxClients - 3
	for n := range before {
		if err := start(n); err != nil {
			t.Fatal(err)
		}
	}
	var wait sync.WaitGroup
	var made, refused atomic.Int64
	for n := range 20 {
		wait.Go(func() {
			switch err := start(before + n); {
			case err == nil:
				made.Add(1)
			case fault.Is(err, fault.TooManyClients):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if made.Load() != 3 || refused.Load() != 17 {
		t.Errorf("%d made, %d refused, want 3 and 17", made.Load(), refused.Load())
	}
	said := s.Call(t, s.admin, "POST", "/v1/api-clients", wanted).Want(t, 409, "too_many_clients")
	if !strings.Contains(string(said.Body), "At most 50") {
		t.Errorf("%s", said.Body)
	}
	var page contract.APIClientPage
	s.Call(t, s.admin, "GET", "/v1/api-clients?limit=1", nil).Want(t, 200, "").Into(t, &page)
	at := "/v1/api-clients/" + page.Data[0].ID
	s.Call(t, s.admin, "DELETE", at, nil, "If-Match", page.Data[0].Etag).Want(t, 204, "")
	// Forgotten again it makes no further room.
	gone := partner.Client{ID: partner.ClientID(page.Data[0].ID), Partner: partner.ID(s.mine)}
	if err := s.Table.ForgetClient(t.Context(), gone, o.Part("again")); err != nil {
		t.Error(err)
	}
	s.Call(t, s.admin, "POST", "/v1/api-clients", wanted).Want(t, 201, "")
	s.Call(t, s.admin, "POST", "/v1/api-clients", wanted).Want(t, 409, "too_many_clients")
}

type deaf struct {
	partner.Accounts
	err error
}

func (d deaf) DeleteClient(context.Context, string) error { return d.err }

// TestDown wants 503 where the pool does not answer at all.
func TestDown(t *testing.T) {
	env := gatewaytest.Env()
	env.Region, env.AccessKey, env.SecretKey, env.UserPool, env.DirectoryEndpoint = "eu-central-1", "LOCAL", "local", "pool", "http://127.0.0.1:1"
	if _, _, err := directory.OpenClients(env).CreateClient(t.Context(), "x"); !fault.Is(err, fault.Busy) {
		t.Errorf("%v", err)
	}
}
