package access

import (
	"context"
	"time"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/support"
)

// Requests is what knowing who takes part in a service request needs of the table.
type Requests interface {
	administration.Store
	// ServiceRequest reads one request, strongly consistent; NotFound where there is none.
	ServiceRequest(ctx context.Context, id support.ID) (support.Request, error)
}

// WriterOf returns the caller as it takes part in a customer's service requests, for the API and the pages alike. It fails with NotFound for a customer
// that is none of its own, and with Forbidden for a partner whose grant does not run.
func WriterOf(ctx context.Context, table administration.Store, c Caller, of customer.ID, at time.Time) (support.Writer, error) {
	if c.OfCustomer() {
		if err := Shares(c, "", of); err != nil {
			return support.Writer{}, err
		}
	}
	stands, err := table.Administration(ctx, of, c.Partner.ID)
	if err != nil {
		return support.Writer{}, err
	}
	return support.Join(c.Claim(), c.Author(), stands, at)
}

// Requested is a service request, and who the caller is to it.
type Requested struct {
	By support.Writer
	support.Request
}

// RequestOf reads a service request that the caller sees. Another's looks like none.
func RequestOf(ctx context.Context, table Requests, c Caller, id support.ID, at time.Time) (on Requested, err error) {
	of, _, ok := id.Customer()
	if !ok {
		return on, fault.NotFound
	}
	if on.By, err = WriterOf(ctx, table, c, of, at); err != nil {
		return on, err
	}
	if on.Request, err = table.ServiceRequest(ctx, id); err == nil && !on.By.Sees(on.Request) {
		err = fault.NotFound
	}
	return on, err
}
