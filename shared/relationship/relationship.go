// Package relationship is a customer's tie to one partner, and the one delegated administrator a customer may have.
package relationship

import (
	"context"
	"slices"
	"strings"
	"time"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// ID is rel_<cus12>_<partner ID>.
type ID string

// NewID returns the id of the tie between a customer and a partner; there is only one.
func NewID(c customer.ID, p partner.ID) ID { return ID("rel_" + c.Bare() + "_" + string(p)) }

// Parse returns the two sides of a relationship's id, else NotFound.
func Parse(text string) (customer.ID, partner.ID, error) {
	rest, ok := strings.CutPrefix(text, "rel_")
	c, p, found := strings.Cut(rest, "_")
	if owner := customer.ID("cus_" + c); ok && found && owner.Valid() && partner.ID(p).Valid() {
		return owner, partner.ID(p), nil
	}
	return "", "", fault.NotFound
}

// Kind of tie; the three are independent.
type Kind string

// The kinds.
const (
	DelegatedAdministrator Kind = "delegated_administrator"
	PartnerOfRecord        Kind = "partner_of_record"
	Reseller               Kind = "reseller"
)

// Status of a delegated administration:
//
//	active -> expired | ended;  active <-> suspended (disputed)
type Status string

// The states.
const (
	Active    Status = "active"
	Suspended Status = "suspended"
	Expired   Status = "expired"
	Ended     Status = "ended"
)

// Cause of an end.
type Cause string

// The causes.
const (
	ByCustomer     Cause = "customer"
	ByPartner      Cause = "partner"
	ByVendor       Cause = "vendor"
	ByReplacement  Cause = "replaced"
	NoSubscription Cause = "no_subscription"
	InTime         Cause = "expired" // its agreed end came
)

// Grant is what the customer's one delegated administrator may do, and until when. It is overwritten by the next and never deleted.
type Grant struct {
	Customer   customer.ID
	Partner    partner.ID
	Role       string // full or limited
	Status     Status // as stored; StatusAt says how it stands
	Since      time.Time
	EndsAt     time.Time
	EndedAt    time.Time
	Cause      Cause
	AgreedBy   customer.UserID
	Redemption string
	AutoExtend Switches
	StepAt     time.Time // when the next notice or the end falls due; zero where nothing is
	Noticed    []int     // days before the end of the notices that were sent or skipped
	Version    int
}

// Notices are the days before a grant's end on which both sides are notified.
var Notices = []int{30, 7, 1}

// StatusAt returns how the grant stands at the time: it ends on time whether or not a job ran.
func (g Grant) StatusAt(at time.Time) Status {
	if (g.Status == Active || g.Status == Suspended) && !at.Before(g.EndsAt) {
		return Expired
	}
	return g.Status
}

// NewGrant returns the grant that a customer gives a partner from now for some days.
func NewGrant(c customer.ID, p partner.ID, role string, days int, by customer.UserID, redemption string, at time.Time) Grant {
	return Grant{
		Customer: c, Partner: p, Role: role, Status: Active, Since: at, EndsAt: at.AddDate(0, 0, days),
		AgreedBy: by, Redemption: redemption, Version: 1,
	}.plan(at)
}

// plan sets when the clock next moves the grant: at the next notice, or at its end; where both sides want it to go on, that comes before the
// end, also where it is late.
func (g Grant) plan(at time.Time) Grant {
	g.StepAt = g.EndsAt
	if g.extends() && at.Before(g.EndsAt) {
		g.StepAt = g.extendAt()
	}
	for _, days := range Notices {
		if due := g.EndsAt.AddDate(0, 0, -days); due.After(at) {
			g.StepAt = due
			break
		}
	}
	return g
}

// replan is plan for what changes between two steps: a notice that is due and was not sent yet stays due.
func (g Grant) replan(at time.Time) Grant {
	_, days, skipped := g.Notify(at)
	if g = g.plan(at); days != 0 || len(skipped) > 0 {
		g.StepAt = at
	}
	return g
}

// Suspend returns a running grant as suspended until a dispute is decided. Conflict not_due where it does not run.
func (g Grant) Suspend(at time.Time) (Grant, error) {
	if g.StatusAt(at) != Active {
		return g, fault.NotDue
	}
	g.Status = Suspended
	return g.replan(at), nil
}

// Resume returns a suspended grant as it runs again. Conflict not_due where it is not suspended, or its end has come.
func (g Grant) Resume(at time.Time) (Grant, error) {
	if g.StatusAt(at) != Suspended {
		return g, fault.NotDue
	}
	g.Status = Active
	return g.replan(at), nil
}

// End returns the grant as ended by a cause. Conflict already_ended where it has ended.
func (g Grant) End(cause Cause, at time.Time) (Grant, error) {
	if status := g.StatusAt(at); status != Active && status != Suspended {
		return g, fault.AlreadyEnded.With(g.EndedAt)
	}
	g.Status, g.Cause, g.EndedAt, g.StepAt = Ended, cause, at, time.Time{}
	return g, nil
}

// Lower returns a full grant as a limited one, until the same end: it only takes rights away, so no new consent is needed. It fails with
// Conflict already_ended where it has ended, already_limited where it is not full.
func (g Grant) Lower(at time.Time) (Grant, error) {
	if status := g.StatusAt(at); status != Active && status != Suspended {
		return g, fault.AlreadyEnded.With(g.EndedAt)
	}
	if g.Role != offer.RoleFull {
		return g, fault.AlreadyLimited
	}
	g.Role = offer.RoleLimited
	return g, nil
}

// Expire returns the grant as expired at its stored end. Conflict not_due where its time has not come.
func (g Grant) Expire(at time.Time) (Grant, error) {
	if g.Status != Active && g.Status != Suspended || at.Before(g.EndsAt) {
		return g, fault.NotDue
	}
	g.Status, g.EndedAt, g.StepAt = Expired, g.EndsAt, time.Time{}
	return g, nil
}

// Notify returns the grant with its notices up to the time done: days is the latest one still true (0 where none is),
// skipped are those overtaken by a later one.
func (g Grant) Notify(at time.Time) (next Grant, days int, skipped []int) {
	for _, d := range Notices {
		due := g.EndsAt.AddDate(0, 0, -d)
		if due.After(at) || due.Before(g.Since) || slices.Contains(g.Noticed, d) {
			continue
		}
		if days != 0 {
			skipped = append(skipped, days)
		}
		days = d
		g.Noticed = append(slices.Clone(g.Noticed), d)
	}
	if !at.Before(g.EndsAt) && days != 0 {
		skipped, days = append(skipped, days), 0
	}
	return g.plan(at), days, skipped
}

// GrantSummary is what a relationship remembers of its partner's latest grant.
type GrantSummary struct {
	Status   Status
	Role     string
	Since    time.Time
	EndsAt   time.Time
	EndedAt  time.Time
	Cause    Cause
	AgreedBy customer.UserID

	AutoExtend Switches
	Redemption string // of the consent that it rests on
}

// Summary returns what the grant's relationship remembers of it.
func (g Grant) Summary() *GrantSummary {
	return &GrantSummary{g.Status, g.Role, g.Since, g.EndsAt, g.EndedAt, g.Cause, g.AgreedBy, g.AutoExtend, g.Redemption}
}

// StatusAt returns how the remembered grant stands at the time.
func (a GrantSummary) StatusAt(at time.Time) Status {
	return Grant{Status: a.Status, EndsAt: a.EndsAt}.StatusAt(at)
}

// Days returns for how many days the remembered grant was given, with those by which it went on.
func (a GrantSummary) Days() int { return int(a.EndsAt.Sub(a.Since) / (24 * time.Hour)) }

// Over returns when and why the remembered grant ended; a zero time where it runs at the time.
func (a GrantSummary) Over(at time.Time) (time.Time, Cause) {
	switch a.StatusAt(at) {
	case Ended:
		return a.EndedAt, a.Cause
	case Expired:
		return a.EndsAt, InTime
	}
	return time.Time{}, ""
}

// Relationship is a customer's tie to one partner.
type Relationship struct {
	Customer                     customer.ID
	Partner                      partner.ID
	CustomerName                 string
	CustomerCountry              string
	PartnerOfRecordSubscriptions int // how many subscriptions have this partner of record
	Reseller                     bool
	ResellerSince                time.Time           // zero where it never was
	ResellerBy                   customer.UserID     // who agreed to it
	ResellerEndedAt              time.Time           // zero while it is one, or never was
	ResellerEnd                  Cause               // why it is none any more
	NoticePeriod                 *offer.NoticePeriod // agreed with the reseller: a request ends the tie when it is over; nil where none was
	Removal                      *Removal            // the newest request to end the reseller's tie; nil where there was none
	StepAt                       time.Time           // when the clock next moves the request; zero where nothing is due
	Administration               *GrantSummary       // nil where the partner never administered the customer
	RenewalAsked                 *AskedRenewal       // nil where no request to administer on waits for an answer of the customer
	CreatedAt                    time.Time
	Version                      int
}

// AskedRenewal is the newest of the partner's requests for administration that a user of the customer has by mail. It is kept for lists: no rule
// rests on it, and whether the request still waits its invitation says.
type AskedRenewal struct {
	Invitation string
	At         time.Time
	Until      time.Time
}

// Renewing returns the request to go on with an administration that runs, as long as it can be answered; nil where there is none.
func (r Relationship) Renewing(at time.Time) *AskedRenewal {
	if r.RenewalAsked == nil || !at.Before(r.RenewalAsked.Until) || !slices.Contains(r.Kinds(at), DelegatedAdministrator) {
		return nil
	}
	return r.RenewalAsked
}

// Kinds lists the ties that hold at the time.
func (r Relationship) Kinds(at time.Time) []Kind {
	var kinds []Kind
	if a := r.Administration; a != nil {
		if status := a.StatusAt(at); status == Active || status == Suspended {
			kinds = append(kinds, DelegatedAdministrator)
		}
	}
	if r.PartnerOfRecordSubscriptions > 0 {
		kinds = append(kinds, PartnerOfRecord)
	}
	if r.Reseller {
		kinds = append(kinds, Reseller)
	}
	return kinds
}

// Store is what relationships need of the table.
type Store interface {
	// Relationship reads the tie and the customer's one grant, strongly consistent; NotFound where there is no tie. The grant is nil where there
	// never was one.
	Relationship(ctx context.Context, c customer.ID, p partner.ID) (Relationship, *Grant, error)
	// SaveGrant writes a changed grant and its relationship, both guarded by the versions they were decided on.
	SaveGrant(ctx context.Context, g Grant, r Relationship, happened []event.Event, o op.Op) error
}

// EndGrant ends the partner's delegated administration of the customer. NotFound where there is no tie,
// Conflict already_ended where the partner does not administer the customer now.
func EndGrant(ctx context.Context, store Store, c customer.ID, p partner.ID, cause Cause, reason string, o op.Op) (Relationship, error) {
	return changeGrant(ctx, store, c, p, o, func(g Grant) (Grant, []event.Change, error) {
		ended, err := g.End(cause, o.At)
		return ended, []event.Change{event.Of(g.Tie(), AdministrationEndedEvent{Administered: g.Administered(), Cause: cause, Reason: reason})}, err
	})
}

// LowerGrant lowers the partner's full delegated administration of the customer to limited, at once. NotFound where there is no
// tie, Conflict already_ended where the partner does not administer the customer now; it fails as Grant.Lower does.
func LowerGrant(ctx context.Context, store Store, c customer.ID, p partner.ID, cause Cause, reason string, o op.Op) (Relationship, error) {
	return changeGrant(ctx, store, c, p, o, func(g Grant) (Grant, []event.Change, error) {
		lowered, err := g.Lower(o.At)
		return lowered, []event.Change{event.Of(g.Tie(), AdministrationLoweredEvent{Administered: lowered.Administered(), Cause: cause, Reason: reason})}, err
	})
}
