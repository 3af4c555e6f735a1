// Package person is what everybody who can sign in has in common, whether a customer's user, a partner's or an operator: an address, and the
// mailed links that set the password.
package person

import (
	"context"
	"strings"

	"liaison/shared/event"
	"liaison/shared/id"
	"liaison/shared/op"
	"liaison/shared/textinput"
)

// ID is usr_<12 characters of the customer | 8 digits of the partner | v>_<ulid>.
type ID string

// Kind returns whose user the id names; false where it has another shape.
func (p ID) Kind() (op.Kind, bool) {
	rest, ok := strings.CutPrefix(string(p), "usr_")
	owner, ulid, found := strings.Cut(rest, "_")
	switch {
	case !ok || !found || !id.Made(ulid, 26):
		return "", false
	case owner == "v":
		return op.Operator, true
	case len(owner) == 8 && strings.Trim(owner, "0123456789") == "":
		return op.PartnerUser, true
	case id.Made(owner, 12):
		return op.CustomerUser, true
	}
	return "", false
}

func (p ID) owner() string {
	_, rest, _ := strings.Cut(string(p), "_")
	owner, _, _ := strings.Cut(rest, "_")
	return owner
}

// tenant is on whose partition the person's events stand.
func (p ID) tenant() event.Tenant {
	switch kind, _ := p.Kind(); kind {
	case op.CustomerUser:
		return event.Customer(p.owner())
	case op.PartnerUser:
		return event.Partner(p.owner())
	}
	return event.Vendor()
}

// Person is a user of any side, as far as all have it.
type Person struct {
	ID       ID
	Name     string
	Mail     string
	Language string // empty where none is kept
	Disabled bool
	Password Password
	Epoch    int // of the sessions: raised by a change of password, it ends all of them
	Version  int
}

// FoldLogin returns an address as it identifies a person: only case and the form of its domain are folded, so that strangers never collide.
func FoldLogin(mail string) string { return textinput.FoldMail(mail) }

// Store is what persons need of the table.
type Store interface {
	// Person reads a user of any side, strongly consistent. NotFound where there is none.
	Person(ctx context.Context, id ID) (Person, error)
	// SavePassword writes only how far a person's password is, and the epoch of the sessions, guarded by the version it was decided on, with
	// the event where there is one.
	SavePassword(ctx context.Context, p Person, o op.Op, happened ...event.Event) error
}
