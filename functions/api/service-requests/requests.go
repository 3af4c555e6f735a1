// Package servicerequests is the HTTP face of what customers ask the vendor for help with: open, list, read, change and close a request; by the customer's users, a partner on its behalf, and operators.
package servicerequests

import (
	"cmp"
	"context"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/op"
	"liaison/shared/subscription"
	"liaison/shared/support"
	"liaison/shared/view"
)

// Lister is what listing requests needs of the table.
type Lister interface {
	administration.Store
	// ServiceRequestsOf lists a customer's requests that keep lets through, the newest first.
	ServiceRequestsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[support.Request]) ([]support.Request, string, error)
	// OpenServiceRequests lists all customers' that are not closed and that keep lets through, the oldest first.
	OpenServiceRequests(ctx context.Context, page dynamo.Page, keep dynamo.Keep[support.Request]) ([]support.Request, string, error)
	// CustomerNames reads the names of up to 100 customers.
	CustomerNames(ctx context.Context, ids []customer.ID) (map[customer.ID]string, error)
}

// Table is what changing requests needs of the table.
type Table interface {
	access.Requests
	support.Store
}

// List serves GET /v1/service-requests: a customer's, or all that the vendor has before it.
func List(table Lister) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/service-requests",
		Requires: access.HandleRequests,
		Queries:  append([]string{"customer_id", "status", "severity"}, gateway.Paging...),
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			limit, cursor, err := gateway.Page(r)
			if err != nil {
				return err
			}
			keep, err := filter(r)
			if err != nil {
				return err
			}
			by, page := gateway.Caller(r), dynamo.Page{Limit: limit, Cursor: cursor}
			of := customer.ID(cmp.Or(r.URL.Query().Get("customer_id"), string(by.Customer.ID)))
			switch {
			case r.URL.Query().Has("customer_id") && !of.Valid():
				return fault.InvalidFormat.With(fault.CustomerID).InParameter("customer_id")
			case of == "" && by.OfPartner():
				return fault.Required.InParameter("customer_id")
			}
			found, next, err := read(r, table, of, page, keep)
			if err != nil {
				return err
			}
			if err := gateway.AuditRead(r, gateway.Tenant("", of), "service_requests"); err != nil {
				return err
			}
			return listed(w, r, table, found, next)
		},
	}
}

// read reads those of a customer's requests that the caller sees, or all that are not closed.
func read(r *http.Request, table Lister, of customer.ID, page dynamo.Page, keep func(support.Request) bool) ([]support.Request, string, error) {
	if of == "" {
		return table.OpenServiceRequests(r.Context(), page, kept(keep))
	}
	who, err := access.WriterOf(r.Context(), table, gateway.Caller(r), of, gateway.Op(r).At)
	if err != nil {
		return nil, "", err
	}
	return table.ServiceRequestsOf(r.Context(), of, page, kept(func(one support.Request) bool { return who.Sees(one) && keep(one) }))
}

// filter reads which requests are asked for.
func filter(r *http.Request) (func(support.Request) bool, error) {
	status, err := gateway.Choice(r, "status", support.Statuses...)
	if err != nil {
		return nil, err
	}
	severity, err := gateway.Choice(r, "severity", support.Severities...)
	return func(one support.Request) bool {
		return (status == "" || one.StatusAt(gateway.Op(r).At) == status) && (severity == "" || one.Severity == severity)
	}, err
}

func kept(keep func(support.Request) bool) dynamo.Keep[support.Request] {
	return func(found []support.Request) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, one := range found {
			kept[i] = keep(one)
		}
		return kept, nil
	}
}

func listed(w http.ResponseWriter, r *http.Request, table Lister, found []support.Request, next string) error {
	customers := make([]customer.ID, len(found))
	for i, one := range found {
		customers[i] = one.Customer
	}
	names, err := table.CustomerNames(r.Context(), customers)
	if err != nil {
		return err
	}
	views := make([]contract.ServiceRequest, len(found))
	for i, one := range found {
		views[i] = view.ServiceRequest(one, names[one.Customer], gateway.Op(r).At)
	}
	return gateway.Listed(w, r, views, next)
}

// Create serves POST /v1/service-requests: a customer's user opens a request, or a partner on its behalf.
func Create(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/service-requests",
		Requires: access.OpenRequests,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.ServiceRequestCreate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			by := gateway.Caller(r)
			of := by.Customer.ID
			if body.CustomerID != nil {
				of = customer.ID(*body.CustomerID)
			}
			switch {
			case of == "":
				return fault.Required.In("/customer_id")
			case !of.Valid():
				return fault.InvalidFormat.With(fault.CustomerID).In("/customer_id")
			}
			who, err := access.WriterOf(r.Context(), table, by, of, gateway.Op(r).At)
			if err != nil {
				return err
			}
			draft := support.Draft{Subject: body.Subject, Text: body.Message}
			if body.Severity != nil {
				draft.Severity = support.Severity(*body.Severity)
			}
			if body.SubscriptionID != nil {
				draft.Subscription = subscription.ID(*body.SubscriptionID)
			}
			made, err := support.Ask(r.Context(), table, who, draft, gateway.Op(r))
			if err != nil {
				return err
			}
			return created(w, r, made, who.Customer.Name)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			on, err := gateway.RequestOf(r, table, support.ID(result))
			if err != nil {
				return err
			}
			return created(w, r, on.Request, on.By.Customer.Name)
		},
	}
}

func created(w http.ResponseWriter, r *http.Request, one support.Request, name string) error {
	return gateway.Created(w, "/v1/service-requests/"+string(one.ID), tag(r, one), view.ServiceRequest(one, name, gateway.Op(r).At))
}

// Get serves GET /v1/service-requests/{service_request_id}.
func Get(table access.Requests) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/service-requests/{service_request_id}",
		Requires: access.HandleRequests,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			on, err := gateway.RequestInPath(r, table)
			if err != nil {
				return err
			}
			if err := gateway.AuditRead(r, event.Customer(string(on.Request.Customer)), string(on.Request.ID)); err != nil {
				return err
			}
			return shown(w, r, on.Request, on.By.Customer.Name)
		},
	}
}

func shown(w http.ResponseWriter, r *http.Request, one support.Request, name string) error {
	return gateway.OK(w, r, tag(r, one), view.ServiceRequest(one, name, gateway.Op(r).At))
}

// Update serves PATCH /v1/service-requests/{service_request_id}: subject, severity, and how it stands.
func Update(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PATCH /v1/service-requests/{service_request_id}",
		Requires: access.HandleRequests,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.ServiceRequestUpdate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			changes := support.Changes{Subject: body.Subject, Severity: (*support.Severity)(body.Severity), Status: (*support.Status)(body.Status)}
			if changes.Empty() {
				return fault.TooFew.With(1)
			}
			var on access.Requested
			err := op.RetryStale(func() error {
				var err error
				if on, err = gateway.RequestInPath(r, table); err != nil {
					return err
				}
				if err := gateway.IfMatch(r, tag(r, on.Request)); err != nil {
					return err
				}
				on.Request, err = support.Change(r.Context(), table, on.By, on.Request, changes, gateway.Op(r))
				return err
			})
			if err != nil {
				return err
			}
			return shown(w, r, on.Request, on.By.Customer.Name)
		},
	}
}

func tag(r *http.Request, one support.Request) string {
	return gateway.ETag(one.Version, string(one.StatusAt(gateway.Op(r).At)))
}
