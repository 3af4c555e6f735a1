package redemption

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// sell makes the subscriptions of an offer: new ones, a trial that becomes paid, licences added to one that is owned. It fails with
// Conflict trial_already_used where a trial's plan was had before, plan_owned (about the plan) where the customer was not asked yet
// whether to add to its subscription, plan_withdrawn; Invalid on the field of the item where the licences are out of the plan's bounds.
func sell(r *consent.Consent, facts Facts, draft invitation.Draft, owned []subscription.Subscription, advisor partner.ID, o op.Op) error {
	of := facts.Offer
	if !of.Kind.Sells() {
		return nil
	}
	tried := slices.Clone(r.Customer.Tried)
	for i, item := range of.Items {
		plan := facts.Plans[item.Plan]
		made, err := sellItem(r, facts, i, draft.Choice(i), owned, advisor, o)
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

func sellItem(r *consent.Consent, facts Facts, i int, choice invitation.Choice, owned []subscription.Subscription, advisor partner.ID, o op.Op) (consent.Sold, error) {
	of, plan := facts.Offer, facts.Plans[facts.Offer.Items[i].Plan]
	if of.Kind == offer.Trial {
		if slices.Contains(r.Customer.Tried, plan.ID) {
			return consent.Sold{}, fault.TrialAlreadyUsed.With(string(plan.ID))
		}
		sub, err := subscription.StartTrial(r.NewSubscription(o), r.Customer.ID, plan, advisor, string(of.ID), o.At)
		return consent.Sold{Subscription: sub, What: consent.Created}, err
	}
	ordered := chosen(of, i, choice)
	var wrong fault.Check
	if ordered.Check(plan, itemField(i), &wrong); wrong.Err() != nil {
		return consent.Sold{}, wrong.Err()
	}
	made, err := r.Order(plan, ordered, choice.Into, owned, o)
	if made.What != consent.Resized {
		made.Licenses.Offered = of.Items[i].Licenses
	}
	return made.Names(advisor, o.At), inItem(err, i)
}

func itemField(i int) string { return "items/" + strconv.Itoa(i) + "/" }

// inItem names the item in the fields of what is wrong with its subscription.
func inItem(err error, i int) error {
	if f := fault.As(err); fault.Is(err, fault.Invalid) {
		for j, field := range f.Fields {
			f.Fields[j].Pointer = itemField(i) + strings.TrimPrefix(field.Pointer, "/")
		}
	}
	return err
}

// Ways returns what each item of a purchase becomes with what the customer chose, always all of them. It fails with Invalid naming every
// field that is wrong: items/<i>/licenses (out_of_range, licenses_assigned), items/<i>/billing_term, items/<i>/into (required).
func Ways(of offer.Offer, plans map[catalog.PlanID]catalog.Plan, owned []subscription.Subscription, d invitation.Draft, at time.Time) ([]subscription.Fulfilment, error) {
	var wrong fault.Check
	ways := make([]subscription.Fulfilment, len(of.Items))
	for i, item := range of.Items {
		plan, choice, bad := plans[item.Plan], d.Choice(i), fault.Check{}
		ordered := chosen(of, i, choice)
		found, unasked := subscription.Fulfil(item.Plan, ordered, choice.Into, owned, at)
		ways[i] = found
		ordered.Check(plan, "", &bad)
		err := bad.Err()
		if err == nil {
			_, err = found.Done(plan, at)
		}
		wrong.Take(inItem(err, i))
		if unasked != nil {
			wrong.Add(itemField(i)+"into", fault.Required)
		}
	}
	return ways, wrong.Err()
}

// name makes the offering partner the partner of record of the subscriptions that the customer picked. It fails with Invalid on the field
// subscriptions: required where none is left to change, too_many, unknown_subscription, or with what forbids it.
func name(r *consent.Consent, facts Facts, owned []subscription.Subscription, picked []string, o op.Op) error {
	if len(picked) > relationship.MostNamed {
		return fault.TooMany.With(relationship.MostNamed).In("subscriptions")
	}
	for _, id := range picked {
		i := slices.IndexFunc(owned, func(s subscription.Subscription) bool { return string(s.ID) == id })
		if i < 0 {
			return fault.UnknownSubscription.With(id).In("subscriptions")
		}
		if facts.Offer.Partner == owned[i].Advisor() {
			continue
		}
		if err := relationship.CheckEligible(owned[i], facts.Partner, facts.granted(), r.Customer.Country, o.At); err != nil {
			return err
		}
		r.Sold = append(r.Sold, consent.Existing(owned[i]).Names(facts.Offer.Partner, o.At))
	}
	if len(r.Sold) == 0 {
		return fault.Required.In("subscriptions")
	}
	return nil
}

// Nameable says of each of the member's subscriptions what a yes to the offering partner as partner of record does to it: changed, unchanged,
// or failed with what forbids it.
func (f Facts) Nameable(at time.Time) []relationship.Naming {
	if f.Member == nil {
		return nil
	}
	made, held := make([]relationship.Naming, len(f.Member.Subscriptions)), f.granted()
	for i, s := range f.Member.Subscriptions {
		made[i] = relationship.NamingOf(s, f.Offer.Partner, f.Partner, held, f.Member.Customer.Country, at)
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
