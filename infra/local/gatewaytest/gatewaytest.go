// Package gatewaytest gives tests endpoints over HTTP, on a table of their own, as callers of their choice. Every answer is checked
// against infra/openapi.yaml.
package gatewaytest

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/httpapi"
	"liaison/infra/local/tabletest"
	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/gateway"
	"liaison/shared/op"
	"liaison/tests/contract/answers"
)

// Issuer is whom the tokens of these tests come from.
const Issuer = "https://issuer.test"

// Operator is the subject of the operator that every API has.
const Operator = "operator"

// Env returns the environment that the endpoints run in.
func Env() boot.Env {
	return boot.Env{
		Function: "test", APIURL: "https://api.test", PagesURL: "https://pages.test", Issuer: Issuer, ChecksPerCaller: 30,
		Log: slog.New(slog.DiscardHandler),
	}
}

// API is a set of running endpoints.
type API struct {
	Table tabletest.Table
	Env   boot.Env
	url   string
}

// contract is read once a test binary.
var contract = sync.OnceValues(answers.Load)

// Open serves the endpoints on the table until the test ends; the operator is in the table.
func Open(t testing.TB, table tabletest.Table, env boot.Env, endpoints ...gateway.Endpoint) *API {
	t.Helper()
	a := &API{Table: table, Env: env}
	id := "usr_v_" + env.IDs().ULID(env.Now())
	who := access.Operator{ID: id, Name: "Olga Operator", Mail: "operator@liaison.example", CreatedAt: env.Now(), Version: 1}
	if err := table.BindOperator(t.Context(), who, Issuer, Operator, op.Op{ID: "bootstrap", At: env.Now(), IDs: env.IDs()}); err != nil {
		t.Fatal(err)
	}
	a.serve(t, endpoints)
	return a
}

// Later serves the endpoints on the same table by a clock that is ahead, until the test ends.
func (a *API) Later(t testing.TB, ahead time.Duration, endpoints ...gateway.Endpoint) *API {
	t.Helper()
	later := &API{Table: a.Table, Env: a.Env}
	later.Env.Offset += ahead
	later.serve(t, endpoints)
	return later
}

func (a *API) serve(t testing.TB, endpoints []gateway.Endpoint) {
	mux := http.NewServeMux()
	for _, e := range endpoints {
		mux.Handle(e.Pattern, gateway.Handler(a.Env, a.Table, e))
	}
	server := httptest.NewServer(httpapi.Direct(authorized, lambda.NewHandler(gateway.Lambda(a.Env, mux)).Invoke))
	t.Cleanup(server.Close)
	a.url = server.URL
}

// authorized says of the subject that stands as the bearer's token what the authorizer would.
func authorized(r *http.Request) map[string]any {
	subject, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return nil
	}
	return map[string]any{"subject": subject, "issuer": Issuer, "exp": strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10)}
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Into reads the body into the value that v points at.
func (a Answer) Into(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(a.Body, v); err != nil {
		t.Fatalf("%v: %s", err, a.Body)
	}
}

// Code returns the code of a problem, empty where it is none.
func (a Answer) Code() string {
	var said struct{ Code string }
	_ = json.Unmarshal(a.Body, &said)
	return said.Code
}

// Want fails the test where the answer has another status or problem code.
func (a Answer) Want(t testing.TB, status int, code string) Answer {
	t.Helper()
	if a.Status != status || a.Code() != code {
		t.Fatalf("answered %d %s, want %d %s\n%s", a.Status, a.Code(), status, code, a.Body)
	}
	return a
}

// Call makes one request as the subject (empty: nobody) and returns the answer. A body that is no text is sent as JSON. headers are
// names and values. A POST has an Idempotency-Key of its own unless one is given; "-" leaves it out.
func (a *API) Call(t testing.TB, subject, method, path string, body any, headers ...string) Answer {
	t.Helper()
	var sent []byte
	switch b := body.(type) {
	case nil:
	case string:
		sent = []byte(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		sent = raw
	}
	r, err := http.NewRequestWithContext(t.Context(), method, a.url+path, bytes.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	if subject != "" {
		r.Header.Set("Authorization", "Bearer "+subject)
	}
	if sent != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if method == http.MethodPost {
		r.Header.Set("Idempotency-Key", a.Env.IDs().Random(20))
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if r.Header.Set(headers[i], headers[i+1]); headers[i+1] == "-" {
			r.Header.Del(headers[i])
		}
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	checker, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	if err := checker.Check(r, res.StatusCode, res.Header, got); err != nil {
		t.Error(err)
	}
	return Answer{res.StatusCode, res.Header, got}
}

// Bind binds a partner's user to the subject of its tokens, as the pages' sign-in does.
func Bind(t testing.TB, a *API, tenant, user, subject string) {
	t.Helper()
	o := op.Op{ID: "bind-" + subject, At: a.Env.Now(), IDs: a.Env.IDs()}
	if err := a.Table.BindUser(t.Context(), tenant, user, Issuer, subject, o); err != nil {
		t.Fatal(err)
	}
}

// FirstUser returns the id of a user of the partner.
func FirstUser(t testing.TB, a *API, tenant string) string {
	t.Helper()
	for _, item := range a.Table.Items(t) {
		class, _ := item["class"].(*types.AttributeValueMemberS)
		id, _ := item["id"].(*types.AttributeValueMemberS)
		if class != nil && id != nil && class.Value == "partner_user" && strings.HasPrefix(id.Value, "usr_"+tenant+"_") {
			return id.Value
		}
	}
	t.Fatal("no user of " + tenant)
	return ""
}
