package outbox

import (
	"context"
	"strconv"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/partner"
)

// index moves what the marketplace's index holds for a partner to what it is to hold, in as many steps as it takes. Whoever is faster does the same: what
// is read anew then says what is left.
func (d *Outbox) index(ctx context.Context, e event.Event, c event.Change) error {
	return d.indexed(ctx, e, partner.ID(c.Subject))
}

// indexShare is index where a partner's share of answered messages may be another: of one of its leads, or of the partner itself.
func (d *Outbox) indexShare(ctx context.Context, e event.Event, _ event.Change) error {
	return d.indexed(ctx, e, partner.ID(e.Partner))
}

func (d *Outbox) indexed(ctx context.Context, e event.Event, of partner.ID) error {
	table := dynamo.Listings{Table: d.table.Table}
	for {
		now, entry, has, err := table.Indexed(ctx, of)
		if err != nil || !has {
			return err
		}
		answers, err := d.leads().Tally(ctx, of) // after what stands in the index: who read older answers is not the last to write
		if err != nil {
			return err
		}
		next, added, gone, moves := now.Step(entry.Wanted(answers.Share(d.env.Now())))
		if !moves {
			return nil
		}
		err = table.MoveIndex(ctx, now, next, added, gone, d.op(e, "index", string(of), strconv.Itoa(now.Version)))
		if err != nil && !fault.Is(err, fault.Stale) {
			return err
		}
	}
}
