package site

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// Teller puts what happened in a customer's account into words.
type Teller struct {
	v        *Visit
	who      Signed
	people   map[string]string // by user id
	partners map[partner.ID]string
	plans    map[catalog.PlanID]catalog.Plan
}

// Teller reads the names of the partners and plans that the changes mention; people are the names of users by their ids.
func (v *Visit) Teller(table Names, who Signed, people map[string]string, found []dynamo.Happening) (Teller, error) {
	var partners []partner.ID
	var plans []catalog.PlanID
	for _, one := range found {
		partners = append(partners, Acting(one.Actor))
		change := one.Changes[one.Number-1]
		for _, name := range []string{"partner_id", "from", "to", "replaced_by", "billed_by"} {
			partners = append(partners, partner.ID(change.Data[name]))
		}
		if plan := catalog.PlanID(change.Data["plan_id"]); plan.Valid() {
			plans = append(plans, plan)
		}
	}
	names, err := v.PartnerNames(table, partners...)
	if err != nil {
		return Teller{}, err
	}
	shown, err := v.Catalogue(plans...)
	return Teller{v: v, who: who, people: people, partners: names, plans: shown.Plans}, err
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
	noun, _, _ := strings.Cut(c.Type, ".")
	return noun != "partner_of_record" && noun != "delegated_administrator" && noun != "reseller"
}

// Partner names a partner; nobody where it is empty, its ID where it has no name any more.
func (t Teller) Partner(id string) string {
	if name := t.partners[partner.ID(id)]; name != "" {
		return name
	}
	if id == "" {
		return t.v.Words.RedeemAdvisorNobody()
	}
	return Spoken(partner.ID(id))
}

// Actor names who did it.
func (t Teller) Actor(who op.Actor) string {
	w := t.v.Words
	switch who.Kind {
	case op.CustomerUser:
		name := cmp.Or(t.people[who.ID], who.ID)
		if who.Link {
			return w.ActivityByLink(name)
		}
		return name
	case op.PartnerUser, op.PartnerClient:
		return w.ActivityByPartner(t.Partner(string(Acting(who))))
	case op.Operator:
		return t.v.Biller(subscription.Vendor, nil)
	case op.Visitor:
		return w.ActivityByVisitor()
	}
	return w.ActivityByItself()
}

// plan names the plan of a change, or what changed where it names none.
func (t Teller) plan(c event.Change) string {
	if id := c.Data["plan_id"]; id != "" {
		return t.v.PlanName(t.plans, catalog.PlanID(id))
	}
	return c.Subject
}

func (t Teller) time(c event.Change, name string) time.Time {
	at, _ := time.Parse(time.RFC3339, c.Data[name]) // the zero time where it was never written
	return t.v.In(at, t.who.Customer.Country)
}

func number(c event.Change, name string) int {
	n, _ := strconv.Atoi(c.Data[name]) // 0 where it was never written
	return n
}

// silent are the changes whose words mention nothing.
var silent = map[string]func(locale.Words) string{
	"customer.created":                            locale.Words.ActivityCustomerCreated,
	"customer.changed":                            locale.Words.ActivityCustomerChanged,
	"customer_user.password_changed":              locale.Words.ActivityPasswordChanged,
	"customer_user.password_link_asked":           locale.Words.ActivityPasswordAsked,
	"operator.read":                               locale.Words.ActivityRead,
	"redemption.declined":                         locale.Words.ActivityDeclined,
	"redemption.disputed":                         locale.Words.ActivityDisputed,
	"redemption.dispute_decided":                  locale.Words.ActivityDisputeDecided,
	"recipient.unsubscribed":                      locale.Words.ActivityUnsubscribed,
	"recipient.resubscribed":                      locale.Words.ActivityResubscribed,
	"suppression.lifted":                          locale.Words.ActivitySuppressionLifted,
	"delegated_administrator.auto_extend_changed": locale.Words.ActivityAutoExtend,
}

// ofPlan are the changes of a subscription whose words mention its plan alone.
var ofPlan = map[string]func(locale.Words, string) string{
	"subscription.cancellation_undone": locale.Words.ActivityUndone,
	"subscription.suspended":           locale.Words.ActivitySuspended,
	"subscription.reinstated":          locale.Words.ActivityReinstated,
	"subscription.deleted":             locale.Words.ActivityDeleted,
	"subscription.deletion_announced":  locale.Words.ActivityDeletionAnnounced,
}

// ofPartner are the changes whose words mention one partner.
var ofPartner = map[string]func(locale.Words, string) string{
	"delegated_administrator.ended":     locale.Words.ActivityAdministrationEnded,
	"delegated_administrator.lowered":   locale.Words.ActivityAdministrationLowered,
	"delegated_administrator.expired":   locale.Words.ActivityAdministrationExpired,
	"delegated_administrator.replaced":  locale.Words.ActivityAdministrationReplaced,
	"delegated_administrator.suspended": locale.Words.ActivityAdministrationSuspended,
	"delegated_administrator.resumed":   locale.Words.ActivityAdministrationResumed,
	"reseller.added":                    locale.Words.ActivityResellerAdded,
	"reseller.billing_ended":            locale.Words.ActivityResellerBillingEnded,
	"reseller.ended":                    locale.Words.ActivityResellerEnded,
	"reseller.removal_requested":        locale.Words.ActivityRemovalRequested,
	"reseller.removal_withdrawn":        locale.Words.ActivityRemovalWithdrawn,
	"reseller.removal_declined":         locale.Words.ActivityRemovalDeclined,
	"reseller.removal_decided":          locale.Words.ActivityRemovalDecided,
	"reseller.removal_reminded":         locale.Words.ActivityRemovalReminded,
	"reseller.removal_due":              locale.Words.ActivityRemovalDue,
}

// What says what happened; empty where a type has no words here.
func (t Teller) What(c event.Change) string {
	w := t.v.Words
	if say := silent[c.Type]; say != nil {
		return say(w)
	}
	if say := ofPlan[c.Type]; say != nil {
		return say(w, t.plan(c))
	}
	if say := ofPartner[c.Type]; say != nil {
		return say(w, t.Partner(c.Data["partner_id"]))
	}
	switch c.Type {
	case "redemption.accepted":
		if c.Data["offer_id"] == "" {
			return w.ActivityActed()
		}
		return w.ActivityAccepted()
	case "subscription.created":
		if c.Data["status"] == string(subscription.Trialing) {
			return w.ActivityTried(t.plan(c))
		}
		return w.ActivityBought(t.plan(c), w.SiteLicenceCount(number(c, "licenses")))
	case "subscription.converted":
		return w.ActivityConverted(t.plan(c), w.SiteLicenceCount(number(c, "licenses")))
	case "subscription.licenses_changed":
		return w.ActivityLicences(t.plan(c), number(c, "from"), number(c, "licenses"))
	case "subscription.billing_transferred":
		return w.ActivityBilling(t.plan(c), t.v.Biller(c.Data["billed_by"], t.partners))
	case "subscription.cancelled":
		if c.Data["cancels_at"] != "" {
			return w.ActivityCancelledEnd(t.plan(c), t.time(c, "cancels_at"))
		}
		return w.ActivityCancelled(t.plan(c))
	case "subscription.renewed":
		return w.ActivityRenewed(t.plan(c), t.time(c, "term_ends_at"))
	case "subscription.trial_will_end":
		return w.ActivityTrialEnds(t.plan(c), t.time(c, "trial_ends_at"))
	case "subscription.trial_expired":
		return w.ActivityTrialEnded(t.plan(c))
	case "subscription.trial_extended":
		return w.ActivityTrialExtended(t.plan(c), t.time(c, "trial_ends_at"))
	case "subscription.deletion_scheduled":
		return w.ActivityDeletionScheduled(t.time(c, "delete_after"))
	case "partner_of_record.set":
		return w.ActivityAdvisorSet(t.Partner(c.Data["partner_id"]))
	case "partner_of_record.changed":
		return w.ActivityAdvisorChanged(t.Partner(c.Data["from"]), t.Partner(c.Data["partner_id"]))
	case "partner_of_record.removed":
		return w.ActivityAdvisorRemoved(t.Partner(c.Data["partner_id"]))
	case "delegated_administrator.granted":
		return w.ActivityAdministrationGranted(t.Partner(c.Data["partner_id"]), t.time(c, "ends_at"))
	case "delegated_administrator.extended":
		return w.ActivityAdministrationExtended(t.Partner(c.Data["partner_id"]), t.time(c, "ends_at"))
	case "delegated_administrator.expiring":
		return w.ActivityAdministrationExpiring(t.Partner(c.Data["partner_id"]))
	}
	return ""
}
