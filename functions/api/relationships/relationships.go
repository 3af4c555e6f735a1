// Package relationships is the HTTP face of the ties between customers and partners: list, read, end, ask a reseller to go, extend.
package relationships

import (
	"context"
	"net/http"
	"slices"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/order"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/view"
)

// Table is what these operations need of the table.
type Table interface {
	relationship.StepDownStore
	order.RemovalStore
	// Relationships lists a partner's ties that keep lets through, newest first.
	Relationships(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
	// RelationshipsOf lists a customer's ties that keep lets through.
	RelationshipsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
	// PartnerNames reads the legal names of up to 100 partners.
	PartnerNames(ctx context.Context, ids []partner.ID) (map[partner.ID]string, error)
}

// List serves GET /v1/relationships: the calling partner's ties to customers, newest first; the calling customer's ties, by partner ID; an
// operator names the partner or the customer.
func List(table Table) gateway.Endpoint {
	return gateway.List[relationship.Relationship, contract.Relationship]{
		Pattern:  "GET /v1/relationships",
		Requires: access.SeeCustomers,
		Filters:  []string{"kind"},
		What:     "relationships",
		Filter: func(r *http.Request, of gateway.Sides) (func(relationship.Relationship) bool, error) {
			kind, err := gateway.Choice(r, "kind", relationship.DelegatedAdministrator, relationship.PartnerOfRecord, relationship.Reseller)
			if err != nil || kind == "" && of.Customer == "" {
				return nil, err
			}
			return func(tie relationship.Relationship) bool {
				return (of.Customer == "" || tie.Customer == of.Customer) && (of.Partner == "" || tie.Partner == of.Partner) &&
					(kind == "" || slices.Contains(tie.Kinds(gateway.Op(r).At), kind))
			}, nil
		},
		Read: func(r *http.Request, of gateway.Sides, limit int, cursor string, keep func([]relationship.Relationship) ([]bool, error)) ([]relationship.Relationship, string, error) {
			page := dynamo.Page{Limit: limit, Cursor: cursor}
			if gateway.Caller(r).OfPartner() || of.Customer == "" {
				return table.Relationships(r.Context(), of.Partner, page, keep)
			}
			return table.RelationshipsOf(r.Context(), of.Customer, page, keep)
		},
		Views: func(r *http.Request, found []relationship.Relationship) ([]contract.Relationship, error) {
			names, err := names(r, table, found)
			data := make([]contract.Relationship, len(found))
			for i, tie := range found {
				data[i] = view.Relationship(gateway.Caller(r), tie, names[tie.Partner], gateway.Op(r).At)
			}
			return data, err
		},
		Columns: view.RelationshipColumns,
	}.Endpoint()
}

// names returns the legal names of the ties' partners; a partner's caller brings its own.
func names(r *http.Request, table Table, ties []relationship.Relationship) (map[partner.ID]string, error) {
	if by := gateway.Caller(r); by.OfPartner() {
		return map[partner.ID]string{by.Partner.ID: by.Partner.LegalName}, nil
	}
	ids := make([]partner.ID, len(ties))
	for i, tie := range ties {
		ids[i] = tie.Partner
	}
	return table.PartnerNames(r.Context(), ids)
}

// Get serves GET /v1/relationships/{relationship_id}: one tie, to both sides and to operators.
func Get(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/relationships/{relationship_id}",
		Requires: access.SeeCustomers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			c, p, err := own(r)
			if err != nil {
				return err
			}
			tie, _, err := table.Relationship(r.Context(), c, p)
			if err != nil {
				return err
			}
			if err := gateway.AuditRead(r, event.Customer(string(c)), string(relationship.NewID(c, p))); err != nil {
				return err
			}
			return shown(w, r, table, tie)
		},
	}
}

// own returns the two sides that the path names; a tie of others looks like none, and costs no read.
func own(r *http.Request) (customer.ID, partner.ID, error) {
	c, p, err := relationship.Parse(r.PathValue("relationship_id"))
	if err != nil {
		return "", "", err
	}
	return c, p, access.Shares(gateway.Caller(r), p, c)
}

func shown(w http.ResponseWriter, r *http.Request, table Table, tie relationship.Relationship) error {
	names, err := names(r, table, []relationship.Relationship{tie})
	if err != nil {
		return err
	}
	status := "none"
	if tie.Administration != nil {
		status = string(tie.Administration.StatusAt(gateway.Op(r).At))
	}
	return gateway.OK(w, r, gateway.ETag(tie.Version, status), view.Relationship(gateway.Caller(r), tie, names[tie.Partner], gateway.Op(r).At))
}

// sides are the two that a path names.
type sides struct {
	customer customer.ID
	partner  partner.ID
}

// actions is what the actions on a relationship share.
func actions(table Table) gateway.Thing[sides, relationship.Relationship] {
	return gateway.Thing[sides, relationship.Relationship]{
		Key: func(r *http.Request) (sides, error) {
			c, p, err := own(r)
			return sides{c, p}, err
		},
		Replay: func(r *http.Request, result string) (relationship.Relationship, error) {
			c, p, err := relationship.Parse(result)
			if err != nil {
				return relationship.Relationship{}, err
			}
			tie, _, err := table.Relationship(r.Context(), c, p)
			return tie, err
		},
		Show: func(w http.ResponseWriter, r *http.Request, tie relationship.Relationship) error {
			return shown(w, r, table, tie)
		},
	}
}

// End serves POST /v1/relationships/{relationship_id}/end: what one kind allowed the partner ends at once.
func End(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/relationships/{relationship_id}/end", access.EndRelationships, actions(table),
		func(r *http.Request, of sides, body contract.RelationshipEnd) (relationship.Relationship, error) {
			cause, reason, err := why(r, body)
			if err != nil {
				return relationship.Relationship{}, err
			}
			return end(r, table, of.customer, of.partner, relationship.Kind(body.Kind), cause, reason)
		})
}

func end(r *http.Request, table Table, c customer.ID, p partner.ID, kind relationship.Kind, cause relationship.Cause, reason string) (relationship.Relationship, error) {
	switch kind {
	case relationship.PartnerOfRecord:
		return relationship.StepDown(r.Context(), table, c, p, cause, reason, gateway.Op(r))
	case relationship.Reseller:
		if !gateway.Caller(r).OfCustomer() {
			return relationship.EndReseller(r.Context(), table, c, p, reason, gateway.Op(r))
		}
		tie, _, err := table.Relationship(r.Context(), c, p) // a customer can only ask
		switch {
		case err != nil:
			return tie, err
		case !tie.Reseller:
			return tie, fault.AlreadyEnded
		}
		return tie, fault.AskTheReseller
	}
	if err := access.Check(gateway.Caller(r), access.EndGrant); err != nil {
		return relationship.Relationship{}, err
	}
	return relationship.EndGrant(r.Context(), table, c, p, cause, reason, gateway.Op(r))
}

// Lower serves POST /v1/relationships/{relationship_id}/lower: a full administration is a limited one with the answer. Who may end it may
// lower it.
func Lower(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/relationships/{relationship_id}/lower", access.EndGrant, actions(table),
		func(r *http.Request, of sides, body contract.AdministrationLower) (relationship.Relationship, error) {
			var wrong fault.Check
			cause, reason := because(r, body.Reason, &wrong)
			if err := wrong.Err(); err != nil {
				return relationship.Relationship{}, err
			}
			return relationship.LowerGrant(r.Context(), table, of.customer, of.partner, cause, reason, gateway.Op(r))
		})
}

// why returns the cause of an end and its reason, which an operator must give.
func why(r *http.Request, body contract.RelationshipEnd) (relationship.Cause, string, error) {
	var wrong fault.Check
	by := gateway.Caller(r)
	switch relationship.Kind(body.Kind) {
	case relationship.DelegatedAdministrator, relationship.PartnerOfRecord:
	case relationship.Reseller:
		if by.Operates() { // who decides what was asked, and ends nothing by itself
			wrong.Add("/kind", fault.RelationshipKindNotAvailable, fault.OneOf(relationship.DelegatedAdministrator, relationship.PartnerOfRecord))
		}
	default:
		wrong.Add("/kind", fault.InvalidValue, fault.OneOf(relationship.DelegatedAdministrator, relationship.PartnerOfRecord, relationship.Reseller))
	}
	cause, reason := because(r, body.Reason, &wrong)
	return cause, reason, wrong.Err()
}

// because returns on whose side the caller takes something away, and its reason, which an operator must give.
func because(r *http.Request, given *string, wrong *fault.Check) (relationship.Cause, string) {
	reason, err := gateway.Reason(given, gateway.Caller(r).Operates() && wrong.Err() == nil)
	wrong.Take(err)
	switch by := gateway.Caller(r); {
	case by.OfCustomer():
		return relationship.ByCustomer, reason
	case !by.Operates():
		return relationship.ByPartner, reason
	}
	return relationship.ByVendor, reason
}
