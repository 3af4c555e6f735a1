package gateway

import (
	"context"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/contract"
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

// WriterOf returns the caller as it takes part in a customer's service requests. It fails with NotFound for a customer that is none of its own, and with
// Forbidden for a partner whose grant does not run.
func WriterOf(r *http.Request, table administration.Store, of customer.ID) (support.Writer, error) {
	by := Caller(r)
	if by.OfCustomer() {
		if err := access.Shares(by, "", of); err != nil {
			return support.Writer{}, err
		}
	}
	stands, err := table.Administration(r.Context(), of, by.Partner.ID)
	if err != nil {
		return support.Writer{}, err
	}
	return support.Join(by.Claim(), by.Author(), stands, Op(r).At)
}

// Requested is a service request, and who the caller is to it.
type Requested struct {
	By support.Writer
	support.Request
}

// RequestOf reads a service request that the caller sees. Another's looks like none.
func RequestOf(r *http.Request, table Requests, id support.ID) (on Requested, err error) {
	of, _, ok := id.Customer()
	if !ok {
		return on, fault.NotFound
	}
	if on.By, err = WriterOf(r, table, of); err != nil {
		return on, err
	}
	if on.Request, err = table.ServiceRequest(r.Context(), id); err == nil && !on.By.Sees(on.Request) {
		err = fault.NotFound
	}
	return on, err
}

// RequestInPath is RequestOf of the one that the path names.
func RequestInPath(r *http.Request, table Requests) (Requested, error) {
	return RequestOf(r, table, support.ID(r.PathValue("service_request_id")))
}

// ByAuthor returns who wrote as the API shows it: the name is null for the vendor.
func ByAuthor(by support.Author) contract.ServiceRequestAuthor {
	return contract.ServiceRequestAuthor{Side: contract.ServiceRequestAuthorSide(by.Side), ID: by.ID, Name: Some(by.Name), PartnerID: Some(string(by.Partner))}
}
