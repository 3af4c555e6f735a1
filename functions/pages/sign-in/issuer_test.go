package signin

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"

	"liaison/shared/boot"
)

// elsewhere is an issuer that is no Cognito pool. It writes a slash at the end of its name, and says of people what claims hold.
type elsewhere struct {
	name   string
	claims map[string]any
	end    string        // its end_session_endpoint
	asked  *http.Request // the last token request, its form parsed
}

func begin(t *testing.T) *elsewhere {
	t.Helper()
	raw, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	private, err := jwk.Import(raw)
	if err != nil {
		t.Fatal(err)
	}
	if err := private.Set(jwk.KeyIDKey, "one"); err != nil {
		t.Fatal(err)
	}
	public, err := private.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	set := jwk.NewSet()
	if err := set.AddKey(public); err != nil {
		t.Fatal(err)
	}
	e := &elsewhere{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": e.name, "jwks_uri": e.name + "keys", "authorization_endpoint": e.name + "authorize", "token_endpoint": e.name + "token",
			"end_session_endpoint": e.end, "id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(set) })
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		if e.asked = r; r.ParseForm() != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		all := map[string]any{"iss": e.name, "sub": "anna", "aud": "pages", "nonce": "n", "exp": time.Now().Add(time.Hour).Unix(), "email": "anna@example.com"}
		maps.Copy(all, e.claims)
		payload, _ := json.Marshal(all)
		token, err := jws.Sign(payload, jws.WithKey(jwa.RS256(), private))
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": string(token)})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	e.name = server.URL + "/"
	return e
}

func (e *elsewhere) open(issuer string, trusted bool) *issuer {
	return open(boot.Env{Issuer: issuer, PagesClient: "pages", PagesURL: "https://pages.example", TrustAddresses: trusted})
}

// TestSlash: an issuer is the same with and without a slash at its end, whichever of the two the deployer wrote.
func TestSlash(t *testing.T) {
	e := begin(t)
	e.claims = map[string]any{"email_verified": true}
	for _, configured := range []string{e.name, strings.TrimSuffix(e.name, "/")} {
		who, err := e.open(configured, false).finish(t.Context(), attempt{Nonce: "n", Verifier: "v"}, "code")
		if err != nil || who.Subject != "anna" || who.Mail != "anna@example.com" {
			t.Errorf("%s: %+v %v", configured, who, err)
		}
	}
}

// TestClientInForm: the first and only try of the exchange names the client in the form. Cognito refuses Basic of a client without a secret,
// and a refused try can use up the code.
func TestClientInForm(t *testing.T) {
	e := begin(t)
	e.claims = map[string]any{"email_verified": true}
	if _, err := e.open(e.name, false).finish(t.Context(), attempt{Nonce: "n", Verifier: "v"}, "code"); err != nil {
		t.Fatal(err)
	}
	if e.asked.Header.Get("Authorization") != "" || e.asked.PostForm.Get("client_id") != "pages" || e.asked.PostForm.Get("code_verifier") != "v" {
		t.Errorf("asked with %v and %v", e.asked.Header, e.asked.PostForm)
	}
}

// TestAddress holds whose address binds: one that the issuer says is verified, or, where it says nothing, one of an issuer that the deployer
// trusts for it.
func TestAddress(t *testing.T) {
	e := begin(t)
	for _, one := range []struct {
		claims  map[string]any
		trusted bool
		mail    string
		err     error
	}{
		{map[string]any{"email_verified": true}, false, "anna@example.com", nil},
		{map[string]any{"email_verified": "true"}, false, "anna@example.com", nil},
		{map[string]any{"email_verified": false}, false, "", nil},
		{map[string]any{"email_verified": false}, true, "", nil},
		{map[string]any{"email_verified": 1}, true, "", nil},
		{nil, false, "", errUnsaid},
		{nil, true, "anna@example.com", nil},
		{map[string]any{"email": ""}, true, "", nil},
	} {
		e.claims = one.claims
		who, err := e.open(e.name, one.trusted).finish(t.Context(), attempt{Nonce: "n", Verifier: "v"}, "code")
		if who.Mail != one.mail || !errors.Is(err, one.err) {
			t.Errorf("%v, trusted %v: %q %v", one.claims, one.trusted, who.Mail, err)
		}
	}
}

// TestOut holds where a sign-out goes on to.
func TestOut(t *testing.T) {
	for end, want := range map[string]bool{"https://sign-in.example/logout": true, "": false, "javascript:alert(1)": false, "/logout": false, "ftp://x.example/": false} {
		e := begin(t)
		e.end = end
		out := e.open(e.name, false).out(t.Context())
		if (out != "") != want {
			t.Errorf("%q: %q", end, out)
		}
		if !want {
			continue
		}
		u, err := url.Parse(out)
		if err != nil {
			t.Fatal(err)
		}
		const back = "https://pages.example/sign-out"
		if q := u.Query(); u.Host != "sign-in.example" || q.Get("client_id") != "pages" || q.Get("logout_uri") != back || q.Get("post_logout_redirect_uri") != back {
			t.Errorf("%q: %q", end, out)
		}
	}
}
