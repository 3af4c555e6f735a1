package suppression

import (
	"context"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// Store is what the operations need of the table. An address is named by its hash.
type Store interface {
	// LastSuppression reads what stops, or once stopped, offer mail to an address, and the operation that wrote it last; zero and empty
	// where nothing ever did. Strongly consistent.
	LastSuppression(ctx context.Context, address string) (s Suppression, by string, err error)
	// SaveSuppression writes it, guarded by the version it was decided on, with its event.
	SaveSuppression(ctx context.Context, s Suppression, happened event.Event, o op.Op) error
}

// Stop stops offer mail to an address, with its event, as Suppression.Stop decides. fresh says whether the reason is new since the mails were
// last stopped, or was noted by this very operation before.
func Stop(ctx context.Context, store Store, address, reason string, happened event.Event, o op.Op) (fresh bool, err error) {
	err = op.RetryStale(func() error {
		s, by, err := store.LastSuppression(ctx, address)
		if fresh = by == o.ID; err != nil || fresh {
			return err
		}
		if s, fresh = s.Stop(reason, o.At); !fresh {
			return nil
		}
		return store.SaveSuppression(ctx, s, happened, o)
	})
	return fresh, err
}

// Lift starts offer mail to an address again, whatever stopped it, with its event. NotFound where nothing stops it.
func Lift(ctx context.Context, store Store, address string, happened event.Event, o op.Op) error {
	return lift(ctx, store, address, happened, o, Suppression.Lift)
}

// LiftOwn is Lift by the recipient, as Suppression.LiftOwn decides. It does nothing where nothing stops the mails.
func LiftOwn(ctx context.Context, store Store, address string, happened event.Event, o op.Op) error {
	err := lift(ctx, store, address, happened, o, Suppression.LiftOwn)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

func lift(ctx context.Context, store Store, address string, happened event.Event, o op.Op, decide func(Suppression, time.Time) (Suppression, error)) error {
	return op.RetryStale(func() error {
		s, by, err := store.LastSuppression(ctx, address)
		if err != nil || by == o.ID {
			return err
		}
		if s, err = decide(s, o.At); err != nil {
			return err
		}
		return store.SaveSuppression(ctx, s, happened, o)
	})
}
