package outbox

import (
	"context"

	"liaison/shared/event"
	"liaison/shared/mail"
	"liaison/shared/mailing"
	"liaison/shared/partner"
)

// standing asks for the mail that the vendor suspended a partner or let it go on, to that partner. It is overtaken where the partner stands
// otherwise by now.
func (d *Outbox) standing(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	found, err := d.table.Mentioned(ctx, mailing.About{Partner: partner.ID(c.Subject)})
	if err != nil {
		return nil, err
	}
	m := mail.Standing{To: toPartner(found.Partner, found.Vendor), Vendor: d.vendor(found.Vendor), Partner: card(found.Partner), At: e.At}
	now := partner.Active
	if is, suspended := event.As[partner.SuspendedEvent](c); suspended {
		now, m.Suspended, m.Reason = partner.Suspended, true, is.Reason
	} else {
		is, _ := event.As[partner.ReinstatedEvent](c)
		m.Reason = is.Reason
	}
	if found.Partner.Status != now {
		return nil, nil
	}
	return d.notifyPartner("standing", found, m), nil
}
