package relationships

import (
	"net/http"
	"time"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/partner"
	"liaison/shared/plain"
	"liaison/shared/relationship"
)

// RequestRemoval serves POST /v1/relationships/{relationship_id}/request-removal: a customer asks its reseller to end the tie.
func RequestRemoval(table Table) gateway.Endpoint {
	return action(table, "request-removal", access.AskRemoval, func(r *http.Request, c customer.ID, p partner.ID) (relationship.Relationship, error) {
		var body contract.RemovalRequestCreate
		if err := gateway.ReadJSON(r, &body); err != nil {
			return relationship.Relationship{}, err
		}
		reason := ""
		if body.Reason != nil {
			var code *fault.Code
			if reason, code = plain.Note(*body.Reason, maxReason); code != nil {
				return relationship.Relationship{}, code.With(maxReason).In("/reason")
			}
		}
		return relationship.RequestRemoval(r.Context(), table, c, p, customer.UserID(gateway.Caller(r).ID), reason, gateway.Op(r))
	})
}

// WithdrawRemoval serves POST /v1/relationships/{relationship_id}/withdraw-removal: the customer takes its request back.
func WithdrawRemoval(table Table) gateway.Endpoint {
	return action(table, "withdraw-removal", access.AskRemoval, func(r *http.Request, c customer.ID, p partner.ID) (relationship.Relationship, error) {
		return relationship.WithdrawRemoval(r.Context(), table, c, p, gateway.Op(r))
	})
}

// DeclineRemoval serves POST /v1/relationships/{relationship_id}/decline-removal: the reseller refuses, with its reason.
func DeclineRemoval(table Table) gateway.Endpoint {
	return action(table, "decline-removal", access.AnswerRemoval, func(r *http.Request, c customer.ID, p partner.ID) (relationship.Relationship, error) {
		var body contract.RemovalRequestDecline
		if err := gateway.ReadJSON(r, &body); err != nil {
			return relationship.Relationship{}, err
		}
		reason, code := plain.Block(body.Reason, maxReason)
		if code != nil {
			return relationship.Relationship{}, code.With(maxReason).In("/reason")
		}
		return relationship.DeclineRemoval(r.Context(), table, c, p, reason, gateway.Op(r))
	})
}

// DecideRemoval serves POST /v1/relationships/{relationship_id}/decide-removal: an operator decides what the reseller left open.
func DecideRemoval(table Table) gateway.Endpoint {
	return action(table, "decide-removal", access.DecideRemoval, func(r *http.Request, c customer.ID, p partner.ID) (relationship.Relationship, error) {
		var body contract.RemovalDecision
		if err := gateway.ReadJSON(r, &body); err != nil {
			return relationship.Relationship{}, err
		}
		var wrong fault.Check
		decision := relationship.RemovalStatus(body.Decision)
		if decision != relationship.Removed && decision != relationship.Kept {
			wrong.Add("/decision", fault.InvalidValue, fault.OneOf(relationship.Removed, relationship.Kept))
		}
		reason, code := plain.Block(body.Reason, maxReason)
		if code != nil {
			wrong.Add("/reason", code, maxReason)
		}
		if wrong.Err() != nil {
			return relationship.Relationship{}, wrong.Err()
		}
		return relationship.SettleRemoval(r.Context(), table, c, p, decision, reason, gateway.Op(r))
	})
}

// AutoExtend serves POST /v1/relationships/{relationship_id}/auto-extend: each side switches for itself.
func AutoExtend(table Table) gateway.Endpoint {
	return action(table, "auto-extend", access.AutoExtend, func(r *http.Request, c customer.ID, p partner.ID) (relationship.Relationship, error) {
		var body contract.AutoExtendSet
		if err := gateway.ReadJSON(r, &body); err != nil {
			return relationship.Relationship{}, err
		}
		side := relationship.PartnerSide
		if gateway.Caller(r).OfCustomer() {
			side = relationship.CustomerSide
		}
		return relationship.SwitchAutoExtend(r.Context(), table, c, p, side, body.Enabled, gateway.Op(r))
	})
}

// removal returns the newest request as it stands at the time.
func removal(of relationship.Removal, at time.Time) *contract.RemovalRequest {
	v := &contract.RemovalRequest{
		Status: contract.RemovalRequestStatus(of.Status), OpenedAt: of.AskedAt, OpenedBy: string(of.AskedBy), Days: of.Days(at),
		DecideFrom: of.Decidable(), DecidedAt: gateway.Some(of.ClosedAt), Reason: gateway.Some(of.Reason), Answer: gateway.Some(of.Answer),
	}
	if of.Status == relationship.Removed || of.Status == relationship.Kept {
		v.Status, v.Decision = contract.RemovalRequestStatusDecided, gateway.Some(contract.RemovalDecided(of.Status))
	}
	return v
}
