package dynamo

import (
	"context"
	"time"

	"liaison/shared/op"
)

// once is the idempotency row of an operation that takes a key; its condition comes first, so that a replay is recognised as one.
func once(o op.Op) []part {
	if o.Once == nil {
		return nil
	}
	row := encode(*o.Once)
	delete(row, "key") // its own key says it
	row["class"] = text("idempotency")
	row["version"] = number(1)
	row["created_at"] = text(stamp(o.At))
	row["ttl"] = number(int(o.Once.EndsAt.Unix()))
	return []part{put(onceKey(o.Once.Key), row).when("(attribute_not_exists(#PK) OR #ends_at <= :now)", "now", stamp(o.At)).or(func(old item) error {
		var done op.Once
		if err := decode(old, &done); err != nil {
			return err
		}
		return &op.Replay{Once: done}
	})}
}

// Done reads the operation that was done before under a key, strongly consistent; nil where none was, or its time is over.
func (t *Table) Done(ctx context.Context, key string, at time.Time) (*op.Once, error) {
	it, err := t.get(ctx, onceKey(key), true)
	if err != nil || it == nil {
		return nil, err
	}
	var done op.Once
	if err := decode(it, &done); err != nil || !done.EndsAt.After(at) {
		return nil, err
	}
	return &done, nil
}
