package view

import (
	"fmt"
	"slices"
	"time"

	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/gateway"
)

// RedemptionColumns are those of a list of answers as CSV.
var RedemptionColumns = []string{
	"id", "kind", "offer_id", "invitation_id", "partner_id", "answer", "customer_id", "customer_name", "subscription_ids", "decided_at",
}

// RedemptionSummary shows an answer as lists do, by the names of customers.
func RedemptionSummary(one consent.Receipt, names map[customer.ID]string) (contract.RedemptionSummary, error) {
	decided, err := when(one.DecidedAt)
	return contract.RedemptionSummary{
		ID: one.ID, Kind: contract.OfferKind(one.Kind()), OfferID: gateway.Some(one.Offer.ID), InvitationID: gateway.Some(one.Via.Invitation),
		PartnerID: gateway.Some(one.Partner.ID), Answer: contract.RedemptionAnswer(one.Answer), CustomerID: gateway.Some(one.Customer),
		CustomerName: gateway.Some(names[customer.ID(one.Customer)]), SubscriptionIds: subscriptions(one), DecidedAt: decided,
	}, err
}

// Redemption returns the answer as both sides see it: what its receipt says, and the names that an erasure takes away.
func Redemption(found consent.StoredConsent, names map[customer.ID]string) (contract.Redemption, error) {
	one := found.Receipt
	decided, err := when(one.DecidedAt)
	if err != nil {
		return contract.Redemption{}, err
	}
	v := contract.Redemption{
		ID: one.ID, Kind: contract.OfferKind(one.Kind()), OfferID: gateway.Some(one.Offer.ID), InvitationID: gateway.Some(one.Via.Invitation),
		PartnerID: gateway.Some(one.Partner.ID), Answer: contract.RedemptionAnswer(one.Answer), Reason: gateway.Some(found.Reason), CustomerID: gateway.Some(one.Customer),
		CustomerName: gateway.Some(names[customer.ID(one.Customer)]), SubscriptionIds: subscriptions(one),
		PartnerOfRecord: gateway.Some(one.PartnerOfRecord), PartnerTermsSha256: gateway.Some(one.PartnerTerms), DecidedAt: decided,
		DecidedBy: contract.DecidedBy{UserID: gateway.Some(one.DecidedBy.UserID), Name: gateway.Some(found.Person.Name)},
		Terms:     make([]contract.AcceptedTerms, len(one.Terms)), PartnerOfRecordChanges: make([]contract.PartnerOfRecordTurn, len(one.PartnerOfRecordChanges)),
		Dispute: disputed(found.Dispute),
	}
	for i, turn := range one.PartnerOfRecordChanges {
		v.PartnerOfRecordChanges[i] = contract.PartnerOfRecordTurn{SubscriptionID: turn.ID, From: gateway.Some(turn.From), To: gateway.Some(turn.To)}
	}
	for i, t := range one.Terms {
		v.Terms[i] = contract.AcceptedTerms{
			Document: contract.TermsDocument(t.Document), Version: t.Version, Sha256: t.SHA256, Language: contract.Language(t.Language),
		}
	}
	if d := one.DelegatedAdministration; d != nil {
		v.DelegatedAdministration = &contract.DelegationAnswer{Answer: contract.YesNo(d.Answer), Role: contract.Role(d.Role)}
		if d.EndsAt != "" {
			ends, err := when(d.EndsAt)
			if err != nil {
				return v, err
			}
			v.DelegatedAdministration.EndsAt = &ends
		}
	}
	return v, nil
}

// Receipt shows the very bytes that were stored, and their SHA-256.
func Receipt(found consent.StoredConsent) contract.Receipt {
	return contract.Receipt{Receipt: []byte(found.Canonical), Sha256: found.SHA256}
}

func subscriptions(one consent.Receipt) []string {
	ids := []string{}
	for _, s := range one.Subscriptions {
		ids = append(ids, s.ID)
	}
	for _, turn := range one.PartnerOfRecordChanges {
		if !slices.Contains(ids, turn.ID) {
			ids = append(ids, turn.ID)
		}
	}
	return ids
}

// when reads a time of a receipt.
func when(stamp string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return at, fmt.Errorf("view: receipt: %w", err)
	}
	return at, nil
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
