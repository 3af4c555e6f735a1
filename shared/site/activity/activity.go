// Package activity puts what happened in a customer's account into words, as its pages say it.
package activity

import (
	"cmp"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/person"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
	"liaison/shared/subscription"
)

// Formatter puts what happened in a customer's account into words.
type Formatter struct {
	v        *site.Visit
	who      site.Signed
	people   map[string]string // by user id
	partners partnername.Names
	plans    map[catalog.PlanID]catalog.Plan
}

// NewFormatter reads the names of the partners and plans that the changes mention; people are the names of users by their ids.
func NewFormatter(v *site.Visit, table partnername.Store, who site.Signed, people map[string]string, found []event.EventChange) (Formatter, error) {
	var partners []partner.ID
	var plans []catalog.PlanID
	for _, one := range found {
		partners = append(partners, Acting(one.Actor))
		said := known.Read(one.Changes[one.Number-1])
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
		return w.ActivityByPartner(t.Partner(Acting(who)))
	case op.Operator:
		return t.partners.Biller(subscription.Vendor)
	case op.Visitor:
		return w.ActivityByVisitor()
	}
	return w.ActivityByItself()
}

// person names a user, by its id where it has no name any more.
func (t Formatter) person(id string) string { return cmp.Or(t.people[id], id) }

func (t Formatter) time(at time.Time) time.Time { return t.v.In(at, t.who.Customer.Country) }

// silent are the changes whose words mention nothing.
var silent = map[event.Type]func(locale.Words) string{
	customer.CreatedEvent{}.Type():                 locale.Words.ActivityCustomerCreated,
	person.CustomerPasswordChangedEvent{}.Type():   locale.Words.ActivityPasswordChanged,
	person.CustomerPasswordLinkAskedEvent{}.Type(): locale.Words.ActivityPasswordAsked,
	event.OperatorReadEvent{}.Type():               locale.Words.ActivityRead,
	consent.DeclinedEvent{}.Type():                 locale.Words.ActivityDeclined,
	consent.DisputedEvent{}.Type():                 locale.Words.ActivityDisputed,
	consent.DisputeDecidedEvent{}.Type():           locale.Words.ActivityDisputeDecided,
	event.UnsubscribedEvent{}.Type():               locale.Words.ActivityUnsubscribed,
	event.ResubscribedEvent{}.Type():               locale.Words.ActivityResubscribed,
	event.SuppressionLiftedEvent{}.Type():          locale.Words.ActivitySuppressionLifted,
}

// ofPlan are the changes of a subscription whose words mention its plan alone.
var ofPlan = map[event.Type]func(locale.Words, string) string{
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

// What says what happened; empty where a type has no words here.
func (t Formatter) What(c event.Change) string {
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
	if say := ofPartner[c.Type]; say != nil {
		return say(w, t.Partner(event.Value[partner.ID](said)))
	}
	switch is := said.(type) {
	case customer.ChangedEvent:
		if is.BillingOwner != "" {
			return w.ActivityBillingOwner(t.person(string(is.BillingOwner)))
		}
		return w.ActivityCustomerChanged()
	case customer.UpdatedEvent:
		return w.ActivityUserUpdated(t.person(c.Subject))
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
	case relationship.AdministrationExtendedEvent:
		return w.ActivityAdministrationExtended(t.Partner(is.PartnerID), t.time(is.EndsAt))
	}
	return ""
}
