package gateway

import (
	"net/http"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/support"
)

// RequestOf is access.RequestOf of the caller.
func RequestOf(r *http.Request, table access.Requests, id support.ID) (access.Requested, error) {
	return access.RequestOf(r.Context(), table, Caller(r), id, Op(r).At)
}

// RequestInPath is RequestOf of the one that the path names.
func RequestInPath(r *http.Request, table access.Requests) (access.Requested, error) {
	return RequestOf(r, table, support.ID(r.PathValue("service_request_id")))
}

// ByAuthor returns who wrote as the API shows it: the name is null for the vendor.
func ByAuthor(by support.Author) contract.ServiceRequestAuthor {
	return contract.ServiceRequestAuthor{Side: contract.ServiceRequestAuthorSide(by.Side), ID: by.ID, Name: Some(by.Name), PartnerID: Some(string(by.Partner))}
}
