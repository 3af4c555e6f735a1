package subscription

import (
	"context"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// MaxExtension is the most days one extension may add.
const MaxExtension = 90

// Store is what subscriptions need of the table.
type Store interface {
	// StoredSubscription reads one subscription, strongly consistent. NotFound where there is none.
	StoredSubscription(ctx context.Context, id ID) (Subscription, error)
	// SaveSubscription writes a changed subscription, guarded by the version it was decided on, with its events.
	SaveSubscription(ctx context.Context, s Subscription, happened []event.Event, o op.Op) error
}

// ExtendTrial adds whole days to the end of a running trial. It fails with NotFound, with Invalid
// out_of_range for other than 1..90 days, and as Extend does.
func ExtendTrial(ctx context.Context, store Store, id ID, days int, reason string, o op.Op) error {
	if days < 1 || days > MaxExtension {
		return fault.OutOfRange.With(MaxExtension).In("/days")
	}
	_, err := change(ctx, store, "", id, o, func(s Subscription) (Subscription, *event.Change, error) {
		next, err := s.Extend(days, o.At)
		happened := event.Of(id, TrialExtendedEvent{PlanID: s.Plan, Days: days, TrialEndsAt: next.TrialEndsAt, Reason: reason})
		return next, &happened, err
	})
	return err
}
