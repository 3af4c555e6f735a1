package dynamo_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"liaison/shared/consent"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/tests/fixture"
)

// TestFunnelTimes counts answers in every order, at once and one after the other, each twice: more than rows, so that every order meets in one
// row too. None is lost, none counts twice, and the first and the last time are those of the answers.
func TestFunnelTimes(t *testing.T) {
	const answers = 40
	for name, order := range map[string]func(events []event.Event){
		"in order": func([]event.Event) {},
		"reversed": func(events []event.Event) { slices.Reverse(events) },
		"mixed": func(events []event.Event) {
			rand.Shuffle(answers, func(i, j int) { events[i], events[j] = events[j], events[i] })
		},
		"at once": nil,
	} {
		t.Run(name, func(t *testing.T) {
			f := fixture.Open(t)
			w := f.Populate(t)
			of := w.Offer(t, nil).ID
			if funnel, err := f.Table.Funnel(t.Context(), of); err != nil || !funnel.First.IsZero() || !funnel.Last.IsZero() {
				t.Fatalf("before any answer: %+v %v", funnel, err)
			}
			events := make([]event.Event, answers)
			for i := range events {
				o := w.Op("visitor")
				o.At = o.At.Add(time.Duration(i) * time.Minute)
				events[i] = event.New(o, event.Partner(string(w.Partner)), event.Of("red_x", consent.DeclinedEvent{OfferID: of}))
				if err := f.Table.SaveEvent(t.Context(), events[i], o); err != nil {
					t.Fatal(err)
				}
			}
			first, last := events[0].At, events[answers-1].At
			done := func(e event.Event) {
				counts := map[offer.ID]offer.Funnel{of: {Steps: map[string]int{"declined": 1}, First: e.At, Last: e.At}}
				for range 2 {
					if err := f.Table.EventDone(t.Context(), e, w.Env.Now(), counts); err != nil {
						t.Error(err)
					}
				}
			}
			if order == nil {
				var all sync.WaitGroup
				for _, e := range events {
					all.Go(func() { done(e) })
				}
				all.Wait()
			} else {
				order(events)
				for _, e := range events {
					done(e)
				}
			}
			// What has no time leaves the times as they are.
			o := w.Op("job")
			sent := event.New(o, event.Partner(string(w.Partner)), event.Of("inv_x", invitation.SentEvent{OfferID: of}))
			if err := f.Table.SaveEvent(t.Context(), sent, o); err != nil {
				t.Fatal(err)
			}
			if err := f.Table.EventDone(t.Context(), sent, w.Env.Now(), map[offer.ID]offer.Funnel{of: {Steps: map[string]int{"sent": 1}}}); err != nil {
				t.Fatal(err)
			}
			funnel, err := f.Table.Funnel(t.Context(), of)
			if err != nil || funnel.Steps["declined"] != answers || funnel.Steps["sent"] != 1 {
				t.Errorf("%+v %v", funnel, err)
			}
			if !funnel.First.Equal(first.Truncate(time.Millisecond)) || !funnel.Last.Equal(last.Truncate(time.Millisecond)) {
				t.Errorf("answers from %v to %v, want %v to %v", funnel.First, funnel.Last, first, last)
			}
		})
	}
}
