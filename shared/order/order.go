// Package order is what a customer does to its subscriptions without an offer: it buys, converts a trial, names a partner of record, or has the
// vendor bill.
package order

import (
	"context"
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

// Facts is what a signed-in user's change without an offer rests on, read strongly consistent right before its transaction.
type Facts struct {
	Member consent.Member // with the subscriptions
	Plans  map[catalog.PlanID]catalog.Plan
	Terms  catalog.TermsHead
	Vendor catalog.Vendor
	Other  *partner.Candidate // a partner that may become partner of record, nil where none was asked for or the ID is unknown
}

// Store is what such changes need of the table.
type Store interface {
	// OrderFacts reads a user with its customer, the customer's ties and subscriptions, the plans at hand and those it has, and another
	// partner (empty: none) with its authorisations for those.
	OrderFacts(ctx context.Context, by customer.UserID, plans []catalog.PlanID, other partner.ID) (Facts, error)
	// SaveConsent writes everything that the consent changes, all of it or nothing.
	SaveConsent(ctx context.Context, c consent.Consent, happened []event.Event, o op.Op) error
}

// Wish is what a customer orders without an offer.
type Wish struct {
	Plan            catalog.PlanID  // of a trial that becomes paid its own
	Trial           subscription.ID // the trial that becomes paid; empty where none does
	Into            string          // as of a Choice
	Licenses        int             // 0: the plan's default
	Term            catalog.Term
	PartnerOfRecord partner.ID     // empty: nobody; of a subscription that is there: as it is where Keep
	Keep            bool           // leave the partner of record of the trial, or of the subscription that is added to, as it is
	Terms           string         // version of the customer terms that were agreed to
	Price           *catalog.Money // what the buyer saw for a licence and term; nil: whatever it is
}

// Buy places an order without an offer, or turns a trial into a paid subscription; the vendor bills it. It fails with Invalid naming every
// wrong field, unknown_subscription where what it is to be added to does not take it, invalid_value for another plan than the trial's;
// NotFound where the trial is not the customer's; Conflict terms_outdated, price_changed, plan_withdrawn, plan_owned, customer_read_only,
// subscription_not_convertible; Forbidden not_your_role, plan_not_sold_here.
func Buy(ctx context.Context, store Store, by consent.Visitor, wish Wish, o op.Op) (consent.Consent, error) {
	var plans []catalog.PlanID
	if wish.Trial == "" {
		plans = append(plans, wish.Plan)
	}
	return change(ctx, store, by, plans, wish.PartnerOfRecord, o, func(f Facts, made *consent.Consent) error { return f.buy(made, wish, o) })
}

// change makes one change of a signed-in user: it reads, decides and writes, and again where somebody else changed meanwhile what it rests on.
// Where nothing changes nothing is written, and the consent has no ID.
func change(ctx context.Context, store Store, by consent.Visitor, plans []catalog.PlanID, other partner.ID, o op.Op, decide func(Facts, *consent.Consent) error) (consent.Consent, error) {
	var made consent.Consent
	err := op.RetryStale(func() error {
		f, err := store.OrderFacts(ctx, by.User, plans, other)
		if err != nil {
			return err
		}
		if err := f.manages(); err != nil {
			return err
		}
		made = f.begin(by, o)
		if err := decide(f, &made); err != nil {
			return err
		}
		if len(made.Sold) == 0 {
			made = consent.Consent{}
			return nil
		}
		made = made.Sealed(f.Member, f.Vendor, o)
		return store.SaveConsent(ctx, made, made.Events(o), o.Giving(string(made.ID)))
	})
	return made, err
}

// begin begins the consent of the user who asks for the change.
func (f Facts) begin(by consent.Visitor, o op.Op) consent.Consent {
	made := f.Member.By(by, o)
	made.Member = true
	if by.Secret != "" {
		made.Kept = token.Add(nil, token.Receipt, by.Secret, 1)
	}
	return made
}

// manages fails where the member may not buy and manage subscriptions: Forbidden not_your_role, Conflict customer_read_only.
func (f Facts) manages() error {
	switch m := f.Member; {
	case m.User.Disabled || !m.User.Has(customer.BillingAdmin):
		return fault.NotYourRole
	case m.Customer.Status != customer.Active:
		return fault.CustomerReadOnly
	}
	return nil
}

// Quote returns the order that a wish comes to: its licences, its term, the price in the customer's country. It fails as Buy does about
// the plan, its bounds and the country.
func (f Facts) Quote(wish Wish) (subscription.Order, error) {
	plan, known := f.Plans[wish.Plan]
	country := f.Member.Customer.Country
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

// buy decides what a wish comes to.
func (f Facts) buy(made *consent.Consent, wish Wish, o op.Op) error {
	var trial subscription.Subscription
	if wish.Trial != "" {
		var err error
		if trial, err = f.convertible(wish, o); err != nil {
			return err
		}
		wish.Plan = trial.Plan
	}
	ordered, err := f.Quote(wish)
	if err != nil {
		return err
	}
	if err := f.agreed(wish, ordered.Price); err != nil {
		return err
	}
	if err := f.CheckEligible(wish.PartnerOfRecord, wish.Plan, o); err != nil {
		return err
	}
	sold, err := f.sell(made, wish, trial, ordered, o)
	if err != nil {
		return err
	}
	if sold.What == consent.Created || !wish.Keep {
		sold = sold.SetPartnerOfRecord(wish.PartnerOfRecord, o.At)
	}
	made.Sold, made.Customer, made.Terms = []consent.Sold{sold}, made.Customer.Having(wish.Plan), f.Terms
	return nil
}

// convertible returns the trial that is to become paid.
func (f Facts) convertible(wish Wish, o op.Op) (subscription.Subscription, error) {
	trial, err := f.Member.Own(wish.Trial)
	if err == nil {
		err = trial.Convertible(o.At)
	}
	if err == nil && wish.Plan != "" && wish.Plan != trial.Plan { // or one plan would be had at another's price
		err = fault.InvalidValue.With(fault.OneOf(trial.Plan)).In("/plan_id")
	}
	return trial, err
}

// agreed fails where what the buyer agreed to is not what counts now: Conflict price_changed, terms_outdated.
func (f Facts) agreed(wish Wish, price catalog.Money) error {
	switch {
	case wish.Price != nil && *wish.Price != price:
		return fault.PriceChanged.With(price)
	case wish.Terms != f.Terms.Version:
		return fault.TermsOutdated.With(f.Terms.Version)
	}
	return nil
}

// sell converts the trial of the wish, or places its order.
func (f Facts) sell(made *consent.Consent, wish Wish, trial subscription.Subscription, ordered subscription.Order, o op.Op) (consent.Sold, error) {
	if wish.Trial != "" {
		sold := consent.Existing(trial)
		sold.What = consent.Converted
		var err error
		sold.Subscription, err = trial.Convert(ordered, o.At)
		return sold, err
	}
	sold, err := made.Order(f.Plans[wish.Plan], ordered, wish.Into, f.Member.Subscriptions, o)
	if fault.Is(err, fault.PlanOwned) && wish.Into != "" {
		err = fault.UnknownSubscription.With(wish.Into).In("/add_to")
	}
	return sold, err
}

// CheckEligible fails where the partner, if it is not empty, cannot be partner of record for the plan: Invalid unknown_partner_id,
// partner_not_eligible.
func (f Facts) CheckEligible(partnerOfRecord partner.ID, plan catalog.PlanID, o op.Op) error {
	if partnerOfRecord == "" {
		return nil
	}
	return f.Other.CheckEligible([]catalog.PlanID{plan}, f.Member.Customer.Country, o.At)
}

// SetPartnerOfRecord makes a partner (empty: nobody) the partner of record of some of the customer's subscriptions, with an outcome for each in
// the order asked. All that can change do so in one transaction (decision 11), and one receipt says so; where none changes nothing is written
// and the consent has no ID. dry only says what would be done. It fails with Invalid on /subscription_ids where there are none or too many, on
// /partner_id unknown_partner_id.
func SetPartnerOfRecord(ctx context.Context, store Store, by consent.Visitor, of []subscription.ID, to partner.ID, dry bool, o op.Op) (consent.Consent, []relationship.Naming, error) {
	switch {
	case len(of) == 0:
		return consent.Consent{}, nil, fault.Required.In("/subscription_ids")
	case len(of) > relationship.MostNamed:
		return consent.Consent{}, nil, fault.TooMany.With(relationship.MostNamed).In("/subscription_ids")
	}
	var outcomes []relationship.Naming
	made, err := change(ctx, store, by, nil, to, o, func(f Facts, made *consent.Consent) error {
		if to != "" && f.Other == nil {
			return fault.UnknownPartnerID.In("/partner_id")
		}
		if outcomes = f.namings(of, o); !dry {
			made.Sold = renamed(outcomes, to, o)
		}
		return nil
	})
	return made, outcomes, err
}

// namings says for each subscription what setting the other partner as partner of record does to it.
func (f Facts) namings(of []subscription.ID, o op.Op) []relationship.Naming {
	made := make([]relationship.Naming, 0, len(of))
	for i, one := range of {
		if slices.Contains(of[:i], one) {
			continue
		}
		s, err := f.Member.Own(one)
		if err == nil {
			err = o.On(s.Version)
		}
		if err != nil {
			s.ID = one
			made = append(made, relationship.Naming{Subscription: s, Result: relationship.Failed, Err: fault.As(err)})
			continue
		}
		made = append(made, relationship.NamingOf(s, f.Other, f.Member.Customer.Country, o.At))
	}
	return made
}

// renamed returns the subscriptions that change, with their new partner of record.
func renamed(outcomes []relationship.Naming, to partner.ID, o op.Op) []consent.Sold {
	var sold []consent.Sold
	for _, one := range outcomes {
		if one.Result == relationship.Changed {
			sold = append(sold, consent.Existing(one.Subscription).SetPartnerOfRecord(to, o.At))
		}
	}
	return sold
}

// Handed is a subscription that a reseller bills, with the vendor's price where the vendor can bill it; nil where it can't.
type Handed struct {
	subscription.Subscription
	Price *catalog.Money
}

// Handed lists what a reseller bills, with what the vendor would bill for it.
func (f Facts) Handed(p partner.ID, o op.Op) []Handed {
	var made []Handed
	for _, s := range f.Member.Subscriptions {
		if !s.Billed(p, o.At) {
			continue
		}
		one := Handed{Subscription: s}
		if price, sold := f.Plans[s.Plan].PriceIn(f.Member.Customer.Country, s.BillingTerm); sold {
			one.Price = &price
		}
		made = append(made, one)
	}
	return made
}

// RemovalStore is what asking for the end of a reseller's tie needs of the table.
type RemovalStore interface {
	relationship.ResellerStore
	OrderFacts(ctx context.Context, by customer.UserID, plans []catalog.PlanID, other partner.ID) (Facts, error)
}

// RequestRemoval asks a customer's reseller to end their tie. Where the vendor is to bill on, the prices that were agreed to must be those that
// count now. It fails as relationship.RequestEnd does; Conflict price_changed, terms_outdated; Invalid required where nothing says what becomes
// of what the reseller bills.
func RequestRemoval(ctx context.Context, store RemovalStore, c customer.ID, p partner.ID, wish relationship.Wish, o op.Op) (relationship.Relationship, error) {
	if wish.Handover == relationship.ToVendor {
		f, err := store.OrderFacts(ctx, wish.By, nil, "")
		if err != nil {
			return relationship.Relationship{}, err
		}
		if err := f.manages(); err != nil {
			return relationship.Relationship{}, err
		}
		if wish.Terms != f.Terms.Version {
			return relationship.Relationship{}, fault.TermsOutdated.With(f.Terms.Version)
		}
		for _, s := range f.Handed(p, o) {
			i := slices.IndexFunc(wish.Prices, func(a relationship.AgreedPrice) bool { return a.Subscription == s.ID })
			if s.Price != nil && (i < 0 || wish.Prices[i].Price != *s.Price) || s.Price == nil && i >= 0 {
				return relationship.Relationship{}, fault.PriceChanged
			}
		}
	}
	return relationship.RequestEnd(ctx, store, c, p, wish, o)
}

// Transfer makes the vendor bill a subscription that a reseller bills, at the plan's price, to which the buyer agreed as it was seen. It
// fails with NotFound; Conflict subscription_not_active, same_biller, price_changed, terms_outdated; Forbidden not_your_role.
func Transfer(ctx context.Context, store Store, by consent.Visitor, of subscription.ID, seen catalog.Money, terms string, o op.Op) (consent.Consent, error) {
	return change(ctx, store, by, nil, "", o, func(f Facts, made *consent.Consent) error {
		s, err := f.Member.Own(of)
		if err != nil {
			return err
		}
		price, sold := f.Plans[s.Plan].PriceIn(f.Member.Customer.Country, s.BillingTerm)
		now := consent.Existing(s)
		now.What = consent.Transferred
		if now.Subscription, err = s.Rebill(subscription.Vendor, price, o.At); err != nil {
			return err
		}
		if !sold {
			return fault.PlanWithdrawn.With(string(s.Plan))
		}
		made.Sold, made.Terms = []consent.Sold{now}, f.Terms
		return f.agreed(Wish{Price: &seen, Terms: terms}, price)
	})
}
