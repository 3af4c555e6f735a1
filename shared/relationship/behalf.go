package relationship

import (
	"context"
	"time"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// Fully says whether the grant, if there is one, lets the partner act as full administrator at the time.
func (g *Grant) Fully(p partner.ID, at time.Time) bool {
	return g != nil && g.Partner == p && g.Role == offer.RoleFull && g.StatusAt(at) == Active
}

// Sees says whether a partner's user or machine of that access sees the subscription: its partner of record does, who bills it, and a full
// administrator of the customer.
func Sees(s subscription.Subscription, g *Grant, p partner.ID, has partner.CustomerAccess, at time.Time) bool {
	return s.PartnerOfRecordID() == p || s.BilledBy == string(p) || has == partner.Full && g.Fully(p, at)
}

// BehalfStore is what acting on behalf of a customer needs of the table.
type BehalfStore interface {
	// SubscriptionFor reads a subscription, its customer and the customer's one grant, strongly consistent. NotFound where there is none.
	SubscriptionFor(ctx context.Context, id subscription.ID) (subscription.Subscription, customer.Customer, *Grant, error)
	// SaveOnBehalf writes a changed subscription with its events, guarded by its version, by the partner's running full grant and by the actor's
	// own full access.
	SaveOnBehalf(ctx context.Context, s subscription.Subscription, p partner.ID, happened []event.Event, o op.Op) error
}

// Lacking is what a partner lacks that its own people can't give, for the text of a refusal.
type Lacking string

// FullGrant is the customer's full delegated administration.
const FullGrant Lacking = "full_grant"

// CancelTrial ends a trial at once on behalf of its customer. It fails with NotFound where the partner does not see the
// subscription, Forbidden where it has no running full grant, Conflict as subscription.Cancel does.
func CancelTrial(ctx context.Context, store BehalfStore, p partner.ID, id subscription.ID, reason string, o op.Op) error {
	return op.RetryStale(func() error {
		s, _, grant, err := store.SubscriptionFor(ctx, id)
		if err != nil {
			return err
		}
		if !Sees(s, grant, p, partner.Full, o.At) {
			return fault.NotFound
		}
		if !grant.Fully(p, o.At) {
			return fault.Forbidden.With(FullGrant)
		}
		if s, err = s.Cancel(o.At); err != nil {
			return err
		}
		happened := s.Tell(o, p, event.Of(id, subscription.CancelledEvent{PlanID: s.Plan, PartnerID: p, Reason: reason}))
		return store.SaveOnBehalf(ctx, s, p, happened, o.Giving(string(id)))
	})
}
