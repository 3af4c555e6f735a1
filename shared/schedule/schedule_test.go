package schedule_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/op"
	"liaison/shared/schedule"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// due makes events that are due and returns the tick that finds them.
func due(t *testing.T, f *fixture.Fixture, n int) schedule.Tick {
	t.Helper()
	for range n {
		o := f.Op("test")
		if err := f.Table.SaveEvent(t.Context(), event.New(o, event.Vendor(), event.Change{Type: "x.y", Subject: "z"}), o); err != nil {
			t.Fatal(err)
		}
	}
	f.Travel(time.Hour)
	return schedule.Tick{Time: f.Env.Now()}
}

// TestEndsEarly begins nothing new shortly before the deadline, and says so.
func TestEndsEarly(t *testing.T) {
	f := fixture.Open(t)
	tick := due(t, f, 3)
	ctx := fixture.Ending(t.Context(), func() bool { return true })
	out, err := schedule.Job[event.Event]{Class: "event", Name: "test", Step: func(context.Context, dynamo.Due[event.Event], op.Op) error {
		t.Error("begun shortly before the deadline")
		return nil
	}}.Handler(f.Env, f.Table)(ctx, tick)
	if err != nil || !out.More || out.Found != 3 || out.Done != 0 {
		t.Errorf("%+v %v", out, err)
	}
}

// TestTurns: what takes more than a turn has its next one in the same run, after everybody's; one that is not due any more has none.
func TestTurns(t *testing.T) {
	f := fixture.Open(t)
	tick := due(t, f, 40)
	var mutex sync.Mutex
	turns, done := map[string]int{}, 0
	out, err := schedule.Job[event.Event]{Class: "event", Name: "test", Step: func(_ context.Context, one dynamo.Due[event.Event], o op.Op) error {
		mutex.Lock()
		defer mutex.Unlock()
		turns[o.ID]++
		if mine := turns[o.ID]; mine > 1 {
			for of, n := range turns {
				if len(turns) != 40 || n < mine-1 {
					t.Errorf("turn %d of %s, while %s had %d of %d", mine, o.ID, of, n, len(turns))
				}
			}
		}
		if turns[o.ID] < 3 {
			return schedule.ErrMore
		}
		done++
		return nil
	}}.Handler(f.Env, f.Table)(t.Context(), tick)
	if err != nil || out.Found != 40 || out.Done != 40 || out.More || done != 40 {
		t.Errorf("%+v %v, %d are done", out, err, done)
	}
}

// TestTurnsEnd: time runs out between two turns: what is not done is left for the next run.
func TestTurnsEnd(t *testing.T) {
	f := fixture.Open(t)
	tick := due(t, f, 2)
	var late atomic.Bool
	var turns atomic.Int32
	ctx := fixture.Ending(t.Context(), late.Load)
	out, err := schedule.Job[event.Event]{Class: "event", Name: "test", Step: func(ctx context.Context, _ dynamo.Due[event.Event], _ op.Op) error {
		if late.Swap(true) && turns.Add(1) > 2 {
			t.Error("a turn is begun after the time is up")
			return nil
		}
		return schedule.ErrMore
	}}.Handler(f.Env, f.Table)(ctx, tick)
	if err != nil || out.Found != 2 || out.Done != 0 || !out.More {
		t.Errorf("%+v %v", out, err)
	}
}

// TestOneFails does the others, and says that one failed.
func TestOneFails(t *testing.T) {
	f := fixture.Open(t)
	tick := due(t, f, 5)
	broken := make(chan bool, 1)
	broken <- true
	seen := make(chan string, 5)
	out, err := schedule.Job[event.Event]{Class: "event", Name: "test", Step: func(_ context.Context, one dynamo.Due[event.Event], o op.Op) error {
		seen <- o.ID
		select {
		case <-broken:
			return errors.New("broken")
		default:
			return nil
		}
	}}.Handler(f.Env, f.Table)(t.Context(), tick)
	if err == nil || out.Failed != 1 || out.Done != 4 {
		t.Errorf("%+v %v", out, err)
	}
	close(seen)
	ids := map[string]bool{}
	for id := range seen {
		ids[id] = true
	}
	if len(ids) != 5 {
		t.Errorf("%d operations of 5 things", len(ids))
	}
}
