// Package retry is the job that takes up events which dispatch did not finish: refused, held back or never tried.
package retry

import (
	"context"
	"errors"
	"time"

	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/op"
	"liaison/shared/outbox"
	"liaison/shared/schedule"
	"liaison/shared/ses"
)

const (
	most    = 10               // attempts after which an event is called dead
	first   = 10 * time.Minute // before the second attempt; it doubles with each
	longest = 12 * time.Hour
)

// Job returns the job: it leases an event first, with the attempt counted and the next one already set, and then does the
// very work of dispatch. While the vendor has stopped all sending nothing is tried, so that no attempt is lost.
func Job(env boot.Env, table *dynamo.Table, work *outbox.Outbox) schedule.Job[event.Event] {
	step := func(ctx context.Context, due dynamo.Due[event.Event], o op.Op) error {
		o.ID = o.NewID() // each try is an operation of its own: two that race must not take each other's lease for theirs
		if due.Attempts >= most {
			givenUp, err := table.GiveUpEvent(ctx, due.Key, due.Attempts, o)
			if givenUp {
				env.Count("event is dead", "DeadEvents", 1, "due", due.Key.String(), "attempts", due.Attempts)
			}
			return err
		}
		wait := min(first<<due.Attempts, longest)
		leased, err := table.LeaseEvent(ctx, due.Key, due.Attempts, o.At.Add(wait), o)
		if err != nil {
			return err
		}
		if !leased {
			return schedule.ErrMoot
		}
		if due.Err != nil {
			env.Log.Error("event cannot be read", "due", due.Key.String(), "attempts", due.Attempts+1, "error", due.Err.Error())
			return nil
		}
		err = work.Do(ctx, due.Item)
		if errors.Is(err, ses.ErrThrottled) { // the account sends as much as it may: that is no failure of the event
			o.ID = o.NewID()
			err = errors.Join(err, table.ReturnEvent(ctx, due.Key, due.Attempts, o.At.Add(wait), o.At.Add(first), o))
		}
		if err != nil && !errors.Is(err, outbox.ErrHeld) {
			env.Log.Warn("event stays due", "event", due.Item.ID(), "attempts", due.Attempts+1, "error", err.Error())
		}
		return nil
	}
	return schedule.Job[event.Event]{
		Class: "event", Name: "retry", Step: step, Unreadable: step,
		Open: func(ctx context.Context) (bool, error) {
			vendor, err := table.Vendor(ctx)
			return vendor.Sending, err
		},
	}
}
