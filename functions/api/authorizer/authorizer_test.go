package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"liaison/infra/local/services"
	"liaison/shared/boot"
)

var provider *services.Provider

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	started, err := services.Identity(context.Background(), services.IdentityOptions{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = started.Close() }()
	provider = started
	return m.Run()
}

func opened(audiences string) *authorizer {
	return open(boot.Env{Issuer: provider.Issuer, Audiences: audiences, Scope: provider.Scope, Log: slog.New(slog.DiscardHandler)})
}

// say returns what the authorizer hands on about a header.
func say(t *testing.T, a *authorizer, header string) map[string]any {
	t.Helper()
	out, err := a.answer(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{IdentitySource: []string{header}})
	if err != nil {
		t.Fatal(err)
	}
	if !out.IsAuthorized {
		t.Error("not authorised: the endpoint could not say why")
	}
	return out.Context
}

func wantFault(t *testing.T, said map[string]any, code string) {
	t.Helper()
	if said["fault"] != code || said["subject"] != nil {
		t.Errorf("said %v, want the fault %s", said, code)
	}
}

func wantSubject(t *testing.T, said map[string]any, subject string) {
	t.Helper()
	ends, _ := strconv.ParseInt(fmt.Sprint(said["exp"]), 10, 64)
	if said["fault"] != nil || said["subject"] != subject || said["issuer"] != provider.Issuer || ends <= time.Now().Unix() {
		t.Errorf("said %v, want subject %s", said, subject)
	}
}

func TestGenuine(t *testing.T) {
	machine, err := provider.Token(t.Context(), provider.OperatorClientID, provider.OperatorSecret)
	if err != nil {
		t.Fatal(err)
	}
	person, err := provider.SignIn(t.Context(), provider.OperatorName, provider.OperatorPassword)
	if err != nil {
		t.Fatal(err)
	}
	for _, audiences := range []string{"", provider.Audience, " other , " + provider.Audience, provider.OperatorClientID + "," + provider.PagesClientID} {
		a := opened(audiences)
		wantSubject(t, say(t, a, "Bearer "+machine), provider.OperatorClientID)
		wantSubject(t, say(t, a, "bearer  "+person.Access), provider.OperatorSub)
		wantFault(t, say(t, a, "Bearer "+person.ID), invalid)
	}
	wantFault(t, say(t, opened("others"), "Bearer "+machine), invalid)
	out, err := opened("").answer(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{Headers: map[string]string{"authorization": "Bearer " + machine}})
	if err != nil {
		t.Fatal(err)
	}
	wantSubject(t, out.Context, provider.OperatorClientID)
}

func TestLikeCognito(t *testing.T) {
	claims := good()
	delete(claims, "aud")
	token, err := provider.Sign(claims, nil) // no typ
	if err != nil {
		t.Fatal(err)
	}
	wantSubject(t, say(t, opened("client"), "Bearer "+token), "somebody")
	wantFault(t, say(t, opened(provider.Audience), "Bearer "+token), invalid)
}

func good() map[string]any {
	return map[string]any{
		"iss": provider.Issuer, "sub": "somebody", "token_use": "access", "client_id": "client", "aud": provider.Audience, "scope": provider.Scope,
		"exp": time.Now().Add(time.Hour).Unix(),
	}
}

func TestTokens(t *testing.T) {
	a := opened(provider.Audience)
	for name, one := range map[string]struct {
		claims, header map[string]any
		want           string // fault, empty for none
	}{
		"good":                  {nil, nil, ""},
		"typ at+jwt":            {nil, map[string]any{"typ": "at+jwt"}, ""},
		"typ JWT":               {nil, map[string]any{"typ": "JWT"}, ""},
		"several audiences":     {map[string]any{"aud": []string{"x", provider.Audience}}, nil, ""},
		"a fraction of exp":     {map[string]any{"exp": float64(time.Now().Add(time.Hour).Unix()) + 0.5}, nil, ""},
		"just over":             {map[string]any{"exp": time.Now().Add(-50 * time.Second).Unix()}, nil, ""},
		"over":                  {map[string]any{"exp": time.Now().Add(-70 * time.Second).Unix()}, nil, expired},
		"no exp":                {map[string]any{"exp": nil}, nil, invalid},
		"exp is a word":         {map[string]any{"exp": "never"}, nil, invalid},
		"exp is huge":           {map[string]any{"exp": 1e300}, nil, invalid},
		"exp is negative":       {map[string]any{"exp": -1}, nil, invalid},
		"not yet":               {map[string]any{"nbf": time.Now().Add(70 * time.Second).Unix()}, nil, invalid},
		"nearly":                {map[string]any{"nbf": time.Now().Add(50 * time.Second).Unix()}, nil, ""},
		"another issuer":        {map[string]any{"iss": "https://other.test"}, nil, invalid},
		"issuer and a slash":    {map[string]any{"iss": provider.Issuer + "/"}, nil, ""},
		"issuer and two":        {map[string]any{"iss": provider.Issuer + "//"}, nil, invalid},
		"an id token":           {map[string]any{"token_use": "id"}, nil, invalid},
		"no use":                {map[string]any{"token_use": nil}, nil, ""},
		"neither use nor ours":  {map[string]any{"token_use": nil, "aud": "other", "client_id": provider.Audience}, nil, invalid},
		"no subject":            {map[string]any{"sub": ""}, nil, invalid},
		"subject is a list":     {map[string]any{"sub": []string{"a"}}, nil, invalid},
		"long subject":          {map[string]any{"sub": strings.Repeat("x", 300)}, nil, invalid},
		"another audience":      {map[string]any{"aud": "other", "client_id": "other"}, nil, invalid},
		"audience is a number":  {map[string]any{"aud": 7}, nil, invalid},
		"expired and not ours":  {map[string]any{"aud": "other", "exp": 1}, nil, invalid},
		"alg none":              {nil, map[string]any{"alg": "none"}, invalid},
		"alg HS256":             {nil, map[string]any{"alg": "HS256"}, invalid},
		"alg named RS384":       {nil, map[string]any{"alg": "RS384"}, invalid},
		"alg named PS256":       {nil, map[string]any{"alg": "PS256"}, invalid},
		"alg in small letters":  {nil, map[string]any{"alg": "rs256"}, invalid},
		"no alg":                {nil, map[string]any{"alg": nil}, invalid},
		"typ of something else": {nil, map[string]any{"typ": "dpop+jwt"}, invalid},
		"typ is a number":       {nil, map[string]any{"typ": 7}, invalid},
		"no scope":              {map[string]any{"scope": nil}, nil, invalid},
		"a scope like it":       {map[string]any{"scope": "liaison/apis liaison/ap"}, nil, invalid},
		"its user's own scope":  {map[string]any{"scope": "aws.cognito.signin.user.admin"}, nil, invalid},
		"several scopes":        {map[string]any{"scope": "openid " + provider.Scope + " email"}, nil, ""},
		"scopes as a list":      {map[string]any{"scope": nil, "scp": []string{"openid", provider.Scope}}, nil, ""},
		"crit":                  {nil, map[string]any{"crit": []string{"exp"}}, invalid},
		"no kid":                {nil, map[string]any{"kid": nil}, invalid},
		"another kid":           {nil, map[string]any{"kid": "other"}, invalid},
		"a key of its own":      {nil, map[string]any{"kid": "other", "jku": "http://127.0.0.1:1/keys", "jwk": map[string]any{"kty": "RSA"}}, invalid},
	} {
		t.Run(name, func(t *testing.T) {
			claims := good()
			maps.Copy(claims, one.claims)
			maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
			token, err := provider.Sign(claims, one.header)
			if err != nil {
				t.Fatal(err)
			}
			if said := say(t, a, "Bearer "+token); one.want == "" {
				wantSubject(t, said, "somebody")
			} else {
				wantFault(t, said, one.want)
			}
		})
	}
}

func TestGarbage(t *testing.T) {
	a := opened("")
	token, err := provider.Sign(good(), nil)
	if err != nil {
		t.Fatal(err)
	}
	wantSubject(t, say(t, a, "Bearer "+token), "somebody")
	parts := strings.Split(token, ".")
	for _, header := range []string{
		"", "Bearer", "Bearer ", "Basic " + token, token, "Bearer a.b.c", "Bearer ...", "Bearer ..", "Bearer " + strings.Repeat("a", maxToken+1),
		"Bearer " + parts[0] + "." + parts[1] + ".", "Bearer " + parts[0] + "." + parts[1], "Bearer ." + parts[1] + "." + parts[2],
		"Bearer " + parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])), "Bearer " + token + ".x",
		"Bearer " + parts[0] + "." + parts[1] + "A." + parts[2], "Bearer {\"payload\":\"\"}", "Bearer \x00\xff",
		"Bearer " + token + " " + token, "Bearer e30.e30.e30", "Bearer bnVsbA.bnVsbA.bnVsbA",
	} {
		wantFault(t, say(t, a, header), invalid)
	}
	out, err := a.answer(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{})
	if err != nil || !out.IsAuthorized {
		t.Errorf("%v %v", out, err)
	}
	wantFault(t, out.Context, invalid)
}

// TestKeys counts how often the issuer is asked.
func TestKeys(t *testing.T) {
	var asked atomic.Int64
	var down atomic.Bool
	counting := roundTripper(func(r *http.Request) (*http.Response, error) {
		if asked.Add(1); down.Load() {
			return nil, fmt.Errorf("down")
		}
		return http.DefaultTransport.RoundTrip(r)
	})
	a := opened("")
	a.keys.client = &http.Client{Transport: counting}
	now := time.Now()
	a.keys.now = func() time.Time { return now }
	token, err := provider.Sign(good(), nil)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := provider.Sign(good(), map[string]any{"kid": "other"})
	if err != nil {
		t.Fatal(err)
	}
	down.Store(true)
	if _, err := a.answer(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{IdentitySource: []string{"Bearer " + token}}); err == nil {
		t.Error("without keys nothing is known of a token, yet it was answered")
	}
	down.Store(false)
	asked.Store(0)
	for range 5 {
		wantSubject(t, say(t, a, "Bearer "+token), "somebody")
		wantFault(t, say(t, a, "Bearer "+foreign), invalid)
	}
	if n := asked.Load(); n != 2 {
		t.Errorf("asked the issuer %d times, want discovery and keys once", n)
	}
	now = now.Add(61 * time.Second)
	for range 3 {
		wantFault(t, say(t, a, "Bearer "+foreign), invalid)
	}
	if n := asked.Load(); n != 4 {
		t.Errorf("asked the issuer %d times, want twice more after a minute", n)
	}
	now = now.Add(time.Hour)
	down.Store(true)
	wantSubject(t, say(t, a, "Bearer "+token), "somebody") // what is known holds while the issuer is down
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestDiscovery wants a discovery document of another issuer, or with keys in an unsafe place, to count for nothing.
func TestDiscovery(t *testing.T) {
	for name, document := range map[string]string{
		"another issuer": `{"issuer":"https://other.test","jwks_uri":"` + provider.Issuer + `/.well-known/jwks.json"}`,
		"no keys":        `{"issuer":"ISSUER"}`,
		"a file":         `{"issuer":"ISSUER","jwks_uri":"file:///etc/passwd"}`,
		"no JSON":        `<html>`,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(strings.ReplaceAll(document, "ISSUER", "http://"+r.Host)))
		}))
		k := &keys{issuer: server.URL, client: http.DefaultClient, now: time.Now}
		if _, err := k.find(t.Context(), "any", algorithms["RS256"]); err == nil {
			t.Errorf("%s: taken", name)
		}
		server.Close()
	}
}

func FuzzBearer(f *testing.F) {
	token, err := provider.Sign(good(), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("Bearer " + token)
	f.Add("Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.e30.AA")
	a := opened("")
	if _, err := a.keys.find(f.Context(), "none", algorithms["RS256"]); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, header string) {
		out, err := a.answer(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{IdentitySource: []string{header}})
		if err != nil {
			t.Fatal(err)
		}
		if subject, ok := out.Context["subject"]; ok && subject != "somebody" {
			t.Errorf("subject %v", subject)
		}
	})
}
