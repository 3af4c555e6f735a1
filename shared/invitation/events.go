package invitation

import (
	"slices"

	"liaison/shared/event"
	"liaison/shared/offer"
)

// Events lists the changes of an invitation.
func Events() []event.Row {
	return slices.Concat(
		event.Invitations.Rows(
			CreatedEvent{}, RemindedEvent{}, SentEvent{}, DeliveredEvent{}, BouncedEvent{}, ComplainedEvent{},
			SuppressedEvent{}, ExpiredEvent{}, RevokedEvent{},
		),
		event.Readers("i").Rows(ReportedEvent{}),
		event.Partners.Rows(RenewalAskedEvent{}, BulkStartedEvent{}),
	)
}

type mailed struct {
	OfferID offer.ID
	Origin  Origin
	Reason  string
}

type (
	// CreatedEvent: its mail is due. Without a generation it is the first; the zeroth has no mail.
	CreatedEvent struct {
		OfferID    offer.ID
		Origin     Origin // empty: its partner
		Generation *int
	}
	// RemindedEvent: a reminder is due.
	RemindedEvent struct {
		OfferID    offer.ID
		Generation int
		Days       int
		Skipped    []int // days whose reminder was overtaken
		Notice     event.Notice
	}
	// SentEvent: the mail service took its mail.
	SentEvent mailed
	// DeliveredEvent: its mail arrived.
	DeliveredEvent mailed
	// BouncedEvent: its mail came back.
	BouncedEvent mailed
	// ComplainedEvent: its mail was called spam.
	ComplainedEvent mailed
	// SuppressedEvent: its mail was not sent.
	SuppressedEvent mailed
	// ExpiredEvent: its time is over.
	ExpiredEvent struct {
		OfferID    offer.ID
		Generation int
		Skipped    []int
		Notice     event.Notice
	}
	// RevokedEvent: it ended by its partner, or with its offer and by that cause.
	RevokedEvent struct {
		OfferID    offer.ID
		Generation int
		Cause      offer.Status
		Tell       offer.Tell
		Skipped    []int
	}
	// ReportedEvent: its holder does not know the partner.
	ReportedEvent struct {
		OfferID offer.ID
		Origin  Origin
	}
	// RenewalAskedEvent: the holder of a link that no longer counts asks for another.
	RenewalAskedEvent struct {
		OfferID offer.ID
		Reason  string
	}
	// BulkStartedEvent: the offer, which is its subject, is to be mailed to a list of recipients.
	BulkStartedEvent struct {
		Bulk       string
		Recipients int
	}
)

func (CreatedEvent) Type() event.Type      { return "invitation.created" }
func (RemindedEvent) Type() event.Type     { return "invitation.reminded" }
func (SentEvent) Type() event.Type         { return "invitation.sent" }
func (DeliveredEvent) Type() event.Type    { return "invitation.delivered" }
func (BouncedEvent) Type() event.Type      { return "invitation.bounced" }
func (ComplainedEvent) Type() event.Type   { return "invitation.complained" }
func (SuppressedEvent) Type() event.Type   { return "invitation.suppressed" }
func (ExpiredEvent) Type() event.Type      { return "invitation.expired" }
func (RevokedEvent) Type() event.Type      { return "invitation.revoked" }
func (ReportedEvent) Type() event.Type     { return "invitation.reported" }
func (RenewalAskedEvent) Type() event.Type { return "invitation.renewal_asked" }
func (BulkStartedEvent) Type() event.Type  { return "invitation.bulk_started" }

// DeliveryEvent returns the change that says what became of the invitation's mail, and for which reason.
func (inv Invitation) DeliveryEvent(stands Delivery, reason string) event.Change {
	said := mailed{inv.Offer, inv.Origin, reason}
	switch stands {
	case Sent:
		return event.Of(inv.ID, SentEvent(said))
	case Delivered:
		return event.Of(inv.ID, DeliveredEvent(said))
	case Bounced:
		return event.Of(inv.ID, BouncedEvent(said))
	case Complained:
		return event.Of(inv.ID, ComplainedEvent(said))
	}
	return event.Of(inv.ID, SuppressedEvent(said))
}
