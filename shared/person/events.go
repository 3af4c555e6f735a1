package person

import (
	"slices"

	"liaison/shared/event"
	"liaison/shared/op"
)

// Events lists the changes of persons' passwords: each kind of user has its own, for its noun stands before the dot.
func Events() []event.Row {
	return slices.Concat(
		event.Customers.Rows(CustomerPasswordChangedEvent{}, CustomerPasswordLinkAskedEvent{}),
		event.Partners.Rows(PartnerPasswordChangedEvent{}, PartnerPasswordLinkAskedEvent{}),
		event.Vendors.Rows(OperatorPasswordChangedEvent{}, OperatorPasswordLinkAskedEvent{}),
	)
}

type (
	// CustomerPasswordChangedEvent: a customer's user set a password.
	CustomerPasswordChangedEvent struct{}
	// CustomerPasswordLinkAskedEvent: a customer's user asked for a new link to set one.
	CustomerPasswordLinkAskedEvent struct{}
	// PartnerPasswordChangedEvent: a partner's user set a password.
	PartnerPasswordChangedEvent struct{}
	// PartnerPasswordLinkAskedEvent: a partner's user asked for a new link to set one.
	PartnerPasswordLinkAskedEvent struct{}
	// OperatorPasswordChangedEvent: an operator set a password.
	OperatorPasswordChangedEvent struct{}
	// OperatorPasswordLinkAskedEvent: an operator asked for a new link to set one.
	OperatorPasswordLinkAskedEvent struct{}
)

func (CustomerPasswordChangedEvent) Type() event.Type   { return "customer_user.password_changed" }
func (CustomerPasswordLinkAskedEvent) Type() event.Type { return "customer_user.password_link_asked" }
func (PartnerPasswordChangedEvent) Type() event.Type    { return "partner_user.password_changed" }
func (PartnerPasswordLinkAskedEvent) Type() event.Type  { return "partner_user.password_link_asked" }
func (OperatorPasswordChangedEvent) Type() event.Type   { return "operator.password_changed" }
func (OperatorPasswordLinkAskedEvent) Type() event.Type { return "operator.password_link_asked" }

func (p ID) passwordChanged() event.Typed {
	switch kind, _ := p.Kind(); kind {
	case op.CustomerUser:
		return CustomerPasswordChangedEvent{}
	case op.PartnerUser:
		return PartnerPasswordChangedEvent{}
	}
	return OperatorPasswordChangedEvent{}
}

func (p ID) passwordLinkAsked() event.Typed {
	switch kind, _ := p.Kind(); kind {
	case op.CustomerUser:
		return CustomerPasswordLinkAskedEvent{}
	case op.PartnerUser:
		return PartnerPasswordLinkAskedEvent{}
	}
	return OperatorPasswordLinkAskedEvent{}
}
