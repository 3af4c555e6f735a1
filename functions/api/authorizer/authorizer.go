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
	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jws"

	"liaison/shared/boot"
)

const (
	maxToken   = 8 << 10
	maxSubject = 255
	leeway     = 5 * time.Second // between the issuer's clock and ours
)

// What a token can lack, as gateway names it in the problem.
const (
	invalid = "token_invalid"
	expired = "token_expired"
)

// authorizer checks tokens of one issuer. Tokens live in real time, whatever time the system has travelled to.
type authorizer struct {
	issuer    string
	audiences []string // empty: any of the issuer's tokens counts
	keys      *keys
	now       func() time.Time
	log       *slog.Logger
}

func open(env boot.Env) *authorizer {
	a := &authorizer{issuer: env.Issuer, now: time.Now, log: env.Log}
	for one := range strings.SplitSeq(env.Audiences, ",") {
		if one = strings.TrimSpace(one); one != "" {
			a.audiences = append(a.audiences, one)
		}
	}
	client := env.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	a.keys = &keys{issuer: env.Issuer, client: client, now: time.Now}
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
		"subject": claims.Subject, "issuer": claims.Issuer, "exp": strconv.FormatInt(claims.ends().Unix(), 10),
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

// claims are what a token says, as far as it decides.
type claims struct {
	Issuer    string      `json:"iss"`
	Subject   string      `json:"sub"`
	Use       string      `json:"token_use"`
	Client    string      `json:"client_id"`
	Audience  audience    `json:"aud"`
	Expires   json.Number `json:"exp"`
	NotBefore json.Number `json:"nbf"`
}

// audience is one name or several (RFC 7519, 4.1.3).
type audience []string

// UnmarshalJSON takes a text or a list of texts.
func (a *audience) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(a))
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
	switch {
	case h.Algorithm != jwa.RS256().String(): // the library goes by the key; a header that names another algorithm lies
		return no("alg")
	case h.Type != nil && !slices.Contains([]string{"at+jwt", "application/at+jwt", "jwt"}, strings.ToLower(*h.Type)):
		return no("typ")
	case len(h.Critical) > 0:
		return no("crit")
	case h.Key == "" || len(h.Key) > maxSubject:
		return no("kid")
	}
	key, err := a.keys.find(ctx, h.Key)
	if err != nil {
		return claims{}, fmt.Errorf("authorizer: %w", err)
	}
	if key == nil {
		return no("unknown key")
	}
	payload, err := jws.Verify([]byte(token), jws.WithKey(jwa.RS256(), key))
	if err != nil {
		return no("signature")
	}
	var said claims
	if json.Unmarshal(payload, &said) != nil {
		return no("claims")
	}
	now := a.now()
	switch {
	case said.Issuer != a.issuer:
		return no("iss")
	case said.Use != "access":
		return no("token_use")
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

// meant says whether the token is for one of the audiences, or was given to one of them as a client: Cognito's access tokens name
// no audience.
func (a *authorizer) meant(said claims) bool {
	return slices.Contains(a.audiences, said.Client) ||
		slices.ContainsFunc(said.Audience, func(one string) bool { return slices.Contains(a.audiences, one) })
}
