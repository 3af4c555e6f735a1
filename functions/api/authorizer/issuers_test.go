package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"

	"liaison/shared/boot"
)

// foreign is an issuer that is no Cognito pool: with keys of every kind, and a slash at the end of its name.
type foreign struct {
	name string
	keys map[string]jwk.Key // private, by kid
}

func elsewhere(t *testing.T) foreign {
	t.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw := map[string]any{"rsa": rsaKey, "ed": edKey}
	for kid, curve := range map[string]elliptic.Curve{"256": elliptic.P256(), "384": elliptic.P384(), "521": elliptic.P521()} {
		if raw[kid], err = ecdsa.GenerateKey(curve, rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	f := foreign{keys: map[string]jwk.Key{}}
	set := jwk.NewSet()
	for kid, one := range raw {
		private, err := jwk.Import(one)
		if err != nil {
			t.Fatal(err)
		}
		if err := private.Set(jwk.KeyIDKey, kid); err != nil {
			t.Fatal(err)
		}
		public, err := private.PublicKey()
		if err != nil {
			t.Fatal(err)
		}
		if err := set.AddKey(public); err != nil {
			t.Fatal(err)
		}
		f.keys[kid] = private
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": f.name, "jwks_uri": f.name + "keys"})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(set) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	f.name = server.URL + "/"
	return f
}

// sign gives a token of the issuer, under a key and an algorithm of its own.
func (f foreign) sign(t *testing.T, kid, alg, typ string, claims map[string]any) string {
	t.Helper()
	headers := jws.NewHeaders()
	if typ != "" {
		if err := headers.Set("typ", typ); err != nil {
			t.Fatal(err)
		}
	}
	all := map[string]any{"iss": f.name, "sub": "somebody", "exp": time.Now().Add(time.Hour).Unix()}
	maps.Copy(all, claims)
	payload, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jws.Sign(payload, jws.WithKey(algorithms[alg].name, f.keys[kid], jws.WithProtectedHeaders(headers)))
	if err != nil {
		t.Fatal(err)
	}
	return string(token)
}

// TestOtherIssuers holds what counts as an access token of an issuer that is no Cognito pool, in the shapes that are met, and that an ID
// token opens nothing whomever it is for.
func TestOtherIssuers(t *testing.T) {
	f := elsewhere(t)
	const ours = "https://api.partners.example"
	type m = map[string]any
	for name, one := range map[string]struct {
		kid, alg, typ string
		claims        m
		want          string // fault, empty for none
	}{
		"RFC 9068":                  {"rsa", "RS256", "at+jwt", m{"aud": []string{ours, "other"}, "client_id": "c", "scope": "x"}, ""},
		"RFC 9068, the long type":   {"rsa", "RS256", "application/at+jwt", m{"aud": ours, "client_id": "c"}, ""},
		"RFC 9068 for a client":     {"rsa", "RS256", "at+jwt", m{"aud": "other", "client_id": "machine"}, ""},
		"RFC 9068 for others":       {"rsa", "RS256", "at+jwt", m{"aud": "other", "client_id": "c"}, invalid},
		"aud and azp":               {"rsa", "RS256", "JWT", m{"aud": ours, "azp": "c"}, ""},
		"aud and appid":             {"rsa", "RS256", "JWT", m{"aud": ours, "appid": "c"}, ""},
		"aud and cid":               {"rsa", "RS256", "", m{"aud": ours, "cid": "c", "scp": []string{"x"}}, ""},
		"only a named client":       {"rsa", "RS256", "JWT", m{"aud": "account", "azp": "machine"}, invalid},
		"an ID token":               {"rsa", "RS256", "JWT", m{"aud": "pages", "nonce": "n"}, invalid},
		"an ID token, bare":         {"rsa", "RS256", "JWT", m{"aud": "pages"}, invalid},
		"an ID token of a machine":  {"rsa", "RS256", "JWT", m{"aud": "machine", "azp": "machine"}, invalid},
		"an ID token for our name":  {"rsa", "RS256", "JWT", m{"aud": ours, "azp": "c", "at_hash": "h"}, invalid},
		"an ID token that says so":  {"rsa", "RS256", "at+jwt", m{"aud": ours, "token_use": "id"}, invalid},
		"RS384":                     {"rsa", "RS384", "at+jwt", m{"aud": ours}, ""},
		"RS512":                     {"rsa", "RS512", "at+jwt", m{"aud": ours}, ""},
		"PS256":                     {"rsa", "PS256", "at+jwt", m{"aud": ours}, ""},
		"PS384":                     {"rsa", "PS384", "at+jwt", m{"aud": ours}, ""},
		"PS512":                     {"rsa", "PS512", "at+jwt", m{"aud": ours}, ""},
		"ES256":                     {"256", "ES256", "at+jwt", m{"aud": ours}, ""},
		"ES384":                     {"384", "ES384", "at+jwt", m{"aud": ours}, ""},
		"ES512":                     {"521", "ES512", "at+jwt", m{"aud": ours}, ""},
		"EdDSA":                     {"ed", "EdDSA", "at+jwt", m{"aud": ours}, ""},
		"EdDSA, an ID token":        {"ed", "EdDSA", "JWT", m{"aud": "pages", "nonce": "n"}, invalid},
		"the name without a slash":  {"384", "ES384", "at+jwt", m{"aud": ours, "iss": f.name[:len(f.name)-1]}, ""},
		"a name that begins likely": {"384", "ES384", "at+jwt", m{"aud": ours, "iss": f.name + "x"}, invalid},
	} {
		t.Run(name, func(t *testing.T) {
			for _, issuer := range []string{f.name, f.name[:len(f.name)-1]} { // as a deployer may write it
				a := open(boot.Env{Issuer: issuer, Audiences: ours + ",machine,pages", PagesClient: "pages", Log: slog.New(slog.DiscardHandler)})
				said := say(t, a, "Bearer "+f.sign(t, one.kid, one.alg, one.typ, one.claims))
				if one.want != "" {
					wantFault(t, said, one.want)
				} else if said["fault"] != nil || said["subject"] != "somebody" || said["issuer"] != f.name[:len(f.name)-1] {
					t.Errorf("said %v", said)
				}
			}
		})
	}
}

// TestKeyOfAnotherKind: a key counts only for the algorithms that it is made for.
func TestKeyOfAnotherKind(t *testing.T) {
	f := elsewhere(t)
	for kid, takes := range map[string][]string{
		"rsa": {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}, "256": {"ES256"}, "384": {"ES384"}, "521": {"ES512"}, "ed": {"EdDSA"},
	} {
		for name, alg := range algorithms {
			want := false
			for _, one := range takes {
				want = want || one == name
			}
			if alg.takes(f.keys[kid]) != want {
				t.Errorf("%s takes the key %s: %v", name, kid, !want)
			}
		}
	}
}
