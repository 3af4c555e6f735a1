// Package operator is the vendor's own people: who looks after the program.
package operator

import (
	"context"
	"slices"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/person"
	"liaison/shared/textinput"
)

// ID is usr_v_<ulid>.
type ID string

// Valid says whether the id has the shape of an operator's.
func (i ID) Valid() bool {
	kind, ok := person.ID(i).Kind()
	return ok && kind == op.Operator
}

// Named returns the operator's id whose ULID a path names; false where the text is none.
func Named(ulid string) (ID, bool) { return ID("usr_v_" + ulid), id.Made(ulid, 26) }

// Operator is one of the vendor's staff.
type Operator struct {
	ID        ID
	Name      string
	Mail      string
	Language  string // empty where none is kept
	Disabled  bool
	Password  person.Password
	Epoch     int // of its sessions
	CreatedAt time.Time
	Version   int
}

// Draft is an operator as a colleague asks for one.
type Draft struct{ Name, Mail, Language string }

// Store is what operators need of the table. Each write fails with op.Replay where this very request was done before.
type Store interface {
	// Operator reads an operator, strongly consistent; NotFound where there is none.
	Operator(ctx context.Context, id ID) (Operator, error)
	// CreateOperator writes a new operator who signs in by an address. It fails with Conflict address_taken where somebody does already.
	CreateOperator(ctx context.Context, made Operator, happened event.Event, o op.Op) error
	// SaveOperator writes a changed operator, guarded by the version that was read. more is by how many the enabled operators become more. It
	// fails with Conflict last_admin where none would stay.
	SaveOperator(ctx context.Context, changed Operator, more int, happened event.Event, o op.Op) error
}

// New returns the draft as an operator of an operation, cleaned, and the event that says so. It fails with Invalid naming every wrong field.
func New(d Draft, o op.Op) (Operator, event.Event, error) {
	var wrong fault.Check
	made := Operator{ID: ID("usr_v_" + o.NewID()), Language: d.Language, CreatedAt: o.At, Version: 1}
	var code *fault.Code
	if made.Name, code = textinput.Name(d.Name, partner.MaxPerson); code != nil {
		wrong.Add("/name", code, partner.MaxPerson)
	}
	if made.Mail, code = textinput.Mail(d.Mail); code != nil {
		wrong.Add("/email", code, textinput.MaxMail)
	}
	if made.Language != "" && !slices.Contains(catalog.Languages, made.Language) {
		wrong.Add("/language", fault.InvalidValue, fault.OneOf(catalog.Languages...))
	}
	return made, event.New(o, event.Vendor(), event.Of(made.ID, InvitedEvent{})), wrong.Err()
}

// Invite makes an operator, who gets a mail with a link to set a password. It fails with Invalid naming every wrong field, with Conflict
// address_taken where somebody signs in by the address already, with op.Replay where this very request was done before.
func Invite(ctx context.Context, store Store, d Draft, o op.Op) (Operator, error) {
	made, happened, err := New(d, o)
	if err != nil {
		return Operator{}, err
	}
	return made, store.CreateOperator(ctx, made, happened, o.Giving(string(made.ID)))
}

// Switch disables an operator, or enables it again. Who is disabled is signed out at once, and its tokens count no longer. Where it stands so
// already nothing is written. It fails with NotFound, and with Conflict last_admin where no operator would stay.
func Switch(ctx context.Context, store Store, of ID, disabled bool, o op.Op) (Operator, error) {
	var next Operator
	err := op.RetryStale(func() error {
		old, err := store.Operator(ctx, of)
		if next = old; err != nil || old.Disabled == disabled {
			return err
		}
		var change event.Typed = EnabledEvent{}
		more := 1
		if disabled {
			change, more = DisabledEvent{}, -1
			next.Epoch++ // a session of before does not come back when the operator is enabled again
		}
		next.Disabled = disabled
		happened := event.New(o, event.Vendor(), event.Of(of, change))
		err = store.SaveOperator(ctx, next, more, happened, o.Giving(string(of)))
		next.Version++
		return err
	})
	return next, err
}
