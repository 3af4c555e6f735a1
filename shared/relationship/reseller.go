package relationship

import (
	"context"
	"slices"
	"strings"
	"time"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/matter"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// RemovalStatus of a customer's request that its reseller ends their tie:
//
//	open -> ended | declined | withdrawn | removed | kept
type RemovalStatus string

// The states; the vendor's decision is removed or kept.
const (
	Open      RemovalStatus = "open"
	Done      RemovalStatus = "ended"
	Declined  RemovalStatus = "declined"
	Withdrawn RemovalStatus = "withdrawn"
	Removed   RemovalStatus = "removed"
	Kept      RemovalStatus = "kept"
)

// Removal is a request that the reseller ends the tie.
type Removal struct {
	Status   RemovalStatus
	AskedBy  customer.UserID // empty where nobody asked: the reseller left the program
	AskedAt  time.Time
	Reason   string    // the customer's words
	ClosedAt time.Time // zero while open
	Answer   string    // why it was declined or decided so
	Reminded []int     // days of the reminders that were sent or skipped
	Left     time.Time // when the reseller left the program: nobody else can answer then; zero while it is in it
	EndsAt   time.Time // when the agreed notice is over and the tie ends by itself; zero where none was agreed
	Handover Handover  // where a notice was agreed: what becomes of what the reseller bills
	Prices   []AgreedPrice
	Terms    string // version of the vendor's terms that go with the prices
}

// Reminders are the days of an open request on which the reseller is reminded.
var Reminders = []int{7, 14}

// DecisionDays is how many days after a request the vendor may decide it.
const DecisionDays = 30

// Decidable returns from when the vendor may decide the request: at once where the reseller left the program.
func (m Removal) Decidable() time.Time {
	if !m.Left.IsZero() {
		return m.Left
	}
	return m.AskedAt.AddDate(0, 0, DecisionDays)
}

// Days counts the full days that the request was or is open.
func (m Removal) Days(at time.Time) int {
	if !m.ClosedAt.IsZero() {
		at = m.ClosedAt
	}
	return int(at.Sub(m.AskedAt) / (24 * time.Hour))
}

// Waits returns the newest request to end the reseller's tie as it waits for the vendor, from the day on which that one may decide, and whether it
// does. One that nobody asked for is the tie of a reseller that left the program.
func (r Relationship) Waits() (matter.Matter, bool) {
	if r.Removal == nil || !r.Removal.EndsAt.IsZero() && r.Removal.Left.IsZero() { // with an agreed notice it ends by itself
		return matter.Matter{}, false
	}
	kind := matter.Removal
	if r.Removal.AskedBy == "" {
		kind = matter.ResellerTie
	}
	m := matter.New(kind, event.Customer(string(r.Customer)), string(NewID(r.Customer, r.Partner)), r.Removal.AskedAt, r.Removal.Decidable())
	m.Partner, m.Customer, m.Reason = string(r.Partner), string(r.Customer), r.Removal.Reason
	return m, r.Removal.Status == Open
}

// open returns a copy of the open request. It fails with Conflict no_removal_request where none is open.
func (r Relationship) open() (Removal, error) {
	if r.Removal == nil || r.Removal.Status != Open {
		return Removal{}, fault.NoRemovalRequest
	}
	return *r.Removal, nil
}

// closed returns the tie with its open request closed. It fails as open does.
func (r Relationship) closed(status RemovalStatus, answer string, at time.Time) (Relationship, error) {
	request, err := r.open()
	if err != nil {
		return r, err
	}
	request.Status, request.Answer, request.ClosedAt = status, answer, at
	r.Removal, r.StepAt = &request, time.Time{}
	return r, nil
}

// resells fails with Conflict already_ended where the partner is not the customer's reseller now.
func (r Relationship) resells() error {
	if !r.Reseller {
		return fault.AlreadyEnded
	}
	return nil
}

// AskRemoval returns the tie with a request that the reseller ends it. It fails with Conflict already_ended where the partner is no
// reseller, removal_requested about the time where a request is open.
func (r Relationship) AskRemoval(wish Wish, at time.Time) (Relationship, error) {
	if err := r.resells(); err != nil {
		return r, err
	}
	if open, err := r.open(); err == nil {
		return r, fault.RemovalRequested.With(open.AskedAt)
	}
	asked := &Removal{Status: Open, AskedBy: wish.By, AskedAt: at, Reason: wish.Reason}
	if r.Removal != nil && !r.Removal.Left.IsZero() {
		asked.Left = at
	}
	if n := r.NoticePeriod; n != nil {
		asked.EndsAt, asked.Handover = at.AddDate(0, 0, n.Days), WithTerm
		if wish.Handover == ToVendor {
			asked.Handover, asked.Prices, asked.Terms = ToVendor, wish.Prices, wish.Terms
		}
	}
	r.Removal = asked
	return r.step(at), nil
}

// Leave returns the tie as the vendor has to decide it, because its reseller left the program: with the open request, else with one that
// nobody asked for. It fails with op.ErrUnchanged where the vendor has it to decide or has decided already, with Conflict already_ended
// where the partner is no reseller.
func (r Relationship) Leave(at time.Time) (Relationship, error) {
	if err := r.resells(); err != nil {
		return r, err
	}
	if r.Removal != nil && !r.Removal.Left.IsZero() {
		return r, op.ErrUnchanged
	}
	request, err := r.open()
	if err != nil {
		request = Removal{Status: Open, AskedAt: at}
	}
	request.Left = at
	r.Removal = &request
	return r.step(at), nil
}

// Withdraw returns the tie with the customer's open request taken back. It fails with Conflict no_removal_request where none is open, or
// where the reseller left the program: what the vendor decides then rests on no wish of the customer's.
func (r Relationship) Withdraw(at time.Time) (Relationship, error) {
	if request, err := r.open(); err == nil && !request.Left.IsZero() {
		return r, fault.NoRemovalRequest
	}
	return r.closed(Withdrawn, "", at)
}

// step sets when the clock next moves the open request.
func (r Relationship) step(at time.Time) Relationship {
	if r.StepAt = r.Removal.EndsAt; !r.StepAt.IsZero() || !r.Removal.Left.IsZero() { // an agreed notice runs on
		return r
	}
	for _, day := range append(slices.Clone(Reminders), DecisionDays) {
		if due := r.Removal.AskedAt.AddDate(0, 0, day); due.After(at) {
			r.StepAt = due
			break
		}
	}
	return r
}

// Freed returns the tie without its reseller; an open request is closed with the status. It fails with Conflict already_ended where the
// partner is none, active_subscriptions about those of the subscriptions that it bills.
func (r Relationship) Freed(billed []subscription.Subscription, status RemovalStatus, answer string, at time.Time) (Relationship, error) {
	if err := r.resells(); err != nil {
		return r, err
	}
	var ids []string
	var blocks []fault.Field
	for _, s := range billed {
		if s.Billed(r.Partner, at) {
			ids = append(ids, string(s.ID))
			blocks = append(blocks, fault.Field{Pointer: string(s.ID), Code: fault.BilledByReseller, About: string(s.Plan)})
		}
	}
	if len(ids) > 0 {
		f := fault.ActiveSubscriptions.With(strings.Join(ids[:min(len(ids), maxListed)], ", "))
		f.Fields = blocks[:min(len(ids), maxNamed)]
		return r, f
	}
	if next, err := r.closed(status, answer, at); err == nil {
		r = next
	}
	r.Reseller, r.ResellerEndedAt, r.ResellerEnd = false, at, ByPartner
	if status == Removed {
		r.ResellerEnd = ByVendor
	}
	return r, nil
}

// What a refusal names of the subscriptions that stand in the way: in its list, and in its text.
const (
	maxNamed  = 50
	maxListed = 10
)

// DecideRemoval returns the tie as the vendor decides an open request: removed or kept. billed are the subscriptions that the reseller bills:
// the vendor, too, moves no billing without the customer's consent, so none may be left (decision 12). It fails with Conflict
// no_removal_request, removal_not_due about the time from which it can be decided, and as Freed does.
func (r Relationship) DecideRemoval(decision RemovalStatus, reason string, billed []subscription.Subscription, at time.Time) (Relationship, error) {
	request, err := r.open()
	if err != nil {
		return r, err
	}
	if !request.EndsAt.IsZero() && request.Left.IsZero() {
		return r, fault.EndsByNotice.With(request.EndsAt)
	}
	if at.Before(request.Decidable()) {
		return r, fault.RemovalNotDue.With(request.Decidable())
	}
	if decision == Kept {
		return r.closed(Kept, reason, at)
	}
	return r.Freed(billed, Removed, reason, at)
}

// Advance does what has fallen due of an open request by the time, however late. Of several overdue reminders only the latest that is
// still true is mailed, and none once the vendor may decide. Without a change nothing was due.
func (r Relationship) Advance(at time.Time) (next Relationship, happened []event.Change) {
	request, err := r.open()
	if err != nil || r.StepAt.IsZero() || at.Before(r.StepAt) || !request.EndsAt.IsZero() {
		return r, nil
	}
	var days []int
	request.Reminded = slices.Clone(request.Reminded)
	for _, day := range Reminders {
		if !at.Before(request.AskedAt.AddDate(0, 0, day)) && !slices.Contains(request.Reminded, day) {
			days = append(days, day)
			request.Reminded = append(request.Reminded, day)
		}
	}
	of := NewID(r.Customer, r.Partner)
	if !at.Before(request.Decidable()) {
		happened = append(happened, event.Of(of, RemovalDueEvent{PartnerID: r.Partner, Skipped: days}))
	} else if len(days) > 0 {
		last := len(days) - 1
		happened = append(happened, event.Of(of, RemovalRemindedEvent{PartnerID: r.Partner, Days: days[last], Skipped: days[:last]}))
	}
	r.Removal = &request
	return r.step(at), happened
}

// ResellerStore is what the end of a reseller's tie needs of the table.
type ResellerStore interface {
	// Relationship is Store's.
	Relationship(ctx context.Context, c customer.ID, p partner.ID) (Relationship, *Grant, error)
	// BilledBy reads the customer's subscriptions that a partner bills, whatever their state, strongly consistent.
	BilledBy(ctx context.Context, c customer.ID, p partner.ID) ([]subscription.Subscription, error)
	// SaveTie writes a changed tie, guarded by the version it was decided on, and what waits for the vendor with it.
	SaveTie(ctx context.Context, r Relationship, happened event.Event, o op.Op) error
	// SaveHandover writes a tie that ends with the subscriptions that it hands over, all guarded by the versions they were decided on.
	SaveHandover(ctx context.Context, r Relationship, subs []subscription.Subscription, happened []event.Event, o op.Op) error
}

// change decides on a tie as it stands and writes it with its events; where somebody changes it meanwhile it decides again.
func change(ctx context.Context, store ResellerStore, c customer.ID, p partner.ID, o op.Op,
	decide func(Relationship) (Relationship, []event.Change, error),
) (Relationship, error) {
	var next Relationship
	err := op.RetryStale(func() error {
		tie, _, err := store.Relationship(ctx, c, p)
		if err != nil {
			return err
		}
		var happened []event.Change
		if next, happened, err = decide(tie); err != nil {
			return err
		}
		return store.SaveTie(ctx, next, event.New(o, event.Customer(string(c)), happened...).SharedWith(string(p)), o.Giving(string(NewID(c, p))))
	})
	if err != nil {
		return Relationship{}, err
	}
	next.Version++
	return next, nil
}

// RequestRemoval is RequestEnd that lets what the reseller bills end with its term. NotFound where there is no tie; it fails as AskRemoval does.
func RequestRemoval(ctx context.Context, store ResellerStore, c customer.ID, p partner.ID, by customer.UserID, reason string, o op.Op) (Relationship, error) {
	return RequestEnd(ctx, store, c, p, Wish{By: by, Reason: reason}, o)
}

// LeaveToVendor puts the tie of a reseller that left the program to the vendor's decision. NotFound where there is no tie; it fails as Leave does.
func LeaveToVendor(ctx context.Context, store ResellerStore, c customer.ID, p partner.ID, o op.Op) error {
	_, err := change(ctx, store, c, p, o, func(r Relationship) (Relationship, []event.Change, error) {
		next, err := r.Leave(o.At)
		return next, []event.Change{event.Of(NewID(c, p), ResellerLeftEvent{PartnerID: p})}, err
	})
	return err
}

// WithdrawRemoval takes the customer's request back. NotFound where there is no tie; it fails as Withdraw does.
func WithdrawRemoval(ctx context.Context, store ResellerStore, c customer.ID, p partner.ID, o op.Op) (Relationship, error) {
	return change(ctx, store, c, p, o, func(r Relationship) (Relationship, []event.Change, error) {
		next, err := r.Withdraw(o.At)
		return next, []event.Change{event.Of(NewID(c, p), RemovalWithdrawnEvent{PartnerID: p})}, err
	})
}

// DeclineRemoval is the reseller's refusal of a request, with its reason. It fails as WithdrawRemoval does, and with Conflict ends_by_notice where
// a notice was agreed.
func DeclineRemoval(ctx context.Context, store ResellerStore, c customer.ID, p partner.ID, reason string, o op.Op) (Relationship, error) {
	return change(ctx, store, c, p, o, func(r Relationship) (Relationship, []event.Change, error) {
		if asked, err := r.open(); err == nil && !asked.EndsAt.IsZero() {
			return r, nil, fault.EndsByNotice.With(asked.EndsAt)
		}
		next, err := r.closed(Declined, reason, o.At)
		return next, []event.Change{event.Of(NewID(c, p), RemovalDeclinedEvent{PartnerID: p, Reason: reason})}, err
	})
}

// DecideRemoval is the vendor's decision of a request, removed or kept, with its reason. NotFound where there is no tie; it fails as
// Relationship.DecideRemoval does.
func DecideRemoval(ctx context.Context, store ResellerStore, c customer.ID, p partner.ID, decision RemovalStatus, reason string, o op.Op) (Relationship, error) {
	return change(ctx, store, c, p, o, func(r Relationship) (Relationship, []event.Change, error) {
		billed, err := store.BilledBy(ctx, c, p)
		if err != nil {
			return r, nil, err
		}
		next, err := r.DecideRemoval(decision, reason, billed, o.At)
		happened := []event.Change{event.Of(NewID(c, p), RemovalDecidedEvent{PartnerID: p, Decision: decision, Reason: reason})}
		if decision == Removed {
			happened = append(happened, event.Of(NewID(c, p), ResellerEndedEvent{PartnerID: p, Cause: ByVendor, Reason: reason}))
		}
		return next, happened, err
	})
}

// EndReseller ends the tie by the reseller's own wish. The subscriptions are read after the tie, and every sale that the reseller bills writes
// the tie too: of an end and a sale at once, one has to decide again. Where the customer asked with a notice that runs, it ends sooner, as the
// request says. NotFound where there is no tie; it fails as Freed does.
func EndReseller(ctx context.Context, store ResellerStore, c customer.ID, p partner.ID, reason string, o op.Op) (Relationship, error) {
	noticed := false
	ended, err := handOver(ctx, store, c, p, ByPartner, reason, o, func(r Relationship) error {
		request, err := r.open()
		if noticed = err == nil && !request.EndsAt.IsZero(); !noticed {
			return fault.NotDue
		}
		return nil
	})
	if noticed || !fault.Is(err, fault.NotDue) {
		return ended, err
	}
	return change(ctx, store, c, p, o, func(r Relationship) (Relationship, []event.Change, error) {
		billed, err := store.BilledBy(ctx, c, p)
		if err != nil {
			return r, nil, err
		}
		next, err := r.Freed(billed, Done, reason, o.At)
		return next, []event.Change{event.Of(NewID(c, p), ResellerEndedEvent{PartnerID: p, Cause: ByPartner, Reason: reason})}, err
	})
}
