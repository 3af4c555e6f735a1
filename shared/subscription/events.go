package subscription

import (
	"slices"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/partner"
)

// Events lists the changes of a subscription. Its customer reads them with one partner; each other one that they concern reads ChangedEvent.
func Events() []event.Row {
	return slices.Concat(
		event.Shared.Rows(
			CreatedEvent{}, ConvertedEvent{}, LicensesChangedEvent{}, BillingTransferredEvent{}, RenewedEvent{},
			CancelledEvent{}, CancellationUndoneEvent{}, SuspendedEvent{}, ReinstatedEvent{}, TrialWillEndEvent{},
			TrialExpiredEvent{}, TrialExtendedEvent{}, DeletionAnnouncedEvent{}, DeletionScheduledEvent{}, DeletedEvent{},
		),
		event.Vendors.Rows(DeletionHeldEvent{}),
		event.Partners.Rows(ChangedEvent{}),
	)
}

// Sale is what the events of an order say; of a trial the plan and the status alone.
type Sale struct {
	PlanID      catalog.PlanID
	Status      Status
	Licenses    int
	BillingTerm catalog.Term
	BilledBy    partner.ID // or Vendor
	TermEndsAt  time.Time
}

type (
	// CreatedEvent: it was started on trial or bought.
	CreatedEvent struct {
		Sale
	}
	// ConvertedEvent: a trial became paid.
	ConvertedEvent struct {
		Sale
	}
	// LicensesChangedEvent: it has another licence count; alone, without an order, it says the plan and the counts.
	LicensesChangedEvent struct {
		Sale
		From int
	}
	// BillingTransferredEvent: another bills it.
	BillingTransferredEvent struct {
		Sale
	}
	// RenewedEvent: its next paid term began.
	RenewedEvent struct {
		PlanID      catalog.PlanID
		BillingTerm catalog.Term
		From        time.Time
		TermEndsAt  time.Time
		Licenses    int
	}
	// CancelledEvent: it ended now, or will where CancelsAt says when; EndedAt says that this end has come.
	CancelledEvent struct {
		PlanID      catalog.PlanID
		PartnerID   partner.ID // who did it on the customer's behalf
		Reason      string
		CancelsAt   time.Time
		EndedAt     time.Time
		GraceEndsAt time.Time
		Notice      event.Notice
	}
	// CancellationUndoneEvent: it goes on after all.
	CancellationUndoneEvent struct {
		PlanID     catalog.PlanID
		TermEndsAt time.Time
	}
	// SuspendedEvent: the vendor stopped it.
	SuspendedEvent struct {
		PlanID catalog.PlanID
		Reason string
	}
	// ReinstatedEvent: the vendor opened it again.
	ReinstatedEvent struct {
		PlanID catalog.PlanID
		Reason string
	}
	// TrialWillEndEvent: its trial ends in so many days.
	TrialWillEndEvent struct {
		PlanID      catalog.PlanID
		TrialEndsAt time.Time
		Days        int
		Skipped     []int // days whose reminder was overtaken
	}
	// TrialExpiredEvent: its trial ended.
	TrialExpiredEvent struct {
		PlanID      catalog.PlanID
		TrialEndsAt time.Time
		GraceEndsAt time.Time
		Skipped     []int
		Notice      event.Notice
	}
	// TrialExtendedEvent: its trial ends so many days later.
	TrialExtendedEvent struct {
		PlanID      catalog.PlanID
		Days        int
		TrialEndsAt time.Time
		Reason      string
	}
	// DeletionAnnouncedEvent: the mail that announces its deletion is due; Reason is the vendor's, who has it sent once more.
	DeletionAnnouncedEvent struct {
		PlanID      catalog.PlanID
		GraceEndsAt time.Time
		Reason      string
	}
	// DeletionScheduledEvent: that mail was accepted; or the vendor decided so without it, with its reason.
	DeletionScheduledEvent struct {
		DeleteAfter time.Time
		Reason      string
	}
	// DeletionHeldEvent: that mail reached nobody: the vendor decides.
	DeletionHeldEvent struct {
		CustomerID customer.ID
	}
	// DeletedEvent: its data is gone.
	DeletedEvent struct {
		PlanID catalog.PlanID
	}
	// ChangedEvent: what became of a subscription that concerns the partner. It holds the data of the change, too.
	ChangedEvent struct {
		Change event.Type
	}
)

func (CreatedEvent) Type() event.Type            { return "subscription.created" }
func (ConvertedEvent) Type() event.Type          { return "subscription.converted" }
func (LicensesChangedEvent) Type() event.Type    { return "subscription.licenses_changed" }
func (BillingTransferredEvent) Type() event.Type { return "subscription.billing_transferred" }
func (RenewedEvent) Type() event.Type            { return "subscription.renewed" }
func (CancelledEvent) Type() event.Type          { return "subscription.cancelled" }
func (CancellationUndoneEvent) Type() event.Type { return "subscription.cancellation_undone" }
func (SuspendedEvent) Type() event.Type          { return "subscription.suspended" }
func (ReinstatedEvent) Type() event.Type         { return "subscription.reinstated" }
func (TrialWillEndEvent) Type() event.Type       { return "subscription.trial_will_end" }
func (TrialExpiredEvent) Type() event.Type       { return "subscription.trial_expired" }
func (TrialExtendedEvent) Type() event.Type      { return "subscription.trial_extended" }
func (DeletionAnnouncedEvent) Type() event.Type  { return "subscription.deletion_announced" }
func (DeletionScheduledEvent) Type() event.Type  { return "subscription.deletion_scheduled" }
func (DeletionHeldEvent) Type() event.Type       { return "subscription.deletion_held" }
func (DeletedEvent) Type() event.Type            { return "subscription.deleted" }
func (ChangedEvent) Type() event.Type            { return "subscription.changed" }
