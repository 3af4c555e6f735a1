package partner

import (
	"context"
	"errors"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// Vouch returns the partner with a profile that an operator vouches for: legal name, country, phone and mail address count as
// verified from now. Conflict partner_not_active where it is no longer in the program.
func (p Partner) Vouch(by string, at time.Time) (Partner, error) {
	if err := p.inProgram(); err != nil {
		return p, err
	}
	p.Verification = Verification{MailAt: at, PhoneAt: at, ConfirmedAt: at, By: by}
	return p, nil
}

// Verify vouches for a stored partner's profile, as Vouch says and Change does; the note, how it was checked, is kept in the event and may be empty.
func Verify(ctx context.Context, store Store, id ID, note string, o op.Op) (Partner, error) {
	return Change(ctx, store, id, ProfileVerifiedEvent{Note: note}, o, func(p Partner) (Partner, error) {
		if err := o.On(p.Version); err != nil {
			return p, err
		}
		return p.Vouch(o.Actor.ID, o.At)
	})
}

// Suspend stops a stored partner for a reason, as Change does; nobody can use a link of it from now on.
func Suspend(ctx context.Context, store Store, id ID, reason string, o op.Op) (Partner, error) {
	return Change(ctx, store, id, SuspendedEvent{Reason: reason}, o, func(p Partner) (Partner, error) { return p.Suspend(reason) })
}

// Reinstate lets a stored partner that is suspended go on, as Change does; the reason may be empty.
func Reinstate(ctx context.Context, store Store, id ID, reason string, o op.Op) (Partner, error) {
	return Change(ctx, store, id, ReinstatedEvent{Reason: reason}, o, Partner.Reinstate)
}

// Close ends a stored partner for good, as Change does; the job partners does what follows.
func Close(ctx context.Context, store Store, id ID, reason string, o op.Op) (Partner, error) {
	return Change(ctx, store, id, ClosedEvent{Reason: reason}, o, func(p Partner) (Partner, error) { return p.Close(reason, o.At) })
}

// Trust lifts a stored partner's daily cap, or puts it back, as Change does.
func Trust(ctx context.Context, store Store, id ID, trusted bool, o op.Op) (Partner, error) {
	return Change(ctx, store, id, TrustChangedEvent{Trusted: trusted}, o, func(p Partner) (Partner, error) { return p.Trust(trusted) })
}

// Suspend returns the partner suspended: none of its links works. Conflict partner_not_active where it is not active.
func (p Partner) Suspend(reason string) (Partner, error) {
	if err := p.Working(); err != nil {
		return p, err
	}
	p.Status, p.StatusReason = Suspended, reason
	return p, nil
}

// Reinstate returns the partner active again. Conflict partner_not_suspended where it is not suspended.
func (p Partner) Reinstate() (Partner, error) {
	if p.Status != Suspended {
		return p, fault.PartnerNotSuspended.With(string(p.Status))
	}
	p.Status, p.StatusReason = Active, ""
	return p, nil
}

// Trust returns the partner with its daily cap lifted, or back. It fails with op.ErrUnchanged where it is so already, with Conflict
// partner_not_active where it is no longer in the program.
func (p Partner) Trust(trusted bool) (Partner, error) {
	if err := p.inProgram(); err != nil {
		return p, err
	}
	if p.Trusted == trusted {
		return p, op.ErrUnchanged
	}
	p.Trusted = trusted
	return p, nil
}

// inProgram fails with Conflict partner_not_active where the partner left the program or never came in.
func (p Partner) inProgram() error {
	if p.Status == Closed || p.Status == Rejected {
		return p.Working()
	}
	return nil
}

// Change decides one transition of a stored partner and writes it with its event. transition is asked again where somebody
// else changed the partner meanwhile; where it returns op.ErrUnchanged nothing is written.
// It fails as decide does, with NotFound where there is no such partner, with Unavailable where others keep being faster.
func Change(ctx context.Context, store Store, id ID, change event.Typed, o op.Op, transition func(Partner) (Partner, error)) (Partner, error) {
	happened := event.New(o, event.Partner(string(id)), event.Of(id, change))
	return transit(o, func() (Partner, error) { return store.Partner(ctx, id) }, transition, func(next *Partner) error {
		err := store.SavePartner(ctx, *next, nil, nil, happened, o.Giving(string(id)))
		next.Version++
		return err
	})
}

// transit reads a thing, decides its transition and saves it, again where somebody else changed it meanwhile; save counts the version up.
// Where the transition is op.ErrUnchanged the thing stays as it was read.
func transit[T any](o op.Op, read func() (T, error), transition func(T) (T, error), save func(*T) error) (next T, err error) {
	err = decide(o, func() error {
		stored, err := read()
		if err != nil {
			return err
		}
		next, err = transition(stored)
		switch {
		case errors.Is(err, op.ErrUnchanged):
			next = stored
			return nil
		case err != nil:
			return err
		}
		return save(&next)
	})
	if err != nil {
		var none T
		return none, err
	}
	return next, nil
}

// decide is op.RetryStale: where others keep being faster it fails with Unavailable, unless the request was decided on a version.
func decide(o op.Op, change func() error) error {
	err := op.RetryStale(change)
	if fault.Is(err, fault.Stale) && o.Seen == 0 {
		return fault.Unavailable.After(time.Second).Because(err)
	}
	return err
}
