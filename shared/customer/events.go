package customer

import (
	"slices"
	"time"

	"liaison/shared/event"
)

// Events lists the changes of a customer and its users.
func Events() []event.Row {
	return slices.Concat(
		event.Shared.Rows(
			CreatedEvent{}, ChangedEvent{}, UserCreatedEvent{}, UpdatedEvent{}, UserDeletedEvent{}, UserRestoredEvent{}, PasswordResetStartedEvent{}, LicensesChangedEvent{},
			MailboxSetEvent{}, MailboxRemovedEvent{},
			GroupCreatedEvent{}, GroupUpdatedEvent{}, GroupDeletedEvent{}, MemberAddedEvent{}, MemberRemovedEvent{},
			DomainAddedEvent{}, DomainVerifiedEvent{}, DomainMissingEvent{}, DomainFoundEvent{}, DomainLostEvent{}, DomainRemovedEvent{},
		),
		event.Customers.Rows(UserPurgedEvent{}, ExportedEvent{}),
	)
}

type (
	// CreatedEvent: a customer came into being with its first consent.
	CreatedEvent struct{}
	// ChangedEvent: its state is another, or its billing owner, or the fields of its profile that differ.
	ChangedEvent struct {
		Fields       []string
		Status       Status
		BillingOwner UserID
	}
	// UserCreatedEvent: the customer has a new user.
	UserCreatedEvent struct {
		Roles []Role
	}
	// UpdatedEvent: a user is described otherwise, or has other roles; the fields are those that differ.
	UpdatedEvent struct {
		Fields   []string
		Roles    []Role // as they are now, where they differ
		Disabled *bool  // where that differs
	}
	// UserDeletedEvent: a user signs in no more, and can be restored for a while.
	UserDeletedEvent struct {
		PurgeAt time.Time
	}
	// LicensesChangedEvent: a user was given licences, or has some no more; the ids are those of their subscriptions.
	LicensesChangedEvent struct {
		Given, Taken []string
	}
	// MailboxSetEvent: a user is to have a mailbox, or another one than before; the fields are those that differ. No address stands here.
	MailboxSetEvent struct {
		Fields []string
	}
	// MailboxRemovedEvent: a user is to have a mailbox no more.
	MailboxRemovedEvent struct{}
	// UserRestoredEvent: a deleted user is there again.
	UserRestoredEvent struct{}
	// UserPurgedEvent: a deleted user is gone for good.
	UserPurgedEvent struct{}
	// ExportedEvent: somebody began to read all that is kept of the customer, or of one of its users.
	ExportedEvent struct {
		UserID UserID // empty: of all
	}
	// PasswordResetStartedEvent: an administrator, or a partner on the customer's behalf, has a link sent to a user that sets a new password.
	PasswordResetStartedEvent struct{}
	// GroupCreatedEvent: the customer has a new group of users.
	GroupCreatedEvent struct {
		Name string
	}
	// GroupUpdatedEvent: a group is called or described otherwise; the fields are those that differ.
	GroupUpdatedEvent struct {
		Name   string // as it is now
		Fields []string
	}
	// GroupDeletedEvent: a group is no more, and nobody is in it.
	GroupDeletedEvent struct {
		Name string
	}
	// MemberAddedEvent: a user is in a group.
	MemberAddedEvent struct {
		Name   string // of the group
		UserID UserID
	}
	// MemberRemovedEvent: a user is in a group no more.
	MemberRemovedEvent struct {
		Name   string // of the group
		UserID UserID
	}
	// DomainAddedEvent: the customer says that a domain is its own, and may set the record that proves it.
	DomainAddedEvent struct{}
	// DomainVerifiedEvent: the record was found; the domain is this customer's and no other's.
	DomainVerifiedEvent struct{}
	// DomainMissingEvent: a verified domain has its record no more. It stays verified until it is lost.
	DomainMissingEvent struct {
		LostAt time.Time // at the earliest
	}
	// DomainFoundEvent: a verified domain has its record again.
	DomainFoundEvent struct{}
	// DomainLostEvent: a domain was without its record for too long, and is no longer the customer's.
	DomainLostEvent struct{}
	// DomainRemovedEvent: a domain is no longer the customer's, because somebody removed it.
	DomainRemovedEvent struct{}
)

func (CreatedEvent) Type() event.Type  { return "customer.created" }
func (ChangedEvent) Type() event.Type  { return "customer.changed" }
func (ExportedEvent) Type() event.Type { return "customer.exported" }
func (UpdatedEvent) Type() event.Type  { return "customer_user.updated" }

func (UserCreatedEvent) Type() event.Type          { return "customer_user.created" }
func (UserDeletedEvent) Type() event.Type          { return "customer_user.deleted" }
func (UserRestoredEvent) Type() event.Type         { return "customer_user.restored" }
func (UserPurgedEvent) Type() event.Type           { return "customer_user.purged" }
func (LicensesChangedEvent) Type() event.Type      { return "customer_user.licenses_changed" }
func (MailboxSetEvent) Type() event.Type           { return "customer_user.mailbox_set" }
func (MailboxRemovedEvent) Type() event.Type       { return "customer_user.mailbox_removed" }
func (PasswordResetStartedEvent) Type() event.Type { return "customer_user.password_reset_started" }

func (GroupCreatedEvent) Type() event.Type  { return "customer_group.created" }
func (GroupUpdatedEvent) Type() event.Type  { return "customer_group.updated" }
func (GroupDeletedEvent) Type() event.Type  { return "customer_group.deleted" }
func (MemberAddedEvent) Type() event.Type   { return "customer_group.member_added" }
func (MemberRemovedEvent) Type() event.Type { return "customer_group.member_removed" }

func (DomainAddedEvent) Type() event.Type    { return "customer_domain.added" }
func (DomainVerifiedEvent) Type() event.Type { return "customer_domain.verified" }
func (DomainMissingEvent) Type() event.Type  { return "customer_domain.record_missing" }
func (DomainFoundEvent) Type() event.Type    { return "customer_domain.record_found" }
func (DomainLostEvent) Type() event.Type     { return "customer_domain.lost" }
func (DomainRemovedEvent) Type() event.Type  { return "customer_domain.removed" }
