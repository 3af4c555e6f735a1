// Package servicerequestcomments is the HTTP face of what is written about a service request: write, and read what was written.
package servicerequestcomments

import (
	"context"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/gateway"
	"liaison/shared/op"
	"liaison/shared/support"
	"liaison/shared/view"
)

// Lister is what listing comments needs of the table.
type Lister interface {
	access.Requests
	// ServiceRequestComments lists what was written about a request, the oldest first.
	ServiceRequestComments(ctx context.Context, id support.ID, page dynamo.Page) ([]support.Comment, string, error)
}

// Table is what writing needs of the table.
type Table interface {
	access.Requests
	support.Store
	// ServiceRequestComment reads one comment; NotFound where there is none.
	ServiceRequestComment(ctx context.Context, id support.ID, comment support.CommentID) (support.Comment, error)
}

// Create serves POST /v1/service-requests/{service_request_id}/comments: one side writes.
func Create(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/service-requests/{service_request_id}/comments",
		Requires: access.HandleRequests,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.ServiceRequestCommentCreate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			var said support.Comment
			err := op.RetryStale(func() error {
				on, err := gateway.RequestInPath(r, table)
				if err == nil {
					said, err = support.Write(r.Context(), table, on.By, on.Request, body.Message, gateway.Op(r))
				}
				return err
			})
			if err != nil {
				return err
			}
			return gateway.Created(w, "", "", view.ServiceRequestComment(said))
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			on, err := gateway.RequestInPath(r, table)
			if err != nil {
				return err
			}
			said, err := table.ServiceRequestComment(r.Context(), on.ID, support.CommentID(result))
			if err != nil {
				return err
			}
			return gateway.Created(w, "", "", view.ServiceRequestComment(said))
		},
	}
}

// List serves GET /v1/service-requests/{service_request_id}/comments: what was written, the oldest first.
func List(table Lister) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/service-requests/{service_request_id}/comments",
		Requires: access.HandleRequests,
		Queries:  gateway.Paging,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			on, err := gateway.RequestInPath(r, table)
			if err != nil {
				return err
			}
			if err := gateway.AuditRead(r, event.Customer(string(on.Customer)), string(on.ID)); err != nil {
				return err
			}
			return gateway.Paged(w, r, func(limit int, cursor string) ([]support.Comment, string, error) {
				return table.ServiceRequestComments(r.Context(), on.ID, dynamo.Page{Limit: limit, Cursor: cursor})
			}, view.ServiceRequestComment)
		},
	}
}
