package lead

import (
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/partner"
)

// senders read what becomes of an inquiry: the customer's or the partner's whose user sent it, and the vendor where a visitor did.
const senders event.Readers = "cpv"

// Events lists the changes of inquiries and leads. None holds what anybody wrote to the other, but for the reason of a no.
func Events() []event.Row {
	return append(append(event.Vendors.Rows(InquiryCreatedEvent{}), senders.Rows(InquirySentEvent{})...),
		event.Partners.Rows(CreatedEvent{}, AnsweredEvent{}, OfferedEvent{}, DeclinedEvent{}, WonEvent{}, LostEvent{}, LateEvent{}, RemindedEvent{}, ExpiredEvent{}, ShareChangedEvent{})...)
}

type (
	// InquiryCreatedEvent: a visitor wrote a message, whose address is to be proved.
	InquiryCreatedEvent struct{}
	// InquirySentEvent: a message went to its partners.
	InquirySentEvent struct{ PartnerIDs []partner.ID }

	// CreatedEvent: a partner has a lead.
	CreatedEvent struct {
		InquiryID InquiryID
		PlanID    catalog.PlanID
		AnswerBy  time.Time
	}
	// AnsweredEvent: the partner wrote an answer.
	AnsweredEvent struct{ Late bool }
	// OfferedEvent: the partner made an offer of it.
	OfferedEvent struct {
		OfferID offer.ID
		Late    bool
	}
	// DeclinedEvent: the partner does not take it.
	DeclinedEvent struct {
		Reason string
		Late   bool
	}
	// WonEvent: it became a deal, by the yes to an offer or by the partner's word.
	WonEvent struct{ OfferID offer.ID }
	// LostEvent: it became none.
	LostEvent struct{ Reason string }
	// LateEvent: its time for an answer has passed.
	LateEvent struct{}
	// RemindedEvent: its partner is called to answer it, the first or the second time.
	RemindedEvent struct{ Number int }
	// ExpiredEvent: nobody answered it.
	ExpiredEvent struct{}
	// ShareChangedEvent: weeks of a partner's answers stopped counting.
	ShareChangedEvent struct{}
)

func (InquiryCreatedEvent) Type() event.Type { return "inquiry.created" }
func (InquirySentEvent) Type() event.Type    { return "inquiry.sent" }
func (CreatedEvent) Type() event.Type        { return "lead.created" }
func (AnsweredEvent) Type() event.Type       { return "lead.answered" }
func (OfferedEvent) Type() event.Type        { return "lead.offered" }
func (DeclinedEvent) Type() event.Type       { return "lead.declined" }
func (WonEvent) Type() event.Type            { return "lead.won" }
func (LostEvent) Type() event.Type           { return "lead.lost" }
func (LateEvent) Type() event.Type           { return "lead.late" }
func (RemindedEvent) Type() event.Type       { return "lead.reminded" }
func (ExpiredEvent) Type() event.Type        { return "lead.expired" }
func (ShareChangedEvent) Type() event.Type   { return "lead.share_changed" }
