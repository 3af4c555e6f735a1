// Package schedule runs what falls due, for the jobs that a clock starts. A job takes everything of its class that is due at or
// before the time in its event, oldest first, however long it was down, and may run twice, late or out of order without harm:
// what is due is read again, strongly consistent, each thing is its own conditional transaction, and ends count from what is stored.
package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// Tick is what the clock sends.
type Tick struct {
	Time time.Time `json:"time"`
}

// Outcome is what a run did, in its log and its answer.
type Outcome struct {
	Found  int  `json:"found"`  // due in the index
	Done   int  `json:"done"`   // moved on
	Moot   int  `json:"moot"`   // moved on by somebody else meanwhile
	Failed int  `json:"failed"` // left as they were, for the next run
	More   bool `json:"more"`   // the run ended early, before its deadline: the next one goes on
}

// Job is one class of things that fall due, and what is done to each.
type Job[T any] struct {
	Class string // in the index of what is due
	Name  string // of the actor
	// Step does everything that is due to one thing, in one transaction. ErrMoot says that there was nothing to do, ErrMore that this was its turn.
	Step func(ctx context.Context, due dynamo.Due[T], o op.Op) error
	// Unreadable, where it is set, deals with an item that cannot be read; otherwise that is a failure.
	Unreadable func(ctx context.Context, due dynamo.Due[T], o op.Op) error
	// Open, where it is set, says before the run whether there is one at all.
	Open func(ctx context.Context) (bool, error)
}

// ErrAhead says that a tick names no time, or one more than 5 minutes ahead of the clock: a job never acts early.
var ErrAhead = errors.New("schedule: the tick is ahead of the clock")

// ErrMoot says that a thing was not due any more.
var ErrMoot = errors.New("schedule: not due any more")

// ErrMore says that there is more to do to a thing than one turn takes: its next turn comes in the same run, once everybody had one.
var ErrMore = errors.New("schedule: more than one turn takes")

const (
	ahead    = 5 * time.Minute // how far a tick's time may be ahead of the clock
	spare    = 5 * time.Second // before the deadline no new thing is begun
	batch    = 100             // things read in one call
	parallel = 32              // things written at once
)

// Enough says that so little time is left before a run's deadline that nothing new is begun.
func Enough(ctx context.Context) bool { return boot.Ending(ctx, spare) }

// Handler returns the job as Lambda runs it. It fails with ErrAhead where the tick's time is more than 5 minutes ahead of the
// clock, or missing, and otherwise names how many things failed: each stays due, and the others are done.
func (j Job[T]) Handler(env boot.Env, table *dynamo.Table) func(context.Context, Tick) (Outcome, error) {
	return func(ctx context.Context, tick Tick) (Outcome, error) {
		out, err := j.run(ctx, env, table, tick)
		line := []any{"job", j.Name, "until", tick.Time, "found", out.Found, "done", out.Done, "moot", out.Moot, "failed", out.Failed}
		if out.More {
			env.Log.Warn("job ended early: the next run goes on", line...)
		} else {
			env.Log.Info("job", line...)
		}
		return out, err
	}
}

func (j Job[T]) run(ctx context.Context, env boot.Env, table *dynamo.Table, tick Tick) (out Outcome, err error) {
	if tick.Time.IsZero() || tick.Time.After(env.Now().Add(ahead)) {
		return out, fmt.Errorf("%w: %v", ErrAhead, tick.Time)
	}
	if j.Open != nil {
		if open, err := j.Open(ctx); err != nil || !open {
			return out, err
		}
	}
	shards := make([]dynamo.DueAfter, dynamo.DueShards)
	open := make([]bool, dynamo.DueShards)
	for i := range open {
		open[i] = true
	}
	var again []dynamo.DueKey
	for slices.Contains(open, true) && !out.More {
		keys, err := j.page(ctx, table, tick.Time, shards, open)
		if err != nil {
			return out, err
		}
		out.Found += len(keys)
		left, err := j.turns(ctx, env, table, keys, &out)
		if err != nil {
			return out, err
		}
		again = append(again, left...)
	}
	for len(again) > 0 && !out.More {
		if again, err = j.turns(ctx, env, table, again, &out); err != nil {
			return out, err
		}
	}
	return out, out.err(j.Name)
}

// turns gives each thing one turn and returns those that want another. Where time runs out it says so.
func (j Job[T]) turns(ctx context.Context, env boot.Env, table *dynamo.Table, keys []dynamo.DueKey, out *Outcome) (again []dynamo.DueKey, err error) {
	for chunk := range slices.Chunk(keys, batch) {
		if Enough(ctx) {
			out.More = true
			return nil, nil
		}
		left, err := j.chunk(ctx, env, table, chunk, out)
		if err != nil {
			return nil, err
		}
		again = append(again, left...)
	}
	return again, nil
}

func (o Outcome) err(name string) error {
	if o.Failed == 0 {
		return nil
	}
	return fmt.Errorf("job %s: %d of %d failed and stay due", name, o.Failed, o.Found)
}

// page asks every shard that has more for its next page, all at once, and returns what they name, oldest first.
func (j Job[T]) page(ctx context.Context, table *dynamo.Table, until time.Time, after []dynamo.DueAfter, open []bool) ([]dynamo.DueKey, error) {
	pages := make([][]dynamo.DueKey, len(open))
	errs := make([]error, len(open))
	var wait sync.WaitGroup
	for i := range open {
		if open[i] {
			wait.Go(func() { pages[i], after[i], open[i], errs[i] = table.Due(ctx, j.Class, i, until, after[i]) })
		}
	}
	wait.Wait()
	keys := slices.Concat(pages...)
	slices.SortFunc(keys, func(a, b dynamo.DueKey) int {
		switch {
		case a.Before(b):
			return -1
		case b.Before(a):
			return 1
		}
		return 0
	})
	return keys, errors.Join(errs...)
}

// chunk reads up to 100 things and does each by itself, so that one conflict does not cancel its neighbours. It returns those that want another turn.
func (j Job[T]) chunk(ctx context.Context, env boot.Env, table *dynamo.Table, keys []dynamo.DueKey, out *Outcome) (again []dynamo.DueKey, err error) {
	items, err := dynamo.DueItems[T](ctx, table, keys)
	if err != nil {
		return nil, err
	}
	more := make([]bool, len(items))
	var done, moot, failed, left atomic.Int32
	moot.Add(int32(len(keys) - len(items)))
	slots := make(chan struct{}, parallel)
	var wait sync.WaitGroup
	for i, item := range items {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			if Enough(ctx) {
				left.Add(1)
				return
			}
			err := j.one(ctx, env, item)
			switch {
			case err == nil:
				done.Add(1)
			case errors.Is(err, ErrMore):
				more[i] = true
			case errors.Is(err, ErrMoot), fault.Is(err, fault.Stale, fault.Conflict, fault.Gone):
				moot.Add(1) // somebody was faster: what is left to do is due in the next run
			default:
				failed.Add(1)
				env.Log.Error("step failed", "job", j.Name, "due", item.Key.String(), "error", err.Error())
			}
		})
	}
	wait.Wait()
	out.Done += int(done.Load())
	out.Moot += int(moot.Load())
	out.Failed += int(failed.Load())
	out.More = out.More || left.Load() > 0
	for i, item := range items {
		if more[i] {
			again = append(again, item.Key)
		}
	}
	return again, nil
}

func (j Job[T]) one(ctx context.Context, env boot.Env, item dynamo.Due[T]) error {
	o := op.Op{
		ID: op.Name(j.Class, item.Key.String()), Actor: op.Actor{Kind: op.Job, ID: j.Name}, At: env.Now(), IDs: env.IDs(),
	}
	o.RequestID = o.ID
	if item.Err != nil {
		if j.Unreadable != nil {
			return j.Unreadable(ctx, item, o)
		}
		return item.Err
	}
	return j.Step(ctx, item, o)
}
