package op

import (
	"errors"

	"liaison/shared/fault"
)

// ErrUnchanged is what a decision returns where the thing is already as asked for: nothing is written, there is no event, the version stays,
// and the caller gets the thing as it stands.
var ErrUnchanged = errors.New("op: it stands so already")

// tries is how often RetryStale decides: rivals on one thing are few, and each try reads it afresh.
const tries = 5

// RetryStale runs a decision that reads a thing, decides and writes it, and runs it again where the thing was changed between
// the read and the write (Stale): for callers who named no version, so that a delivery report or a job that comes at the same moment does
// not make them fail. After the last try they get the Stale.
func RetryStale(decide func() error) error {
	var err error
	for range tries {
		if err = decide(); !fault.Is(err, fault.Stale) {
			return err
		}
	}
	return err
}
