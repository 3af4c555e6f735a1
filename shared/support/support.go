// Package support is customers' service requests: what one of a customer's users, or a partner on its behalf, asks the vendor for help with, and what the
// sides write about it.
package support

import (
	"slices"
	"time"

	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/partner"
	"liaison/shared/subscription"
	"liaison/shared/textinput"
)

// ID is srq_<cus12>_<ulid>.
type ID string

// Customer returns whose request it is and the ULID; false where the id has another shape.
func (id ID) Customer() (customer.ID, string, bool) { return customer.Under("srq", string(id)) }

// Severity says how much stands still.
type Severity string

// The severities.
const (
	Low      Severity = "low"      // a question or a wish: nothing fails
	Normal   Severity = "normal"   // something fails for some, and work goes on
	High     Severity = "high"     // an important part fails or many cannot work, and there is no good way round
	Critical Severity = "critical" // nobody can work, data is being lost, or strangers have got in
)

// Severities lists every severity, the least first.
var Severities = []Severity{Low, Normal, High, Critical}

// Status of a request:
//
//	open <-> answered (the vendor wrote last); both -> resolved | closed
//	resolved -> closed (by itself, or by a side)
//	resolved, closed -> open | answered (somebody writes, or it is opened again)
type Status string

// The states.
const (
	Open     Status = "open"
	Answered Status = "answered"
	Resolved Status = "resolved"
	Closed   Status = "closed"
)

// Statuses lists every state.
var Statuses = []Status{Open, Answered, Resolved, Closed}

// What a request holds at most, and how long its last states last (infra/design/product.md, "Service requests").
const (
	MaxSubject = 200   // characters
	MaxText    = 10000 // characters of one comment
	MaxOpen    = 100   // requests of a customer that are not closed
	CloseDays  = 7     // after which a resolved one is closed
	ReopenDays = 30    // in which a closed one can be opened again
)

// Side is for whom somebody writes.
type Side string

// The sides.
const (
	ByCustomer Side = "customer"
	ByPartner  Side = "partner" // on the customer's behalf
	ByVendor   Side = "vendor"
)

// Author is who wrote, as all sides read it. The name is as it was then.
type Author struct {
	Side    Side
	ID      string     // of the user or machine
	Name    string     // of the customer's user, or the partner's legal name; empty for the vendor
	Partner partner.ID // empty unless on behalf
}

// Request is what somebody asks the vendor. What is written about it stands in comments of its own.
type Request struct {
	ID            ID
	Customer      customer.ID
	Subject       string
	Severity      Severity
	Subscription  subscription.ID // that it is about; empty for none
	OpenedBy      Author
	Status        Status // as stored; StatusAt says how it stands
	Comments      int
	LastCommentAt time.Time
	LastCommentBy Side
	ClosesAt      time.Time // when a resolved one is closed by itself; zero otherwise
	ClosedAt      time.Time // zero unless it is closed
	CreatedAt     time.Time
	Version       int
}

// CommentID is cmt_<ulid>; it says nothing without its request.
type CommentID string

// Comment is what one side wrote. The first one says what the request is about.
type Comment struct {
	ID        CommentID
	Request   ID
	By        Author
	Text      string
	CreatedAt time.Time
	Version   int
}

// At returns the request as it stands at a time: a resolved one closes whether or not a job ran.
func (r Request) At(at time.Time) Request {
	if r.Status == Resolved && !at.Before(r.ClosesAt) {
		r.Status, r.ClosedAt, r.ClosesAt = Closed, r.ClosesAt, time.Time{}
	}
	return r
}

// StatusAt returns how the request stands at a time.
func (r Request) StatusAt(at time.Time) Status { return r.At(at).Status }

// Done says whether nobody waits for anything.
func (s Status) Done() bool { return s == Resolved || s == Closed }

// ReopensUntil is until when a closed request can be opened again.
func (r Request) ReopensUntil() time.Time { return r.ClosedAt.AddDate(0, 0, ReopenDays) }

// Reopens says whether a request that is done can be opened again at a time.
func (r Request) Reopens(at time.Time) bool {
	r = r.At(at)
	return r.Status == Resolved || r.Status == Closed && at.Before(r.ReopensUntil())
}

// again returns the request without what ended it. It fails with Conflict request_closed where it was closed too long ago.
func (r Request) again(at time.Time) (Request, error) {
	r = r.At(at)
	if r.Status.Done() && !r.Reopens(at) {
		return r, fault.RequestClosed.With(r.ClosedAt)
	}
	r.ClosesAt, r.ClosedAt = time.Time{}, time.Time{}
	return r, nil
}

// Written returns the request with one more comment by a side: it waits for the other one, also where it was done. It fails with Conflict request_closed.
func (r Request) Written(by Side, at time.Time) (Request, error) {
	r, err := r.again(at)
	if err != nil {
		return r, err
	}
	if r.Status = Open; by == ByVendor {
		r.Status = Answered
	}
	r.Comments++
	r.LastCommentAt, r.LastCommentBy = at, by
	return r, nil
}

// Draft is a request as somebody opens it.
type Draft struct {
	Subject      string
	Severity     Severity // empty: Normal
	Subscription subscription.ID
	Text         string
}

// Request returns the draft as a new request of the customer with its first comment, cleaned. It fails with Invalid naming every wrong field.
func (d Draft) Request(of customer.ID, by Author, id ID, first CommentID, at time.Time) (Request, Comment, error) {
	var wrong fault.Check
	r := Request{ID: id, Customer: of, Severity: d.Severity, Subscription: d.Subscription, OpenedBy: by, CreatedAt: at, Version: 1}
	var code *fault.Code
	if r.Subject, code = textinput.Title(d.Subject, MaxSubject); code != nil {
		wrong.Add("/subject", code, MaxSubject)
	}
	if r.Severity == "" {
		r.Severity = Normal
	}
	r.Severity.check(&wrong)
	if r.Subscription != "" {
		if owner, _, ok := r.Subscription.Customer(); !ok || owner != of {
			wrong.Add("/subscription_id", fault.UnknownSubscription, string(r.Subscription))
		}
	}
	c := Comment{ID: first, Request: id, By: by, Text: text("/message", d.Text, &wrong), CreatedAt: at, Version: 1}
	if err := wrong.Err(); err != nil {
		return r, c, err
	}
	r, err := r.Written(by.Side, at)
	return r, c, err
}

func (s Severity) check(wrong *fault.Check) {
	if !slices.Contains(Severities, s) {
		wrong.Add("/severity", fault.InvalidValue, fault.OneOf(Severities...))
	}
}

// text returns what somebody wrote, cleaned, and notes what is wrong with it.
func text(pointer, typed string, wrong *fault.Check) string {
	clean, code := textinput.Block(typed, MaxText)
	if code != nil {
		wrong.Add(pointer, code, MaxText)
	}
	return clean
}

// Changes is what is changed of a request; nil stays as it is.
type Changes struct {
	Subject  *string
	Severity *Severity
	Status   *Status // Open, Resolved or Closed: only what the vendor writes answers one
}

// Empty says whether nothing is asked for.
func (c Changes) Empty() bool { return c.Subject == nil && c.Severity == nil && c.Status == nil }

// Apply returns the request with the changes, cleaned, and which fields differ. It fails with Invalid naming every wrong field, and with Conflict
// request_closed where it is closed and not opened again, or was closed too long ago for that.
func (c Changes) Apply(old Request, at time.Time) (Request, []string, error) {
	old = old.At(at)
	r := old
	var wrong fault.Check
	if c.Subject != nil {
		var code *fault.Code
		if r.Subject, code = textinput.Title(*c.Subject, MaxSubject); code != nil {
			wrong.Add("/subject", code, MaxSubject)
		}
	}
	if c.Severity != nil {
		r.Severity = *c.Severity
		r.Severity.check(&wrong)
	}
	if c.Status != nil {
		r.Status = *c.Status
		if settable := []Status{Open, Resolved, Closed}; !slices.Contains(settable, r.Status) {
			wrong.Add("/status", fault.InvalidValue, fault.OneOf(settable...))
		}
	}
	if err := wrong.Err(); err != nil {
		return old, nil, err
	}
	var fields []string
	note := func(name string, differs bool) {
		if differs {
			fields = append(fields, name)
		}
	}
	note("subject", r.Subject != old.Subject)
	note("severity", r.Severity != old.Severity)
	note("status", r.Status != old.Status)
	switch {
	case len(fields) == 0:
		return old, nil, nil
	case old.Status == Closed && r.Status != Open:
		return old, nil, fault.RequestClosed.With(old.ClosedAt)
	case r.Status == old.Status:
		return r, fields, nil
	}
	next, err := r.ended(old, at)
	return next, fields, err
}

// ended returns the request, whose state is to be another than it was, with what that state holds.
func (r Request) ended(old Request, at time.Time) (Request, error) {
	status := r.Status
	r.Status = old.Status
	r, err := r.again(at)
	switch r.Status = status; status {
	case Resolved:
		r.ClosesAt = at.AddDate(0, 0, CloseDays)
	case Closed:
		r.ClosedAt = at
	}
	return r, err
}
