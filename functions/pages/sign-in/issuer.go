package signin

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"liaison/shared/boot"
	"liaison/shared/fault"
)

// patience is how long the issuer may take to answer one question.
const patience = 5 * time.Second

// issuer is the OpenID provider that people sign in with. Its tokens live in real time, whatever time the system has travelled to.
type issuer struct {
	url, client  string
	back, parted string // where people come back to, signed in and signed out
	trusted      bool   // an ID token that does not say whether its address is verified holds a verified one
	http         *http.Client

	mu    sync.Mutex
	found *oidc.Provider // nil before the first discovery
}

func open(env boot.Env) *issuer {
	return &issuer{
		url: env.Issuer, client: env.PagesClient, back: env.PagesURL + callbackPath, parted: env.PagesURL + signOutPath,
		trusted: env.TrustAddresses, http: env.Once(),
	}
}

// person is whom an ID token names.
type person struct {
	Issuer, Subject string
	Mail            string // verified by the issuer; empty where it is not
}

var (
	errRefused = errors.New("sign-in: the code or its token does not hold")
	errUnsaid  = errors.New("sign-in: the issuer does not say whether the address is verified")
)

// provider discovers the issuer's addresses and keys, once.
func (i *issuer) provider(ctx context.Context) (*oidc.Provider, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.found != nil {
		return i.found, nil
	}
	// The provider keeps the context for reading keys later: it must outlive this request.
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), i.http)
	found, err := oidc.NewProvider(ctx, i.url)
	var other *oidc.IssuerMismatchError
	if errors.As(err, &other) && boot.IssuerName(other.Discovered) == boot.IssuerName(i.url) {
		found, err = oidc.NewProvider(ctx, other.Discovered) // it only writes the slash at its end otherwise than our configuration
	}
	if err != nil {
		return nil, unavailable(err)
	}
	i.found = found
	return found, nil
}

func unavailable(err error) error {
	return fault.SignInUnavailable.After(patience).Because(err)
}

func (i *issuer) config(p *oidc.Provider) oauth2.Config {
	endpoint := p.Endpoint()
	// A client without a secret names itself in the form. Left to itself the library first tries Basic, which Cognito refuses, and a refused
	// try can use up the code.
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	return oauth2.Config{ClientID: i.client, Endpoint: endpoint, RedirectURL: i.back, Scopes: []string{oidc.ScopeOpenID, "email"}}
}

// out returns the address at which the issuer ends its own session, without which the next person at a shared machine would be signed in
// by it; empty where it has none. Cognito and OpenID Connect's RP-Initiated Logout 1.0 each name the address to come back to their own way.
func (i *issuer) out(ctx context.Context) string {
	p, err := i.provider(ctx)
	var said struct {
		End string `json:"end_session_endpoint"`
	}
	if err != nil || p.Claims(&said) != nil {
		return ""
	}
	at, err := url.Parse(said.End)
	own, wrong := url.Parse(i.url)
	if err != nil || wrong != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != own.Scheme {
		return ""
	}
	query := at.Query()
	query.Set("client_id", i.client)
	query.Set("logout_uri", i.parted)
	query.Set("post_logout_redirect_uri", i.parted)
	at.RawQuery = query.Encode()
	return at.String()
}

// begin returns the address at which a person signs in. The password is asked every time: whoever sits down at a shared machine is not
// signed in as the person before.
func (i *issuer) begin(ctx context.Context, a attempt, language string) (string, error) {
	p, err := i.provider(ctx)
	if err != nil {
		return "", err
	}
	config := i.config(p)
	return config.AuthCodeURL(
		a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier),
		oauth2.SetAuthURLParam("prompt", "login"),
		oauth2.SetAuthURLParam("lang", language), oauth2.SetAuthURLParam("ui_locales", language), // Cognito's name for it, and OpenID Connect's
	), nil
}

// finish exchanges a code for the person that signed in. It fails with errRefused where the code, the token or its nonce does not hold,
// with errUnsaid where the issuer leaves open whether the address is the person's.
func (i *issuer) finish(ctx context.Context, a attempt, code string) (person, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, i.http), patience)
	defer cancel()
	p, err := i.provider(ctx)
	if err != nil {
		return person{}, err
	}
	config := i.config(p)
	tokens, err := config.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.Response.StatusCode < http.StatusInternalServerError:
		return person{}, errors.Join(errRefused, err)
	case err != nil:
		return person{}, unavailable(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := p.Verifier(&oidc.Config{ClientID: i.client}).Verify(ctx, raw)
	if err != nil {
		return person{}, errors.Join(errRefused, err)
	}
	var says struct {
		Mail     string `json:"email"`
		Verified *claim `json:"email_verified"`
		Use      string `json:"token_use"`
	}
	if err := token.Claims(&says); err != nil {
		return person{}, errors.Join(errRefused, err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(a.Nonce)) != 1 || says.Use != "" && says.Use != "id" {
		return person{}, errRefused
	}
	who := person{Issuer: token.Issuer, Subject: token.Subject}
	switch {
	case says.Verified != nil && bool(*says.Verified), says.Verified == nil && i.trusted:
		who.Mail = says.Mail
	case says.Verified == nil && says.Mail != "":
		return person{}, errUnsaid
	}
	return who, nil
}

// claim is a claim that is true or false, which some issuers write as a text.
type claim bool

// UnmarshalJSON takes true and "true"; everything else is false.
func (c *claim) UnmarshalJSON(raw []byte) error {
	*c = claim(string(raw) == "true" || string(raw) == `"true"`)
	return nil
}

var _ json.Unmarshaler = (*claim)(nil)
