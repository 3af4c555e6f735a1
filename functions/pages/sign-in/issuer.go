package signin

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
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
	url, client, back string
	http              *http.Client

	mu    sync.Mutex
	found *oidc.Provider // nil before the first discovery
}

func open(env boot.Env) *issuer {
	return &issuer{url: env.Issuer, client: env.PagesClient, back: env.PagesURL + callbackPath, http: env.Client()}
}

// person is whom an ID token names.
type person struct {
	Issuer, Subject string
	Mail            string // verified by the issuer; empty where it is not
}

var errRefused = errors.New("sign-in: the code or its token does not hold")

// provider discovers the issuer's addresses and keys, once.
func (i *issuer) provider(ctx context.Context) (*oidc.Provider, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.found != nil {
		return i.found, nil
	}
	// The provider keeps the context for reading keys later: it must outlive this request.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), i.http), i.url)
	if err != nil {
		return nil, unavailable(err)
	}
	i.found = found
	return found, nil
}

func unavailable(err error) error {
	return fault.New(fault.Unavailable, "sign_in_unavailable").After(patience).Because(err)
}

func (i *issuer) config(p *oidc.Provider) oauth2.Config {
	return oauth2.Config{ClientID: i.client, Endpoint: p.Endpoint(), RedirectURL: i.back, Scopes: []string{oidc.ScopeOpenID, "email"}}
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
		oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("ui_locales", language),
	), nil
}

// finish exchanges a code for the person that signed in. It fails with errRefused where the code, the token or its nonce does not hold.
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
		Verified yes    `json:"email_verified"`
		Use      string `json:"token_use"`
	}
	if err := token.Claims(&says); err != nil {
		return person{}, errors.Join(errRefused, err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(a.Nonce)) != 1 || says.Use != "" && says.Use != "id" {
		return person{}, errRefused
	}
	who := person{Issuer: token.Issuer, Subject: token.Subject}
	if says.Verified {
		who.Mail = says.Mail
	}
	return who, nil
}

// yes is a claim that some issuers write as a text.
type yes bool

// UnmarshalJSON takes true and "true"; everything else is no.
func (y *yes) UnmarshalJSON(raw []byte) error {
	*y = yes(string(raw) == "true" || string(raw) == `"true"`)
	return nil
}

var _ json.Unmarshaler = (*yes)(nil)
