package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/lestrrat-go/jwx/v3/jws"

	"liaison/shared/boot"
	"liaison/shared/fault"
)

const (
	maxToken   = 8 << 10
	maxSubject = 255
	leeway     = time.Minute // between the issuer's clock and ours
)

// What a token can lack, as gateway names it in the problem.
var (
	invalid = fault.TokenInvalid.String()
	expired = fault.TokenExpired.String()
)

// authorizer checks tokens of one issuer. Tokens live in real time, whatever time the system has travelled to.
type authorizer struct {
	issuer    string   // without a slash at its end
	audiences []string // empty: any of the issuer's tokens counts
	scope     string   // what a token must be allowed; empty: nothing
	pages     string   // the pages' client: an audience of its ID tokens, never of an access token
	keys      *keys
	now       func() time.Time
	log       *slog.Logger
}

func open(env boot.Env) *authorizer {
	a := &authorizer{issuer: boot.IssuerName(env.Issuer), scope: env.Scope, pages: env.PagesClient, now: time.Now, log: env.Log}
	for one := range strings.SplitSeq(env.Audiences, ",") {
		if one = strings.TrimSpace(one); one != "" {
			a.audiences = append(a.audiences, one)
		}
	}
	client := env.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	a.keys = &keys{issuer: a.issuer, client: client, now: time.Now}
	return a
}

// answer always authorises and hands on who calls or what the token lacks: the endpoint turns that into a problem. It fails,
// and API Gateway answers 500 and remembers nothing, only where the issuer's keys cannot be had: then nothing is known of the token.
func (a *authorizer) answer(ctx context.Context, in events.APIGatewayV2CustomAuthorizerV2Request) (out events.APIGatewayV2CustomAuthorizerSimpleResponse, err error) {
	defer func() {
		if p := recover(); p != nil { // whatever a token does to the library, it stays a token that does not hold
			a.log.Error("panic", "value", fmt.Sprint(p), "stack", string(debug.Stack()))
			out, err = events.APIGatewayV2CustomAuthorizerSimpleResponse{IsAuthorized: true, Context: map[string]any{"fault": invalid}}, nil
		}
	}()
	out.IsAuthorized = true
	claims, err := a.check(ctx, bearer(in))
	var lacks refused
	switch {
	case errors.As(err, &lacks):
		a.log.Info("token refused", "code", lacks.code, "why", lacks.why)
		out.Context = map[string]any{"fault": lacks.code}
		return out, nil
	case err != nil:
		a.log.Error("no keys", "error", err.Error())
		return events.APIGatewayV2CustomAuthorizerSimpleResponse{}, err
	}
	out.Context = map[string]any{
		"subject": claims.Subject, "issuer": a.issuer, "exp": strconv.FormatInt(claims.ends().Unix(), 10),
	}
	return out, nil
}

// refused is what a token lacks. why holds our words only, nothing of the token.
type refused struct{ code, why string }

func (r refused) Error() string { return r.code + ": " + r.why }

// bearer returns the token in the request, empty where none is.
func bearer(in events.APIGatewayV2CustomAuthorizerV2Request) string {
	header := ""
	if len(in.IdentitySource) > 0 {
		header = in.IdentitySource[0]
	}
	for name, value := range in.Headers {
		if header == "" && strings.EqualFold(name, "authorization") {
			header = value
		}
	}
	scheme, token, found := strings.Cut(strings.TrimSpace(header), " ")
	if !found || !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// head is a token's header, as far as it decides.
type head struct {
	Algorithm string          `json:"alg"`
	Type      *string         `json:"typ"`
	Key       string          `json:"kid"`
	Critical  json.RawMessage `json:"crit"`
}

// claims are what a token says, as far as it decides. Issuers name the client that a token was given to in their own ways:
// client_id (RFC 9068, Cognito), azp (OpenID Connect), appid (Entra), cid (Okta); so they do with the scope: scope is one text
// (RFC 9068), scp a list or a text.
type claims struct {
	Issuer    string      `json:"iss"`
	Subject   string      `json:"sub"`
	Use       string      `json:"token_use"`
	Client    string      `json:"client_id"`
	Party     string      `json:"azp"`
	App       string      `json:"appid"`
	ClientID  string      `json:"cid"`
	Audience  names       `json:"aud"`
	Scope     names       `json:"scope"`
	Scopes    names       `json:"scp"`
	Nonce     any         `json:"nonce"`
	HashToken any         `json:"at_hash"`
	HashCode  any         `json:"c_hash"`
	Expires   json.Number `json:"exp"`
	NotBefore json.Number `json:"nbf"`
}

// clients are the clients that the token names as its own.
func (c claims) clients() []string {
	return slices.DeleteFunc([]string{c.Client, c.Party, c.App, c.ClientID}, func(one string) bool { return one == "" })
}

// allows says whether the token carries a scope.
func (c claims) allows(scope string) bool {
	return slices.ContainsFunc(append(slices.Clone(c.Scope), c.Scopes...), func(some string) bool {
		return slices.Contains(strings.Fields(some), scope)
	})
}

// names is one name or several, as RFC 7519, 4.1.3 lets an audience be.
type names []string

// UnmarshalJSON takes a text or a list of texts.
func (n *names) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*n = names{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(n))
}

// seconds returns a moment since 1970, zero where the number is none (RFC 7519 lets it have a fraction).
func seconds(n json.Number) time.Time {
	f, err := n.Float64()
	if err != nil || f <= 0 || f > 1e11 {
		return time.Time{}
	}
	return time.Unix(int64(f), 0)
}

// ends is from when the token counts no more.
func (c claims) ends() time.Time { return seconds(c.Expires).Add(leeway) }

// check returns what a genuine token says. It fails with refused where the token is not genuine or its time is over, with another
// error where the issuer's keys cannot be had.
func (a *authorizer) check(ctx context.Context, token string) (claims, error) {
	no := func(why string) (claims, error) { return claims{}, refused{invalid, why} }
	if token == "" || len(token) > maxToken || strings.Count(token, ".") != 2 {
		return no("not three parts")
	}
	first, _, _ := strings.Cut(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(first)
	var h head
	if err != nil || json.Unmarshal(raw, &h) != nil {
		return no("header")
	}
	alg, known := algorithms[h.Algorithm]
	switch {
	case !known:
		return no("alg")
	case h.Type != nil && !slices.Contains([]string{"at+jwt", "application/at+jwt", "jwt"}, strings.ToLower(*h.Type)):
		return no("typ")
	case len(h.Critical) > 0:
		return no("crit")
	case h.Key == "" || len(h.Key) > maxSubject:
		return no("kid")
	}
	key, err := a.keys.find(ctx, h.Key, alg)
	if err != nil {
		return claims{}, fmt.Errorf("authorizer: %w", err)
	}
	if key == nil {
		return no("unknown key")
	}
	payload, err := jws.Verify([]byte(token), jws.WithKey(alg.name, key))
	if err != nil {
		return no("signature")
	}
	var said claims
	if json.Unmarshal(payload, &said) != nil {
		return no("claims")
	}
	now := a.now()
	switch {
	case boot.IssuerName(said.Issuer) != a.issuer:
		return no("iss")
	case !a.opens(h, said):
		return no("no access token")
	case a.scope != "" && !said.allows(a.scope):
		return no("scope")
	case said.Subject == "" || len(said.Subject) > maxSubject:
		return no("sub")
	case len(a.audiences) > 0 && !a.meant(said):
		return no("aud")
	case seconds(said.Expires).IsZero():
		return no("exp")
	case said.NotBefore != "" && now.Before(seconds(said.NotBefore).Add(-leeway)):
		return no("nbf")
	case !now.Before(said.ends()):
		return claims{}, refused{expired, "exp"}
	}
	return said, nil
}

// opens says whether the token is an access token. A Cognito token says so itself. One of another issuer is typed at+jwt (RFC 9068, 2.1),
// or is made for an audience that the deployer named. That audience is no client: an ID token names a client as its audience, and an ID token
// never opens anything, whoever it is for.
func (a *authorizer) opens(h head, said claims) bool {
	if said.Use != "" {
		return said.Use == "access"
	}
	if h.Type != nil && strings.HasSuffix(strings.ToLower(*h.Type), "at+jwt") {
		return true
	}
	if said.Nonce != nil || said.HashToken != nil || said.HashCode != nil { // OpenID Connect Core 1.0, 2 and 3.3.2.11: only ID tokens have them
		return false
	}
	clients := append(said.clients(), a.pages)
	return slices.ContainsFunc(said.Audience, func(one string) bool { return slices.Contains(a.audiences, one) && !slices.Contains(clients, one) })
}

// meant says whether the token is for one of the audiences, or was given to one of them as a client: Cognito's access tokens name
// no audience.
func (a *authorizer) meant(said claims) bool {
	return slices.ContainsFunc(append(said.clients(), said.Audience...), func(one string) bool { return slices.Contains(a.audiences, one) })
}
