package offer

import (
	"liaison/shared/event"
)

// Events lists the changes of an offer, which its partner reads.
func Events() []event.Row {
	return event.Partners.Rows(
		CreatedEvent{}, PausedEvent{}, ResumedEvent{}, ReportedEvent{}, KeptEvent{}, WithdrawnEvent{}, ReplacedEvent{}, UsedUpEvent{}, ExpiredEvent{},
	)
}

// Tell says who else is notified of the end of an offer.
type Tell string

// TellRecipients: the recipients of its open invitations.
const TellRecipients Tell = "recipients"

type (
	// CreatedEvent: it was made.
	CreatedEvent struct {
		Kind Kind
	}
	// PausedEvent: it takes no answer.
	PausedEvent struct {
		Reason string
	}
	// ResumedEvent: it takes answers again.
	ResumedEvent struct{}
	// ReportedEvent: one more recipient does not know its partner, and it waits for the vendor.
	ReportedEvent struct {
		Reports int
	}
	// KeptEvent: the vendor looked at the reports and lets it go on.
	KeptEvent struct {
		Reason string
	}
	// WithdrawnEvent: its partner or the vendor ended it.
	WithdrawnEvent struct {
		Reason string
		Tell   Tell
	}
	// ReplacedEvent: another offer took its place.
	ReplacedEvent struct {
		ReplacedBy ID
	}
	// UsedUpEvent: it was accepted as often as it may be.
	UsedUpEvent struct{}
	// ExpiredEvent: its time is over.
	ExpiredEvent struct{}
)

func (CreatedEvent) Type() event.Type   { return "offer.created" }
func (PausedEvent) Type() event.Type    { return "offer.paused" }
func (ResumedEvent) Type() event.Type   { return "offer.resumed" }
func (ReportedEvent) Type() event.Type  { return "offer.reported" }
func (KeptEvent) Type() event.Type      { return "offer.kept" }
func (WithdrawnEvent) Type() event.Type { return "offer.withdrawn" }
func (ReplacedEvent) Type() event.Type  { return "offer.replaced" }
func (UsedUpEvent) Type() event.Type    { return "offer.used_up" }
func (ExpiredEvent) Type() event.Type   { return "offer.expired" }
