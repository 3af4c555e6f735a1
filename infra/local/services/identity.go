package services

import (
	"bytes"
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// IdentityOptions says how to start the identity provider.
type IdentityOptions struct {
	// Port of the issuer; 0 takes a free one. Tokens name the issuer with its port.
	Port int
	// Keep is the folder that holds the signing key, people and clients between runs; empty
	// forgets them at the end.
	Keep string
	// Log gets what the service says; nil drops it. It must bear use by several services at once
	// if they share it.
	Log io.Writer

	// Redirects are the URLs the pages take people back to after a sign-in, Logouts after a
	// sign-out.
	Redirects, Logouts []string
	// Audience is the `aud` of access tokens, Scope the one scope of the API; empty means
	// "liaison" and "liaison/api".
	Audience, Scope string
	// LikeCognito makes access tokens as a Cognito user pool does: no `aud`, no `typ`.
	LikeCognito bool
	// Trigger is the URL that is asked before a token is given, by POST of the event that Cognito sends to a pre token generation trigger (V3_0). 2xx
	// gives the token, anything else refuses it. Empty asks nobody.
	Trigger string
	// OperatorName is the address the operator person signs in with, OperatorPassword the
	// password; empty means "operator@liaison.example" and a random one. Kept data wins.
	OperatorName, OperatorPassword string
}

// Provider is the running identity provider: a certified OpenID provider (URL and Issuer) in
// front of a Cognito emulator (CognitoURL) that holds its people and clients.
type Provider struct {
	*Process
	// Issuer is the `iss` of every token; discovery is below it.
	Issuer string
	// CognitoURL is where Cognito's API answers, any credentials will do.
	CognitoURL string
	// UserPoolID is the pool that holds everybody.
	UserPoolID string
	// PagesClientID is the public client of the pages (code + PKCE).
	PagesClientID string
	// OperatorClientID and OperatorSecret are the operator's machine client.
	OperatorClientID, OperatorSecret string
	// OperatorName and OperatorPassword sign the operator person in, OperatorSub is the
	// subject of their tokens.
	OperatorName, OperatorPassword, OperatorSub string
	// Audience is the `aud` of access tokens, Scope the scope they carry.
	Audience, Scope string

	key *rsa.PrivateKey
	kid string
}

// Identity starts the identity provider and returns when it answers. It fails when Node or
// a package is missing, when the given port is taken, and with ctx, which is for the start only.
func Identity(ctx context.Context, o IdentityOptions) (*Provider, error) {
	packages, err := Dir()
	if err != nil {
		return nil, err
	}
	path, err := node.find(ctx)
	if err != nil {
		return nil, err
	}
	data, forget, err := folderFor(o.Keep)
	if err != nil {
		return nil, err
	}
	i, err := startIdentity(ctx, o, path, filepath.Join(filepath.Dir(packages), "identity.mjs"), data, forget)
	if err != nil {
		forget()
		return nil, fmt.Errorf("the identity provider %w", err)
	}
	return i, nil
}

func startIdentity(ctx context.Context, o IdentityOptions, node, program, data string, forget func()) (*Provider, error) {
	key, err := keyIn(data)
	if err != nil {
		return nil, err
	}
	i := &Provider{
		Audience: or(o.Audience, "liaison"), Scope: or(o.Scope, "liaison/api"),
		key: key, kid: thumbprint(key),
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("has no key: %w", err)
	}
	config, err := json.Marshal(map[string]any{
		"port": o.Port, "redirects": list(o.Redirects), "logouts": list(o.Logouts),
		"audience": i.Audience, "scope": i.Scope, "likeCognito": o.LikeCognito, "trigger": o.Trigger,
		"key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})), "kid": i.kid,
		"operator": map[string]string{
			"name": or(o.OperatorName, "operator@liaison.example"), "display": "Olga Operator",
			"password": or(o.OperatorPassword, rand.Text()),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("has no configuration: %w", err)
	}
	said := &announcement{line: make(chan []byte, 1)}
	i.Process, err = run(command{
		name: "the identity provider", path: node, args: []string{program}, dir: data,
		env: []string{"LIAISON_IDENTITY=" + string(config)}, out: said, log: o.Log, then: forget,
	})
	if err != nil {
		return nil, err
	}
	err = i.await(ctx, func(context.Context) bool {
		select {
		case line := <-said.line:
			return json.Unmarshal(line, i) == nil
		default:
			return false
		}
	})
	if err != nil {
		return nil, errors.Join(err, i.Close())
	}
	i.URL = i.Issuer
	return i, nil
}

// Sign gives a token over any claims with the provider's own key, for tests of what must be
// refused. The header is added to {"alg":"RS256","kid":…}, a nil value takes a member out. An
// "alg" of "none" leaves the signature empty, "HS256" misuses the public key (as PEM) for a
// secret; any other is only named: the signature stays RS256.
func (i *Provider) Sign(claims, header map[string]any) (string, error) {
	head := map[string]any{"alg": "RS256", "kid": i.kid}
	for name, value := range header {
		if head[name] = value; value == nil {
			delete(head, name)
		}
	}
	headJSON, err := json.Marshal(head)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	claimsJSON, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	signed := base64.RawURLEncoding.EncodeToString(headJSON) + "." + base64.RawURLEncoding.EncodeToString(claimsJSON)
	switch head["alg"] {
	case "none":
		return signed + ".", nil
	case "HS256":
		public, err := x509.MarshalPKIXPublicKey(&i.key.PublicKey)
		if err != nil {
			return "", fmt.Errorf("sign a token: %w", err)
		}
		mac := hmac.New(sha256.New, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))
		mac.Write([]byte(signed))
		return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
	}
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(nil, i.key, crypto.SHA256, digest[:])
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

// folderFor gives the folder for the provider's data and what to do with it at the end.
func folderFor(keep string) (string, func(), error) {
	if keep == "" {
		dir, err := os.MkdirTemp("", "liaison-identity-")
		if err != nil {
			return "", nil, fmt.Errorf("a folder for the identity provider: %w", err)
		}
		return dir, func() { _ = os.RemoveAll(dir) }, nil
	}
	dir, err := filepath.Abs(keep)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return "", nil, fmt.Errorf("keep the identities: %w", err)
	}
	return dir, func() {}, nil
}

// keyIn gives the signing key in the folder; the first time it makes one.
func keyIn(dir string) (*rsa.PrivateKey, error) {
	file := filepath.Join(dir, "key.der")
	kept, err := os.ReadFile(file)
	if err == nil {
		return x509.ParsePKCS1PrivateKey(kept)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("has no key: %w", err)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("has no key: %w", err)
	}
	if err := os.WriteFile(file, x509.MarshalPKCS1PrivateKey(key), 0o600); err != nil {
		return nil, fmt.Errorf("has no key: %w", err)
	}
	return key, nil
}

// thumbprint names a key by what it is.
func thumbprint(key *rsa.PrivateKey) string {
	sum := sha256.Sum256(x509.MarshalPKCS1PublicKey(&key.PublicKey))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// announcement catches the first line a program prints; the rest is dropped, for it has a log.
type announcement struct {
	line   chan []byte
	read   []byte
	caught bool
}

// Write never fails.
func (a *announcement) Write(b []byte) (int, error) {
	if a.caught {
		return len(b), nil
	}
	a.read = append(a.read, b...)
	if line, _, whole := bytes.Cut(a.read, []byte("\n")); whole {
		a.line <- line
		a.caught = true
	}
	return len(b), nil
}

func or(given, otherwise string) string {
	if given == "" {
		return otherwise
	}
	return given
}

// list is empty in JSON where the slice is nil.
func list(of []string) []string { return append([]string{}, of...) }
