package listing

import "liaison/shared/event"

// Events lists the changes of listings, which their partner reads.
func Events() []event.Row {
	return event.Partners.Rows(ChangedEvent{}, SubmittedEvent{}, PublishedEvent{}, SentBackEvent{}, HiddenEvent{}, ShownEvent{})
}

type (
	// ChangedEvent: its newest content is another; the fields are those that differ.
	ChangedEvent struct{ Fields []string }
	// SubmittedEvent: the partner asks the vendor to let it through.
	SubmittedEvent struct{}
	// PublishedEvent: the vendor let it through.
	PublishedEvent struct{}
	// SentBackEvent: the partner is to mend it.
	SentBackEvent struct{ Reason string }
	// HiddenEvent: the public does not see it any more.
	HiddenEvent struct {
		By     Side
		Reason string
	}
	// ShownEvent: the public sees it again.
	ShownEvent struct{ By Side }
)

func (ChangedEvent) Type() event.Type   { return "listing.changed" }
func (SubmittedEvent) Type() event.Type { return "listing.submitted" }
func (PublishedEvent) Type() event.Type { return "listing.published" }
func (SentBackEvent) Type() event.Type  { return "listing.sent_back" }
func (HiddenEvent) Type() event.Type    { return "listing.hidden" }
func (ShownEvent) Type() event.Type     { return "listing.shown" }
