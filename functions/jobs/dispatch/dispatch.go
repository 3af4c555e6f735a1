// Package dispatch hangs on the table's stream and does what each new event asks for.
package dispatch

import (
	"context"
	"errors"
	"sync"
	"time"

	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/outbox"
	"liaison/shared/ses"
)

const (
	parallel = 8                // events done at once
	spare    = 10 * time.Second // before the deadline no new event is begun
)

// Stream returns the handler of the table's stream. Events that fail for a reason that passes are reported, so that the stream brings
// them again; every other failure stays due for the job retry, so that no poison blocks the line. So does what the account may not send
// now: brought again at once it would only be more of what is too much, and end among the dead letters.
func Stream(env boot.Env, out *outbox.Outbox) func(context.Context, dynamo.Batch) (dynamo.BatchAnswer, error) {
	return func(ctx context.Context, batch dynamo.Batch) (answer dynamo.BatchAnswer, err error) {
		found := batch.Events()
		again := make([]bool, len(found))
		slots := make(chan struct{}, parallel)
		var wait sync.WaitGroup
		for i, one := range found {
			if one.Err != nil {
				env.Log.Error("record cannot be read: it stays due", "sequence", one.Sequence, "error", one.Err.Error())
				continue
			}
			slots <- struct{}{}
			wait.Go(func() {
				defer func() { <-slots }()
				again[i] = do(ctx, env, out, one.Event)
			})
		}
		wait.Wait()
		for i, one := range found {
			if again[i] {
				answer.Fail(one.Sequence)
			}
		}
		return answer, nil
	}
}

// do does what one event asks for and says whether the stream should bring it again.
func do(ctx context.Context, env boot.Env, out *outbox.Outbox, e event.Event) bool {
	if boot.Ending(ctx, spare) {
		return true
	}
	err := out.Do(ctx, e)
	if err == nil {
		return false
	}
	passes := errors.Is(err, ses.ErrLater) && !errors.Is(err, ses.ErrThrottled) || fault.Is(err, fault.Busy)
	env.Log.Warn("event stays due", "event", e.ID(), "error", err.Error(), "again", passes)
	return passes
}
