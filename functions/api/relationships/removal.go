package relationships

import (
	"net/http"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/order"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// RequestRemoval serves POST /v1/relationships/{relationship_id}/request-removal: a customer asks its reseller to end the tie.
func RequestRemoval(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/relationships/{relationship_id}/request-removal", access.AskRemoval, actions(table),
		func(r *http.Request, of sides, body contract.RemovalRequestCreate) (relationship.Relationship, error) {
			reason, err := gateway.Reason(body.Reason, false)
			if err != nil {
				return relationship.Relationship{}, err
			}
			wish := relationship.Wish{By: customer.UserID(gateway.Caller(r).ID), Reason: reason, Handover: relationship.WithTerm}
			if body.BilledBy != nil {
				wish.Handover = relationship.Handover(*body.BilledBy)
			}
			for _, agreed := range body.Prices {
				wish.Prices = append(wish.Prices, relationship.AgreedPrice{
					Subscription: subscription.ID(agreed.SubscriptionID), Price: catalog.Money{AmountMinor: agreed.Price.AmountMinor, Currency: agreed.Price.Currency},
				})
			}
			if body.TermsVersion != nil {
				wish.Terms = *body.TermsVersion
			}
			return order.RequestRemoval(r.Context(), table, of.customer, of.partner, wish, gateway.Op(r))
		})
}

// WithdrawRemoval serves POST /v1/relationships/{relationship_id}/withdraw-removal: the customer takes its request back.
func WithdrawRemoval(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/relationships/{relationship_id}/withdraw-removal", access.AskRemoval, actions(table),
		func(r *http.Request, of sides, _ gateway.NoBody) (relationship.Relationship, error) {
			return relationship.WithdrawRemoval(r.Context(), table, of.customer, of.partner, gateway.Op(r))
		})
}

// DeclineRemoval serves POST /v1/relationships/{relationship_id}/decline-removal: the reseller refuses, with its reason.
func DeclineRemoval(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/relationships/{relationship_id}/decline-removal", access.AnswerRemoval, actions(table),
		func(r *http.Request, of sides, body contract.RemovalRequestDecline) (relationship.Relationship, error) {
			reason, err := gateway.Reason(&body.Reason, true)
			if err != nil {
				return relationship.Relationship{}, err
			}
			return relationship.DeclineRemoval(r.Context(), table, of.customer, of.partner, reason, gateway.Op(r))
		})
}

// DecideRemoval serves POST /v1/relationships/{relationship_id}/decide-removal: an operator decides what the reseller left open.
func DecideRemoval(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/relationships/{relationship_id}/decide-removal", access.DecideRemoval, actions(table),
		func(r *http.Request, of sides, body contract.RemovalDecision) (relationship.Relationship, error) {
			var wrong fault.Check
			decision := relationship.RemovalStatus(body.Decision)
			if decision != relationship.Removed && decision != relationship.Kept {
				wrong.Add("/decision", fault.InvalidValue, fault.OneOf(relationship.Removed, relationship.Kept))
			}
			reason, err := gateway.Reason(&body.Reason, true)
			if wrong.Take(err); wrong.Err() != nil {
				return relationship.Relationship{}, wrong.Err()
			}
			return relationship.DecideRemoval(r.Context(), table, of.customer, of.partner, decision, reason, gateway.Op(r))
		})
}

// AutoExtend serves POST /v1/relationships/{relationship_id}/auto-extend: each side switches for itself.
func AutoExtend(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/relationships/{relationship_id}/auto-extend", access.AutoExtend, actions(table),
		func(r *http.Request, of sides, body contract.AutoExtendSet) (relationship.Relationship, error) {
			side := relationship.PartnerSide
			if gateway.Caller(r).OfCustomer() {
				side = relationship.CustomerSide
			}
			return relationship.SwitchAutoExtend(r.Context(), table, of.customer, of.partner, side, body.Enabled, gateway.Op(r))
		})
}
