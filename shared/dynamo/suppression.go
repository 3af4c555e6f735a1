package dynamo

import (
	"context"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/suppression"
)

// Suppression reads what stops, or once stopped, the offer mail to the address of a hash; NotFound where nothing ever did. Strongly
// consistent.
func (t *Table) Suppression(ctx context.Context, address string) (suppression.Suppression, error) {
	s, _, err := t.LastSuppression(ctx, address)
	if err == nil && s.Version == 0 {
		err = fault.NotFound
	}
	return s, err
}

// LastSuppression reads what stops, or once stopped, the offer mail to the address of a hash, and the operation that wrote it last; zero and
// empty where nothing ever did. Strongly consistent.
func (t *Table) LastSuppression(ctx context.Context, address string) (s suppression.Suppression, by string, err error) {
	it, err := t.get(ctx, suppressedKey(address), true)
	if err == nil && it != nil {
		err = decode(it, &s)
	}
	s.Address = address
	return s, read(it, "op"), err
}

// Suppressed returns why the address takes no offer mail, empty where it takes it; strongly consistent.
func (t *Table) Suppressed(ctx context.Context, mail string) (string, error) {
	s, _, err := t.LastSuppression(ctx, AddressHash(mail))
	return s.Reason, err
}

// SaveSuppression writes what stops, or stopped, the offer mail to an address, guarded by the version it was decided on, with its event.
func (t *Table) SaveSuppression(ctx context.Context, s suppression.Suppression, happened event.Event, o op.Op) error {
	return t.write(ctx, o, suppressionPart(s), eventPart(happened))
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

// ReleaseDue returns the lifted suppression of an address that the mail service may still hold on its own list, and why mails to it are
// stopped, empty where they are not; strongly consistent.
func (t *Table) ReleaseDue(ctx context.Context, mail string) (s suppression.Suppression, due bool, err error) {
	s, _, err = t.LastSuppression(ctx, AddressHash(mail))
	return s, s.Due(), err
}

// Released notes that the mail service's own list no longer holds the address. It changes nothing where mails were stopped anew.
func (t *Table) Released(ctx context.Context, s suppression.Suppression, o op.Op) error {
	s.Held = false
	_, _, err := t.try(ctx, o, suppressionPart(s))
	return err
}
