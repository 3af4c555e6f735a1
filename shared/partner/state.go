package partner

import (
	"context"
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

// inProgram fails with Conflict partner_not_active where the partner left the program or never came in.
func (p Partner) inProgram() error {
	if p.Status == Closed || p.Status == Rejected {
		return p.Working()
	}
	return nil
}

// Change decides one transition of a stored partner and writes it with the event that tells it. decide is asked again where somebody else
// changed the partner meanwhile.
// It fails as decide does, with NotFound where there is no such partner, with Unavailable where others keep being faster.
func Change(ctx context.Context, store Store, id ID, told event.Typed, o op.Op, decide func(Partner) (Partner, error)) (Partner, error) {
	happened := event.New(o, event.Partner(string(id)), event.Of(id, told))
	var err error
	for range tries {
		var stored, next Partner
		if stored, err = store.Partner(ctx, id); err != nil {
			return Partner{}, err
		}
		if next, err = decide(stored); err != nil {
			return Partner{}, err
		}
		if err = store.SavePartner(ctx, next, nil, nil, happened, o.Giving(string(id))); err == nil {
			next.Version++
			return next, nil
		}
		if !fault.Is(err, fault.Stale) {
			return Partner{}, err
		}
	}
	return Partner{}, busy(err)
}

// busy is what a change without If-Match says where others keep being faster.
func busy(err error) error {
	return fault.Unavailable.After(time.Second).Because(err)
}
