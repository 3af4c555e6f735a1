package redemptions

import (
	"net/http"

	"liaison/shared/access"
	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/gateway"
)

// Dispute serves POST /v1/redemptions/{redemption_id}/dispute: a customer objects to a consent in its name.
func Dispute(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/redemptions/{redemption_id}/dispute", access.Dispute, actions(table),
		func(r *http.Request, of named, body contract.DisputeCreate) (consent.StoredConsent, error) {
			reason, err := gateway.Reason(body.Reason, false)
			if err != nil {
				return consent.StoredConsent{}, err
			}
			return consent.Object(r.Context(), table, of.customer, of.id, customer.UserID(gateway.Caller(r).ID), reason, gateway.Op(r))
		})
}

// DecideDispute serves POST /v1/redemptions/{redemption_id}/decide-dispute: an operator decides.
func DecideDispute(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/redemptions/{redemption_id}/decide-dispute", access.DecideDispute, actions(table),
		func(r *http.Request, of named, body contract.DisputeDecide) (consent.StoredConsent, error) {
			var wrong fault.Check
			decision := consent.DisputeStatus(body.Decision)
			if decision != consent.DisputeUpheld && decision != consent.DisputeRejected {
				wrong.Add("/decision", fault.InvalidValue, fault.OneOf(consent.DisputeUpheld, consent.DisputeRejected))
			}
			reason, err := gateway.Reason(&body.Reason, true)
			if wrong.Take(err); wrong.Err() != nil {
				return consent.StoredConsent{}, wrong.Err()
			}
			return consent.DecideDispute(r.Context(), table, of.customer, of.id, decision, reason, gateway.Op(r))
		})
}

// named is an answer that a path names, and whose it is.
type named struct {
	customer customer.ID
	id       consent.ID
}

// actions is what the actions on a consent of a customer share.
func actions(table Table) gateway.Thing[named, consent.StoredConsent] {
	return gateway.Thing[named, consent.StoredConsent]{
		Key: func(r *http.Request) (named, error) {
			given := r.PathValue("redemption_id")
			c, _, err := consent.Parse(given)
			if err != nil {
				return named{}, err
			}
			return named{c, consent.ID(given)}, access.Shares(gateway.Caller(r), "", c)
		},
		Replay: func(r *http.Request, result string) (consent.StoredConsent, error) {
			return table.Redemption(r.Context(), consent.ID(result))
		},
		Show: func(w http.ResponseWriter, r *http.Request, found consent.StoredConsent) error {
			return shown(w, r, table, found)
		},
	}
}
