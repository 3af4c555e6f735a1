package partner

import (
	"slices"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
)

// Events lists the changes of a partner, its users and its machine clients, which that partner reads, and those of applications, which the
// vendor reads; that one was approved both do.
func Events() []event.Row {
	return slices.Concat(event.Vendors.Rows(AppliedEvent{}, ApplicationConfirmedEvent{}, RejectedEvent{}), event.Readers("vp").Rows(ApprovedEvent{}), event.Partners.Rows(
		ActivatedEvent{}, ProfileChangedEvent{}, ProfileVerifiedEvent{}, ProgramJoinedEvent{}, ProgramLeftEvent{},
		AuthorisedEvent{}, DeauthorisedEvent{}, SuspendedEvent{}, ReinstatedEvent{}, ClosedEvent{}, TrustChangedEvent{}, AgreementSignedEvent{},
		EmailCodeAskedEvent{}, PhoneCallAskedEvent{}, PhoneCodeMadeEvent{}, EmailVerifiedEvent{}, PhoneVerifiedEvent{}, UserInvitedEvent{},
		UserUpdatedEvent{}, UserDisabledEvent{},
		ClientCreatedEvent{}, ClientRotatedEvent{}, ClientOldSecretEndedEvent{}, ClientDeletedEvent{},
	))
}

type (
	// AppliedEvent: a company applied; its contact's address is not proved yet.
	AppliedEvent struct{}
	// ApplicationConfirmedEvent: the contact's address is proved, the vendor may decide.
	ApplicationConfirmedEvent struct{}
	// ApprovedEvent: the application became a partner.
	ApprovedEvent struct {
		PartnerID ID
	}
	// RejectedEvent: the vendor does not take the company in.
	RejectedEvent struct {
		Reason string
	}
	// ActivatedEvent: a partner is active for the first time.
	ActivatedEvent struct{}
	// ProfileChangedEvent: the fields are those that differ.
	ProfileChangedEvent struct {
		Fields       []string
		Verification string // ended, where it did
	}
	// ProfileVerifiedEvent: the profile is verified: by the partner's own administrator, or because the vendor vouches for it.
	ProfileVerifiedEvent struct {
		Note string
	}
	// ProgramJoinedEvent: it is in a program, or its dates are others.
	ProgramJoinedEvent struct {
		Program string
	}
	// ProgramLeftEvent: it is no longer in a program.
	ProgramLeftEvent struct {
		Program string
	}
	// AuthorisedEvent: it may offer a plan, or in other countries or at other dates.
	AuthorisedEvent struct {
		PlanID catalog.PlanID
	}
	// DeauthorisedEvent: it may no longer offer a plan.
	DeauthorisedEvent struct {
		PlanID catalog.PlanID
	}
	// SuspendedEvent: the vendor suspended it.
	SuspendedEvent struct {
		Reason string
	}
	// ReinstatedEvent: the vendor made it active again.
	ReinstatedEvent struct {
		Reason string
	}
	// ClosedEvent: the vendor closed it, for good.
	ClosedEvent struct {
		Reason string
	}
	// TrustChangedEvent: the vendor lifted the partner's daily cap, or put it back.
	TrustChangedEvent struct {
		Trusted bool
	}
	// AgreementSignedEvent: it signed a version of the vendor's agreement.
	AgreementSignedEvent struct {
		Version string
		SHA256  string
	}
	// EmailCodeAskedEvent: it asks for a code to its mail address.
	EmailCodeAskedEvent struct{}
	// PhoneCallAskedEvent: it asks the vendor to call its phone and read a code out.
	PhoneCallAskedEvent struct{}
	// PhoneCodeMadeEvent: an operator made the code that is read out, and saw it.
	PhoneCodeMadeEvent struct{}
	// EmailVerifiedEvent: it proved its mail address.
	EmailVerifiedEvent struct{}
	// PhoneVerifiedEvent: it proved its phone.
	PhoneVerifiedEvent struct{}
	// UserInvitedEvent: somebody is to have an account.
	UserInvitedEvent struct {
		CompanyRole    CompanyRole
		CustomerAccess CustomerAccess
	}
	// UserUpdatedEvent: the fields are those that differ; role and access are what holds now. One that was disabled may be enabled again.
	UserUpdatedEvent struct {
		Fields         []string
		CompanyRole    CompanyRole
		CustomerAccess CustomerAccess
	}
	// UserDisabledEvent: the user can do nothing from now on.
	UserDisabledEvent struct{}
	// ClientCreatedEvent: a machine client has an account.
	ClientCreatedEvent struct {
		CompanyRole    CompanyRole
		CustomerAccess CustomerAccess
	}
	// ClientRotatedEvent: it has a new secret, the old one works until then.
	ClientRotatedEvent struct {
		OldSecretEndsAt time.Time
	}
	// ClientOldSecretEndedEvent: somebody ended the old secret before its time.
	ClientOldSecretEndedEvent struct{}
	// ClientDeletedEvent: it was deleted.
	ClientDeletedEvent struct{}
)

func (AppliedEvent) Type() event.Type              { return "partner.applied" }
func (ApplicationConfirmedEvent) Type() event.Type { return "partner.application_confirmed" }
func (ApprovedEvent) Type() event.Type             { return "partner.approved" }
func (RejectedEvent) Type() event.Type             { return "partner.rejected" }
func (ActivatedEvent) Type() event.Type            { return "partner.activated" }
func (ProfileChangedEvent) Type() event.Type       { return "partner.profile_changed" }
func (ProfileVerifiedEvent) Type() event.Type      { return "partner.profile_verified" }
func (ProgramJoinedEvent) Type() event.Type        { return "partner.program_joined" }
func (ProgramLeftEvent) Type() event.Type          { return "partner.program_left" }
func (AuthorisedEvent) Type() event.Type           { return "partner.authorised" }
func (DeauthorisedEvent) Type() event.Type         { return "partner.deauthorised" }
func (SuspendedEvent) Type() event.Type            { return "partner.suspended" }
func (ReinstatedEvent) Type() event.Type           { return "partner.reinstated" }
func (ClosedEvent) Type() event.Type               { return "partner.closed" }
func (TrustChangedEvent) Type() event.Type         { return "partner.trust_changed" }
func (AgreementSignedEvent) Type() event.Type      { return "partner.agreement_signed" }
func (EmailCodeAskedEvent) Type() event.Type       { return "partner.email_code_asked" }
func (PhoneCallAskedEvent) Type() event.Type       { return "partner.phone_call_asked" }
func (PhoneCodeMadeEvent) Type() event.Type        { return "partner.phone_code_made" }
func (EmailVerifiedEvent) Type() event.Type        { return "partner.email_verified" }
func (PhoneVerifiedEvent) Type() event.Type        { return "partner.phone_verified" }
func (UserInvitedEvent) Type() event.Type          { return "partner_user.invited" }
func (UserUpdatedEvent) Type() event.Type          { return "partner_user.updated" }
func (UserDisabledEvent) Type() event.Type         { return "partner_user.disabled" }
func (ClientCreatedEvent) Type() event.Type        { return "api_client.created" }
func (ClientRotatedEvent) Type() event.Type        { return "api_client.rotated" }
func (ClientOldSecretEndedEvent) Type() event.Type { return "api_client.old_secret_ended" }
func (ClientDeletedEvent) Type() event.Type        { return "api_client.deleted" }
