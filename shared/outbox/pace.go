package outbox

import (
	"context"
	"fmt"
	"time"

	"liaison/shared/quota"
	"liaison/shared/ses"
)

// The mail service takes a number of mails a second from the whole account, while several instances of dispatch and retry send at once. So
// each mail takes a place in a second from a counter that all of them share, and leaves when its turn comes.

const (
	patience = 15 * time.Second // how long a mail waits for its turn; after that it stays due
	margin   = 5 * time.Second  // before the deadline no wait ends, so that the mail is sent and noted in time
)

// turns are the places that the mails of one change share. They are taken two at a time, as most changes have a mail to the customer and one to
// the partner: that saves a write.
type turns struct {
	mails int       // that may still leave
	spare time.Time // a place that was taken and is free; zero where there is none
}

// next returns when one more mail may leave that wants to at the time. It fails with ses.ErrThrottled where that would be after the last time.
func (d *Outbox) next(ctx context.Context, of *turns, at, last time.Time) (time.Time, error) {
	of.mails--
	// A place that is long over would let more mails leave now than this second has.
	if spare := of.spare; spare.After(at.Add(-time.Second)) {
		of.spare = time.Time{}
		return later(at, spare), nil
	}
	most, n := d.env.MailPerSecond, 1
	if of.mails > 0 && most > 1 {
		n = 2
	}
	for !at.After(last) {
		if !at.Before(d.full()) { // else this process saw it full
			rate, err := d.table.CountSome(ctx, quota.Mails, "", n, most, time.Second, at)
			if err != nil {
				return at, err
			}
			if !rate.Over {
				// Evenly over the second, so that two full seconds never meet in one.
				place := func(i int) time.Time {
					return at.Truncate(time.Second).Add(time.Duration(most-rate.Remaining-i) * time.Second / time.Duration(most))
				}
				if n == 2 {
					of.spare = place(1)
				}
				return later(at, place(n)), nil
			}
			if n == 2 {
				n = 1
				continue
			}
			d.fill(at.Truncate(time.Second).Add(time.Second))
		}
		at = at.Truncate(time.Second).Add(time.Second)
	}
	return at, fmt.Errorf("outbox: no turn for a mail within %v: %w", patience, ses.ErrThrottled)
}

// full returns the end of the last second that this process saw full.
func (d *Outbox) full() time.Time { return time.UnixMilli(d.filled.Load()) }

func (d *Outbox) fill(until time.Time) {
	for seen := d.filled.Load(); seen < until.UnixMilli() && !d.filled.CompareAndSwap(seen, until.UnixMilli()); seen = d.filled.Load() {
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// await waits for a mail's turn. It fails with ses.ErrThrottled where that does not come in time.
func (d *Outbox) await(ctx context.Context, of *turns) error {
	if d.env.MailPerSecond <= 0 {
		return nil
	}
	now := d.env.Now()
	last := now.Add(patience)
	if end, ok := ctx.Deadline(); ok && time.Until(end)-margin < patience {
		last = now.Add(time.Until(end) - margin)
	}
	at, err := d.next(ctx, of, now, last)
	if err != nil {
		return err
	}
	timer := time.NewTimer(at.Sub(now))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
