// Package activity puts what happened in a customer's account or in a partner's company into words, as their pages say it.
package activity

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/importing"
	"liaison/shared/invitation"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/person"
	"liaison/shared/provisioning"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
	"liaison/shared/subscription"
	"liaison/shared/support"
	"liaison/shared/textinput"
)

// Formatter puts what happened into words.
type Formatter struct {
	v        *site.Visit
	who      site.Signed
	people   map[string]string // by user id
	partners partnername.Names
	plans    map[catalog.PlanID]catalog.Plan
}

// NewFormatter reads the names of the partners and plans that the changes mention; people are the names of users and machines by their ids. A
// partner's person or machine without a name there is called by its partner.
func NewFormatter(v *site.Visit, table partnername.Store, who site.Signed, people map[string]string, found []event.EventChange) (Formatter, error) {
	var partners []partner.ID
	var plans []catalog.PlanID
	for _, one := range found {
		partners = append(partners, Acting(one.Actor))
		said := known.Read(inner(one.Changes[one.Number-1]))
		partners = append(partners, event.Values[partner.ID](said)...)
		if plan := event.Value[catalog.PlanID](said); plan.Valid() {
			plans = append(plans, plan)
		}
	}
	names, err := partnername.Read(v, table, partners...)
	if err != nil {
		return Formatter{}, err
	}
	shown, err := v.Catalogue(plans...)
	return Formatter{v: v, who: who, people: people, partners: names, plans: shown.Plans}, err
}

// Acting returns the partner whose user or machine acted, empty for everybody else.
func Acting(who op.Actor) partner.ID {
	if who.Kind != op.PartnerUser && who.Kind != op.PartnerClient {
		return ""
	}
	parts := strings.Split(who.ID, "_")
	if len(parts) < 2 || !partner.ID(parts[1]).Valid() {
		return ""
	}
	return partner.ID(parts[1])
}

// OnBehalf says whether a partner that did this acted for the customer, and not in a matter of its own, as where it steps down.
func OnBehalf(c event.Change) bool {
	switch relationship.Kind(c.Type.Noun()) {
	case relationship.PartnerOfRecord, relationship.DelegatedAdministrator, relationship.Reseller:
		return false
	}
	return true
}

// Partner names a partner; nobody where it is empty, its ID where it has no name any more.
func (t Formatter) Partner(id partner.ID) string { return t.partners.Short(id) }

// Actor names who did it.
func (t Formatter) Actor(who op.Actor) string {
	w := t.v.Words
	switch who.Kind {
	case op.CustomerUser:
		name := t.person(who.ID)
		if who.Link {
			return w.ActivityByLink(name)
		}
		return name
	case op.PartnerUser, op.PartnerClient:
		if name := t.people[who.ID]; name != "" {
			return name
		}
		return w.ActivityByPartner(t.Partner(Acting(who)))
	case op.Operator:
		return t.partners.Biller(subscription.Vendor)
	case op.Visitor:
		return w.ActivityByVisitor()
	}
	return w.ActivityByItself()
}

// inner returns what became of a subscription where a change tells a partner that it concerns it, else the change.
func inner(c event.Change) event.Change {
	if is, ok := event.As[subscription.ChangedEvent](c); ok && is.Change != "" {
		c.Type = is.Change
	}
	return c
}

// person names a user or machine, by its id where it has no name any more.
func (t Formatter) person(id string) string { return cmp.Or(t.people[id], id) }

func (t Formatter) time(at time.Time) time.Time {
	_, country := t.who.Company()
	return t.v.In(at, country)
}

// silent are the changes whose words mention nothing.
var silent = map[event.Type]func(locale.Words) string{
	customer.CreatedEvent{}.Type():                 locale.Words.ActivityCustomerCreated,
	person.CustomerPasswordChangedEvent{}.Type():   locale.Words.ActivityPasswordChanged,
	person.CustomerPasswordLinkAskedEvent{}.Type(): locale.Words.ActivityPasswordAsked,
	customer.UserPurgedEvent{}.Type():              locale.Words.ActivityUserPurged,
	event.OperatorReadEvent{}.Type():               locale.Words.ActivityRead,
	consent.DeclinedEvent{}.Type():                 locale.Words.ActivityDeclined,
	consent.DisputedEvent{}.Type():                 locale.Words.ActivityDisputed,
	consent.DisputeDecidedEvent{}.Type():           locale.Words.ActivityDisputeDecided,
	event.UnsubscribedEvent{}.Type():               locale.Words.ActivityUnsubscribed,
	event.ResubscribedEvent{}.Type():               locale.Words.ActivityResubscribed,
	event.SuppressionLiftedEvent{}.Type():          locale.Words.ActivitySuppressionLifted,
	subscription.ChangedEvent{}.Type():             locale.Words.ActivitySubscriptionChanged,

	support.OpenedEvent{}.Type():    locale.Words.ActivityRequestOpened,
	support.CommentedEvent{}.Type(): locale.Words.ActivityRequestCommented,
	support.ChangedEvent{}.Type():   locale.Words.ActivityRequestChanged,
	support.ClosedEvent{}.Type():    locale.Words.ActivityRequestClosed,
	support.ReopenedEvent{}.Type():  locale.Words.ActivityRequestReopened,

	offer.CreatedEvent{}.Type():   locale.Words.ActivityOfferCreated,
	offer.PausedEvent{}.Type():    locale.Words.ActivityOfferPaused,
	offer.ResumedEvent{}.Type():   locale.Words.ActivityOfferResumed,
	offer.ReportedEvent{}.Type():  locale.Words.ActivityOfferReported,
	offer.WithdrawnEvent{}.Type(): locale.Words.ActivityOfferWithdrawn,
	offer.ReplacedEvent{}.Type():  locale.Words.ActivityOfferReplaced,
	offer.UsedUpEvent{}.Type():    locale.Words.ActivityOfferUsedUp,
	offer.ExpiredEvent{}.Type():   locale.Words.ActivityOfferExpired,

	invitation.CreatedEvent{}.Type():      locale.Words.ActivityInvitationCreated,
	invitation.RemindedEvent{}.Type():     locale.Words.ActivityInvitationReminded,
	invitation.SentEvent{}.Type():         locale.Words.ActivityInvitationSent,
	invitation.DeliveredEvent{}.Type():    locale.Words.ActivityInvitationDelivered,
	invitation.BouncedEvent{}.Type():      locale.Words.ActivityInvitationBounced,
	invitation.ComplainedEvent{}.Type():   locale.Words.ActivityInvitationComplained,
	invitation.SuppressedEvent{}.Type():   locale.Words.ActivityInvitationSuppressed,
	invitation.ExpiredEvent{}.Type():      locale.Words.ActivityInvitationExpired,
	invitation.RevokedEvent{}.Type():      locale.Words.ActivityInvitationRevoked,
	invitation.RenewalAskedEvent{}.Type(): locale.Words.ActivityRenewalAsked,
	invitation.BulkStartedEvent{}.Type():  locale.Words.ActivityBulkStarted,

	partner.ApprovedEvent{}.Type():                locale.Words.ActivityPartnerApproved,
	partner.ActivatedEvent{}.Type():               locale.Words.ActivityPartnerActivated,
	partner.ProfileChangedEvent{}.Type():          locale.Words.ActivityProfileChanged,
	partner.ProfileVerifiedEvent{}.Type():         locale.Words.ActivityProfileVerified,
	partner.ProgramJoinedEvent{}.Type():           locale.Words.ActivityProgramJoined,
	partner.ProgramLeftEvent{}.Type():             locale.Words.ActivityProgramLeft,
	listing.ChangedEvent{}.Type():                 locale.Words.ActivityListingChanged,
	listing.SubmittedEvent{}.Type():               locale.Words.ActivityListingSubmitted,
	listing.PublishedEvent{}.Type():               locale.Words.ActivityListingPublished,
	listing.SentBackEvent{}.Type():                locale.Words.ActivityListingSentBack,
	listing.HiddenEvent{}.Type():                  locale.Words.ActivityListingHidden,
	listing.ShownEvent{}.Type():                   locale.Words.ActivityListingShown,
	lead.InquirySentEvent{}.Type():                locale.Words.ActivityInquirySent,
	lead.CreatedEvent{}.Type():                    locale.Words.ActivityLeadCreated,
	lead.AnsweredEvent{}.Type():                   locale.Words.ActivityLeadAnswered,
	lead.OfferedEvent{}.Type():                    locale.Words.ActivityLeadOffered,
	lead.DeclinedEvent{}.Type():                   locale.Words.ActivityLeadDeclined,
	lead.WonEvent{}.Type():                        locale.Words.ActivityLeadWon,
	lead.LostEvent{}.Type():                       locale.Words.ActivityLeadLost,
	lead.LateEvent{}.Type():                       locale.Words.ActivityLeadLate,
	lead.RemindedEvent{}.Type():                   locale.Words.ActivityLeadReminded,
	lead.ExpiredEvent{}.Type():                    locale.Words.ActivityLeadExpired,
	lead.ShareChangedEvent{}.Type():               locale.Words.ActivityLeadShareChanged,
	partner.SuspendedEvent{}.Type():               locale.Words.ActivityPartnerSuspended,
	partner.ReinstatedEvent{}.Type():              locale.Words.ActivityPartnerReinstated,
	partner.ClosedEvent{}.Type():                  locale.Words.ActivityPartnerClosed,
	partner.TrustChangedEvent{}.Type():            locale.Words.ActivityTrustChanged,
	partner.AgreementSignedEvent{}.Type():         locale.Words.ActivityAgreementSigned,
	partner.EmailCodeAskedEvent{}.Type():          locale.Words.ActivityEmailCodeAsked,
	partner.PhoneCallAskedEvent{}.Type():          locale.Words.ActivityPhoneCallAsked,
	partner.PhoneCodeMadeEvent{}.Type():           locale.Words.ActivityPhoneCodeMade,
	partner.EmailVerifiedEvent{}.Type():           locale.Words.ActivityEmailVerified,
	partner.PhoneVerifiedEvent{}.Type():           locale.Words.ActivityPhoneVerified,
	person.PartnerPasswordChangedEvent{}.Type():   locale.Words.ActivityPasswordChanged,
	person.PartnerPasswordLinkAskedEvent{}.Type(): locale.Words.ActivityPasswordAsked,
}

// ofPerson are the changes of a user or machine whose words mention its name alone.
var ofPerson = map[event.Type]func(locale.Words, string) string{
	customer.UserCreatedEvent{}.Type():          locale.Words.ActivityUserCreated,
	customer.UserDeletedEvent{}.Type():          locale.Words.ActivityUserDeleted,
	customer.UserRestoredEvent{}.Type():         locale.Words.ActivityUserRestored,
	customer.PasswordResetStartedEvent{}.Type(): locale.Words.ActivityUserReset,
	customer.LicensesChangedEvent{}.Type():      locale.Words.ActivityUserLicenses,
	customer.MailboxSetEvent{}.Type():           locale.Words.ActivityUserMailboxSet,
	customer.MailboxRemovedEvent{}.Type():       locale.Words.ActivityUserMailboxRemoved,
	partner.UserInvitedEvent{}.Type():           locale.Words.ActivityUserInvited,
	partner.UserUpdatedEvent{}.Type():           locale.Words.ActivityUserChanged,
	partner.UserDisabledEvent{}.Type():          locale.Words.ActivityUserDisabled,
	partner.ClientCreatedEvent{}.Type():         locale.Words.ActivityClientCreated,
	partner.ClientRotatedEvent{}.Type():         locale.Words.ActivityClientRotated,
	partner.ClientOldSecretEndedEvent{}.Type():  locale.Words.ActivityClientOldSecretEnded,
	partner.ClientDeletedEvent{}.Type():         locale.Words.ActivityClientDeleted,
}

// ofPlan are the changes whose words mention one plan alone.
var ofPlan = map[event.Type]func(locale.Words, string) string{
	partner.AuthorisedEvent{}.Type():              locale.Words.ActivityAuthorised,
	partner.DeauthorisedEvent{}.Type():            locale.Words.ActivityDeauthorised,
	subscription.CancellationUndoneEvent{}.Type(): locale.Words.ActivityUndone,
	subscription.SuspendedEvent{}.Type():          locale.Words.ActivitySuspended,
	subscription.ReinstatedEvent{}.Type():         locale.Words.ActivityReinstated,
	subscription.DeletedEvent{}.Type():            locale.Words.ActivityDeleted,
	subscription.TrialExpiredEvent{}.Type():       locale.Words.ActivityTrialEnded,
	subscription.DeletionAnnouncedEvent{}.Type():  locale.Words.ActivityDeletionAnnounced,
}

// ofPartner are the changes whose words mention one partner.
var ofPartner = map[event.Type]func(locale.Words, string) string{
	relationship.AdministrationEndedEvent{}.Type():     locale.Words.ActivityAdministrationEnded,
	relationship.AdministrationLoweredEvent{}.Type():   locale.Words.ActivityAdministrationLowered,
	relationship.AdministrationExpiredEvent{}.Type():   locale.Words.ActivityAdministrationExpired,
	relationship.AdministrationReplacedEvent{}.Type():  locale.Words.ActivityAdministrationReplaced,
	relationship.AdministrationSuspendedEvent{}.Type(): locale.Words.ActivityAdministrationSuspended,
	relationship.AdministrationResumedEvent{}.Type():   locale.Words.ActivityAdministrationResumed,
	relationship.AdministrationExpiringEvent{}.Type():  locale.Words.ActivityAdministrationExpiring,
	relationship.ResellerAddedEvent{}.Type():           locale.Words.ActivityResellerAdded,
	relationship.ResellerBillingEndedEvent{}.Type():    locale.Words.ActivityResellerBillingEnded,
	relationship.ResellerEndedEvent{}.Type():           locale.Words.ActivityResellerEnded,
	relationship.ResellerLeftEvent{}.Type():            locale.Words.ActivityResellerLeft,
	relationship.RemovalRequestedEvent{}.Type():        locale.Words.ActivityRemovalRequested,
	relationship.RemovalWithdrawnEvent{}.Type():        locale.Words.ActivityRemovalWithdrawn,
	relationship.RemovalDeclinedEvent{}.Type():         locale.Words.ActivityRemovalDeclined,
	relationship.RemovalDecidedEvent{}.Type():          locale.Words.ActivityRemovalDecided,
	relationship.RemovalRemindedEvent{}.Type():         locale.Words.ActivityRemovalReminded,
	relationship.RemovalDueEvent{}.Type():              locale.Words.ActivityRemovalDue,
}

// ofDomain are the changes that name a domain.
var ofDomain = map[event.Type]func(locale.Words, string) string{
	customer.DomainAddedEvent{}.Type():    locale.Words.ActivityDomainAdded,
	customer.DomainVerifiedEvent{}.Type(): locale.Words.ActivityDomainVerified,
	customer.DomainFoundEvent{}.Type():    locale.Words.ActivityDomainFound,
	customer.DomainLostEvent{}.Type():     locale.Words.ActivityDomainLost,
	customer.DomainRemovedEvent{}.Type():  locale.Words.ActivityDomainRemoved,
}

// What says what happened; empty where a type has no words here.
func (t Formatter) What(c event.Change) string {
	c = inner(c)
	w, said := t.v.Words, known.Read(c)
	plan := c.Subject
	if id := event.Value[catalog.PlanID](said); id != "" {
		plan = t.v.PlanName(t.plans, id)
	}
	if say := silent[c.Type]; say != nil {
		return say(w)
	}
	if say := ofPlan[c.Type]; say != nil {
		return say(w, plan)
	}
	if say := ofPerson[c.Type]; say != nil {
		return say(w, t.person(c.Subject))
	}
	if say := ofDomain[c.Type]; say != nil {
		return say(w, textinput.ShownDomain(c.Subject))
	}
	if say := ofPartner[c.Type]; say != nil {
		return say(w, t.Partner(event.Value[partner.ID](said)))
	}
	switch is := said.(type) {
	case offer.KeptEvent:
		return w.ActivityOfferKept(is.Reason)
	case customer.ChangedEvent:
		if is.BillingOwner != "" {
			return w.ActivityBillingOwner(t.person(string(is.BillingOwner)))
		}
		if len(is.Fields) > 0 {
			return w.ActivityCustomerDescribed()
		}
		return w.ActivityCustomerChanged()
	case customer.ExportedEvent:
		if is.UserID != "" {
			return w.ActivityUserExported(t.person(string(is.UserID)))
		}
		return w.ActivityCustomerExported()
	case customer.UpdatedEvent:
		if slices.ContainsFunc(is.Fields, func(field string) bool { return field != "name" && field != "language" }) {
			return w.ActivityUserRoles(t.person(c.Subject))
		}
		return w.ActivityUserUpdated(t.person(c.Subject))
	case customer.GroupCreatedEvent:
		return w.ActivityGroupCreated(is.Name)
	case customer.GroupUpdatedEvent:
		return w.ActivityGroupUpdated(is.Name)
	case customer.GroupDeletedEvent:
		return w.ActivityGroupDeleted(is.Name)
	case customer.MemberAddedEvent:
		return w.ActivityMemberAdded(is.Name, t.person(string(is.UserID)))
	case customer.MemberRemovedEvent:
		return w.ActivityMemberRemoved(is.Name, t.person(string(is.UserID)))
	case importing.StartedEvent:
		return w.ActivityImportStarted(is.Rows)
	case importing.FinishedEvent:
		return w.ActivityImportFinished(counted(is.Made), counted(is.Unchanged), counted(is.Failed))
	case customer.DomainMissingEvent:
		return w.ActivityDomainMissing(textinput.ShownDomain(c.Subject), t.time(is.LostAt))
	case consent.AcceptedEvent:
		if is.OfferID == "" {
			return w.ActivityActed()
		}
		return w.ActivityAccepted()
	case subscription.CreatedEvent:
		if is.Status == subscription.Trialing {
			return w.ActivityTried(plan)
		}
		return w.ActivityBought(plan, w.SiteLicenceCount(is.Licenses))
	case subscription.ConvertedEvent:
		return w.ActivityConverted(plan, w.SiteLicenceCount(is.Licenses))
	case subscription.LicensesChangedEvent:
		return w.ActivityLicences(plan, is.From, is.Licenses)
	case subscription.BillingTransferredEvent:
		return w.ActivityBilling(plan, t.partners.Biller(string(is.BilledBy)))
	case subscription.CancelledEvent:
		if !is.CancelsAt.IsZero() {
			return w.ActivityCancelledEnd(plan, t.time(is.CancelsAt))
		}
		return w.ActivityCancelled(plan)
	case subscription.RenewedEvent:
		return w.ActivityRenewed(plan, t.time(is.TermEndsAt))
	case subscription.TrialWillEndEvent:
		return w.ActivityTrialEnds(plan, t.time(is.TrialEndsAt))
	case subscription.TrialExtendedEvent:
		return w.ActivityTrialExtended(plan, t.time(is.TrialEndsAt))
	case subscription.DeletionScheduledEvent:
		if is.Reason != "" {
			return w.ActivityDeletionDecided(t.time(is.DeleteAfter), is.Reason)
		}
		return w.ActivityDeletionScheduled(t.time(is.DeleteAfter))
	case relationship.PartnerOfRecordSetEvent:
		return w.ActivityPartnerOfRecordSet(t.Partner(is.PartnerID), plan)
	case relationship.PartnerOfRecordChangedEvent:
		return w.ActivityPartnerOfRecordChanged(plan, t.Partner(is.From), t.Partner(is.PartnerID))
	case relationship.PartnerOfRecordRemovedEvent:
		return w.ActivityPartnerOfRecordRemoved(t.Partner(is.PartnerID), plan)
	case relationship.AdministrationGrantedEvent:
		return w.ActivityAdministrationGranted(t.Partner(is.PartnerID), t.time(is.EndsAt))
	case relationship.AutoExtendChangedEvent:
		if is.Enabled != nil && *is.Enabled {
			return w.ActivityAutoExtendOn()
		}
		return w.ActivityAutoExtendOff()
	case provisioning.RequestedEvent:
		return w.ActivityTaskRequested(site.TaskKind(w, is.Kind))
	case provisioning.RunningEvent:
		return w.ActivityTaskRunning(site.TaskKind(w, is.Kind))
	case provisioning.DoneEvent:
		return w.ActivityTaskDone(site.TaskKind(w, is.Kind))
	case provisioning.FailedEvent:
		return w.ActivityTaskFailed(site.TaskKind(w, is.Kind), is.Reason)
	case provisioning.RetriedEvent:
		return w.ActivityTaskRetried(site.TaskKind(w, is.Kind))
	case relationship.AdministrationExtendedEvent:
		return w.ActivityAdministrationExtended(t.Partner(is.PartnerID), t.time(is.EndsAt))
	}
	return ""
}

// counted is a count that a change says.
func counted(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}
