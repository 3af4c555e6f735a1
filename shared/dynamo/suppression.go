package dynamo

import (
	"context"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/suppression"
)

// Suppression reads what stops, or once stopped, the offer mail to the address of a hash; NotFound where nothing ever did. Strongly
// consistent.
func (t *Table) Suppression(ctx context.Context, address string) (suppression.Suppression, error) {
	s, _, err := t.suppression(ctx, address)
	if err == nil && s.Version == 0 {
		err = fault.NotFound
	}
	return s, err
}

func (t *Table) suppression(ctx context.Context, address string) (s suppression.Suppression, by string, err error) {
	it, err := t.get(ctx, suppressedKey(address), true)
	if err == nil && it != nil {
		err = decode(it, &s)
	}
	s.Address = address
	return s, read(it, "op"), err
}

// Suppressed returns why the address takes no offer mail, empty where it takes it; strongly consistent.
func (t *Table) Suppressed(ctx context.Context, mail string) (string, error) {
	s, _, err := t.suppression(ctx, AddressHash(mail))
	return s.Reason, err
}

// Suppress stops offer mail to the address, with its event. An address that is stopped already stays as it is,
// but for a bounce or complaint, which outweighs the recipient's own wish.
func (t *Table) Suppress(ctx context.Context, mail, reason string, happened event.Event, o op.Op) error {
	_, err := t.StopMail(ctx, mail, reason, happened, o)
	return err
}

// StopMail is Suppress that says whether the reason was new for the address since its mails were last stopped, or noted by this very
// operation before.
func (t *Table) StopMail(ctx context.Context, mail, reason string, happened event.Event, o op.Op) (fresh bool, err error) {
	err = op.RetryStale(func() error {
		s, by, err := t.suppression(ctx, AddressHash(mail))
		if fresh = by == o.ID; err != nil || fresh {
			return err
		}
		if s, fresh = s.Stop(reason, o.At); !fresh {
			return nil
		}
		return t.write(ctx, o, suppressionPart(s), eventPart(happened))
	})
	return fresh, err
}

// suppressionPart replaces a suppression, guarded by the version it was decided on.
func suppressionPart(s suppression.Suppression) part {
	seen := s.Version
	s.Version++
	it := classed("suppression", s)
	if at := s.ForgetAt(); !at.IsZero() {
		it["ttl"] = number(int(at.Unix()))
	}
	return over(suppressedKey(s.Address), it, seen)
}

// Unsuppress starts offer mail to the address again, with its event, where its recipient had stopped it.
// It fails with Conflict address_refuses_mail where a bounce or complaint did.
func (t *Table) Unsuppress(ctx context.Context, mail string, happened event.Event, o op.Op) error {
	err := t.lift(ctx, AddressHash(mail), happened, o, suppression.Suppression.LiftOwn)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// Lift starts offer mail again to the address of a hash, whatever stopped it, with its event. NotFound where nothing stops it.
func (t *Table) Lift(ctx context.Context, address string, happened event.Event, o op.Op) error {
	return t.lift(ctx, address, happened, o, suppression.Suppression.Lift)
}

func (t *Table) lift(ctx context.Context, address string, happened event.Event, o op.Op, decide func(suppression.Suppression, time.Time) (suppression.Suppression, error)) error {
	return op.RetryStale(func() error {
		s, by, err := t.suppression(ctx, address)
		if err != nil || by == o.ID {
			return err
		}
		if s, err = decide(s, o.At); err != nil {
			return err
		}
		return t.write(ctx, o, suppressionPart(s), eventPart(happened))
	})
}

// ReleaseDue returns the lifted suppression of an address that the mail service may still hold on its own list, and why mails to it are
// stopped, empty where they are not; strongly consistent.
func (t *Table) ReleaseDue(ctx context.Context, mail string) (s suppression.Suppression, due bool, err error) {
	s, _, err = t.suppression(ctx, AddressHash(mail))
	return s, s.Due(), err
}

// Released notes that the mail service's own list holds the address no more. It changes nothing where mails were stopped anew.
func (t *Table) Released(ctx context.Context, s suppression.Suppression, o op.Op) error {
	s.Held = false
	_, _, err := t.try(ctx, o, suppressionPart(s))
	return err
}
