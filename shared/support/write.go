package support

import (
	"context"
	"slices"
	"time"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// Writer is who takes part in the service requests of one customer.
type Writer struct {
	Author
	Customer customer.Customer
	by       administration.Authority // of the customer's user or the partner; zero for the vendor
	grantee  partner.ID               // the partner whose grant runs, which sees all that happens; empty where there is none
}

// Join returns the author as who takes part in the requests of the customer, on whose side it claims to be. It fails as administration.Claim.Over does.
func Join(c administration.Claim, author Author, s administration.Standing, at time.Time) (Writer, error) {
	w := Writer{Author: author, Customer: s.Customer, grantee: grantee(s, at)}
	if author.Side == ByVendor {
		return w, nil
	}
	var err error
	w.by, err = c.Over(s, at)
	return w, err
}

func grantee(s administration.Standing, at time.Time) partner.ID {
	if g := s.Grant; g != nil && g.StatusAt(at) == relationship.Active {
		return g.Partner
	}
	return ""
}

// leave returns what the write checks again; nil where the vendor acts, whose operator every write checks. One's own request takes no role.
func (w Writer) leave(own bool) (*administration.Permit, error) {
	if w.Side == ByVendor {
		return nil, nil
	}
	if own && w.Side == ByCustomer {
		return &administration.Permit{Authority: w.by}, nil
	}
	p, err := w.by.Allow(administration.HandleServiceRequests)
	return &p, err
}

// Sees says whether the writer may read a request of the customer's: a partner that is not in the program does, and writes nothing.
func (w Writer) Sees(r Request) bool {
	_, err := w.leave(w.opened(r))
	return r.Customer == w.Customer.ID && (err == nil || fault.Is(err, fault.PartnerNotActive))
}

// SeesAll says whether the writer may read what others opened, too.
func (w Writer) SeesAll() bool {
	_, err := w.leave(false)
	return err == nil || fault.Is(err, fault.PartnerNotActive)
}

func (w Writer) opened(r Request) bool { return r.OpenedBy.ID == w.ID }

// Changes says whether the writer may change and close a request that it sees: a partner only what it opened, so that it hides nothing of the customer's.
func (w Writer) Changes(r Request) bool {
	return w.Side != ByPartner || r.OpenedBy.Partner == w.Partner
}

// acts returns the leave to write about a request. It fails with NotFound where the writer does not see it, and with Conflict partner_not_active.
func (w Writer) acts(r Request) (*administration.Permit, error) {
	if !w.Sees(r) {
		return nil, fault.NotFound
	}
	return w.leave(w.opened(r))
}

// tell returns what happened as the customer's event, which the partner whose grant runs shares.
func (w Writer) tell(o op.Op, changes ...event.Change) event.Event {
	return event.New(o, event.Customer(string(w.Customer.ID)), changes...).SharedWith(string(w.grantee))
}

// Store is what service requests need of the table. Each write checks the permit again (fault.Forbidden once it no longer stands); nil is the vendor's.
type Store interface {
	// OpenServiceRequest writes a new request with its first comment. It fails with Conflict too_many_service_requests where MaxOpen of the customer's are
	// not closed, and with op.Replay where this very request was done before.
	OpenServiceRequest(ctx context.Context, r Request, first Comment, by *administration.Permit, happened event.Event, o op.Op) error
	// SaveServiceRequest writes a changed request over the version of old, with the comment that changed it, if one did.
	SaveServiceRequest(ctx context.Context, r, old Request, said *Comment, by *administration.Permit, happened event.Event, o op.Op) error
	// StoredSubscription reads one subscription; NotFound where there is none.
	StoredSubscription(ctx context.Context, id subscription.ID) (subscription.Subscription, error)
}

// Ask opens a request of the customer's. It fails with Invalid naming every wrong field, with Conflict partner_not_active where a partner that is not in the
// program asks, and as OpenServiceRequest does.
func Ask(ctx context.Context, store Store, by Writer, draft Draft, o op.Op) (Request, error) {
	made, first, err := draft.Request(by.Customer.ID, by.Author, ID("srq_"+by.Customer.ID.Bare()+"_"+o.NewID()), CommentID("cmt_"+o.NewID()), o.At)
	if err != nil {
		return made, err
	}
	leave, err := by.acts(made)
	if err != nil {
		return made, err
	}
	if made.Subscription != "" {
		if _, err := store.StoredSubscription(ctx, made.Subscription); fault.Is(err, fault.Absent) {
			return made, fault.UnknownSubscription.With(string(made.Subscription)).In("/subscription_id")
		} else if err != nil {
			return made, err
		}
	}
	happened := by.tell(o, event.Of(made.ID, OpenedEvent{Side: by.Side, Severity: made.Severity, SubscriptionID: made.Subscription, CommentID: first.ID}))
	return made, store.OpenServiceRequest(ctx, made, first, leave, happened, o.Giving(string(made.ID)))
}

// Write adds a comment to a request as it was read. It fails with Invalid for the text, as Request.Written does, with NotFound where the writer does not
// see the request, and with Conflict partner_not_active.
func Write(ctx context.Context, store Store, by Writer, old Request, typed string, o op.Op) (Comment, error) {
	leave, err := by.acts(old)
	if err != nil {
		return Comment{}, err
	}
	var wrong fault.Check
	said := Comment{ID: CommentID("cmt_" + o.NewID()), Request: old.ID, By: by.Author, Text: text("/message", typed, &wrong), CreatedAt: o.At, Version: 1}
	if err := wrong.Err(); err != nil {
		return said, err
	}
	next, err := old.Written(by.Side, o.At)
	if err != nil {
		return said, err
	}
	changes := []event.Change{event.Of(old.ID, CommentedEvent{Side: by.Side, Status: next.Status, CommentID: said.ID})}
	if old.StatusAt(o.At).Done() {
		changes = append(changes, event.Of(old.ID, ReopenedEvent{Status: next.Status}))
	}
	return said, store.SaveServiceRequest(ctx, next, old, &said, leave, by.tell(o, changes...), o.Giving(string(said.ID)))
}

// Change writes changes over a request as it was read; where nothing differs nothing is written. It fails as Changes.Apply does, with NotFound where the
// writer does not see the request, with Forbidden service_request_not_yours where a partner did not open it, and with Conflict partner_not_active.
func Change(ctx context.Context, store Store, by Writer, old Request, changes Changes, o op.Op) (Request, error) {
	leave, err := by.acts(old)
	if err != nil {
		return old, err
	}
	if !by.Changes(old) {
		return old, fault.ServiceRequestNotYours
	}
	next, fields, err := changes.Apply(old, o.At)
	if err != nil || len(fields) == 0 {
		return next, err
	}
	was := old.StatusAt(o.At)
	var happened []event.Change
	change := ChangedEvent{Fields: fields}
	if slices.Contains(fields, "severity") {
		change.Severity = next.Severity
	}
	switch {
	case next.Status == was:
	case next.Status == Closed:
		happened = append(happened, event.Of(old.ID, ClosedEvent{}))
	case was.Done() && !next.Status.Done():
		happened = append(happened, event.Of(old.ID, ReopenedEvent{Status: next.Status}))
	default:
		change.Status = next.Status
	}
	if len(happened) > 0 {
		change.Fields = slices.DeleteFunc(fields, func(field string) bool { return field == "status" })
	}
	if len(change.Fields) > 0 {
		happened = append([]event.Change{event.Of(old.ID, change)}, happened...)
	}
	if err := store.SaveServiceRequest(ctx, next, old, nil, leave, by.tell(o, happened...), o.Giving(string(old.ID))); err != nil {
		return old, err
	}
	next.Version++
	return next, nil
}

// CloseStore is what closing by the clock needs of the table.
type CloseStore interface {
	administration.Store
	// SaveServiceRequest is as in Store.
	SaveServiceRequest(ctx context.Context, r, old Request, said *Comment, by *administration.Permit, happened event.Event, o op.Op) error
}

// Close closes a resolved request whose time has come. It returns op.ErrUnchanged where it has not, or the request is not resolved any more.
func Close(ctx context.Context, store CloseStore, old Request, o op.Op) error {
	next := old.At(o.At)
	if next.Status == old.Status {
		return op.ErrUnchanged
	}
	stands, err := store.Administration(ctx, old.Customer, "")
	if err != nil {
		return err
	}
	by := Writer{Customer: stands.Customer, grantee: grantee(stands, o.At)}
	return store.SaveServiceRequest(ctx, next, old, nil, nil, by.tell(o, event.Of(old.ID, ClosedEvent{})), o)
}
