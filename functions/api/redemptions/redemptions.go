// Package redemptions is the HTTP face of customers' answers to offers, of the receipts that both sides hold, and of disputes.
package redemptions

import (
	"context"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/view"
)

// Table is what these operations need of the table.
type Table interface {
	consent.DisputeStore
	// Redemptions lists the answers to a partner's offers, and what names it without one, that keep lets through, newest first.
	Redemptions(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[consent.Receipt]) ([]consent.Receipt, string, error)
	// RedemptionsOf lists a customer's answers that keep lets through, newest first.
	RedemptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[consent.Receipt]) ([]consent.Receipt, string, error)
	// CustomerNames reads the names of up to 100 customers.
	CustomerNames(ctx context.Context, ids []customer.ID) (map[customer.ID]string, error)
}

// List serves GET /v1/redemptions: the answers to the calling partner's offers, or the calling customer's own, newest first; an operator
// names the partner or the customer.
func List(table Table) gateway.Endpoint {
	return gateway.List[consent.Receipt, contract.RedemptionSummary]{
		Pattern:  "GET /v1/redemptions",
		Requires: access.SeeReceipts,
		Filters:  []string{"offer_id", "answer"},
		What:     "redemptions",
		Filter: func(r *http.Request, whose gateway.Sides) (func(consent.Receipt) bool, error) {
			answer, err := gateway.Choice(r, "answer", "accepted", "declined")
			if err != nil {
				return nil, err
			}
			of := r.URL.Query().Get("offer_id")
			if _, err := offer.Parse(of); err != nil && r.URL.Query().Has("offer_id") {
				return nil, fault.InvalidFormat.With(fault.OfferID).InParameter("offer_id")
			}
			if answer == "" && of == "" && whose.Customer == "" {
				return nil, nil
			}
			return func(one consent.Receipt) bool {
				return (answer == "" || one.Answer == answer) && (of == "" || one.Offer.ID == of) && (whose.Customer == "" || one.Customer == string(whose.Customer)) &&
					(whose.Partner == "" || one.Sharer() == whose.Partner) && access.SeesReceipt(gateway.Caller(r), one.DecidedBy.UserID)
			}, nil
		},
		Read: func(r *http.Request, whose gateway.Sides, limit int, cursor string, keep func([]consent.Receipt) ([]bool, error)) ([]consent.Receipt, string, error) {
			page := dynamo.Page{Limit: limit, Cursor: cursor}
			if gateway.Caller(r).OfPartner() || whose.Customer == "" {
				return table.Redemptions(r.Context(), whose.Partner, page, keep)
			}
			return table.RedemptionsOf(r.Context(), whose.Customer, page, keep)
		},
		Views: func(r *http.Request, found []consent.Receipt) ([]contract.RedemptionSummary, error) {
			names, err := table.CustomerNames(r.Context(), customers(found))
			data := make([]contract.RedemptionSummary, len(found))
			for i := 0; i < len(found) && err == nil; i++ {
				data[i], err = view.RedemptionSummary(found[i], names)
			}
			return data, err
		},
		Columns: view.RedemptionColumns,
	}.Endpoint()
}

func customers(found []consent.Receipt) []customer.ID {
	var ids []customer.ID
	for _, one := range found {
		if one.Customer != "" {
			ids = append(ids, customer.ID(one.Customer))
		}
	}
	return ids
}

// Get serves GET /v1/redemptions/{redemption_id}: one answer, to both sides and to operators.
func Get(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/redemptions/{redemption_id}",
		Requires: access.SeeReceipts,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			found, err := read(r, table)
			if err != nil {
				return err
			}
			return shown(w, r, table, found)
		},
	}
}

func shown(w http.ResponseWriter, r *http.Request, table Table, found consent.StoredConsent) error {
	names, err := table.CustomerNames(r.Context(), customers([]consent.Receipt{found.Receipt}))
	if err != nil {
		return err
	}
	body, err := view.Redemption(found, names)
	if err != nil {
		return err
	}
	if gateway.Caller(r).OfPartner() && !found.Receipt.AnswersOffer() { // it wrote to nobody there
		body.DecidedBy.Name = nil
	}
	return gateway.OK(w, r, gateway.ETag(found.Version, found.Receipt.Answer), body)
}

// Receipt serves GET /v1/redemptions/{redemption_id}/receipt: the very bytes that were stored, which both sides hold, and their SHA-256; of an order
// without an offer to who sold, and not to the partner of record that it names.
func Receipt(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/redemptions/{redemption_id}/receipt",
		Requires: access.SeeReceipts,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			found, err := read(r, table)
			if err != nil {
				return err
			}
			if by := gateway.Caller(r); by.OfPartner() && found.Receipt.Prices(by.Partner.ID) {
				return fault.Forbidden.With(access.Sellers)
			}
			return gateway.OK(w, r, `"`+found.SHA256+`"`, view.Receipt(found))
		},
	}
}

// read returns the answer that the path names; one that the caller does not see looks like none.
func read(r *http.Request, table Table) (consent.StoredConsent, error) {
	given := r.PathValue("redemption_id")
	who, _, err := consent.Parse(given)
	if err != nil {
		return consent.StoredConsent{}, err
	}
	found, err := table.Redemption(r.Context(), consent.ID(given))
	if err != nil {
		return found, err
	}
	owner := found.Receipt.Sharer()
	if by := gateway.Caller(r); by.OfPartner() && found.Receipt.Removes(by.Partner.ID) {
		owner = by.Partner.ID
	}
	if err := access.Shares(gateway.Caller(r), owner, who); err != nil {
		return consent.StoredConsent{}, err
	}
	if !access.SeesReceipt(gateway.Caller(r), found.Receipt.DecidedBy.UserID) {
		return consent.StoredConsent{}, fault.NotFound
	}
	return found, gateway.AuditRead(r, gateway.Tenant(owner, who), given)
}
