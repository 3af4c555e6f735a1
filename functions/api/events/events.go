// Package events is the HTTP face of what happened: the audit record of a partner, a customer or the vendor.
package events

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/partner"
	"liaison/shared/view"
)

// Table is what these operations need of the table.
type Table interface {
	// Event reads one event.
	Event(ctx context.Context, tenant event.Tenant, ulid string) (event.Event, error)
	// PartnerEvents lists what a partner sees, newest first.
	PartnerEvents(ctx context.Context, p partner.ID, filter event.Filter, page dynamo.Page) ([]event.EventChange, string, error)
	// TenantEvents lists the events that stand with a tenant, newest first.
	TenantEvents(ctx context.Context, tenant event.Tenant, filter event.Filter, page dynamo.Page) ([]event.EventChange, string, error)
}

// List serves GET /v1/events, newest first: to a partner its own and those shared with it; to a customer its own; to an operator
// those of a partner, of a customer, or the vendor's. As CSV where the request accepts that rather than JSON.
func List(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/events",
		Requires: access.SeeCustomers,
		Queries:  slices.Concat(gateway.Paging, []string{"type", "since", "partner_id", "customer_id"}),
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			limit, cursor, err := gateway.Page(r)
			if err != nil {
				return err
			}
			filter, err := wished(r)
			if err != nil {
				return err
			}
			owner, who, err := gateway.Whose(r)
			if err != nil {
				return err
			}
			page := dynamo.Page{Limit: limit, Cursor: cursor}
			var found []event.EventChange
			var next string
			if gateway.Caller(r).OfPartner() || who == "" && owner != "" {
				filter.Customer = string(who)
				found, next, err = table.PartnerEvents(r.Context(), owner, filter, page)
			} else {
				filter.Partner = string(owner)
				found, next, err = table.TenantEvents(r.Context(), gateway.Tenant("", who), filter, page)
			}
			if err != nil {
				return err
			}
			if err := gateway.AuditRead(r, gateway.Tenant(owner, who), "events"); err != nil {
				return err
			}
			data := make([]contract.Event, len(found))
			for i, one := range found {
				data[i] = view.Event(one.Event, one.Number)
			}
			return gateway.Listed(w, r, data, next, columns...)
		},
	}
}

// columns are those of the list as CSV.
var columns = []string{"id", "time", "type", "subject", "actor", "actorkind", "requestid", "data"}

func wished(r *http.Request) (filter event.Filter, err error) {
	query := r.URL.Query()
	kind := query.Get("type")
	noun, verb, found := strings.Cut(kind, ".")
	if query.Has("type") && (!found || !word(noun) || !word(verb) || len(kind) > 80) {
		return filter, fault.InvalidFormat.With(fault.EventType).InParameter("type")
	}
	filter.Type = event.Type(kind)
	if query.Has("since") {
		if filter.Since, err = time.Parse(time.RFC3339, query.Get("since")); err != nil || filter.Since.Year() < 1970 || filter.Since.Year() > 9999 {
			return filter, fault.InvalidFormat.With(fault.Moment).InParameter("since")
		}
	}
	return filter, nil
}

func word(text string) bool {
	return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz_") == ""
}

// Get serves GET /v1/events/{event_id}: one change, to those who see it in their list.
func Get(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/events/{event_id}",
		Requires: access.SeeCustomers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			given := r.PathValue("event_id")
			tenant, ulid, number, ok := event.ParseID(given)
			if !ok || number == 0 {
				return fault.NotFound
			}
			found, err := table.Event(r.Context(), tenant, ulid)
			if err != nil {
				return err
			}
			var who customer.ID
			if tenant.Kind == 'c' {
				who = customer.ID("cus_" + tenant.ID)
			}
			if err := access.Shares(gateway.Caller(r), partner.ID(found.Partner), who); err != nil {
				return err
			}
			if number > len(found.Changes) {
				return fault.NotFound
			}
			if err := gateway.AuditRead(r, tenant, given); err != nil {
				return err
			}
			return gateway.OK(w, r, gateway.ETag(1, ""), view.Event(found, number))
		},
	}
}
