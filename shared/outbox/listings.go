package outbox

import (
	"context"
	"strconv"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/listing"
	"liaison/shared/partner"
)

// index moves what the marketplace's index holds for a partner to what it is to hold, in as many steps as it takes. Whoever is faster does the same: what
// is read anew then says what is left.
func (d *Outbox) index(ctx context.Context, e event.Event, c event.Change) error {
	of, table := partner.ID(c.Subject), dynamo.Listings{Table: d.table.Table}
	for {
		now, entry, has, err := table.Indexed(ctx, of)
		if err != nil || !has {
			return err
		}
		next, added, gone, moves := now.Step(entry.Wanted(listing.NoShare))
		if !moves {
			return nil
		}
		err = table.MoveIndex(ctx, now, next, added, gone, d.op(e, "index", string(of), strconv.Itoa(now.Version)))
		if err != nil && !fault.Is(err, fault.Stale) {
			return err
		}
	}
}
