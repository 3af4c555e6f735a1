// Package suppressions is the HTTP face of what stops invitations, offers and reminders to an address.
package suppressions

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/suppression"
	"liaison/shared/textinput"
)

// Table is what these operations need of the table.
type Table interface {
	suppression.Store
	// Suppression reads what stops, or once stopped, the offer mail to an address; NotFound where nothing ever did.
	Suppression(ctx context.Context, address string) (suppression.Suppression, error)
}

// List serves GET /v1/suppressions: why an address gets no invitations, offers and reminders, and since when; nothing where it gets them.
// A customer's user asks for the own address alone; any other looks as if nothing stopped it.
func List(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/suppressions",
		Requires: access.LiftSuppressions,
		Queries:  slices.Concat(gateway.Paging, []string{"email"}),
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			if _, _, err := gateway.Page(r); err != nil { // an address has one at most
				return err
			}
			address, mine, err := asked(r)
			if err != nil {
				return err
			}
			var data []contract.Suppression
			if mine {
				found, err := table.Suppression(r.Context(), dynamo.AddressHash(address))
				switch {
				case fault.Is(err, fault.NotFound):
				case err != nil:
					return err
				case found.Reason != "":
					data = append(data, view(found))
				}
			}
			if err := gateway.AuditRead(r, event.Vendor(), "suppressions"); err != nil {
				return err
			}
			return gateway.Listed(w, r, data, "")
		},
	}
}

// asked returns the address that the caller asks about, and whether it may know.
func asked(r *http.Request) (address string, mine bool, err error) {
	by := gateway.Caller(r)
	typed := r.URL.Query().Get("email")
	if typed == "" && by.OfCustomer() {
		return by.Mail, true, nil
	}
	address, code := textinput.Mail(typed)
	if code != nil {
		return "", false, code.InParameter("email")
	}
	return address, by.Operates() || own(by, dynamo.AddressHash(address)), nil
}

func own(by access.Caller, address string) bool {
	return by.OfCustomer() && by.Mail != "" && dynamo.AddressHash(by.Mail) == address
}

// Lift serves DELETE /v1/suppressions/{address_hash}: the address gets invitations, offers and reminders again, whatever stopped them.
func Lift(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "DELETE /v1/suppressions/{address_hash}",
		Requires: access.LiftSuppressions,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			address, by := r.PathValue("address_hash"), gateway.Caller(r)
			if len(address) != 64 || strings.Trim(address, "0123456789abcdef") != "" || !by.Operates() && !own(by, address) {
				return fault.NotFound
			}
			tenant := event.Vendor()
			if by.OfCustomer() {
				tenant = gateway.Tenant("", by.Customer.ID)
			}
			o := gateway.Op(r)
			if err := suppression.Lift(r.Context(), table, address, event.New(o, tenant, event.Of(address, event.SuppressionLiftedEvent{})), o); err != nil {
				return err
			}
			return gateway.NoContent(w)
		},
	}
}

func view(s suppression.Suppression) contract.Suppression {
	v := contract.Suppression{
		AddressHash: s.Address, Reason: contract.SuppressionReason(s.Reason), CreatedAt: s.CreatedAt, Causes: []contract.SuppressionCause{},
	}
	for _, cause := range s.Causes {
		v.Causes = append(v.Causes, contract.SuppressionCause{Reason: contract.SuppressionReason(cause.Reason), At: cause.At})
	}
	return v
}
