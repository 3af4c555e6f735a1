package redemption

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// What a yes does to a subscription, as its event names it.
type What string

// The deeds; Named is the partner of record's alone.
const (
	Created     What = "created"
	Converted   What = "converted"
	Resized     What = "licenses_changed"
	Transferred What = "billing_transferred"
	Named       What = ""
)

// Sold is one subscription as a yes leaves it.
type Sold struct {
	subscription.Subscription
	Seen   int        // the version it was decided on; 0 where the yes creates it
	What   What       // what was done beside naming a partner of record
	From   partner.ID // the partner of record before, empty where there was none
	Before int        // licences before
	Biller string     // who billed it before, empty where the yes creates it
}

// Adds says whether the yes makes a subscription that was not there.
func (r Record) Adds() bool {
	return slices.ContainsFunc(r.Sold, func(s Sold) bool { return s.Seen == 0 })
}

// First returns the first subscription that the yes creates or changes; zero where there is none.
func (r Record) First() subscription.Subscription {
	if len(r.Sold) == 0 {
		return subscription.Subscription{}
	}
	return r.Sold[0].Subscription
}

// names makes the partner the subscription's partner of record, empty for none.
func (s Sold) names(advisor partner.ID, at time.Time) Sold {
	if s.Advisor() != advisor {
		s.Subscription = s.Subscription.Named(advisor, at)
	}
	return s
}

// seen returns a subscription that exists as the start of what is sold.
func seen(s subscription.Subscription) Sold {
	return Sold{Subscription: s, Seen: s.Version, From: s.Advisor(), Before: s.Licenses.Bought, Biller: s.BilledBy}
}

// sell makes the subscriptions of an offer: new ones, a trial that becomes paid, licences added to one that is owned. It fails with
// Conflict trial_already_used where a trial's plan was had before, plan_owned (about the plan) where the customer was not asked yet
// whether to add to its subscription, plan_withdrawn; Invalid on the field of the item where the licences are out of the plan's bounds.
func (r *Record) sell(facts Facts, draft invitation.Draft, owned []subscription.Subscription, advisor partner.ID, o op.Op) error {
	of := facts.Offer
	if !of.Kind.Sells() {
		return nil
	}
	tried := slices.Clone(r.Customer.Tried)
	for i, item := range of.Items {
		plan := facts.Plans[item.Plan]
		made, err := r.item(facts, i, draft.Choice(i), owned, advisor, o)
		if err != nil {
			return err
		}
		r.Sold = append(r.Sold, made)
		if !slices.Contains(tried, plan.ID) {
			tried = append(tried, plan.ID)
		}
	}
	r.Customer.Tried = tried
	return nil
}

func (r *Record) newSubscription(o op.Op) subscription.ID {
	return subscription.ID("sub_" + r.Customer.ID.Bare() + "_" + o.NewID())
}

// Orders returns what each item of a purchase comes to with what the customer chose; none for other kinds.
func Orders(of offer.Offer, d invitation.Draft) []subscription.Order {
	if of.Kind != offer.Purchase {
		return nil
	}
	orders := make([]subscription.Order, len(of.Items))
	for i := range of.Items {
		orders[i] = chosen(of, i, d.Choice(i))
	}
	return orders
}

// chosen returns what an item commits the customer to who chose.
func chosen(of offer.Offer, i int, choice invitation.Choice) subscription.Order {
	ordered := of.Order(i)
	if choice.Licenses != 0 {
		ordered.Licenses = choice.Licenses
	}
	return ordered
}

func (r *Record) item(facts Facts, i int, choice invitation.Choice, owned []subscription.Subscription, advisor partner.ID, o op.Op) (Sold, error) {
	of, plan := facts.Offer, facts.Plans[facts.Offer.Items[i].Plan]
	if of.Kind == offer.Trial {
		if slices.Contains(r.Customer.Tried, plan.ID) {
			return Sold{}, fault.New(fault.Conflict, "trial_already_used", string(plan.ID))
		}
		sub, err := subscription.StartTrial(r.newSubscription(o), r.Customer.ID, plan, advisor, string(of.ID), o.At)
		return Sold{Subscription: sub, What: Created}, err
	}
	ordered := chosen(of, i, choice)
	var wrong fault.Check
	if ordered.Check(plan, itemField(i), &wrong); wrong.Err() != nil {
		return Sold{}, wrong.Err()
	}
	made, err := r.order(plan, ordered, choice.Into, owned, o)
	if made.What != Resized {
		made.Licenses.Offered = of.Items[i].Licenses
	}
	return made.names(advisor, o.At), inItem(err, i)
}

func itemField(i int) string { return "items/" + strconv.Itoa(i) + "/" }

// inItem names the item in the fields of what is wrong with its subscription.
func inItem(err error, i int) error {
	if f := fault.As(err); f != nil && f.Kind == fault.Invalid {
		for j, field := range f.Fields {
			f.Fields[j].Pointer = itemField(i) + strings.TrimPrefix(field.Pointer, "/")
		}
	}
	return err
}

// Way is what an order can become of a customer's subscriptions, as they stand at a time.
type Way struct {
	Order subscription.Order
	Trial *subscription.Subscription  // the trial that becomes paid by it; nil where there is none
	Adds  []subscription.Subscription // those that it can be added to, the newest first; empty where a trial becomes paid
	Into  *subscription.Subscription  // which of those was chosen; nil for a subscription of its own
}

// way finds it, and whether what was chosen is still to be had: Conflict plan_owned about the plan where the customer was not asked yet, or
// chose a subscription that the order cannot be added to any more.
func way(plan catalog.PlanID, ordered subscription.Order, into string, owned []subscription.Subscription, at time.Time) (Way, error) {
	found := Way{Order: ordered}
	for i, s := range owned {
		switch {
		case s.Plan == plan && found.Trial == nil && s.Convertible(at) == nil:
			found.Trial = &owned[i]
		case Adds(s, plan, ordered, at):
			found.Adds = append(found.Adds, s)
		}
	}
	if found.Trial != nil {
		found.Adds = nil
		return found, nil
	}
	for i, s := range found.Adds {
		if into == string(s.ID) {
			found.Into = &found.Adds[i]
		}
	}
	if unasked := into == "" && len(found.Adds) > 0; unasked || into != "" && into != invitation.Separate && found.Into == nil {
		return found, fault.New(fault.Conflict, "plan_owned", string(plan))
	}
	return found, nil
}

// Ways returns what each item of a purchase becomes with what the customer chose, always all of them. It fails with Invalid naming every
// field that is wrong: items/<i>/licenses (out_of_range, licenses_assigned), items/<i>/billing_term, items/<i>/into (required).
func Ways(of offer.Offer, plans map[catalog.PlanID]catalog.Plan, owned []subscription.Subscription, d invitation.Draft, at time.Time) ([]Way, error) {
	var wrong fault.Check
	ways := make([]Way, len(of.Items))
	for i, item := range of.Items {
		plan, choice, bad := plans[item.Plan], d.Choice(i), fault.Check{}
		ordered := chosen(of, i, choice)
		found, unasked := way(item.Plan, ordered, choice.Into, owned, at)
		ways[i] = found
		ordered.Check(plan, "", &bad)
		err := bad.Err()
		if err == nil {
			_, err = found.done(plan, at)
		}
		if f := fault.As(inItem(err, i)); f != nil {
			for _, field := range f.Fields {
				wrong.Add(field.Pointer, field.Code, field.About)
			}
		}
		if unasked != nil {
			wrong.Add(itemField(i)+"into", "required")
		}
	}
	return ways, wrong.Err()
}

// done returns the subscription that the order changes as it leaves it; zero where it makes a new one. It fails as Convert and Resize do.
func (w Way) done(plan catalog.Plan, at time.Time) (subscription.Subscription, error) {
	switch {
	case w.Trial != nil:
		return w.Trial.Convert(w.Order, at)
	case w.Into != nil:
		return w.Into.Resize(w.Into.Licenses.Bought+w.Order.Licenses, plan, at)
	}
	return subscription.Subscription{}, nil
}

// order places one order: it converts the customer's trial of the plan, adds to the subscription chosen, or makes a new one. Who advises is
// named by the caller.
func (r *Record) order(plan catalog.Plan, ordered subscription.Order, into string, owned []subscription.Subscription, o op.Op) (Sold, error) {
	found, err := way(plan.ID, ordered, into, owned, o.At)
	if err != nil {
		return Sold{}, err
	}
	var made Sold
	switch {
	case found.Trial != nil:
		made = seen(*found.Trial)
		made.What = Converted
	case found.Into != nil:
		made = seen(*found.Into)
		made.What = Resized
	default:
		return Sold{Subscription: subscription.Buy(r.newSubscription(o), r.Customer.ID, plan.ID, ordered, "", o.At), What: Created}, nil
	}
	made.Subscription, err = found.done(plan, o.At)
	return made, err
}

// Adds says whether an order can be added to a subscription: of the same plan, active, of the same term, biller and price.
func Adds(s subscription.Subscription, plan catalog.PlanID, ordered subscription.Order, at time.Time) bool {
	return s.Plan == plan && s.StatusAt(at) == subscription.Active && !s.Ending && s.BillingTerm == ordered.Term && s.BilledBy == ordered.BilledBy &&
		s.Price != nil && *s.Price == ordered.Price
}

// name makes the offering partner the partner of record of the subscriptions that the customer picked. It fails with Invalid on the field
// subscriptions: required where none is left to change, too_many, unknown_subscription, or with what forbids it.
func (r *Record) name(facts Facts, owned []subscription.Subscription, picked []string, o op.Op) error {
	if len(picked) > MostNamed {
		return fault.At("subscriptions", "too_many", MostNamed)
	}
	for _, id := range picked {
		i := slices.IndexFunc(owned, func(s subscription.Subscription) bool { return string(s.ID) == id })
		if i < 0 {
			return fault.At("subscriptions", "unknown_subscription", id)
		}
		if facts.Offer.Partner == owned[i].Advisor() {
			continue
		}
		if err := nameable(owned[i], facts.Partner, facts.granted(), r.Customer.Country, o.At); err != nil {
			return err
		}
		r.Sold = append(r.Sold, seen(owned[i]).names(facts.Offer.Partner, o.At))
	}
	if len(r.Sold) == 0 {
		return fault.At("subscriptions", "required")
	}
	return nil
}

// Nameable says of each of the member's subscriptions what a yes to the offering partner as partner of record does to it: changed, unchanged,
// or failed with what forbids it.
func (f Facts) Nameable(at time.Time) []Outcome {
	if f.Member == nil {
		return nil
	}
	made, held := make([]Outcome, len(f.Member.Subscriptions)), f.granted()
	for i, s := range f.Member.Subscriptions {
		made[i] = outcome(s, f.Offer.Partner, f.Partner, held, f.Member.Customer.Country, at)
	}
	return made
}

// outcome says what naming a partner (to, empty for nobody, read as p) does to a subscription.
func outcome(s subscription.Subscription, to partner.ID, p partner.Partner, held []partner.Authorisation, country string, at time.Time) Outcome {
	made, err := Outcome{Subscription: s, Result: Changed}, error(nil)
	switch {
	case s.Advisor() == to:
		made.Result = Unchanged
	case to == "":
		err = s.CanName(at)
	default:
		err = nameable(s, p, held, country, at)
	}
	if err != nil {
		made.Result, made.Err = Failed, fault.As(err)
	}
	return made
}

// granted lists the offering partner's authorisations that were read.
func (f Facts) granted() []partner.Authorisation {
	var held []partner.Authorisation
	for _, a := range f.Authorisations {
		held = append(held, a)
	}
	return held
}

// nameable fails where a partner cannot become partner of record of a subscription: Conflict subscription_ended, Invalid
// partner_not_eligible about the reason (suspended, plan, country).
func nameable(s subscription.Subscription, p partner.Partner, held []partner.Authorisation, country string, at time.Time) error {
	if err := s.CanName(at); err != nil {
		return err
	}
	if reason := p.Ineligible(held, s.Plan, country, at); reason != "" {
		return fault.New(fault.Invalid, "partner_not_eligible", reason).In("partner_id")
	}
	return nil
}

// telling gathers the changes that each partner is to see; the empty partner stands for none.
type telling struct {
	order   []partner.ID
	changes map[partner.ID][]event.Change
}

func (t *telling) tell(p partner.ID, c event.Change) {
	if _, there := t.changes[p]; !there {
		t.order = append(t.order, p)
	}
	t.changes[p] = append(t.changes[p], c)
}

// Events returns what a yes tells: one event of the customer that the partner of the record shares, and one for each other partner that
// it concerns: that became partner of record, is none any more, bills a subscription no longer, or whose delegated administration it replaced. Who stays what it was has a notice.
func (r Record) Events(o op.Op) []event.Event {
	c, main := string(r.Customer.ID), r.Receipt.Sharer()
	told := telling{changes: map[partner.ID][]event.Change{}}
	told.tell(main, event.Of("redemption.accepted", string(r.ID), "offer_id", string(r.Offer.ID), "invitation_id", string(r.Invitation.ID)))
	if !r.Member {
		told.tell(main, event.Of("customer.created", c))
	}
	for _, s := range r.Sold {
		if s.What != Named {
			told.tell(main, s.change())
		}
	}
	if r.Grant != nil {
		kind := "delegated_administrator.granted"
		if r.Extends {
			kind = "delegated_administrator.extended"
		}
		told.tell(main, event.Of(kind, string(relationship.NewID(r.Customer.ID, r.Offer.Partner)),
			"partner_id", string(r.Offer.Partner), "role", r.Grant.Role, "ends_at", r.Grant.EndsAt.Format(time.RFC3339)))
	}
	if r.Offer.Kind == offer.Reseller {
		told.tell(main, event.Of("reseller.added", string(relationship.NewID(r.Customer.ID, r.Offer.Partner)), "partner_id", string(r.Offer.Partner)))
	}
	for _, s := range r.Sold {
		if lost := s.Biller; lost != "" && lost != subscription.Vendor && lost != s.BilledBy {
			told.tell(partner.ID(lost), event.Of("reseller.billing_ended", string(s.ID), "partner_id", lost, "redemption_id", string(r.ID)))
		}
		now := s.Advisor()
		switch {
		case now == s.From:
		case now != "" && s.From == "":
			told.tell(now, event.Of("partner_of_record.set", string(s.ID), "partner_id", string(now)))
		case now != "":
			told.tell(now, event.Of("partner_of_record.changed", string(s.ID), "partner_id", string(now), "from", string(s.From)))
		}
		if s.From != "" && now != s.From {
			told.tell(s.From, event.Of("partner_of_record.removed", string(s.ID), "partner_id", string(s.From), "cause", "customer", "to", string(now), "redemption_id", string(r.ID)))
		}
	}
	if old := r.Replaced; old != nil {
		told.tell(old.Partner, event.Of("delegated_administrator.replaced", string(relationship.NewID(r.Customer.ID, old.Partner)),
			"partner_id", string(old.Partner), "role", old.Role, "cause", string(old.Cause), "replaced_by", string(r.Offer.Partner)))
	}
	if old := r.Expired; old != nil {
		told.tell(old.Partner, event.Of("delegated_administrator.expired", string(relationship.NewID(r.Customer.ID, old.Partner)),
			"partner_id", string(old.Partner), "role", old.Role, "ends_at", old.EndsAt.Format(time.RFC3339), "cause", "expired"))
	}
	events := make([]event.Event, len(told.order))
	for i, p := range told.order {
		events[i] = event.New(o, event.Customer(c), told.changes[p]...).SharedWith(string(p))
	}
	for _, s := range r.Sold {
		for _, p := range s.Concerns() {
			named := p == s.Advisor() && p != s.From // of which it hears as the new partner of record
			if s.What != Named && p != main && !named {
				events = append(events, s.Notice(o, p, s.change()))
			}
		}
	}
	return events
}

func (s Sold) change() event.Change {
	data := []string{"plan_id", string(s.Plan), "status", string(s.Status)}
	if s.Price != nil {
		data = append(data, "licenses", strconv.Itoa(s.Licenses.Bought), "billing_term", string(s.BillingTerm), "billed_by", s.BilledBy,
			"term_ends_at", stamp(s.TermEndsAt))
	}
	if s.What == Resized {
		data = append(data, "from", strconv.Itoa(s.Before))
	}
	return event.Of("subscription."+string(s.What), string(s.ID), data...)
}
