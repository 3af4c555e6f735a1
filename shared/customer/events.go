package customer

import (
	"slices"

	"liaison/shared/event"
)

// Events lists the changes of a customer and its users.
func Events() []event.Row {
	return slices.Concat(
		event.Shared.Rows(CreatedEvent{}, ChangedEvent{}),
		event.Customers.Rows(UpdatedEvent{}),
	)
}

type (
	// CreatedEvent: a customer came into being with its first consent.
	CreatedEvent struct{}
	// ChangedEvent: its state is another, or its billing owner.
	ChangedEvent struct {
		Status       Status
		BillingOwner UserID
	}
	// UpdatedEvent: a user is described otherwise; the fields are those that differ.
	UpdatedEvent struct {
		Fields []string
	}
)

func (CreatedEvent) Type() event.Type { return "customer.created" }
func (ChangedEvent) Type() event.Type { return "customer.changed" }
func (UpdatedEvent) Type() event.Type { return "customer_user.updated" }
