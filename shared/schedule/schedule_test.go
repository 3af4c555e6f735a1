package schedule_test

import (
	"context"
	"errors"
	"os"
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
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	out, err := schedule.Job[event.Event]{Class: "event", Name: "test", Step: func(context.Context, dynamo.Due[event.Event], op.Op) error {
		t.Error("begun shortly before the deadline")
		return nil
	}}.Handler(f.Env, f.Table)(ctx, tick)
	if err != nil || !out.More || out.Found != 3 || out.Done != 0 {
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
