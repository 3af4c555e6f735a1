package ledger_test

import (
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"

	"liaison/functions/jobs/ledger"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// chain reads every seal, checks that each follows the one before it, and returns how often each event is sealed.
func chain(t *testing.T, f *fixture.Fixture) (map[string]int, event.Seal) {
	t.Helper()
	head, _, err := f.Table.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	before := event.Seal{}
	seals, _, err := f.Table.Seals(t.Context(), f.Env.Now().Format("2006-01-02"), dynamo.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range seals {
		sum, err := s.Sum()
		if err != nil || sum != s.Hash || s.Before != before.Hash || s.N != before.N+1 {
			t.Fatalf("seal %d does not follow %d: %v", s.N, before.N, err)
		}
		before = s
		for _, one := range s.Events {
			found[one.ID]++
			tenant, ulid, _, ok := event.ParseID(one.ID)
			e, err := f.Table.Event(t.Context(), tenant, ulid)
			if !ok || err != nil {
				t.Fatal(ok, err)
			}
			if hash, err := e.Hash(); err != nil || hash != one.Hash {
				t.Errorf("event %s: its hash in the table differs from the sealed one: %v", one.ID, err)
			}
		}
	}
	if head.N != before.N || head.Hash != before.Hash {
		t.Errorf("the head is %d, the last seal %d", head.N, before.N)
	}
	return found, head
}

// TestChain seals batches at once, twice, reversed, and with a record that can't be read among them; a delivery that went on changes no hash.
func TestChain(t *testing.T) {
	f := fixture.Streaming(t)
	w := f.Populate(t)
	w.Trial(t, "anna@customer.example", "")
	records := f.Streamed(t)
	events := fixture.ToBatch(t, records).Events()
	seal := func(batch dynamo.Batch) dynamo.BatchAnswer {
		answer, err := ledger.Stream(f.Env, f.Table)(t.Context(), batch)
		if err != nil {
			t.Error(err)
		}
		return answer
	}
	first, second := fixture.ToBatch(t, records[:len(records)/2]), fixture.ToBatch(t, records[len(records)/2:])
	var wait sync.WaitGroup
	wait.Go(func() { seal(first) })
	wait.Go(func() { seal(second) })
	wait.Wait()
	found, head := chain(t, f)
	if len(found) != len(events) || head.N != 2 {
		t.Errorf("%d of %d events sealed, head %d", len(found), len(events), head.N)
	}

	// The same batch right again, as after a lost answer, is one operation; later it is sealed a second time, which harms nothing.
	last := second
	if next, err := f.Table.Seal(t.Context(), head); err != nil {
		t.Fatal(err)
	} else if next.Events[0].ID == events[0].Event.ID() {
		last = first
	}
	seal(last)
	poison := json.RawMessage(`{"eventName":"INSERT","dynamodb":{"SequenceNumber":"77","NewImage":{"class":{"S":"event"}}}}`)
	answer := seal(fixture.ToBatch(t, append([]json.RawMessage{poison}, records...)))
	if len(answer.Failures) != 1 || answer.Failures[0].Sequence != "77" {
		t.Errorf("failures %v", answer.Failures)
	}
	for _, one := range events {
		if err := f.Table.EventDone(t.Context(), one.Event, f.Env.Now(), nil); err != nil {
			t.Fatal(err)
		}
	}
	if found, head = chain(t, f); len(found) != len(events) || head.N != 3 {
		t.Errorf("%d of %d events sealed, head %d", len(found), len(events), head.N)
	}
	if n := strings.Count(f.Log.String(), "head of the ledger"); n != 1 {
		t.Errorf("the head was logged %d times", n)
	}
}

// TestManyRivals seals from several streams at once.
func TestManyRivals(t *testing.T) {
	f := fixture.Streaming(t)
	w := f.Populate(t)
	w.Trial(t, "anna@customer.example", "")
	records := f.Streamed(t)
	var wait sync.WaitGroup
	for _, one := range records {
		wait.Go(func() {
			if _, err := ledger.Stream(f.Env, f.Table)(t.Context(), fixture.ToBatch(t, []json.RawMessage{one})); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	found, _ := chain(t, f)
	if want := len(fixture.ToBatch(t, records).Events()); len(found) != want {
		t.Errorf("%d of %d events sealed", len(found), want)
	}
}
