package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"

	"liaison/shared/boot"
)

const (
	maxKeys   = 1 << 20         // bytes
	fetchTime = 4 * time.Second // for discovery and keys together
	fetchRest = time.Minute     // between two looks for a key that is not known
)

// algorithm is one way to sign, with the kind of key that it takes.
type algorithm struct {
	name  jwa.SignatureAlgorithm
	kind  jwa.KeyType
	curve string // of an elliptic key, empty where any will do
}

// algorithms are those whose signatures count, by their name in a token's header: never none, never one with a shared secret.
var algorithms = map[string]algorithm{
	"RS256": {jwa.RS256(), jwa.RSA(), ""}, "RS384": {jwa.RS384(), jwa.RSA(), ""}, "RS512": {jwa.RS512(), jwa.RSA(), ""},
	"PS256": {jwa.PS256(), jwa.RSA(), ""}, "PS384": {jwa.PS384(), jwa.RSA(), ""}, "PS512": {jwa.PS512(), jwa.RSA(), ""},
	"ES256": {jwa.ES256(), jwa.EC(), "P-256"}, "ES384": {jwa.ES384(), jwa.EC(), "P-384"}, "ES512": {jwa.ES512(), jwa.EC(), "P-521"},
	"EdDSA": {jwa.EdDSA(), jwa.OKP(), "Ed25519"},
}

// takes says whether a key is made for the algorithm: of its kind, and not for encryption or for another algorithm.
func (a algorithm) takes(key jwk.Key) bool {
	if key.KeyType() != a.kind {
		return false
	}
	if use, ok := key.KeyUsage(); ok && use != "sig" {
		return false
	}
	if said, ok := key.Algorithm(); ok && said.String() != a.name.String() {
		return false
	}
	var curve jwa.EllipticCurveAlgorithm
	return a.curve == "" || key.Get("crv", &curve) == nil && curve.String() == a.curve
}

// keys are the issuer's public keys, found through discovery, kept, and read again for a key that is not among them, at most
// once a minute.
type keys struct {
	issuer string
	client *http.Client
	now    func() time.Time

	lock sync.Mutex
	set  jwk.Set // nil before the first success
	read time.Time
}

// find returns the issuer's key of that name for an algorithm; nil where it has none. It fails where no keys could be read.
func (k *keys) find(ctx context.Context, name string, alg algorithm) (jwk.Key, error) {
	k.lock.Lock()
	defer k.lock.Unlock()
	if key := k.known(name, alg); key != nil {
		return key, nil
	}
	if k.set != nil && k.now().Sub(k.read) < fetchRest {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	k.read = k.now() // a failure counts too, once there are keys
	set, err := k.fetch(ctx)
	if err != nil {
		return nil, err
	}
	k.set = set
	return k.known(name, alg), nil
}

func (k *keys) known(name string, alg algorithm) jwk.Key {
	if k.set == nil {
		return nil
	}
	if key, ok := k.set.LookupKeyID(name); ok && alg.takes(key) {
		return key
	}
	return nil
}

// fetch reads the issuer's discovery document (OpenID Connect Discovery 1.0, 4) and the keys it names.
func (k *keys) fetch(ctx context.Context) (jwk.Set, error) {
	raw, err := k.load(ctx, k.issuer+"/.well-known/openid-configuration")
	if err != nil {
		return nil, err
	}
	var found struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if err := json.Unmarshal(raw, &found); err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	if boot.IssuerName(found.Issuer) != k.issuer {
		return nil, errors.New("discovery: another issuer")
	}
	issuer, err := url.Parse(k.issuer)
	if err != nil {
		return nil, err
	}
	place, err := url.Parse(found.Keys)
	if err != nil || place.Host == "" || place.Scheme != "https" && place.Scheme != issuer.Scheme {
		return nil, errors.New("discovery: no safe address of the keys")
	}
	if raw, err = k.load(ctx, found.Keys); err != nil {
		return nil, err
	}
	set, err := jwk.Parse(raw, jwk.WithIgnoreParseError(true)) // a key of a kind we do not know is nobody's fault
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return set, nil
}

func (k *keys) load(ctx context.Context, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	res, err := k.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("issuer answered %s", res.Status)
	}
	return io.ReadAll(io.LimitReader(res.Body, maxKeys))
}
