package services_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"liaison/infra/local/services"
)

func start(t *testing.T, o services.IdentityOptions) *services.Provider {
	t.Helper()
	o.Log = t.Output()
	i, err := services.Identity(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	})
	return i
}

func pool(i *services.Provider) *cognito.Client {
	return cognito.New(cognito.Options{Region: "eu-central-1", BaseEndpoint: &i.CognitoURL, Credentials: anyKey})
}

// verified gives the claims of a token after checking its signature with the published keys.
func verified(t *testing.T, i *services.Provider, token string) map[string]any {
	t.Helper()
	claims, err := verify(t.Context(), i, token)
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

func verify(ctx context.Context, i *services.Provider, token string) (map[string]any, error) {
	keys, err := jwk.Fetch(ctx, i.Issuer+"/.well-known/jwks.json")
	if err != nil {
		return nil, err
	}
	parsed, err := jwt.Parse([]byte(token), jwt.WithKeySet(keys), jwt.WithIssuer(i.Issuer))
	if err != nil {
		return nil, err
	}
	claims := map[string]any{}
	for _, name := range parsed.Keys() {
		var v any
		if err := parsed.Get(name, &v); err != nil {
			return nil, err
		}
		claims[name] = v
	}
	return claims, nil
}

func want(t *testing.T, claims map[string]any, name string, value any) {
	t.Helper()
	if got := claims[name]; got != value {
		t.Errorf("claim %s is %#v, want %#v", name, got, value)
	}
}

// browserOf keeps cookies and stops before it leaves the issuer.
func browserOf(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(r.URL.Path, "/signed-in") || strings.HasSuffix(r.URL.Path, "/sign-out") {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

// visit makes one request of a browser and gives the answer without its body.
func visit(t *testing.T, browser *http.Client, method, to string, form url.Values) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, to, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := browser.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return res
}

func TestIdentity(t *testing.T) {
	i := start(t, services.IdentityOptions{Redirects: []string{"http://localhost:4000/signed-in"}, Logouts: []string{"http://localhost:4000/sign-out"}})

	t.Run("discovery", func(t *testing.T) {
		found := string(get(t, i.Issuer+"/.well-known/openid-configuration"))
		for _, member := range []string{`"issuer":"` + i.Issuer + `"`, `"jwks_uri":"` + i.Issuer + `/.well-known/jwks.json"`, `"code_challenge_methods_supported":["S256"]`} {
			if !strings.Contains(found, member) {
				t.Errorf("discovery lacks %s: %s", member, found)
			}
		}
		if keys := get(t, i.Issuer+"/.well-known/jwks.json"); bytes.Contains(keys, []byte(`"d"`)) {
			t.Errorf("the published keys hold a private one: %s", keys)
		}
	})

	t.Run("machine", func(t *testing.T) {
		token, err := i.Token(t.Context(), i.OperatorClientID, i.OperatorSecret)
		if err != nil {
			t.Fatal(err)
		}
		claims := verified(t, i, token)
		want(t, claims, "sub", i.OperatorClientID)
		want(t, claims, "client_id", i.OperatorClientID)
		want(t, claims, "token_use", "access")
		want(t, claims, "scope", i.Scope)
		if aud, _ := claims["aud"].([]string); len(aud) != 1 || aud[0] != i.Audience {
			t.Errorf("aud is %v, want %q", claims["aud"], i.Audience)
		}
		if left := time.Until(claims["exp"].(time.Time)); left < 59*time.Minute || left > time.Hour {
			t.Errorf("the token lives %v, want an hour", left)
		}
		refused(t, i, i.OperatorClientID, "wrong", "invalid_client")
		refused(t, i, "nobody", "wrong", "invalid_client")
		refused(t, i, i.PagesClientID, "", "invalid_request") // people only
	})

	t.Run("machine comes and goes", func(t *testing.T) {
		made, err := pool(i).CreateUserPoolClient(t.Context(), &cognito.CreateUserPoolClientInput{
			UserPoolId: &i.UserPoolID, ClientName: aws.String("partner's machine"), GenerateSecret: true,
			AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeClientCredentials},
			AllowedOAuthScopes: []string{i.Scope},
		})
		if err != nil {
			t.Fatal(err)
		}
		id, secret := *made.UserPoolClient.ClientId, *made.UserPoolClient.ClientSecret
		token, err := i.Token(t.Context(), id, secret)
		if err != nil {
			t.Fatal(err)
		}
		want(t, verified(t, i, token), "sub", id)
		if _, err := pool(i).DeleteUserPoolClient(t.Context(), &cognito.DeleteUserPoolClientInput{UserPoolId: &i.UserPoolID, ClientId: &id}); err != nil {
			t.Fatal(err)
		}
		refused(t, i, id, secret, "invalid_client")
	})

	t.Run("two secrets", func(t *testing.T) {
		made, err := pool(i).CreateUserPoolClient(t.Context(), &cognito.CreateUserPoolClientInput{
			UserPoolId: &i.UserPoolID, ClientName: aws.String("partner's machine"), GenerateSecret: true,
			AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeClientCredentials},
			AllowedOAuthScopes: []string{i.Scope},
		})
		if err != nil {
			t.Fatal(err)
		}
		id, first := *made.UserPoolClient.ClientId, *made.UserPoolClient.ClientSecret
		add := func(client, given *string) (string, string, error) {
			added, err := pool(i).AddUserPoolClientSecret(t.Context(), &cognito.AddUserPoolClientSecretInput{UserPoolId: &i.UserPoolID, ClientId: client, ClientSecret: given})
			if err != nil {
				return "", "", err
			}
			return *added.ClientSecretDescriptor.ClientSecretId, aws.ToString(added.ClientSecretDescriptor.ClientSecretValue), nil
		}
		held := func() (ids []string) {
			t.Helper()
			found, err := pool(i).ListUserPoolClientSecrets(t.Context(), &cognito.ListUserPoolClientSecretsInput{UserPoolId: &i.UserPoolID, ClientId: &id})
			if err != nil {
				t.Fatal(err)
			}
			for n, one := range found.ClientSecrets {
				if one.ClientSecretValue != nil || n > 0 && !one.ClientSecretCreateDate.After(*found.ClientSecrets[n-1].ClientSecretCreateDate) {
					t.Errorf("listed %+v", found.ClientSecrets)
				}
				ids = append(ids, *one.ClientSecretId)
			}
			return ids
		}
		end := func(secret string) error {
			_, err := pool(i).DeleteUserPoolClientSecret(t.Context(), &cognito.DeleteUserPoolClientSecretInput{UserPoolId: &i.UserPoolID, ClientId: &id, ClientSecretId: &secret})
			return err
		}
		var missing *types.ResourceNotFoundException
		var full *types.LimitExceededException
		var last *types.InvalidParameterException
		only := held()
		if len(only) != 1 || !strings.HasPrefix(only[0], id+"--") {
			t.Fatalf("a client begins with %q", only)
		}
		if err := end(only[0]); !errors.As(err, &last) {
			t.Errorf("the last secret was ended: %v", err)
		}
		newer, second, err := add(&id, nil)
		if err != nil || second == "" || second == first {
			t.Fatal(second, err)
		}
		if got := held(); len(got) != 2 || got[0] != only[0] || got[1] != newer {
			t.Errorf("it holds %q", got)
		}
		for _, secret := range []string{first, second} {
			token, err := i.Token(t.Context(), id, secret)
			if err != nil {
				t.Fatal(err)
			}
			want(t, verified(t, i, token), "sub", id)
		}
		refused(t, i, id, "wrong", "invalid_client")
		if _, _, err := add(&id, nil); !errors.As(err, &full) {
			t.Errorf("a third secret: %v", err)
		}
		if err := end(only[0]); err != nil {
			t.Fatal(err)
		}
		if err := end(only[0]); !errors.As(err, &missing) {
			t.Errorf("ended again: %v", err)
		}
		refused(t, i, id, first, "invalid_client")
		if _, err := i.Token(t.Context(), id, second); err != nil {
			t.Error(err)
		}
		if _, said, err := add(&id, aws.String("aSecretOfOnesOwnChoosing4711")); err != nil || said != "" {
			t.Errorf("a given secret is said again: %q %v", said, err)
		}
		if _, err := i.Token(t.Context(), id, "aSecretOfOnesOwnChoosing4711"); err != nil {
			t.Error(err)
		}
		if _, _, err := add(aws.String("nobody"), nil); !errors.As(err, &missing) {
			t.Errorf("of no client: %v", err)
		}
		if _, _, err := add(&i.PagesClientID, nil); !errors.As(err, &last) {
			t.Errorf("of a client without a secret: %v", err)
		}
	})

	t.Run("as Cognito does", func(t *testing.T) {
		back, verifier := i.Issuer+"/signed-in", strings.Repeat("v", 43)
		browser := browserOf(t)
		challenge := sha256.Sum256([]byte(verifier))
		ask := url.Values{
			"response_type": {"code"}, "client_id": {i.PagesClientID}, "redirect_uri": {back}, "scope": {"openid"}, "state": {"s"},
			"code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}, "code_challenge_method": {"S256"},
		}
		authorize := i.Issuer + "/oauth2/authorize?" + ask.Encode()
		code := func() string { // empty where the sign-in page shows
			t.Helper()
			res := visit(t, browser, http.MethodGet, authorize, nil)
			if res.StatusCode == http.StatusOK {
				return ""
			}
			at, err := res.Location()
			if err != nil {
				t.Fatal(err)
			}
			return at.Query().Get("code")
		}
		exchange := func(code string, basic bool) int {
			t.Helper()
			form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {back}, "code_verifier": {verifier}}
			if !basic {
				form.Set("client_id", i.PagesClientID)
			}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, i.Issuer+"/oauth2/token", strings.NewReader(form.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if basic {
				r.SetBasicAuth(i.PagesClientID, "")
			}
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			return res.StatusCode
		}
		page := visit(t, browser, http.MethodGet, authorize, nil)
		visit(t, browser, http.MethodPost, page.Request.URL.String(), url.Values{"user": {i.OperatorName}, "password": {i.OperatorPassword}})
		first, second := code(), code()
		if first == "" || second == "" || first == second {
			t.Fatalf("a session gives no codes: %q %q", first, second)
		}
		if status := exchange(first, true); status < 400 {
			t.Errorf("Basic of a client without a secret: %d", status)
		}
		if status := exchange(first, false); status != http.StatusBadRequest {
			t.Errorf("a code that was refused with Basic: %d, want it used up", status)
		}
		if status := exchange(second, false); status != http.StatusOK {
			t.Errorf("a code without Basic: %d", status)
		}
		out := i.Issuer + "/logout?" + url.Values{"client_id": {i.PagesClientID}, "logout_uri": {"https://evil.example/"}}.Encode()
		if res := visit(t, browser, http.MethodGet, out, nil); res.StatusCode != http.StatusBadRequest || code() == "" {
			t.Errorf("sign-out to a foreign address: %d", res.StatusCode)
		}
		out = i.Issuer + "/logout?" + url.Values{"client_id": {i.PagesClientID}, "logout_uri": {"http://localhost:4000/sign-out"}}.Encode()
		if res := visit(t, browser, http.MethodGet, out, nil); res.StatusCode != http.StatusFound || code() != "" {
			t.Errorf("sign-out: %d, or the session goes on", res.StatusCode)
		}
	})

	t.Run("operator", func(t *testing.T) {
		got, err := i.SignIn(t.Context(), i.OperatorName, i.OperatorPassword)
		if err != nil {
			t.Fatal(err)
		}
		id := verified(t, i, got.ID)
		want(t, id, "sub", i.OperatorSub)
		want(t, id, "email", i.OperatorName)
		want(t, id, "email_verified", true)
		want(t, id, "token_use", "id")
		if name, _ := id["name"].(string); name == "" {
			t.Error("the ID token has no name")
		}
		access := verified(t, i, got.Access)
		want(t, access, "sub", i.OperatorSub)
		want(t, access, "client_id", i.PagesClientID)
		want(t, access, "token_use", "access")
		want(t, access, "scope", i.Scope)
	})

	t.Run("person", func(t *testing.T) {
		name := "łucja@fabrikam.example"
		made, err := pool(i).AdminCreateUser(t.Context(), &cognito.AdminCreateUserInput{
			UserPoolId: &i.UserPoolID, Username: &name, MessageAction: types.MessageActionTypeSuppress, TemporaryPassword: aws.String("Early-4711"),
			UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: &name}, {Name: aws.String("name"), Value: aws.String("Łucja Żak")}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := i.SignIn(t.Context(), name, "Early-4711"); !errors.Is(err, services.ErrWrongPassword) {
			t.Errorf("before a password is set: %v, want %v", err, services.ErrWrongPassword)
		}
		if _, err := pool(i).AdminSetUserPassword(t.Context(), &cognito.AdminSetUserPasswordInput{UserPoolId: &i.UserPoolID, Username: &name, Password: aws.String("Zażółć-4711"), Permanent: true}); err != nil {
			t.Fatal(err)
		}
		got, err := i.SignIn(t.Context(), name, "Zażółć-4711")
		if err != nil {
			t.Fatal(err)
		}
		id := verified(t, i, got.ID)
		want(t, id, "name", "Łucja Żak")
		want(t, id, "email_verified", false)
		for _, a := range made.User.Attributes {
			if *a.Name == "sub" {
				want(t, id, "sub", *a.Value)
			}
		}
		for _, wrong := range []struct{ name, password string }{{name, "zażółć-4711"}, {name, ""}, {"nobody@fabrikam.example", "Zażółć-4711"}, {"", ""}} {
			if _, err := i.SignIn(t.Context(), wrong.name, wrong.password); !errors.Is(err, services.ErrWrongPassword) {
				t.Errorf("%q with %q: %v, want %v", wrong.name, wrong.password, err, services.ErrWrongPassword)
			}
		}

		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		browser := &http.Client{Jar: jar}
		ask := i.Issuer + "/oauth2/authorize?" + authorize(i, "redirect_uri", i.Issuer+"/signed-in")
		_, at := read(t, browser, ask, nil)
		read(t, browser, at, url.Values{"user": {name}, "password": {"Zażółć-4711"}})
		if _, at := read(t, browser, ask, nil); !strings.Contains(at, "code=") {
			t.Errorf("signed in already, but sent to %s", at)
		}
		if _, err := pool(i).AdminDisableUser(t.Context(), &cognito.AdminDisableUserInput{UserPoolId: &i.UserPoolID, Username: &name}); err != nil {
			t.Fatal(err)
		}
		if _, err := i.SignIn(t.Context(), name, "Zażółć-4711"); !errors.Is(err, services.ErrWrongPassword) {
			t.Errorf("a disabled account: %v, want %v", err, services.ErrWrongPassword)
		}
		if page, at := read(t, browser, ask, nil); strings.Contains(at, "code=") {
			t.Errorf("disabled while signed in, but got a code: %s %s", at, page)
		}
	})

	t.Run("page", func(t *testing.T) {
		for lang, said := range map[string][]string{
			"en": {`<html lang="en">`, "Password", "<title>Error: Sign in</title>", "The user name or the password is wrong"},
			"pl": {`<html lang="pl">`, "Hasło", "<title>Błąd: Zaloguj się</title>", "Nazwa użytkownika lub hasło są nieprawidłowe"},
		} {
			jar, _ := cookiejar.New(nil)
			browser := &http.Client{Jar: jar}
			first, at := read(t, browser, i.Issuer+"/oauth2/authorize?"+authorize(i, "ui_locales", lang), nil)
			second, _ := read(t, browser, at, url.Values{"user": {`"><script>`}, "password": {"x"}})
			for _, s := range said {
				if !strings.Contains(second, s) {
					t.Errorf("%s: the page after a wrong password lacks %q: %s", lang, s, second)
				}
			}
			if strings.Contains(first, said[3]) || strings.Contains(second, "<script") {
				t.Errorf("%s: an error too early, or markup that came from outside: %s%s", lang, first, second)
			}
		}
	})

	t.Run("code without PKCE", func(t *testing.T) {
		browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		res, err := browser.Get(i.Issuer + "/oauth2/authorize?" + authorize(i, "code_challenge", ""))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if at := res.Header.Get("Location"); !strings.Contains(at, "error=invalid_request") {
			t.Errorf("got %s to %q, want invalid_request", res.Status, at)
		}
	})

	t.Run("redirect elsewhere", func(t *testing.T) {
		page, _ := read(t, http.DefaultClient, i.Issuer+"/oauth2/authorize?"+authorize(i, "redirect_uri", "https://elsewhere.example/"), nil)
		if strings.Contains(page, "<form") {
			t.Error("an unknown redirect URI gets a sign-in form")
		}
	})

	t.Run("sign", func(t *testing.T) {
		good := map[string]any{"iss": i.Issuer, "sub": "s", "exp": time.Now().Add(time.Hour).Unix()}
		token, err := i.Sign(good, nil)
		if err != nil {
			t.Fatal(err)
		}
		want(t, verified(t, i, token), "sub", "s")
		for what, header := range map[string]map[string]any{"none": {"alg": "none"}, "the public key as a secret": {"alg": "HS256"}, "no key id": {"kid": nil}} {
			token, err := i.Sign(good, header)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := verify(t.Context(), i, token); err == nil {
				t.Errorf("%s: verified", what)
			}
		}
		late, err := i.Sign(map[string]any{"iss": i.Issuer, "sub": "s", "exp": time.Now().Add(-time.Hour).Unix()}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := verify(t.Context(), i, late); err == nil {
			t.Error("an expired token: verified")
		}
	})
}

// TestIdentityKeeps stops the provider and starts it on the same folder: same people, same
// clients, same key. The second run makes tokens as Cognito does.
func TestIdentityKeeps(t *testing.T) {
	keep := t.TempDir()
	first := start(t, services.IdentityOptions{Keep: keep, OperatorName: "olga@vendor.example", OperatorPassword: "Kept-4711"})
	before, err := first.Token(t.Context(), first.OperatorClientID, first.OperatorSecret)
	if err != nil {
		t.Fatal(err)
	}
	added, err := pool(first).AddUserPoolClientSecret(t.Context(), &cognito.AddUserPoolClientSecretInput{UserPoolId: &first.UserPoolID, ClientId: &first.OperatorClientID})
	if err != nil {
		t.Fatal(err)
	}
	endsAll(t, first.Process)

	again := start(t, services.IdentityOptions{Keep: keep, LikeCognito: true})
	if again.OperatorSub != first.OperatorSub || again.UserPoolID != first.UserPoolID {
		t.Errorf("another pool or operator after a restart: %+v, %+v", first, again)
	}
	keys, err := jwk.Fetch(t.Context(), again.Issuer+"/.well-known/jwks.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jwt.Parse([]byte(before), jwt.WithKeySet(keys)); err != nil {
		t.Errorf("a token from before the restart: %v", err)
	}
	token, err := again.Token(t.Context(), first.OperatorClientID, first.OperatorSecret)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Token(t.Context(), first.OperatorClientID, *added.ClientSecretDescriptor.ClientSecretValue); err != nil {
		t.Errorf("a second secret from before the restart: %v", err)
	}
	if aud, there := verified(t, again, token)["aud"]; there {
		t.Errorf("aud is %v, want none", aud)
	}
	if head, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0]); err != nil || strings.Contains(string(head), "typ") {
		t.Errorf("the header is %s (%v), want no typ", head, err)
	}
	if _, err := again.SignIn(t.Context(), "olga@vendor.example", "Kept-4711"); err != nil {
		t.Error(err)
	}
}

// TestTrigger: the provider asks before it gives a token, with what Cognito sends, and gives none where that fails.
func TestTrigger(t *testing.T) {
	type event struct {
		Version, TriggerSource, UserPoolID, UserName string
		CallerContext                                struct{ ClientID string }
	}
	events, status := make(chan event, 10), http.StatusOK
	asked := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var e event
		if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
			t.Error(err)
		}
		events <- e
		w.WriteHeader(status)
	}))
	defer asked.Close()
	i := start(t, services.IdentityOptions{Trigger: asked.URL, OperatorPassword: "Kept-4711"})
	if _, err := i.Token(t.Context(), i.OperatorClientID, i.OperatorSecret); err != nil {
		t.Fatal(err)
	}
	if e := <-events; e.Version != "3" || e.TriggerSource != "TokenGeneration_ClientCredentials" || e.UserPoolID != i.UserPoolID || e.CallerContext.ClientID != i.OperatorClientID {
		t.Errorf("for a machine it asks %+v", e)
	}
	if _, err := i.SignIn(t.Context(), i.OperatorName, i.OperatorPassword); err != nil {
		t.Fatal(err)
	}
	if e := <-events; e.TriggerSource != "TokenGeneration_HostedAuth" || e.UserName != i.OperatorSub || e.CallerContext.ClientID != i.PagesClientID {
		t.Errorf("for a person it asks %+v", e)
	}
	refused(t, i, i.OperatorClientID, "wrong", "invalid_client")
	if n := len(events); n != 0 {
		t.Errorf("it asks %d times more", n)
	}
	status = http.StatusBadGateway
	refused(t, i, i.OperatorClientID, i.OperatorSecret, "invalid_request")
}

func refused(t *testing.T, i *services.Provider, id, secret, code string) {
	t.Helper()
	token, err := i.Token(t.Context(), id, secret)
	var r *services.Refused
	if !errors.As(err, &r) || r.Code != code || token != "" {
		t.Errorf("a token for %q: %q, %v, want %s", id, token, err, code)
	}
}

// authorize gives the query of a good authorization request with one parameter changed.
func authorize(i *services.Provider, name, value string) string {
	q := url.Values{
		"response_type": {"code"}, "client_id": {i.PagesClientID}, "redirect_uri": {"http://localhost:4000/signed-in"},
		"scope": {"openid email"}, "state": {"s"}, "code_challenge": {strings.Repeat("x", 43)}, "code_challenge_method": {"S256"},
	}
	if q.Set(name, value); value == "" {
		q.Del(name)
	}
	return q.Encode()
}

// read gets a page, or posts the form, and gives its text and where it was found.
func read(t *testing.T, browser *http.Client, at string, form url.Values) (string, string) {
	t.Helper()
	res, err := browser.Get(at)
	if form != nil {
		res, err = browser.PostForm(at, form)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body), res.Request.URL.String()
}
