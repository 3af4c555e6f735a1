package gateway

import (
	"errors"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/partner"
)

// AuditRead writes that an operator read a tenant's things, before it sees them (infra/design/rights.md, "The table"); what the tenant itself reads
// is its own affair. It fails where the event cannot be written. What is personal (access.Right) is sent to no operator without it.
func AuditRead(r *http.Request, tenant event.Tenant, what string) error {
	s := of(r)
	if err := access.NoteRead(r.Context(), s.callers, s.caller, tenant, what, s.op); err != nil {
		return err
	}
	s.unaudited = false
	return nil
}

// errUnaudited is a defect of an endpoint: it would show an operator what is personal, and no event says so.
var errUnaudited = errors.New("gateway: an operator's read that is not noted")

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
