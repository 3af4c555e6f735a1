package relationship

import (
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/partner"
)

// Events lists the changes of a customer's ties to partners.
func Events() []event.Row {
	return event.Shared.Rows(
		AdministrationGrantedEvent{}, AdministrationExtendedEvent{}, AdministrationLoweredEvent{},
		AdministrationReplacedEvent{}, AdministrationEndedEvent{}, AdministrationExpiringEvent{},
		AdministrationExpiredEvent{}, AdministrationSuspendedEvent{}, AdministrationResumedEvent{},
		AutoExtendChangedEvent{}, PartnerOfRecordSetEvent{}, PartnerOfRecordChangedEvent{}, PartnerOfRecordRemovedEvent{},
		ResellerAddedEvent{}, ResellerBillingEndedEvent{}, ResellerEndedEvent{}, ResellerLeftEvent{}, RemovalRequestedEvent{},
		RemovalRemindedEvent{}, RemovalDueEvent{}, RemovalWithdrawnEvent{}, RemovalDeclinedEvent{}, RemovalDecidedEvent{},
	)
}

// Administered says whose delegated administration changed, and in which role it is or was.
type Administered struct {
	PartnerID partner.ID
	Role      string
}

type (
	// AdministrationGrantedEvent: a partner administers the customer.
	AdministrationGrantedEvent struct {
		Administered
		EndsAt time.Time
	}
	// AdministrationExtendedEvent: it goes on.
	AdministrationExtendedEvent struct {
		Administered
		EndsAt time.Time
		Auto   bool // by itself, and not by a consent
	}
	// AdministrationLoweredEvent: full rights became limited ones.
	AdministrationLoweredEvent struct {
		Administered
		Cause  Cause
		Reason string
	}
	// AdministrationReplacedEvent: another partner administers the customer instead.
	AdministrationReplacedEvent struct {
		Administered
		Cause      Cause
		ReplacedBy partner.ID
	}
	// AdministrationEndedEvent: somebody ended it.
	AdministrationEndedEvent struct {
		Administered
		Cause  Cause
		Reason string
	}
	// AdministrationExpiringEvent: it ends in so many days.
	AdministrationExpiringEvent struct {
		Administered
		EndsAt  time.Time
		Days    int
		Skipped []int // days whose notice was overtaken
	}
	// AdministrationExpiredEvent: its time is over.
	AdministrationExpiredEvent struct {
		Administered
		EndsAt  time.Time
		Cause   Cause
		Skipped []int
	}
	// AdministrationSuspendedEvent: it is suspended while the consent to it is disputed.
	AdministrationSuspendedEvent struct {
		Administered
	}
	// AdministrationResumedEvent: it runs again.
	AdministrationResumedEvent struct {
		Administered
	}
	// AutoExtendChangedEvent: one side wants that it goes on by itself, or no longer wants that.
	AutoExtendChangedEvent struct {
		PartnerID partner.ID
		Side      Side
		Enabled   *bool
	}
	// PartnerOfRecordSetEvent: a subscription has its first partner of record.
	PartnerOfRecordSetEvent struct {
		PartnerID partner.ID
		PlanID    catalog.PlanID
	}
	// PartnerOfRecordChangedEvent: it has another.
	PartnerOfRecordChangedEvent struct {
		PartnerID partner.ID
		PlanID    catalog.PlanID
		From      partner.ID
	}
	// PartnerOfRecordRemovedEvent: a partner is no longer its partner of record.
	PartnerOfRecordRemovedEvent struct {
		PartnerID    partner.ID
		PlanID       catalog.PlanID
		Cause        Cause
		Reason       string
		To           partner.ID
		RedemptionID string // of the consent that named another, or nobody
	}
	// ResellerAddedEvent: a partner may bill what the customer buys from it.
	ResellerAddedEvent struct {
		PartnerID partner.ID
	}
	// ResellerBillingEndedEvent: it no longer bills a subscription.
	ResellerBillingEndedEvent struct {
		PartnerID    partner.ID
		RedemptionID string
	}
	// ResellerEndedEvent: it is no longer a reseller.
	ResellerEndedEvent struct {
		PartnerID partner.ID
		Cause     Cause
		Reason    string
		Handover  Handover // what became of what it billed, where its notice was over
	}
	// ResellerLeftEvent: it left the program, and the vendor decides what becomes of the tie.
	ResellerLeftEvent struct {
		PartnerID partner.ID
	}
	// RemovalRequestedEvent: the customer asks it to end the relationship.
	RemovalRequestedEvent struct {
		PartnerID partner.ID
		Reason    string
		EndsAt    time.Time // when the agreed notice is over
		Handover  Handover
	}
	// RemovalRemindedEvent: it has not answered for so many days.
	RemovalRemindedEvent struct {
		PartnerID partner.ID
		Days      int
		Skipped   []int
	}
	// RemovalDueEvent: the vendor may decide now.
	RemovalDueEvent struct {
		PartnerID partner.ID
		Skipped   []int
	}
	// RemovalWithdrawnEvent: the customer takes the request back.
	RemovalWithdrawnEvent struct {
		PartnerID partner.ID
	}
	// RemovalDeclinedEvent: the reseller stays.
	RemovalDeclinedEvent struct {
		PartnerID partner.ID
		Reason    string
	}
	// RemovalDecidedEvent: the vendor decided.
	RemovalDecidedEvent struct {
		PartnerID partner.ID
		Decision  RemovalStatus
		Reason    string
	}
)

func (AdministrationGrantedEvent) Type() event.Type   { return "delegated_administrator.granted" }
func (AdministrationExtendedEvent) Type() event.Type  { return "delegated_administrator.extended" }
func (AdministrationLoweredEvent) Type() event.Type   { return "delegated_administrator.lowered" }
func (AdministrationReplacedEvent) Type() event.Type  { return "delegated_administrator.replaced" }
func (AdministrationEndedEvent) Type() event.Type     { return "delegated_administrator.ended" }
func (AdministrationExpiringEvent) Type() event.Type  { return "delegated_administrator.expiring" }
func (AdministrationExpiredEvent) Type() event.Type   { return "delegated_administrator.expired" }
func (AdministrationSuspendedEvent) Type() event.Type { return "delegated_administrator.suspended" }
func (AdministrationResumedEvent) Type() event.Type   { return "delegated_administrator.resumed" }
func (AutoExtendChangedEvent) Type() event.Type       { return "delegated_administrator.auto_extend_changed" }
func (PartnerOfRecordSetEvent) Type() event.Type      { return "partner_of_record.set" }
func (PartnerOfRecordChangedEvent) Type() event.Type  { return "partner_of_record.changed" }
func (PartnerOfRecordRemovedEvent) Type() event.Type  { return "partner_of_record.removed" }
func (ResellerAddedEvent) Type() event.Type           { return "reseller.added" }
func (ResellerBillingEndedEvent) Type() event.Type    { return "reseller.billing_ended" }
func (ResellerEndedEvent) Type() event.Type           { return "reseller.ended" }
func (ResellerLeftEvent) Type() event.Type            { return "reseller.left" }
func (RemovalRequestedEvent) Type() event.Type        { return "reseller.removal_requested" }
func (RemovalRemindedEvent) Type() event.Type         { return "reseller.removal_reminded" }
func (RemovalDueEvent) Type() event.Type              { return "reseller.removal_due" }
func (RemovalWithdrawnEvent) Type() event.Type        { return "reseller.removal_withdrawn" }
func (RemovalDeclinedEvent) Type() event.Type         { return "reseller.removal_declined" }
func (RemovalDecidedEvent) Type() event.Type          { return "reseller.removal_decided" }

// Tie returns the id of the relationship that the grant is part of.
func (g Grant) Tie() ID { return NewID(g.Customer, g.Partner) }

// Administered returns what the events of the grant say of it.
func (g Grant) Administered() Administered { return Administered{g.Partner, g.Role} }
