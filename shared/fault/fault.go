// Package fault holds the ways a request can fail that a caller can act on.
// Everything else is a bare error: logged once with its cause, answered as 500, shown to nobody.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind groups faults by what the caller can do about them; gateway maps each kind to one HTTP status.
type Kind string

// The kinds, in the order of their status.
const (
	Malformed       Kind = "malformed"       // 400: the request cannot be read
	Unauthenticated Kind = "unauthenticated" // 401: no caller, or a token that no longer counts
	Denied          Kind = "denied"          // 403: a known caller who may not
	Absent          Kind = "absent"          // 404: does not exist, or is another tenant's
	NotAllowed      Kind = "not_allowed"     // 405: the path exists, the method does not
	Conflict        Kind = "conflict"        // 409: the state of things forbids it
	Gone            Kind = "gone"            // 410: it was there and has ended
	Stale           Kind = "stale"           // 412: the caller decided on an older version
	TooLarge        Kind = "too_large"       // 413: the body is over the limit
	Media           Kind = "media"           // 415: the body is of another media type
	Invalid         Kind = "invalid"         // 422: readable, but a field cannot be accepted
	Unguarded       Kind = "unguarded"       // 428: If-Match is missing
	Throttled       Kind = "throttled"       // 429: a rate is used up
	Failed          Kind = "failed"          // 500: a defect
	Busy            Kind = "busy"            // 503: try again later
)

// Field is one thing that is wrong with one field of the request.
type Field struct {
	Pointer string // JSON pointer (RFC 6901) into the body, or the name of a query parameter or form field
	Code    *Code
	About   any // what the text mentions, for example a limit
}

// Fault is an error a caller can act on.
type Fault struct {
	Kind       Kind
	Code       *Code
	About      any // what the text mentions: a date, a name, an id; nil where nothing
	Fields     []Field
	RetryAfter time.Duration // 0 where the caller need not wait
	Cause      error         // logged, never shown
}

// Of returns the fault as another kind that its code is declared with. It panics where it is declared with no such kind.
func (f *Fault) Of(kind Kind) *Fault {
	if kind != f.Code.kind && kind != f.Code.other {
		panic("fault: " + f.Code.word + " is not declared as " + string(kind))
	}
	f.Kind = kind
	return f
}

// Because returns the fault with the cause that is logged but never shown.
func (f *Fault) Because(err error) *Fault {
	f.Cause = err
	return f
}

// In returns the fault naming the field of the request that it comes from.
func (f *Fault) In(pointer string) *Fault {
	f.Fields = append(f.Fields, Field{Pointer: pointer, Code: f.Code, About: f.About})
	return f
}

// InParameter returns the fault naming the query parameter or header that it comes from. What is Invalid in a body is Malformed there.
func (f *Fault) InParameter(name string) *Fault {
	if f.Kind == Invalid {
		f.Kind = Malformed
	}
	return f.In(name)
}

// After returns the fault with the time the caller should wait.
func (f *Fault) After(wait time.Duration) *Fault {
	f.RetryAfter = wait
	return f
}

// Error names the kind, the code, the fields and the cause, for logs.
func (f *Fault) Error() string {
	text := fmt.Sprintf("%s: %s", f.Kind, f.Code)
	for _, field := range f.Fields {
		text += fmt.Sprintf(" (%s %s)", field.Pointer, field.Code)
	}
	if f.Cause != nil {
		text += ": " + f.Cause.Error()
	}
	return text
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Cause }

// As returns the fault inside err, or nil where err is none.
func As(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// Check collects what is wrong with the fields of one request, so that the caller hears all of it at once.
type Check struct{ fields []Field }

// most is how many wrong fields one answer names.
const most = 50

// Add notes one wrong field; beyond 50 they are passed over.
func (c *Check) Add(pointer string, code *Code, about ...any) {
	if len(c.fields) == most {
		return
	}
	field := Field{Pointer: pointer, Code: code}
	if len(about) > 0 {
		field.About = about[0]
	}
	c.fields = append(c.fields, field)
}

// Take notes the fields that a fault names; what is none names nothing.
func (c *Check) Take(err error) {
	if f := As(err); f != nil {
		for _, field := range f.Fields {
			c.Add(field.Pointer, field.Code, field.About)
		}
	}
}

// Err returns nil where nothing was noted, otherwise the Invalid fault with every note; its code is the first note's.
func (c *Check) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Fault{Kind: Invalid, Code: c.fields[0].Code, About: c.fields[0].About, Fields: c.fields}
}
