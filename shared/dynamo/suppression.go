package dynamo

import (
	"context"

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

func suppressedKey(mail string) key { return key{"SUPPRESSED#" + AddressHash(mail), "SUPPRESSED"} }

// Suppressed returns why the address takes no offer mail, empty where it takes it; strongly consistent.
func (t *Table) Suppressed(ctx context.Context, mail string) (string, error) {
	it, err := t.get(ctx, suppressedKey(mail), true)
	return read(it, "reason"), err
}

// Suppress stops offer mail to the address, with its event. An address that is stopped already stays as it is,
// but for a bounce or complaint, which outweighs the recipient's own wish.
func (t *Table) Suppress(ctx context.Context, mail, reason string, happened event.Event, o op.Op) error {
	row := item{"class": text("suppression"), "version": number(1), "created_at": text(stamp(o.At)), "reason": text(reason)}
	stop := put(suppressedKey(mail), row)
	if reason == Unsubscribed {
		stop = stop.ifAbsent()
	} else {
		stop = stop.when("(attribute_not_exists(#PK) OR #reason = :wish)", "wish", Unsubscribed)
	}
	return t.write(ctx, o.ID, stop.or(func(item) error { return errDone }), eventPart(happened))
}

// Unsuppress starts offer mail to the address again, with its event, where its recipient had stopped it.
// It fails with Conflict address_refuses_mail where a bounce or complaint did.
func (t *Table) Unsuppress(ctx context.Context, mail string, happened event.Event, o op.Op) error {
	start := erase(suppressedKey(mail)).when("#reason = :wish", "wish", Unsubscribed).or(func(old item) error {
		if len(old) == 0 {
			return errDone
		}
		return fault.New(fault.Conflict, "address_refuses_mail")
	})
	return t.write(ctx, o.ID, start, eventPart(happened))
}
