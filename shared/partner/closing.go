package partner

import (
	"time"

	"liaison/shared/op"
)

// Closing is how far what follows from a partner's end is done. Its ties are gone through, again and again, until a sweep that began once
// every earlier yes can be seen finds nothing left to do.
type Closing struct {
	Began  time.Time // of the sweep that goes on; zero between two
	Cursor string    // where it goes on in the list of the partner's ties; empty at the start
	Found  bool      // whether it had something to do, or failed at something
}

// settled is how long after the end a sweep must begin to be the last: what a customer agreed to at that moment is in every list by then.
const settled = 15 * time.Minute

// Close returns the partner closed for good, from whatever state it was in the program; what follows from it is due at once. Conflict partner_not_active where it is no longer in the program.
func (p Partner) Close(reason string, at time.Time) (Partner, error) {
	if err := p.inProgram(); err != nil {
		return p, err
	}
	p.Status, p.StatusReason, p.ClosedAt, p.StepAt = Closed, reason, at, at
	return p, nil
}

// Sweep returns the partner at a sweep over its ties: the one that goes on, else a new one. It fails with op.ErrUnchanged where the partner
// is not closed or nothing is left to do.
func (p Partner) Sweep(at time.Time) (Partner, error) {
	if p.Status != Closed || p.StepAt.IsZero() {
		return p, op.ErrUnchanged
	}
	if p.Closing.Began.IsZero() {
		p.Closing = Closing{Began: at}
	}
	return p, nil
}

// Swept returns the partner after one page of a sweep: next is where the next page begins, empty after the last; found says whether there
// was something to do, or something failed.
func (p Partner) Swept(next string, found bool, at time.Time) Partner {
	p.Closing.Cursor = next
	p.Closing.Found = p.Closing.Found || found
	last := !p.Closing.Found && !p.Closing.Began.Before(p.ClosedAt.Add(settled))
	switch {
	case next != "":
		p.StepAt = at
	case last:
		p.Closing, p.StepAt = Closing{}, time.Time{}
	default:
		p.Closing, p.StepAt = Closing{}, at
		if once := p.ClosedAt.Add(settled); at.Before(once) {
			p.StepAt = once
		}
	}
	return p
}
