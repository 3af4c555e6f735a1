package outbox

import (
	"context"

	"liaison/shared/event"
	"liaison/shared/partner"
	"liaison/shared/provisioning"
	"liaison/shared/subscription"
)

// provision has the vendor's systems set up the subscription that a change is about, as it stands by now.
func (d *Outbox) provision(ctx context.Context, e event.Event, c event.Change) error {
	o := d.op(e, string(provisioning.RequestedEvent{}.Type()), e.ID(), c.Subject)
	return provisioning.RequestSubscription(ctx, d.table, subscription.ID(c.Subject), partner.ID(e.Partner), o)
}
