package offers_test

import (
	"os"
	"testing"
	"time"

	"liaison/functions/jobs/offers"
	"liaison/shared/offer"
	"liaison/shared/schedule"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestExpiry ends what is over, once, at its stored end, and leaves the rest.
func TestExpiry(t *testing.T) {
	f := fixture.Streaming(t)
	w := f.Populate(t)
	short := w.Offer(t, func(d *offer.Draft) { d.ExpiresAt = f.Env.Now().AddDate(0, 0, 2) })
	paused := w.Offer(t, func(d *offer.Draft) { d.ExpiresAt = f.Env.Now().AddDate(0, 0, 2) })
	long := w.Offer(t, nil)
	o := f.Op("partner")
	if _, _, err := offer.Change(t.Context(), f.Table, paused.ID, offer.PausedEvent{}, o, func(of offer.Offer, used int) (offer.Offer, error) {
		return of.Pause("wished", used, o.At)
	}); err != nil {
		t.Fatal(err)
	}
	f.Batch(t)
	f.Travel(40 * 24 * time.Hour)
	for run := range 2 {
		out, err := offers.Job(f.Table).Handler(f.Env, f.Table)(t.Context(), schedule.Tick{Time: f.Env.Now()})
		if want := map[int]int{0: 2, 1: 0}[run]; err != nil || out.Done != want {
			t.Errorf("run %d: %+v %v", run, out, err)
		}
	}
	for id, want := range map[offer.ID]offer.Status{short.ID: offer.Expired, paused.ID: offer.Expired, long.ID: offer.Active} {
		got, _, err := f.Table.Offer(t.Context(), id)
		if err != nil || got.Status != want || want == offer.Expired && !got.EndedAt.Equal(got.ExpiresAt) {
			t.Errorf("%+v, want %s: %v", got, want, err)
		}
	}
	if n := len(f.Batch(t).Events()); n != 2 {
		t.Errorf("%d events", n)
	}
}
