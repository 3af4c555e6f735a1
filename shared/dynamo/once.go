package dynamo

import (
	"context"
	"time"

	"liaison/shared/op"
)

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
