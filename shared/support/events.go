package support

import (
	"liaison/shared/event"
	"liaison/shared/subscription"
)

// Events lists the changes of service requests. None holds what somebody wrote.
func Events() []event.Row {
	return event.Shared.Rows(OpenedEvent{}, CommentedEvent{}, ChangedEvent{}, ClosedEvent{}, ReopenedEvent{})
}

type (
	// OpenedEvent: somebody asks the vendor.
	OpenedEvent struct {
		Side           Side
		Severity       Severity
		SubscriptionID subscription.ID
		CommentID      CommentID
	}
	// CommentedEvent: a side wrote about it, and so it stands.
	CommentedEvent struct {
		Side      Side
		Status    Status
		CommentID CommentID
	}
	// ChangedEvent: it is described otherwise, or stands otherwise and is neither closed nor opened again; the fields are those that differ.
	ChangedEvent struct {
		Fields   []string
		Severity Severity // as it is now, where it differs
		Status   Status   // as it is now, where it differs
	}
	// ClosedEvent: it is closed, by a side or by itself.
	ClosedEvent struct{}
	// ReopenedEvent: it was resolved or closed, and is not any more.
	ReopenedEvent struct {
		Status Status
	}
)

func (OpenedEvent) Type() event.Type    { return "service_request.opened" }
func (CommentedEvent) Type() event.Type { return "service_request.commented" }
func (ChangedEvent) Type() event.Type   { return "service_request.changed" }
func (ClosedEvent) Type() event.Type    { return "service_request.closed" }
func (ReopenedEvent) Type() event.Type  { return "service_request.reopened" }
