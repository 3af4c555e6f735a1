package event

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gowebpki/jcs"
)

// Sealed is one event in the chain.
type Sealed struct {
	ID   string
	Hash string // hex, see Event.Hash
}

// Seal is one link of the chain: it fixes some events and the seal before it, so that none of them can change,
// vanish or be put in later without a trace (infra/design/trust.md, rule 14).
type Seal struct {
	N      int // counted from 1
	At     time.Time
	Before string // hash of seal N-1, empty for the first
	Events []Sealed
	Hash   string // hex SHA-256 over the other fields' canonical form
}

// Date is the day under which a seal is kept, in UTC.
func (s Seal) Date() string { return s.At.UTC().Format(time.DateOnly) }

// canonical returns the bytes of v by RFC 8785.
func canonical(v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("event: canonical form: %w", err)
	}
	return jcs.Transform(plain)
}

func digest(v any) (string, error) {
	text, err := canonical(v)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// Hash returns the hex SHA-256 over the event's canonical form (RFC 8785). It covers what happened and not how far its
// delivery came. An event holds persons by id only, so erasing a person leaves every hash as it is.
func (e Event) Hash() (string, error) {
	type change struct {
		Type    Type              `json:"type"`
		Subject string            `json:"subject"`
		Data    map[string]string `json:"data,omitempty"`
	}
	form := struct {
		ID        string   `json:"id"`
		At        string   `json:"at"`
		Operation string   `json:"operation"`
		RequestID string   `json:"request_id,omitempty"`
		ActorKind string   `json:"actor_kind"`
		ActorID   string   `json:"actor_id"`
		ActorLink bool     `json:"actor_link,omitempty"`
		Partner   string   `json:"partner,omitempty"`
		Customer  string   `json:"customer,omitempty"`
		Changes   []change `json:"changes"`
	}{
		ID: e.ID(), At: sealed(e.At), Operation: e.Operation, RequestID: e.RequestID,
		ActorKind: string(e.Actor.Kind), ActorID: e.Actor.ID, ActorLink: e.Actor.Link, Partner: e.Partner, Customer: e.Customer, Changes: make([]change, len(e.Changes)),
	}
	for i, c := range e.Changes {
		form.Changes[i] = change(c)
	}
	return digest(form)
}

func sealed(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// Next returns the seal that follows this one and fixes the events, in their order.
func (s Seal) Next(events []Event, at time.Time) (Seal, error) {
	next := Seal{N: s.N + 1, At: at, Before: s.Hash, Events: make([]Sealed, len(events))}
	for i, e := range events {
		hash, err := e.Hash()
		if err != nil {
			return Seal{}, err
		}
		next.Events[i] = Sealed{ID: e.ID(), Hash: hash}
	}
	var err error
	next.Hash, err = next.Sum()
	return next, err
}

// Sum returns the hash that the seal must have.
func (s Seal) Sum() (string, error) {
	type one struct {
		ID   string `json:"id"`
		Hash string `json:"hash"`
	}
	form := struct {
		N      int    `json:"n"`
		At     string `json:"at"`
		Before string `json:"before"`
		Events []one  `json:"events"`
	}{N: s.N, At: sealed(s.At), Before: s.Before, Events: make([]one, len(s.Events))}
	for i, e := range s.Events {
		form.Events[i] = one(e)
	}
	return digest(form)
}
