package dynamo

import (
	"context"

	"liaison/shared/event"
	"liaison/shared/op"
)

// Head reads the newest seal of the chain, without its events, and the operation that wrote it; the zero seal where there is none.
// Strongly consistent.
func (t *Table) Head(ctx context.Context) (head event.Seal, operation string, err error) {
	it, err := t.get(ctx, headKey(), true)
	if err != nil {
		return head, "", err
	}
	return head, read(it, "op"), decode(it, &head)
}

// SaveSeal adds the seal to the chain, if the head is still the one before it; all in one transaction.
// It fails with Stale where somebody else was faster.
func (t *Table) SaveSeal(ctx context.Context, next event.Seal, o op.Op) error {
	kept := classed("seal", next)
	kept["version"], kept["created_at"] = number(1), text(stamp(next.At))
	head := classed("head", event.Seal{N: next.N, At: next.At, Hash: next.Hash})
	head["version"], head["created_at"] = number(next.N), text(stamp(next.At))
	move := put(headKey(), head)
	if next.N == 1 {
		move = move.ifAbsent()
	} else {
		move = move.when("#n = :before AND #hash = :hash", "before", next.N-1, "hash", next.Before)
	}
	return t.write(ctx, o, move, put(sealKey(next), kept).ifAbsent())
}

// Seals reads one page of a day's seals in their order; the date as 2026-11-21.
func (t *Table) Seals(ctx context.Context, date string, page Page) ([]event.Seal, string, error) {
	return under[event.Seal](ctx, t, "SEAL#"+date, "", false, page)
}

// Seal reads one seal by its day and number; NotFound where there is none.
func (t *Table) Seal(ctx context.Context, of event.Seal) (event.Seal, error) {
	return one[event.Seal](ctx, t, sealKey(of), true)
}
