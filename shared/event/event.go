// Package event is what happened: the audit record, the outbox entry and the webhook's source in one item,
// written in the transaction of the change that it explains.
package event

import (
	"maps"
	"slices"
	"strings"
	"time"

	"liaison/shared/id"
	"liaison/shared/op"
)

// Late is how long after its birth an event counts as late: dispatch is done with it by then,
// or the job retry takes it up (infra/design/data.md, "What leaves from the stream").
const Late = 15 * time.Minute

// Tenant says on whose partition an event stands.
type Tenant struct {
	Kind byte   // 'c' customer, 'p' partner, 'i' invitation (a visitor's, before there is a customer), 'v' vendor
	ID   string // without prefix: 12 characters, 8 digits, a ULID, or empty
}

// Customer returns the tenant of a customer's id.
func Customer(id string) Tenant { return Tenant{'c', strings.TrimPrefix(id, "cus_")} }

// Partner returns the tenant of a partner ID.
func Partner(id string) Tenant { return Tenant{'p', id} }

// Invitation returns the tenant of an invitation's id: a visitor's, before there is a customer.
func Invitation(id string) Tenant { return Tenant{'i', strings.TrimPrefix(id, "inv_")} }

// Vendor returns the vendor's tenant.
func Vendor() Tenant { return Tenant{'v', ""} }

// Change is one thing that became different, as it is stored and shown; Of makes it and As reads it. Data holds ids, states and times, never
// an address, a name or a secret.
type Change struct {
	Type    Type
	Subject string // id of what changed
	Data    map[string]string
}

// Notice says in a change whether its mail is sent.
type Notice string

// NoNotice in a change says that none is: another change says more, or nobody is to be notified.
const NoNotice Notice = "skipped"

// notice is how a field of that name and type is stored.
const notice = "notice"

// Silenced returns the change as one whose mail is not sent.
func (c Change) Silenced() Change {
	data := map[string]string{notice: string(NoNotice)}
	maps.Copy(data, c.Data)
	c.Data = data
	return c
}

// Silent says whether the change's mail is not sent.
func (c Change) Silent() bool { return Notice(c.Data[notice]) == NoNotice }

// Event is all that one operation changed for one tenant.
type Event struct {
	Tenant    Tenant
	ULID      string
	At        time.Time
	Operation string
	RequestID string
	Actor     op.Actor
	Partner   string // the partner that shares it, empty where none does
	Customer  string // the customer it concerns, where the tenant is another
	Changes   []Change
	Attempts  int
}

// New returns the event of an operation for a tenant with its first changes.
func New(o op.Op, tenant Tenant, changes ...Change) Event {
	made := Event{
		Tenant: tenant, ULID: o.NewID(), At: o.At, Operation: o.ID, RequestID: o.RequestID,
		Actor: o.Actor, Changes: changes,
	}
	if tenant.Kind == 'p' {
		made.Partner = tenant.ID
	}
	return made
}

// About says whether the event is a customer's own or a notice about something of that customer's, whose ID carries its owner.
func (e Event) About(customerID string) bool {
	owner := Customer(customerID)
	return e.Tenant == owner || slices.ContainsFunc(e.Changes, func(c Change) bool {
		_, rest, _ := strings.Cut(c.Subject, "_")
		return strings.HasPrefix(rest, owner.ID+"_")
	})
}

// SharedWith returns the event as one that the partner sees too.
func (e Event) SharedWith(partnerID string) Event {
	e.Partner = partnerID
	return e
}

// ID returns evt_<tenant>_<ulid>; its changes are shown outside as <ID>-1, <ID>-2 and so on.
func (e Event) ID() string { return "evt_" + string(e.Tenant.Kind) + e.Tenant.ID + "_" + e.ULID }

// ParseID returns the tenant, the ULID and, where the id names one change, its number from 1 (else 0).
func ParseID(text string) (t Tenant, ulid string, change int, ok bool) {
	rest, found := strings.CutPrefix(text, "evt_")
	if !found || rest == "" {
		return t, "", 0, false
	}
	if cut := strings.IndexByte(rest, '-'); cut >= 0 {
		for _, c := range rest[cut+1:] {
			if c < '0' || c > '9' || change > 99 || change == 0 && c == '0' {
				return t, "", 0, false
			}
			change = change*10 + int(c-'0')
		}
		if change == 0 {
			return t, "", 0, false
		}
		rest = rest[:cut]
	}
	owner, ulid, found := strings.Cut(rest, "_")
	if !found || owner == "" || !id.Made(ulid, 26) {
		return t, "", 0, false
	}
	t = Tenant{Kind: owner[0], ID: owner[1:]}
	switch t.Kind {
	case 'c':
		ok = id.Made(t.ID, 12)
	case 'p':
		ok = len(t.ID) == 8 && strings.Trim(t.ID, "0123456789") == ""
	case 'i':
		ok = id.Made(t.ID, 26)
	case 'v':
		ok = t.ID == ""
	}
	return t, ulid, change, ok
}
