// Package provisioning is the tasks by which the vendor's own systems learn what to set up for a customer, and by which both sides learn how far that
// is (infra/design/product.md, "Provisioning").
package provisioning

import (
	"maps"
	"time"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/textinput"
)

// ID is tsk_<cus12>_<ulid>.
type ID string

// Customer returns whose task it is and the ULID; false where the id has another shape.
func (i ID) Customer() (customer.ID, string, bool) { return customer.Under("tsk", string(i)) }

// NewID returns the id of a customer's task with a ULID: a fresh one, or that of the subject where the subject has one task at all times.
func NewID(of customer.ID, ulid string) ID { return ID("tsk_" + of.Bare() + "_" + ulid) }

// IDFor returns the id of the one task at all times of what a user has of a kind: its own of each thing that it is of.
func IDFor(u customer.UserID, kind Kind, thing string) ID {
	of, ulid, _ := customer.Under("usr", string(u))
	return NewID(of, id.Beside(ulid, string(kind)+" "+thing))
}

// IDForDomain returns the id of the one task at all times of a customer's domain, also once it was removed and came back: so nothing is taken away that was
// asked for since. A domain has no time of its own, so the task stands before all others.
func IDForDomain(of customer.ID, name customer.DomainName) ID {
	return NewID(of, id.Beside("0000000000", string(Domain)+" "+string(name)))
}

// Kind says what is to be set up.
type Kind string

// The kinds.
const (
	Subscription Kind = "subscription"
	License      Kind = "license"
	Mailbox      Kind = "mailbox"
	Migration    Kind = "migration" // of a mailbox's data
	Domain       Kind = "domain"
)

// Kinds are all of them.
var Kinds = []Kind{Subscription, License, Mailbox, Migration, Domain}

// State of a task:
//
//	requested -> running (percent) -> done | failed (reason)
//	running -> requested (its lease ran out: StateAt)
//	failed -> requested (retried)
//	any -> requested (something else is wanted: Request)
type State string

// The states.
const (
	Requested State = "requested"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
)

// States are all of them.
var States = []State{Requested, Running, Done, Failed}

// LeaseTime is how long a worker has a task without a word; each report gives it as long again.
const LeaseTime = 5 * time.Minute

// MaxReason is the most characters of why a task failed.
const MaxReason = 500

// Lease is who works on a task, and until when. It stays with a task that it ended, so that a report that comes twice is known.
type Lease struct {
	ID    string // lse_<ulid>, which the worker's reports name
	By    string // the actor's id
	Until time.Time
}

// Wanted is what the vendor's systems are asked for.
type Wanted struct {
	Kind    Kind
	Subject string            // id or name of what is to be set up
	Details map[string]string // how it is to stand: ids, states and numbers, never a person's data or a secret
	Partner partner.ID        // who reads the task's events beside the customer; empty for nobody
}

// Task is one thing that is to be set up, how it is to stand, and how far that is.
type Task struct {
	ID       ID
	Customer customer.ID
	Wanted
	State       State // as stored; StateAt says how it stands
	Percent     int
	Reason      string // of a failed one
	Attempts    int    // since it was requested
	Lease       Lease
	RequestedAt time.Time // since when it is due, where nobody works on it
	EndedAt     time.Time // done or failed; zero before
	CreatedAt   time.Time
	Version     int
}

// StateAt returns how the task stands at a time: one whose worker was lost waits for another.
func (t Task) StateAt(at time.Time) State {
	if t.State == Running && !at.Before(t.Lease.Until) {
		return Requested
	}
	return t.State
}

// Next returns when somebody may claim the task next: zero where it has ended.
func (t Task) Next() time.Time {
	switch t.State {
	case Requested:
		return t.RequestedAt
	case Running:
		return t.Lease.Until
	}
	return time.Time{}
}

// about is what the task's events say of it.
func (t Task) about() Of { return Of{t.Kind, t.Subject} }

// event returns a change of the task as its customer's event, which a partner shares.
func (t Task) event(o op.Op, what event.Typed, with partner.ID) event.Event {
	return event.New(o, event.Customer(string(t.Customer)), event.Of(t.ID, what)).SharedWith(string(with))
}

// Request returns a task that asks for what is wanted, and the event that says so: a new one where old is zero, else the one that stood there, whatever
// became of it. Who works on it loses it, as that would set up what is no longer wanted. It returns op.ErrUnchanged where the task wants that already.
// Whoever changes what a task is about writes both in its own transaction.
func Request(old Task, id ID, want Wanted, o op.Op) (Task, event.Event, error) {
	if old.Version > 0 && maps.Equal(old.Details, want.Details) {
		return old, event.Event{}, op.ErrUnchanged
	}
	of, _, _ := id.Customer()
	next := Task{ID: id, Customer: of, Wanted: want, State: Requested, RequestedAt: o.At, CreatedAt: o.At}
	if old.Version > 0 {
		next.CreatedAt, next.Version = old.CreatedAt, old.Version
	}
	return next, next.event(o, RequestedEvent{next.about()}, next.Partner), nil
}

// For returns the task as it stands for what is wanted: one that asks for something else yet, or was not made yet, is requested. It is made from the
// stream, after whoever wants it has heard that it is so.
func (t Task) For(want Wanted) Task {
	if t.Version > 0 && maps.Equal(t.Details, want.Details) {
		return t
	}
	return Task{Wanted: want, State: Requested}
}

// Claim returns the task as the actor's for LeaseTime. It fails with Conflict task_not_due where somebody has it, or nobody needs to.
func (t Task) Claim(o op.Op) (Task, error) {
	switch next := t.Next(); {
	case next.IsZero():
		return t, fault.TaskNotDue.With(nil)
	case o.At.Before(next):
		return t, fault.TaskNotDue.With(next)
	}
	t.State, t.Percent, t.Attempts = Running, 0, t.Attempts+1
	t.Lease = Lease{ID: "lse_" + o.NewID(), By: o.Actor.ID, Until: o.At.Add(LeaseTime)}
	return t, nil
}

// Report is what a worker says of a task that it has.
type Report struct {
	Lease   string
	State   State // Running, Done or Failed
	Percent int   // of a running one
	Reason  string
}

// Check returns the report, cleaned. It fails with Invalid naming every wrong field.
func (r Report) Check() (Report, error) {
	var wrong fault.Check
	if r.State != Running && r.State != Done && r.State != Failed {
		wrong.Add("/state", fault.InvalidValue, fault.OneOf(Running, Done, Failed))
	}
	if r.Percent < 0 || r.Percent > 100 {
		wrong.Add("/percent", fault.OutOfRange, fault.Between(0, 100))
	}
	if r.State == Failed {
		var code *fault.Code
		if r.Reason, code = textinput.Note(r.Reason, MaxReason); code != nil {
			wrong.Add("/reason", code, MaxReason)
		} else if r.Reason == "" {
			wrong.Add("/reason", fault.Required)
		}
	}
	return r, wrong.Err()
}

// Report returns the task as its worker says that it stands; of a running one the percentage only rises, and the lease counts anew. It returns
// op.ErrUnchanged where the task ended so under this very lease, and fails with Conflict lease_lost where the lease is not, or no longer, the task's.
func (t Task) Report(r Report, at time.Time) (Task, error) {
	switch {
	case r.Lease == "" || r.Lease != t.Lease.ID:
		return t, fault.LeaseLost
	case t.State == r.State && t.State != Running:
		return t, op.ErrUnchanged
	case t.State != Running || t.StateAt(at) != Running:
		return t, fault.LeaseLost
	}
	switch t.State = r.State; r.State {
	case Running:
		t.Percent, t.Lease.Until = max(t.Percent, r.Percent), at.Add(LeaseTime)
	case Done:
		t.Percent, t.EndedAt = 100, at
	case Failed:
		t.Reason, t.EndedAt = r.Reason, at
	}
	return t, nil
}

// Retry returns a failed task as one that is due again. It returns op.ErrUnchanged where it is requested already, and fails with Conflict
// task_not_failed.
func (t Task) Retry(at time.Time) (Task, error) {
	switch t.State {
	case Failed:
		t.State, t.Percent, t.Reason, t.Lease, t.RequestedAt, t.EndedAt = Requested, 0, "", Lease{}, at, time.Time{}
		return t, nil
	case Requested:
		return t, op.ErrUnchanged
	}
	return t, fault.TaskNotFailed
}
