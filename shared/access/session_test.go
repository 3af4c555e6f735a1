package access

import (
	"testing"
	"time"
)

// TestSession holds every way a sign-in ends.
func TestSession(t *testing.T) {
	now := time.Date(2026, 11, 21, 13, 45, 0, 0, time.UTC)
	s := NewSession("cus_x", "usr_x", 3, now)
	who := Caller{ID: "usr_x", Epoch: 3}
	for name, c := range map[string]struct {
		session Session
		caller  Caller
		at      time.Time
		want    bool
	}{
		"holds":                  {s, who, now, true},
		"to the last moment":     {s, who, now.Add(SessionLength - 1), true},
		"over by its time":       {s, who, now.Add(SessionLength), false},
		"a password later":       {s, Caller{ID: "usr_x", Epoch: 4}, now, false},
		"disabled":               {s, Caller{ID: "usr_x", Epoch: 3, Disabled: true}, now, false},
		"somebody else's":        {s, Caller{ID: "usr_y", Epoch: 3}, now, false},
		"nobody's, and nobody's": {Session{}, Caller{}, time.Time{}, false},
	} {
		if got := c.session.Holds(c.caller, c.at); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
