package relationship

import (
	"context"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// Switches say which side wants a limited grant to go on by itself; it does while both do.
type Switches struct{ Customer, Partner bool }

// Both says whether the grant goes on by itself.
func (s Switches) Both() bool { return s.Customer && s.Partner }

// Side of a relationship.
type Side string

// The sides.
const (
	CustomerSide Side = "customer"
	PartnerSide  Side = "partner"
)

// ExtendDays is by how many days a grant goes on by itself.
const ExtendDays = 180

// extends says whether the grant is to go on by itself.
func (g Grant) extends() bool {
	return g.Status == Active && g.Role == offer.RoleLimited && g.AutoExtend.Both()
}

// ExtendsAt is when the grant goes on by itself as things stand; zero where it does not. More time takes that administration is available in the
// customer's country, as a new Yes does (decision 84).
func (g Grant) ExtendsAt(country string, in catalog.Availability) time.Time {
	if !g.extends() || offer.Plain(offer.DelegatedAdministration, country).Available(in) != nil {
		return time.Time{}
	}
	return g.extendAt()
}

// extendAt is when it would go on by itself: when the last notice would fall due.
func (g Grant) extendAt() time.Time { return g.EndsAt.AddDate(0, 0, -Notices[len(Notices)-1]) }

// Extend returns the grant with 180 days more where both sides want that, on time or late, but never once it has ended; its notices begin
// anew. Conflict not_due where its time has not come, or has passed, or it does not go on by itself.
func (g Grant) Extend(country string, in catalog.Availability, at time.Time) (Grant, error) {
	if due := g.ExtendsAt(country, in); due.IsZero() || at.Before(due) || !at.Before(g.EndsAt) {
		return g, fault.NotDue
	}
	g.EndsAt, g.Noticed = g.EndsAt.AddDate(0, 0, ExtendDays), nil
	return g.plan(at), nil
}

// Switch returns the grant with one side's switch as it wants it. It fails with Conflict already_ended where the grant has ended,
// auto_extend_limited_only where it is a full one.
func (g Grant) Switch(side Side, on bool, at time.Time) (Grant, error) {
	if status := g.StatusAt(at); status != Active && status != Suspended {
		return g, fault.AlreadyEnded.With(g.EndedAt)
	}
	if g.Role != offer.RoleLimited {
		return g, fault.AutoExtendLimitedOnly
	}
	if side == CustomerSide {
		g.AutoExtend.Customer = on
	} else {
		g.AutoExtend.Partner = on
	}
	return g.replan(at), nil
}

// SwitchAutoExtend sets one side's switch; where it is set so already nothing is written. NotFound where there is no tie, Conflict
// already_ended where the partner does not administer the customer now; it fails as Grant.Switch does.
func SwitchAutoExtend(ctx context.Context, store Store, c customer.ID, p partner.ID, side Side, on bool, o op.Op) (Relationship, error) {
	return changeGrant(ctx, store, c, p, o, func(g Grant) (Grant, []event.Change, error) {
		next, err := g.Switch(side, on, o.At)
		if err != nil || next.AutoExtend == g.AutoExtend {
			return g, nil, err
		}
		return next, []event.Change{event.Of(NewID(c, p), AutoExtendChangedEvent{PartnerID: p, Side: side, Enabled: &on})}, nil
	})
}

// changeGrant decides on the partner's grant as it stands and writes it with its relationship; where somebody changes either meanwhile it
// decides again. Without a change nothing is written.
func changeGrant(ctx context.Context, store Store, c customer.ID, p partner.ID, o op.Op, decide func(Grant) (Grant, []event.Change, error)) (Relationship, error) {
	var tie Relationship
	err := op.RetryStale(func() error {
		found, grant, err := store.Relationship(ctx, c, p)
		if err != nil {
			return err
		}
		if grant == nil || grant.Partner != p {
			return fault.AlreadyEnded
		}
		next, happened, err := decide(*grant)
		if tie = found; err != nil || len(happened) == 0 {
			return err
		}
		tie.Administration = next.Summary()
		e := event.New(o, event.Customer(string(c)), happened...).SharedWith(string(p))
		err = store.SaveGrant(ctx, next, tie, []event.Event{e}, o.Giving(string(NewID(c, p))))
		tie.Version++
		return err
	})
	if err != nil {
		return Relationship{}, err
	}
	return tie, nil
}
