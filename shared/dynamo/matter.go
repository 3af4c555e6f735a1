package dynamo

import (
	"context"
	"time"

	"liaison/shared/matter"
	"liaison/shared/op"
)

// matterOwner is under whom all that waits for the vendor is listed.
const matterOwner = partnersOwner

// decidedDays is how long the item of a matter stays once it is decided, out of every list.
const decidedDays = 30

// matterParts write what waits for the vendor with a thing, as part of the transaction that changes it. Decided, its item leaves the list and goes
// by itself. Nothing is written where nothing ever waited.
func matterParts(of interface{ Waits() (matter.Matter, bool) }, o op.Op) []part {
	m, waits := of.Waits()
	if m.Kind == "" {
		return nil
	}
	it := matterItem(m)
	if !waits {
		delete(it, "owner")
		delete(it, "owner_at")
		it["ttl"] = number(int(o.At.AddDate(0, 0, decidedDays).Unix()))
	}
	return []part{put(matterKey(m), it).when("(attribute_not_exists(#PK) OR #class = :class)", "class", "matter")}
}

func matterItem(m matter.Matter) item {
	it := listAttributes(classed("matter", m), "kind", "subject", "tenant", "partner", "customer", "reason", "count", "halted", "from", "due_at")
	return owned(it, matterOwner, "matter", m.DueAt, string(m.Kind)+"#"+m.Subject)
}

// Matters lists what can be decided at a time, the most urgent first; one page of the index, which may lag.
func (t *Table) Matters(ctx context.Context, at time.Time, page Page) ([]matter.Matter, string, error) {
	by := ownerQuery(matterOwner, "matter")
	by.newest = false
	found, next, err := rows(ctx, t, by, page, func(found []matter.Matter) ([]bool, error) {
		keep := make([]bool, len(found))
		for i, m := range found {
			keep[i] = m.Open(at)
		}
		return keep, nil
	})
	return bare(found), next, err
}
