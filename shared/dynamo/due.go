package dynamo

import (
	"context"
	"strconv"
	"time"
)

// DueKey is the place of one thing that falls due.
type DueKey struct {
	key key
	due string // the index's sort key: time and place
}

// String names the thing at its due time, in logs and in the ids of operations.
func (d DueKey) String() string { return d.due }

// Before says whether the thing falls due before another.
func (d DueKey) Before(other DueKey) bool { return d.due < other.due }

// DueShards is how many partitions of the index each class spreads over; a job asks every one.
const DueShards = shards

// DueAfter is where a page of the index ended; the zero value is the beginning.
type DueAfter struct{ last item }

// Due reads one page of what falls due until the time in one shard of a class, oldest first. The index lags: what it names
// may be done already. more is false on the last page.
func (t *Table) Due(ctx context.Context, class string, shard int, until time.Time, after DueAfter) (found []DueKey, next DueAfter, more bool, err error) {
	// "$" follows the "#" behind the time, so that everything of the very millisecond is in.
	items, last, err := t.query(ctx, query{
		index: "due", pk: "due_class", sk: "due", owner: class + "#" + strconv.Itoa(shard), until: stamp(until) + "$", limit: duePage, after: after.last,
	})
	if err != nil {
		return nil, after, false, err
	}
	found = make([]DueKey, len(items))
	for i, it := range items {
		found[i] = DueKey{keyOf(it), read(it, "due")}
	}
	return found, DueAfter{last}, len(last) > 0, nil
}

// duePage bounds what one page of a shard holds in memory.
const duePage = 500

// Due is one thing that is due still, as it stands now.
type Due[T any] struct {
	Key      DueKey
	Item     T
	Attempts int   // of an event: how often it was tried
	Err      error // the item cannot be read
}

// DueItems reads up to 100 things by their keys, strongly consistent, in one call. What is no longer due is left out.
func DueItems[T any](ctx context.Context, t *Table, keys []DueKey) ([]Due[T], error) {
	places := make([]key, len(keys))
	for i, k := range keys {
		places[i] = k.key
	}
	found, err := t.batch(ctx, true, places...)
	if err != nil {
		return nil, err
	}
	items := make([]Due[T], 0, len(keys))
	for _, k := range keys {
		it, ok := found[k.key]
		if !ok || read(it, "due") != k.due {
			continue
		}
		one := Due[T]{Key: k, Attempts: count(it, "attempts")}
		one.Err = decode(it, &one.Item)
		items = append(items, one)
	}
	return items, nil
}
