package dynamo_test

import (
	"testing"
	"time"

	"liaison/shared/quota"
	"liaison/tests/fixture"
)

// TestCountFirst: also the first of a window is refused where it alone is too much.
func TestCountFirst(t *testing.T) {
	f := fixture.Open(t)
	at := f.Op("operator").At
	for _, one := range []struct {
		subject  string
		n, limit int
		over     bool
	}{{"none", 1, 0, true}, {"one", 1, 1, false}, {"many", 3, 2, true}, {"some", 2, 2, false}} {
		rate, err := f.Table.CountSome(t.Context(), quota.Searches, one.subject, one.n, one.limit, time.Minute, at)
		if err != nil || rate.Over != one.over {
			t.Errorf("%d of %d: %+v %v", one.n, one.limit, rate, err)
		}
	}
}
