package outbox

import (
	"context"
	"errors"
	"time"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/importing"
	"liaison/shared/op"
)

// importRows applies the rows of a file. A run that is cut short leaves the event due, and the stream brings it again: the next one goes on where the
// import stands.
func (d *Outbox) importRows(ctx context.Context, e event.Event, c event.Change) error {
	run := importing.Runner{
		Store: dynamo.ImportsOf(d.table.Table),
		Op:    func(words ...string) op.Op { return d.op(e, words...) },
		More: func() bool {
			end, ok := ctx.Deadline()
			return !ok || time.Until(end) >= spare
		},
	}
	err := run.Run(ctx, importing.ID(c.Subject))
	if errors.Is(err, importing.ErrMore) {
		return fault.Unavailable.Because(err)
	}
	return err
}
