package gateway

import (
	"context"
	"net/http"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// Recorder is what notes reads.
type Recorder interface {
	SaveEvent(ctx context.Context, happened event.Event, o op.Op) error
}

// Noted writes that an operator read a tenant's things, before it sees them (rights.md: each read is an event); what the tenant itself reads
// is its own affair. It fails where the event cannot be written.
func Noted(r *http.Request, record Recorder, tenant event.Tenant, what string) error {
	if !Caller(r).Operates() {
		return nil
	}
	o := Op(r)
	return record.SaveEvent(r.Context(), event.New(o, tenant, event.Of("operator.read", what)), o)
}

// Tenant returns whose things are read: the customer's where one is named, else the partner's, else the vendor's.
func Tenant(p partner.ID, c customer.ID) event.Tenant {
	switch {
	case c != "":
		return event.Customer(string(c))
	case p != "":
		return event.Partner(string(p))
	}
	return event.Vendor()
}
