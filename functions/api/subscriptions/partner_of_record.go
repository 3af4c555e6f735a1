package subscriptions

import (
	"net/http"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/op"
	"liaison/shared/order"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// SetPartnerOfRecord serves PUT /v1/subscriptions/{subscription_id}/partner-of-record: a customer names who advises it.
func SetPartnerOfRecord(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PUT /v1/subscriptions/{subscription_id}/partner-of-record",
		Requires: access.SetPartnerOfRecord,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := parse(r)
			if err != nil {
				return err
			}
			var body contract.PartnerOfRecordSet
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			var wrong fault.Check
			p := parsed(body.PartnerID, &wrong)
			if wrong.Err() != nil {
				return wrong.Err()
			}
			o, err := guarded(r, table, id)
			if err != nil {
				return err
			}
			if err := named(r, table, id, p, o); err != nil {
				return err
			}
			return shown(w, r, table, id)
		},
	}
}

// guarded returns the operation as decided on the subscription that the caller holds (If-Match). One that the caller does not see looks like
// none.
func guarded(r *http.Request, table Table, id subscription.ID) (op.Op, error) {
	o := gateway.Op(r)
	var s subscription.Subscription
	var grant *relationship.Grant
	var err error
	if gateway.Caller(r).OfPartner() {
		s, _, grant, err = table.SubscriptionFor(r.Context(), id)
	} else {
		s, err = table.StoredSubscription(r.Context(), id)
	}
	if err != nil {
		return o, err
	}
	if !sees(r, s, grant) {
		return o, fault.NotFound
	}
	o.Seen = s.Version
	return o, gateway.IfMatch(r, tag(r, s))
}

// named makes a partner (empty: nobody) the partner of record; what stands in the way of this one subscription is the problem.
func named(r *http.Request, table Table, id subscription.ID, p partner.ID, o op.Op) error {
	_, outcomes, err := order.SetPartnerOfRecord(r.Context(), table, gateway.Visitor(r), []subscription.ID{id}, p, false, o)
	switch {
	case err != nil:
		return gateway.InBody(err)
	case outcomes[0].Err != nil:
		return gateway.InBody(outcomes[0].Err)
	}
	return nil
}

// RemovePartnerOfRecord serves DELETE /v1/subscriptions/{subscription_id}/partner-of-record: a customer wants nobody, a partner steps down
// from this one subscription, an operator removes it and says why.
func RemovePartnerOfRecord(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "DELETE /v1/subscriptions/{subscription_id}/partner-of-record",
		Requires: access.EndRelationships,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := parse(r)
			if err != nil {
				return err
			}
			var body contract.PartnerOfRecordRemove
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			reason, err := gateway.Reason(body.Reason, false)
			if err == nil {
				err = removed(r, table, id, reason)
			}
			if err != nil {
				return err
			}
			return gateway.NoContent(w)
		},
	}
}

func removed(r *http.Request, table Table, id subscription.ID, reason string) error {
	by := gateway.Caller(r)
	o, err := guarded(r, table, id)
	switch {
	case err != nil:
		return err
	case by.OfCustomer():
		return named(r, table, id, "", o)
	case by.OfPartner():
		return relationship.StepDownFrom(r.Context(), table, id, by.Partner.ID, relationship.ByPartner, reason, o)
	case reason == "":
		return fault.Required.In("/reason")
	}
	err = relationship.StepDownFrom(r.Context(), table, id, "", relationship.ByVendor, reason, o)
	if fault.Is(err, fault.AlreadyEnded) {
		return nil
	}
	return err
}
