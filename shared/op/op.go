// Package op is one operation: which it is, who acts, when, and where its new ids come from.
// Every operation of a noun takes one, so that no rule asks a clock or a random source.
package op

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"liaison/shared/fault"
	"liaison/shared/id"
)

// Kind of actor.
type Kind string

// The actors.
const (
	PartnerUser   Kind = "partner_user"
	PartnerClient Kind = "partner_client"
	CustomerUser  Kind = "customer_user"
	Operator      Kind = "operator"
	Visitor       Kind = "visitor" // holds a personal link and is signed in nowhere
	Job           Kind = "job"     // clock or stream
)

// Actor is who does it. ID is the user's, client's or invitation's id, or the job's name.
type Actor struct {
	Kind Kind
	ID   string
	Link bool // a customer's user came by the personal link of an invitation; their acceptance may have created the user
}

// Held is what the rights of a partner's user or machine rest on, as the table said when the request began. The transaction that writes
// checks that the actor holds at least as much still; empty words ask for nothing.
type Held struct{ CompanyRole, CustomerAccess string }

// Op is one operation. Two runs of the same request have the same ID; that is how a rerun is told from a rival.
type Op struct {
	ID        string
	RequestID string
	Actor     Actor
	Held      Held
	At        time.Time // UTC, whole milliseconds
	IDs       id.Source
	Once      *Once // nil where the operation takes no Idempotency-Key
	Step      *Step // nil where it is no step of a longer one
	Seen      int   // the version of the one thing that the request was decided on; 0 where it names none
}

// Once is the idempotency row that rides in the operation's transaction.
type Once struct {
	Key     string // hash of issuer, subject, route and Idempotency-Key: the row's own key, which alone holds it
	Payload string // hash of the request
	Status  int    // HTTP status of the first answer
	Result  string // id of what was made or changed; set by the operation
	EndsAt  time.Time
}

// Step makes an operation a step of a longer one that goes on where it stands, an import: it is counted in the very transaction that does it, so that
// one which dies has done and counted it, or neither.
type Step struct {
	Of string // id of what counts its steps
	At int    // how many were done before
}

// Giving returns the operation with the id of what it makes or changes, kept for a replay.
func (o Op) Giving(result string) Op {
	if o.Once != nil {
		once := *o.Once
		once.Result = result
		o.Once = &once
	}
	return o
}

// Part returns the operation as one of the several writes it makes, named by words: each has an id of its own, or the next would be taken
// for the one before, done already.
func (o Op) Part(words ...string) Op {
	o.ID = Name(append([]string{o.ID}, words...)...)
	return o
}

// On fails with Stale where the request was decided on another version of a thing than the one it would change.
func (o Op) On(version int) error {
	if o.Seen != 0 && o.Seen != version {
		return fault.PreconditionFailed
	}
	return nil
}

// NewID returns a fresh ULID of the operation's time.
func (o Op) NewID() string { return o.IDs.ULID(o.At) }

// Replay is the error of an operation that was done before under the same Idempotency-Key:
// the caller renders the first result again.
type Replay struct{ Once Once }

// Error says what was done before.
func (r *Replay) Error() string { return "done before: " + r.Once.Result }

// Name returns a stable id for an operation from the words that make it the same one:
// the same words give the same id on every run.
func Name(words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return hex.EncodeToString(sum[:16])
}
