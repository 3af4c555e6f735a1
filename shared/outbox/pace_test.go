package outbox

import (
	"context"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"liaison/shared/ses"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestPace lets two instances, each with many mails at once, take their turns: no second gets more than the account may send, none is
// left empty, and what would wait too long is throttled instead.
func TestPace(t *testing.T) {
	f := fixture.Open(t)
	f.Env.MailPerSecond = 4
	instances := []*Outbox{New(f.Env, f.Table, nil, nil), New(f.Env, f.Table, nil, nil)}
	at := f.Env.Now().Truncate(time.Second).Add(time.Hour)
	last := at.Add(4 * time.Second)
	type answer struct {
		at  time.Time
		err error
	}
	answers := make(chan answer)
	for _, d := range instances {
		for _, mails := range []int{1, 2, 1, 3, 2, 1, 2} { // 12 in all
			go func() {
				turns := &turns{mails: mails}
				for range mails {
					turn, err := d.next(context.Background(), turns, at, last)
					answers <- answer{turn, err}
				}
			}()
		}
	}
	var turns []time.Time
	late := 0
	for range 24 {
		switch a := <-answers; {
		case errors.Is(a.err, ses.ErrThrottled):
			late++
		case a.err != nil:
			t.Fatal(a.err)
		default:
			turns = append(turns, a.at)
		}
	}
	slices.SortFunc(turns, time.Time.Compare)
	if len(turns) != 20 || late != 4 { // the seconds 0 to 4
		t.Fatalf("%d mails leave, %d wait too long: %v", len(turns), late, turns)
	}
	for i, turn := range turns {
		if want := at.Add(time.Duration(i) * 250 * time.Millisecond); !turn.Equal(want) {
			t.Errorf("mail %d leaves at %v, want %v", i, turn.Sub(at), want.Sub(at))
		}
	}
}

// TestPaceLastPlace takes the last place of a second for the first of two mails, whose second leaves with the next.
func TestPaceLastPlace(t *testing.T) {
	f := fixture.Open(t)
	f.Env.MailPerSecond = 3
	d := New(f.Env, f.Table, nil, nil)
	at := f.Env.Now().Truncate(time.Second).Add(time.Hour)
	both := &turns{mails: 2}
	for i, of := range []*turns{{mails: 1}, {mails: 1}, both, both} {
		turn, err := d.next(t.Context(), of, at, at.Add(time.Minute))
		if want := at.Add(time.Duration(i) * time.Second / 3); err != nil || !turn.Equal(want) {
			t.Errorf("mail %d leaves at %v, want %v: %v", i, turn.Sub(at), want.Sub(at), err)
		}
	}
}
