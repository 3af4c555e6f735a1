package event

import "slices"

// Events lists the changes that belong to no noun: to what the vendor reads and to what mails may be sent.
func Events() []Row {
	return slices.Concat(
		Readers("vpc").Rows(OperatorReadEvent{}),
		Vendors.Rows(AddressSuppressedEvent{}, SendingStoppedEvent{}),
		Readers("vpci").Rows(SuppressionLiftedEvent{}),
		Readers("pci").Rows(UnsubscribedEvent{}, ResubscribedEvent{}),
	)
}

type (
	// OperatorReadEvent: an operator read the subject, a tenant's.
	OperatorReadEvent struct{}
	// AddressSuppressedEvent: no more invitations, offers and reminders go to an address.
	AddressSuppressedEvent struct {
		Reason string
	}
	// SuppressionLiftedEvent: they go to it again, whatever stopped them.
	SuppressionLiftedEvent struct{}
	// SendingStoppedEvent: all sending is stopped: too many mails came back.
	SendingStoppedEvent struct {
		Reason string // bounces or complaints
	}
	// UnsubscribedEvent: a recipient wants no more invitations, offers and reminders.
	UnsubscribedEvent struct{}
	// ResubscribedEvent: it wants them again.
	ResubscribedEvent struct{}
)

func (OperatorReadEvent) Type() Type      { return "operator.read" }
func (AddressSuppressedEvent) Type() Type { return "address.suppressed" }
func (SuppressionLiftedEvent) Type() Type { return "suppression.lifted" }
func (SendingStoppedEvent) Type() Type    { return "vendor.sending_stopped" }
func (UnsubscribedEvent) Type() Type      { return "recipient.unsubscribed" }
func (ResubscribedEvent) Type() Type      { return "recipient.resubscribed" }
