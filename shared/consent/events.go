package consent

import (
	"slices"

	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
)

// Events lists the events of consents and of their disputes.
func Events() []event.Row {
	return slices.Concat(
		event.Shared.Rows(AcceptedEvent{}, DisputedEvent{}, DisputeDecidedEvent{}),
		event.Partners.Rows(DeclinedEvent{}),
	)
}

type (
	// AcceptedEvent: a customer accepted an offer, or decided without one.
	AcceptedEvent struct {
		OfferID      offer.ID
		InvitationID invitation.ID
	}
	// DeclinedEvent: the holder of an invitation declined the offer.
	DeclinedEvent struct {
		OfferID      offer.ID
		InvitationID invitation.ID
	}
	// DisputedEvent: a customer disputes a consent.
	DisputedEvent struct {
		PartnerID partner.ID
		Reason    string
	}
	// DisputeDecidedEvent: the vendor decided a dispute.
	DisputeDecidedEvent struct {
		PartnerID partner.ID
		Decision  DisputeStatus
		Reason    string
	}
)

func (AcceptedEvent) Type() event.Type       { return "redemption.accepted" }
func (DeclinedEvent) Type() event.Type       { return "redemption.declined" }
func (DisputedEvent) Type() event.Type       { return "redemption.disputed" }
func (DisputeDecidedEvent) Type() event.Type { return "redemption.dispute_decided" }
