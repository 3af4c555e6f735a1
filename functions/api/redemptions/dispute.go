package redemptions

import (
	"net/http"

	"liaison/shared/access"
	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/plain"
)

// maxReason is the most characters a reason may have.
const maxReason = 500

// Dispute serves POST /v1/redemptions/{redemption_id}/dispute: a customer objects to a consent in its name.
func Dispute(table Table) gateway.Endpoint {
	return action(table, "dispute", access.Dispute, func(r *http.Request, c customer.ID, id consent.ID) (consent.StoredConsent, error) {
		var body contract.DisputeCreate
		if err := gateway.ReadJSON(r, &body); err != nil {
			return consent.StoredConsent{}, err
		}
		reason := ""
		if body.Reason != nil {
			var code *fault.Code
			if reason, code = plain.Note(*body.Reason, maxReason); code != nil {
				return consent.StoredConsent{}, code.With(maxReason).In("/reason")
			}
		}
		return consent.Object(r.Context(), table, c, id, customer.UserID(gateway.Caller(r).ID), reason, gateway.Op(r))
	})
}

// DecideDispute serves POST /v1/redemptions/{redemption_id}/decide-dispute: an operator decides.
func DecideDispute(table Table) gateway.Endpoint {
	return action(table, "decide-dispute", access.DecideDispute, func(r *http.Request, c customer.ID, id consent.ID) (consent.StoredConsent, error) {
		var body contract.DisputeDecide
		if err := gateway.ReadJSON(r, &body); err != nil {
			return consent.StoredConsent{}, err
		}
		var wrong fault.Check
		decision := consent.DisputeStatus(body.Decision)
		if decision != consent.DisputeUpheld && decision != consent.DisputeRejected {
			wrong.Add("/decision", fault.InvalidValue, fault.OneOf(consent.DisputeUpheld, consent.DisputeRejected))
		}
		reason, code := plain.Block(body.Reason, maxReason)
		if code != nil {
			wrong.Add("/reason", code, maxReason)
		}
		if wrong.Err() != nil {
			return consent.StoredConsent{}, wrong.Err()
		}
		return consent.DecideDispute(r.Context(), table, c, id, decision, reason, gateway.Op(r))
	})
}

// action serves POST /v1/redemptions/{redemption_id}/<name> about a yes of a customer's and answers with the redemption as it is then.
func action(table Table, name string, needs access.Right, do func(*http.Request, customer.ID, consent.ID) (consent.StoredConsent, error)) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern: "POST /v1/redemptions/{redemption_id}/" + name,
		Needs:   needs,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			given := r.PathValue("redemption_id")
			c, _, err := consent.Parse(given)
			if err != nil {
				return err
			}
			if err := access.Shares(gateway.Caller(r), "", c); err != nil {
				return err
			}
			found, err := do(r, c, consent.ID(given))
			if err != nil {
				return err
			}
			return shown(w, r, table, found)
		},
		Again: func(w http.ResponseWriter, r *http.Request, result string) error {
			found, err := table.Redemption(r.Context(), consent.ID(result))
			if err != nil {
				return err
			}
			return shown(w, r, table, found)
		},
	}
}

// disputed returns the customer's objection, nil where there is none.
func disputed(of *consent.Dispute) *contract.Dispute {
	if of == nil {
		return nil
	}
	return &contract.Dispute{
		Status: contract.DisputeStatus(of.Status), OpenedAt: of.At, OpenedBy: string(of.By), Reason: gateway.Some(of.Reason),
		DecidedAt: gateway.Some(of.DecidedAt), Answer: gateway.Some(of.Answer),
	}
}
