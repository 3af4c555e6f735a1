package customers

import (
	"net/http"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/exported"
	"liaison/shared/fault"
	"liaison/shared/gateway"
)

// ExportTable is what exporting a customer needs of the table.
type ExportTable interface {
	customer.ExportStore
	exported.Table
}

// Export serves POST /v1/customers/{customer_id}/export: a page of what is kept of a customer, or of one of its users. The first page is an event, as it
// begins an export; a page after it only reads.
func Export(table ExportTable) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/customers/{customer_id}/export",
		Requires: access.ExportData,
		DryRun: func(r *http.Request) bool {
			var body contract.CustomerExport
			return gateway.ReadJSON(r, &body) == nil && body.Cursor != nil
		},
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			asked, page, err := exports(r)
			if err != nil {
				return err
			}
			if page.Cursor == "" {
				if err := customer.BeginExport(r.Context(), table, asked.Customer, asked.User, gateway.Op(r)); err != nil {
					return err
				}
			}
			return listed(w, r, table, asked, page)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, _ string) error {
			asked, page, err := exports(r)
			if err != nil {
				return err
			}
			return listed(w, r, table, asked, page)
		},
	}
}

// exports reads what is asked for.
func exports(r *http.Request) (asked exported.Asked, page dynamo.Page, err error) {
	of, err := gateway.CustomerOf(r)
	if err != nil {
		return asked, page, err
	}
	var body contract.CustomerExport
	if err := gateway.ReadJSON(r, &body); err != nil {
		return asked, page, err
	}
	asked = exported.Asked{
		Customer: of, By: gateway.Caller(r), At: gateway.Op(r).At, Below: gateway.Env(r).CustomersDomain,
		Detail: func(f *fault.Fault) string { return gateway.Detail(r, f) },
	}
	var wrong fault.Check
	if body.UserID != nil {
		if asked.User = customer.UserID(*body.UserID); asked.User == "" {
			wrong.Add("/user_id", fault.InvalidValue)
		}
	}
	page.Limit = gateway.DefaultPage
	if body.Limit != nil {
		if page.Limit = *body.Limit; page.Limit < 1 || page.Limit > gateway.MaxPage {
			wrong.Add("/limit", fault.OutOfRange, fault.Between(1, gateway.MaxPage))
		}
	}
	if body.Cursor != nil {
		if page.Cursor = *body.Cursor; page.Cursor == "" {
			return asked, page, fault.InvalidCursor.In("/cursor")
		}
	}
	return asked, page, wrong.Err()
}

func listed(w http.ResponseWriter, r *http.Request, table exported.Table, asked exported.Asked, page dynamo.Page) error {
	things, next, err := asked.Page(r.Context(), table, page)
	if fault.Is(err, fault.InvalidCursor) {
		return fault.InvalidCursor.In("/cursor")
	}
	if err != nil {
		return err
	}
	v := contract.CustomerExportPage{Data: make([]contract.ExportedThing, len(things)), HasMore: next != "", NextCursor: gateway.Some(next)}
	for i, one := range things {
		v.Data[i] = one.ExportedThing
	}
	return gateway.OK(w, r, "", v)
}
