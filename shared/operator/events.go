package operator

import "liaison/shared/event"

// Events lists the changes of the vendor's own people.
func Events() []event.Row {
	return event.Vendors.Rows(InvitedEvent{}, DisabledEvent{}, EnabledEvent{})
}

type (
	// InvitedEvent: somebody is to have an account as an operator.
	InvitedEvent struct{}
	// DisabledEvent: an operator can do nothing any longer.
	DisabledEvent struct{}
	// EnabledEvent: a disabled operator can act again.
	EnabledEvent struct{}
)

func (InvitedEvent) Type() event.Type  { return "operator.invited" }
func (DisabledEvent) Type() event.Type { return "operator.disabled" }
func (EnabledEvent) Type() event.Type  { return "operator.enabled" }
