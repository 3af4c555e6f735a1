package services

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// Refused is the provider's answer to somebody who gets no token.
type Refused struct {
	// Code is OAuth's error code, such as "invalid_client".
	Code string `json:"error"`
	// Text says more, for people.
	Text string `json:"error_description"`
}

// Error gives both.
func (r *Refused) Error() string { return "no token: " + r.Code + ": " + r.Text }

// ErrWrongPassword says that the sign-in page did not take the user name and the password.
var ErrWrongPassword = errors.New("the sign-in page says that the user name or the password is wrong")

// Tokens are what a person gets who signs in.
type Tokens struct {
	Access string `json:"access_token"`
	ID     string `json:"id_token"`
}

// Token gives an access token for a machine client. It fails with *Refused when the provider
// does not know the client and its secret, or the client may not have one.
func (i *Provider) Token(ctx context.Context, clientID, secret string) (string, error) {
	got, err := i.exchange(ctx, clientID, secret, url.Values{"grant_type": {"client_credentials"}})
	return got.Access, err
}

// SignIn signs a person in through the sign-in page, as the pages' client with code and PKCE,
// for tests and scripts. It fails with ErrWrongPassword or *Refused.
func (i *Provider) SignIn(ctx context.Context, name, password string) (Tokens, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return Tokens{}, err
	}
	back := i.Issuer + "/signed-in"
	browser := &http.Client{
		Jar:     jar,
		Timeout: 10 * time.Second,
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			if strings.HasPrefix(r.URL.String(), back) {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}
	verifier := rand.Text() + rand.Text()
	challenge := sha256.Sum256([]byte(verifier))
	ask := url.Values{
		"response_type": {"code"}, "client_id": {i.PagesClientID}, "redirect_uri": {back},
		"scope": {"openid email profile " + i.Scope}, "state": {rand.Text()}, "nonce": {rand.Text()},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}, "code_challenge_method": {"S256"},
	}
	page, err := send(ctx, browser, http.MethodGet, i.Issuer+"/oauth2/authorize?"+ask.Encode(), nil)
	if err != nil {
		return Tokens{}, err
	}
	if page.StatusCode != http.StatusOK {
		return Tokens{}, fmt.Errorf("the sign-in page answers %s", page.Status)
	}
	done, err := send(ctx, browser, http.MethodPost, page.Request.URL.String(), url.Values{"user": {name}, "password": {password}})
	if err != nil {
		return Tokens{}, err
	}
	if done.StatusCode == http.StatusUnauthorized {
		return Tokens{}, ErrWrongPassword
	}
	at, err := done.Location()
	if err != nil {
		return Tokens{}, fmt.Errorf("the sign-in page answers %s", done.Status)
	}
	answer := at.Query()
	if code := answer.Get("error"); code != "" {
		return Tokens{}, &Refused{Code: code, Text: answer.Get("error_description")}
	}
	if answer.Get("state") != ask.Get("state") {
		return Tokens{}, errors.New("the sign-in came back with another state")
	}
	return i.exchange(ctx, i.PagesClientID, "", url.Values{
		"grant_type": {"authorization_code"}, "code": {answer.Get("code")}, "redirect_uri": {back}, "code_verifier": {verifier},
	})
}

// exchange asks the token endpoint. A client without a secret only names itself.
func (i *Provider) exchange(ctx context.Context, clientID, secret string, form url.Values) (Tokens, error) {
	if secret == "" {
		form.Set("client_id", clientID)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, i.Issuer+"/oauth2/token", strings.NewReader(form.Encode()))
	if err != nil {
		return Tokens{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if secret != "" {
		r.SetBasicAuth(url.QueryEscape(clientID), url.QueryEscape(secret))
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return Tokens{}, fmt.Errorf("ask for a token: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		refused := &Refused{Code: res.Status}
		if err := json.NewDecoder(res.Body).Decode(refused); err != nil {
			return Tokens{}, fmt.Errorf("ask for a token: %s: %w", res.Status, err)
		}
		return Tokens{}, refused
	}
	var got Tokens
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		return Tokens{}, fmt.Errorf("ask for a token: %w", err)
	}
	return got, nil
}

// send makes one request of a browser and gives the answer without its body.
func send(ctx context.Context, browser *http.Client, method, to string, form url.Values) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, to, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := browser.Do(r)
	if err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	return res, res.Body.Close()
}
