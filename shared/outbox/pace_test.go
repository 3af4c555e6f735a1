package outbox

import (
	"context"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"liaison/infra/local/stage"
	"liaison/shared/ses"
)

func TestMain(m *testing.M) { os.Exit(stage.Run(m)) }

// TestPace lets two instances, each with many mails at once, take their turns: no second gets more than the account may send, none is
// left empty, and what would wait too long is throttled instead.
func TestPace(t *testing.T) {
	f := stage.Open(t)
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
		for range 12 {
			go func() {
				turn, err := d.turn(context.Background(), at, last)
				answers <- answer{turn, err}
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
