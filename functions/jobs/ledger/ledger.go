// Package ledger seals new events into one hash chain: it hangs on the table's stream and writes one transaction a batch.
package ledger

import (
	"context"

	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// tries is how often a seal is made anew on the head as it stands: rivals are as many as the stream has shards.
const tries = 12

// Stream returns the handler of the table's stream. A batch that comes twice is sealed twice, which harms nothing; a record that cannot
// be read is reported, and the others are sealed.
func Stream(env boot.Env, table *dynamo.Table) func(context.Context, dynamo.Batch) (dynamo.BatchAnswer, error) {
	return func(ctx context.Context, batch dynamo.Batch) (out dynamo.BatchAnswer, err error) {
		var happened []event.Event
		for _, one := range batch.Events() {
			if one.Err != nil {
				env.Log.Error("record cannot be read", "sequence", one.Sequence, "error", one.Err.Error())
				out.Fail(one.Sequence)
				continue
			}
			happened = append(happened, one.Event)
		}
		if len(happened) == 0 {
			return out, nil
		}
		return out, Seal(ctx, env, table, happened)
	}
}

// Seal adds the events to the chain, in their order, on the head as it stands. It fails with Stale where rivals were faster
// every time, and with Unavailable as the table does; nothing is sealed then.
func Seal(ctx context.Context, env boot.Env, table *dynamo.Table, happened []event.Event) error {
	names := []string{"seal"}
	for _, e := range happened {
		names = append(names, e.ID())
	}
	// The same batch is the same operation: where the answer of its seal was lost and nothing came after it, it is not sealed again.
	o := op.Op{ID: op.Name(names...), Actor: op.Actor{Kind: op.Job, ID: "ledger"}, At: env.Now(), IDs: env.IDs()}
	for try := 1; ; try++ {
		head, by, err := table.Head(ctx)
		if err != nil || by == o.ID {
			return err
		}
		next, err := head.Next(happened, o.At)
		if err != nil {
			return err
		}
		if err = table.SaveSeal(ctx, next, o); err == nil {
			if head.N == 0 || head.Date() != next.Date() { // once a day, for who keeps the logs apart
				env.Log.Info("head of the ledger", "n", next.N, "hash", next.Hash, "before", next.Before)
			}
			return nil
		}
		if !fault.Is(err, fault.Stale) || try == tries {
			return err
		}
	}
}
