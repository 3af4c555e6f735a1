package subscription

import (
	"context"
	"strconv"

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
	// SaveSubscription writes a changed subscription, guarded by the version it was decided on, with its event.
	SaveSubscription(ctx context.Context, s Subscription, happened event.Event, o op.Op) error
}

// ExtendTrial adds whole days to the end of a running trial; the partner of record hears of it. It fails with NotFound, with Invalid
// out_of_range for other than 1..90 days, and as Extend does.
func ExtendTrial(ctx context.Context, store Store, id ID, days int, reason string, o op.Op) error {
	if days < 1 || days > MaxExtension {
		return fault.At("/days", "out_of_range", MaxExtension)
	}
	return op.Settle(func() error {
		s, err := store.StoredSubscription(ctx, id)
		if err != nil {
			return err
		}
		if s, err = s.Extend(days, o.At); err != nil {
			return err
		}
		happened := event.New(o, event.Customer(string(s.Customer)), event.Of("subscription.trial_extended", string(id),
			"plan", string(s.Plan), "days", strconv.Itoa(days), "trial_ends_at", stamp(s.TrialEndsAt), "reason", reason))
		if s.PartnerOfRecord != nil {
			happened = happened.SharedWith(string(s.PartnerOfRecord.Partner))
		}
		return store.SaveSubscription(ctx, s, happened, o.Giving(string(id)))
	})
}
