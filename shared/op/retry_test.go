package op_test

import (
	"errors"
	"testing"

	"liaison/shared/fault"
	"liaison/shared/op"
)

func TestSettle(t *testing.T) {
	stale, broken := fault.PreconditionFailed, errors.New("broken")
	for name, c := range map[string]struct {
		answers []error
		want    error
		tries   int
	}{
		"at once":        {[]error{nil}, nil, 1},
		"the third time": {[]error{stale, stale, nil}, nil, 3},
		"a refusal":      {[]error{stale, fault.AlreadyEnded, nil}, fault.AlreadyEnded, 2},
		"broken":         {[]error{broken, nil}, broken, 1},
		"never":          {[]error{stale, stale, stale, stale, stale, stale, nil}, stale, 5},
	} {
		tries := 0
		err := op.RetryStale(func() error { tries++; return c.answers[tries-1] })
		if tries != c.tries || (err == nil) != (c.want == nil) || err != nil && err.Error() != c.want.Error() {
			t.Errorf("%s: %v after %d", name, err, tries)
		}
	}
}
