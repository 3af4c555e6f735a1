package outbox

import (
	"context"
	"slices"

	"liaison/shared/customer"
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

// mailbox has the vendor's systems set up the mailbox of the user that a change is about, as the user stands by now.
func (d *Outbox) mailbox(ctx context.Context, e event.Event, c event.Change) error {
	o := d.op(e, string(provisioning.RequestedEvent{}.Type()), e.ID(), c.Subject)
	return provisioning.RequestMailbox(ctx, d.table, customer.UserID(c.Subject), partner.ID(e.Partner), o)
}

// license has the vendor's systems give and take the licences that a change is about, as the user has them by now.
func (d *Outbox) license(ctx context.Context, e event.Event, c event.Change) error {
	is, _ := event.As[customer.LicensesChangedEvent](c)
	for _, of := range slices.Concat(is.Given, is.Taken) {
		o := d.op(e, string(provisioning.RequestedEvent{}.Type()), e.ID(), c.Subject, of)
		if err := provisioning.RequestLicense(ctx, d.table, customer.UserID(c.Subject), subscription.ID(of), partner.ID(e.Partner), o); err != nil {
			return err
		}
	}
	return nil
}

// domain has the vendor's systems set up the domain that a change is about, or take it away, as it stands by now.
func (d *Outbox) domain(ctx context.Context, e event.Event, c event.Change) error {
	o := d.op(e, string(provisioning.RequestedEvent{}.Type()), e.ID(), c.Subject)
	return provisioning.RequestDomain(ctx, d.table, customer.ID("cus_"+e.Tenant.ID), customer.DomainName(c.Subject), partner.ID(e.Partner), o)
}
