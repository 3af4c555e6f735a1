package view

import (
	"time"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/gateway"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// SubscriptionColumns are those of a list of subscriptions as CSV.
var SubscriptionColumns = []string{
	"id", "customer_id", "customer_name", "plan_id", "status", "trial", "licenses.offered", "licenses.bought", "licenses.assigned", "billing_term",
	"billed_by", "price.amount_minor", "price.currency", "partner_of_record.partner_id", "partner_of_record.since", "trial_ends_at", "grace_ends_at",
	"term_ends_at", "cancels_at", "ended_at", "ended_cause", "delete_after", "offer_id", "created_at",
}

// Subscription returns the subscription as it stands now, and as the caller may see it.
func Subscription(by access.Caller, s subscription.Subscription, name string, at time.Time) contract.Subscription {
	v := contract.Subscription{
		ID: string(s.ID), CustomerID: string(s.Customer), CustomerName: gateway.Some(name), PlanID: string(s.Plan),
		Status: contract.SubscriptionStatus(s.StatusAt(at)), Trial: s.Trial,
		Licenses:    contract.SubscriptionLicenses{Offered: gateway.Some(s.Licenses.Offered), Bought: s.Licenses.Bought, Assigned: s.Licenses.Assigned},
		TrialEndsAt: gateway.Some(s.TrialEndsAt), GraceEndsAt: gateway.Some(s.GraceEndsAt), DeleteAfter: gateway.Some(s.DeleteAfter), EndedAt: gateway.Some(s.EndedAt),
		EndedCause: gateway.Some(s.EndCause), BillingTerm: gateway.Some(contract.BillingTerm(s.BillingTerm)), BilledBy: s.BilledBy,
		TermEndsAt: gateway.Some(s.TermEnd(at)), OfferID: gateway.Some(s.Offer), CreatedAt: s.CreatedAt,
	}
	if s.Price != nil {
		v.Price = &contract.Money{AmountMinor: s.Price.AmountMinor, Currency: s.Price.Currency}
	}
	if s.Ending {
		v.CancelsAt = &s.TermEndsAt
	}
	if by.OfPartner() && !sold(s, by.Partner.ID) {
		v.Price, v.OfferID = nil, nil
	}
	if !by.OfPartner() {
		v.PartnerOfRecordHistory = make([]contract.PartnerOfRecordPast, len(s.History))
		for i, past := range s.History {
			v.PartnerOfRecordHistory[i] = contract.PartnerOfRecordPast{PartnerID: string(past.Partner), Since: past.Since, Until: past.Until}
		}
	}
	if p := s.PartnerOfRecord; p != nil {
		v.PartnerOfRecord = &contract.PartnerOfRecord{PartnerID: string(p.Partner), Since: p.Since}
	}
	return v
}

// sold says whether the partner bills the subscription or it came of an offer of its own. Others see no price and no offer: the customer was
// told that a partner of record sees plan, licences, state and dates.
func sold(s subscription.Subscription, p partner.ID) bool {
	return s.BilledBy == string(p) || s.Offer != "" && offer.ID(s.Offer).Partner() == p
}
