package dynamo

import (
	"context"
	"slices"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// Reasons why an address takes no invitations, offers and reminders. Receipts and account mail are never stopped.
const (
	Unsubscribed = "unsubscribed" // the recipient stopped them, and may start them again
	BouncedHard  = "bounced"
	Complaint    = "complaint"
)

// Suppression is what stops invitations, offers and reminders to one address. It is kept without the address.
type Suppression struct {
	Address   string // AddressHash
	Reason    string // why mails are stopped; empty once it was lifted
	Causes    []Cause
	LiftedAt  time.Time
	Held      bool // the mail service keeps the address on a list of its own, which has to be cleared before the next mail
	CreatedAt time.Time
	Version   int
}

// Cause is one thing that stopped the mails.
type Cause struct {
	Reason string
	At     time.Time
}

// lifted is how long it is remembered that an address was suppressed once.
const liftedFor = 90 * 24 * time.Hour

// Suppression reads what stops, or once stopped, the offer mail to the address of a hash; NotFound where nothing ever did. Strongly
// consistent.
func (t *Table) Suppression(ctx context.Context, address string) (Suppression, error) {
	s, _, err := t.suppression(ctx, address)
	if err == nil && s.Version == 0 {
		err = fault.NotFound
	}
	return s, err
}

func (t *Table) suppression(ctx context.Context, address string) (s Suppression, by string, err error) {
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
	err = op.Settle(func() error {
		s, by, err := t.suppression(ctx, AddressHash(mail))
		if err != nil {
			return err
		}
		fresh = by == o.ID
		if fresh || s.Reason != "" && (reason == Unsubscribed || s.has(reason)) {
			return nil
		}
		fresh = true
		if s.Reason == "" {
			s.Causes, s.LiftedAt, s.CreatedAt = nil, time.Time{}, o.At
		}
		s.Causes = append(s.Causes, Cause{reason, o.At})
		if s.Reason == "" || s.Reason == Unsubscribed || reason == Complaint {
			s.Reason = reason
		}
		s.Held = s.Held || reason != Unsubscribed
		return t.write(ctx, o, suppressionPart(s), eventPart(happened))
	})
	return fresh, err
}

func (s Suppression) has(reason string) bool {
	return slices.ContainsFunc(s.Causes, func(c Cause) bool { return c.Reason == reason })
}

// suppressionPart replaces a suppression, guarded by the version it was decided on.
func suppressionPart(s Suppression) part {
	seen := s.Version
	s.Version++
	it := classed("suppression", s)
	if s.Reason == "" && !s.Held {
		it["ttl"] = number(int(s.LiftedAt.Add(liftedFor).Unix()))
	}
	if seen == 0 {
		return put(suppressedKey(s.Address), it).ifAbsent()
	}
	return put(suppressedKey(s.Address), it).ifVersion(seen)
}

// Unsuppress starts offer mail to the address again, with its event, where its recipient had stopped it.
// It fails with Conflict address_refuses_mail where a bounce or complaint did.
func (t *Table) Unsuppress(ctx context.Context, mail string, happened event.Event, o op.Op) error {
	err := t.lift(ctx, AddressHash(mail), happened, o, func(s Suppression) error {
		if s.Reason != Unsubscribed {
			return fault.AddressRefusesMail
		}
		return nil
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// Lift starts offer mail again to the address of a hash, whatever stopped it, with its event. NotFound where nothing stops it.
func (t *Table) Lift(ctx context.Context, address string, happened event.Event, o op.Op) error {
	return t.lift(ctx, address, happened, o, func(Suppression) error { return nil })
}

func (t *Table) lift(ctx context.Context, address string, happened event.Event, o op.Op, may func(Suppression) error) error {
	return op.Settle(func() error {
		s, by, err := t.suppression(ctx, address)
		switch {
		case err != nil:
			return err
		case by == o.ID:
			return nil
		case s.Reason == "":
			return fault.NotFound
		}
		if err := may(s); err != nil {
			return err
		}
		s.Reason, s.LiftedAt = "", o.At
		return t.write(ctx, o, suppressionPart(s), eventPart(happened))
	})
}

// ReleaseDue returns the lifted suppression of an address that the mail service may still hold on its own list, and why mails to it are
// stopped, empty where they are not; strongly consistent.
func (t *Table) ReleaseDue(ctx context.Context, mail string) (s Suppression, due bool, err error) {
	s, _, err = t.suppression(ctx, AddressHash(mail))
	return s, s.Reason == "" && s.Held, err
}

// Released notes that the mail service's own list holds the address no more. It changes nothing where mails were stopped anew.
func (t *Table) Released(ctx context.Context, s Suppression, o op.Op) error {
	s.Held = false
	_, _, err := t.try(ctx, o, suppressionPart(s))
	return err
}
