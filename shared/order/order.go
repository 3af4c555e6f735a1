// Package order is what a customer does to its subscriptions without an offer: it buys, converts a trial, names a partner of record, or has the
// vendor bill.
package order

import (
	"context"
	"errors"
	"slices"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/shared/token"
)

// Facts is what an act of a signed-in user rests on that answers no offer, read strongly consistent right before its transaction.
type Facts struct {
	Member       *consent.Member // with the subscriptions
	Plans        map[catalog.PlanID]catalog.Plan
	Availability catalog.Availability
	Terms        catalog.TermsHead
	Vendor       catalog.Vendor
	Advisor      *partner.Partner        // the other partner, nil where none was asked for or the ID is unknown
	Advises      []partner.Authorisation // of that partner for the plans
}

// Store is what such acts need of the table.
type Store interface {
	// OrderFacts reads a user with its customer, the customer's ties and subscriptions, the plans at hand and those it has, and another
	// partner (empty: none) with its authorisations for those.
	OrderFacts(ctx context.Context, by customer.UserID, plans []catalog.PlanID, other partner.ID) (Facts, error)
	// SaveRedemption is Store's.
	SaveRedemption(ctx context.Context, r consent.Consent, happened []event.Event, o op.Op) error
}

// Wish is what a customer orders without an offer.
type Wish struct {
	Plan     catalog.PlanID  // of a trial that becomes paid its own
	Trial    subscription.ID // the trial that becomes paid; empty for a subscription of its own
	Into     string          // as of a Choice
	Licenses int             // 0: the plan's default
	Term     catalog.Term
	Advisor  partner.ID     // empty: nobody; of a subscription that is there: as it is where Keep
	Keep     bool           // leave the partner of record of the trial, or of the subscription that is added to, as it is
	Terms    string         // version of the customer terms that were agreed to
	Price    *catalog.Money // what the buyer saw for a licence and term; nil: whatever it is
}

// Buy places an order without an offer, or turns a trial into a paid subscription; the vendor bills it. It fails with Invalid naming every
// wrong field, unknown_subscription where what it is to be added to does not take it, invalid_value for another plan than the trial's;
// NotFound where the trial is not the customer's; Conflict terms_outdated, price_changed, plan_withdrawn, plan_owned, customer_read_only,
// subscription_not_convertible; Forbidden not_your_role, feature_unavailable, plan_not_sold_here.
func Buy(ctx context.Context, store Store, by consent.Visitor, wish Wish, o op.Op) (consent.Consent, error) {
	var plans []catalog.PlanID
	if wish.Trial == "" {
		plans = append(plans, wish.Plan)
	}
	return act(ctx, store, by, plans, wish.Advisor, o, func(a *Facts, r *consent.Consent) error {
		made, err := a.buy(r, wish, o)
		if err != nil {
			return err
		}
		r.Sold = []consent.Sold{made}
		return nil
	})
}

// act runs one act of a signed-in user: reads, decides, writes, again where somebody else changed meanwhile what it rests on.
func act(ctx context.Context, store Store, by consent.Visitor, plans []catalog.PlanID, other partner.ID, o op.Op, decide func(*Facts, *consent.Consent) error) (consent.Consent, error) {
	var record consent.Consent
	err := op.Settle(func() error {
		a, err := store.OrderFacts(ctx, by.User, plans, other)
		if err != nil {
			return err
		}
		if err := Manages(*a.Member); err != nil {
			return err
		}
		m := a.Member
		record = consent.Consent{
			ID: consent.ID("red_" + m.Customer.ID.Bare() + "_" + o.NewID()), Accepted: true, Member: true, Client: by, DecidedAt: o.At,
			Customer: m.Customer, User: m.User, Person: consent.Person{Name: m.User.Name, Mail: m.User.Mail, Salt: o.IDs.Secret()},
		}
		if by.Secret != "" {
			record.Kept = token.Add(nil, token.Receipt, by.Secret, 1)
		}
		if err := decide(&a, &record); err != nil {
			return err
		}
		record.Ties = m.TiesAfter(record, o)
		record.Receipt = record.WriteReceipt(a.Vendor, partner.Partner{}, a.Terms, o)
		return store.SaveRedemption(ctx, record, record.Events(o), o.Giving(string(record.ID)))
	})
	return record, err
}

// Manages fails where the member may not buy and manage subscriptions: Forbidden not_your_role, Conflict customer_read_only.
func Manages(m consent.Member) error {
	switch {
	case m.User.Disabled || !m.User.Has(customer.BillingAdmin):
		return fault.NotYourRole
	case m.Customer.Status != customer.Active:
		return fault.CustomerReadOnly
	}
	return nil
}

// Quote returns the order that a wish comes to: its licences, its term, the price in the customer's country. It fails as Buy does about
// the plan, its bounds and the country.
func (a Facts) Quote(wish Wish) (subscription.Order, error) {
	plan, known := a.Plans[wish.Plan]
	country := a.Member.Customer.Country
	switch {
	case !known:
		return subscription.Order{}, fault.UnknownPlan.With(string(wish.Plan)).In("/plan_id")
	case plan.Status != catalog.PlanActive:
		return subscription.Order{}, fault.PlanWithdrawn.With(string(wish.Plan)).In("/plan_id")
	case !plan.SoldIn(country), len(plan.Prices) == 0:
		return subscription.Order{}, fault.PlanNotSoldHere.With(country).In("/plan_id")
	}
	ordered := subscription.Order{Licenses: wish.Licenses, Term: wish.Term, Country: country, BilledBy: subscription.Vendor}
	if ordered.Licenses == 0 {
		ordered.Licenses = plan.Licenses.Default
	}
	var wrong fault.Check
	if ordered.Check(plan, "/", &wrong); wrong.Err() != nil {
		return ordered, wrong.Err()
	}
	ordered.Price, _ = plan.PriceIn(country, wish.Term)
	return ordered, nil
}

func (a *Facts) buy(r *consent.Consent, wish Wish, o op.Op) (consent.Sold, error) {
	var trial subscription.Subscription
	if wish.Trial != "" {
		var err error
		if trial, err = a.Own(wish.Trial); err == nil {
			err = trial.Convertible(o.At)
		}
		if err != nil {
			return consent.Sold{}, err
		}
		if wish.Plan != "" && wish.Plan != trial.Plan { // or one plan would be had at another's price
			return consent.Sold{}, fault.InvalidValue.With(fault.OneOf(trial.Plan)).In("/plan_id")
		}
		wish.Plan = trial.Plan
	}
	ordered, err := a.Quote(wish)
	if err != nil {
		return consent.Sold{}, err
	}
	switch {
	case wish.Price != nil && *wish.Price != ordered.Price:
		return consent.Sold{}, fault.PriceChanged.With(ordered.Price)
	case wish.Terms != a.Terms.Version:
		return consent.Sold{}, fault.TermsOutdated.With(a.Terms.Version)
	}
	if err := a.Named(wish.Advisor, wish.Plan, o); err != nil {
		return consent.Sold{}, err
	}
	plan := a.Plans[wish.Plan]
	if !slices.Contains(r.Customer.Tried, plan.ID) {
		r.Customer.Tried = append(slices.Clone(r.Customer.Tried), plan.ID)
	}
	var made consent.Sold
	if wish.Trial == "" {
		made, err = r.Order(plan, ordered, wish.Into, a.Member.Subscriptions, o)
		if fault.Is(err, fault.PlanOwned) && wish.Into != "" {
			err = fault.UnknownSubscription.With(wish.Into).In("/add_to")
		}
	} else {
		made = consent.Existing(trial)
		made.What = consent.Converted
		made.Subscription, err = trial.Convert(ordered, o.At)
	}
	if err != nil || wish.Keep && made.What != consent.Created {
		return made, err
	}
	return made.Names(wish.Advisor, o.At), nil
}

// Named fails where the partner, if it is not empty, cannot be partner of record for the plan: Invalid unknown_partner_id,
// partner_not_eligible.
func (a Facts) Named(advisor partner.ID, plan catalog.PlanID, o op.Op) error {
	if advisor == "" {
		return nil
	}
	return partner.CheckEligible(a.Advisor, a.Advises, []catalog.PlanID{plan}, a.Member.Customer.Country, o.At)
}

// Own returns a subscription of the customer's; NotFound for any other.
func (a Facts) Own(of subscription.ID) (subscription.Subscription, error) {
	i := slices.IndexFunc(a.Member.Subscriptions, func(s subscription.Subscription) bool { return s.ID == of })
	if i < 0 {
		return subscription.Subscription{}, fault.NotFound
	}
	return a.Member.Subscriptions[i], nil
}

// errNothing ends an act that has nothing to write.
var errNothing = errors.New("order: nothing to write")

// SetPartnerOfRecord makes a partner (empty: nobody) the partner of record of some of the customer's subscriptions, with an outcome for each in the order
// asked. All that can change do so in one transaction (decision 11), and one receipt says so; where none changes nothing is written and the
// record has no ID. trial only says what would be done. It fails with Invalid on /subscription_ids where there are none or too many.
func SetPartnerOfRecord(ctx context.Context, store Store, by consent.Visitor, of []subscription.ID, to partner.ID, trial bool, o op.Op) (consent.Consent, []relationship.Naming, error) {
	switch {
	case len(of) == 0:
		return consent.Consent{}, nil, fault.Required.In("/subscription_ids")
	case len(of) > relationship.MostNamed:
		return consent.Consent{}, nil, fault.TooMany.With(relationship.MostNamed).In("/subscription_ids")
	}
	var outcomes []relationship.Naming
	record, err := act(ctx, store, by, nil, to, o, func(a *Facts, r *consent.Consent) error {
		if to != "" && a.Advisor == nil {
			return fault.UnknownPartnerID.In("/partner_id")
		}
		a.Terms = catalog.TermsHead{} // nothing is bought: the terms of the subscriptions stand
		outcomes = a.outcomes(of, to, o)
		for _, one := range outcomes {
			if one.Result == relationship.Changed {
				r.Sold = append(r.Sold, consent.Existing(one.Subscription).Names(to, o.At))
			}
		}
		if trial || len(r.Sold) == 0 {
			return errNothing
		}
		return nil
	})
	if errors.Is(err, errNothing) {
		return consent.Consent{}, outcomes, nil
	}
	return record, outcomes, err
}

// outcomes says of each subscription what naming the partner does to it.
func (a Facts) outcomes(of []subscription.ID, to partner.ID, o op.Op) []relationship.Naming {
	made := make([]relationship.Naming, 0, len(of))
	for i, one := range of {
		if slices.Contains(of[:i], one) {
			continue
		}
		s, err := a.Own(one)
		if err == nil {
			err = o.On(s.Version)
		}
		if err != nil {
			s.ID = one
			made = append(made, relationship.Naming{Subscription: s, Result: relationship.Failed, Err: fault.As(err)})
			continue
		}
		var p partner.Partner
		if a.Advisor != nil {
			p = *a.Advisor
		}
		made = append(made, relationship.NamingOf(s, to, p, a.Advises, a.Member.Customer.Country, o.At))
	}
	return made
}

// Transfer makes the vendor bill a subscription that a reseller bills, at the plan's price, to which the buyer agreed as it was seen. It
// fails with NotFound; Conflict subscription_not_active, same_biller, price_changed, terms_outdated; Forbidden not_your_role.
func Transfer(ctx context.Context, store Store, by consent.Visitor, of subscription.ID, seenPrice catalog.Money, terms string, o op.Op) (consent.Consent, error) {
	return act(ctx, store, by, nil, "", o, func(a *Facts, r *consent.Consent) error {
		s, err := a.Own(of)
		if err != nil {
			return err
		}
		price, sold := a.Plans[s.Plan].PriceIn(a.Member.Customer.Country, s.BillingTerm)
		made := consent.Existing(s)
		made.What = consent.Transferred
		if made.Subscription, err = s.Rebill(subscription.Vendor, price, o.At); err != nil {
			return err
		}
		switch {
		case !sold:
			return fault.PlanWithdrawn.With(string(s.Plan))
		case price != seenPrice:
			return fault.PriceChanged.With(price)
		case terms != a.Terms.Version:
			return fault.TermsOutdated.With(a.Terms.Version)
		}
		r.Sold = []consent.Sold{made}
		return nil
	})
}
