package partnercustomers

import (
	"net/http"
	"slices"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/activity"
	"liaison/shared/site/available"
	"liaison/shared/site/offered"
	"liaison/shared/subscription"
)

// tied reads the tie to the customer in the path and the customer's one grant; what is no customer of the reader's partner looks like none.
func (p customersPage) tied(v *site.Visit, who site.Signed) (relationship.Relationship, *relationship.Grant, error) {
	id := customer.ID("cus_" + v.R.PathValue("customer"))
	if !id.Valid() {
		return relationship.Relationship{}, nil, fault.NotFound
	}
	return p.table.Relationship(v.R.Context(), id, who.Partner.ID)
}

type oneBody struct {
	Ties          []page.Item
	Subscriptions []page.Item
	None          string // why no subscription is shown
	Acts          []page.Row
	Activity      string
}

// most is how many subscriptions of a customer are looked through.
const most = 100

// view is one customer as one reader sees it.
type view struct {
	v        *site.Visit
	who      site.Signed
	tie      relationship.Relationship
	grant    *relationship.Grant
	subs     []subscription.Subscription // that the reader's company sees
	plans    map[catalog.PlanID]catalog.Plan
	programs catalog.Programs   // where the company administers the customer
	asked    []invitation.Asked // requests for administration that wait for the customer's answer
}

// seen are the customer's subscriptions that the reader's company sees.
func (p customersPage) seen(v *site.Visit, who site.Signed, c customer.ID, grant *relationship.Grant) ([]subscription.Subscription, error) {
	subs, _, err := p.table.SubscriptionsOf(v.R.Context(), c, dynamo.Page{Limit: most}, func(found []subscription.Subscription) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, s := range found {
			kept[i] = relationship.Sees(s, grant, who.Partner.ID, who.CustomerAccess, v.Op.At)
		}
		return kept, nil
	})
	return subs, err
}

// named returns the catalogue's plans of subscriptions.
func named(v *site.Visit, subs []subscription.Subscription) (map[catalog.PlanID]catalog.Plan, error) {
	var plans []catalog.PlanID
	for _, s := range subs {
		plans = append(plans, s.Plan)
	}
	slices.Sort(plans)
	known, err := v.Catalogue(slices.Compact(plans)...)
	return known.Plans, err
}

// requests are the company's requests for administration that wait for an answer of the customer: those it can read, as it reads the users.
func (p customersPage) requests(v *site.Visit, who site.Signed, c customer.ID) ([]invitation.Asked, error) {
	waiting, _, err := invitation.Awaited(v.R.Context(), p.table, invitation.Person{Customer: c, Administrator: true}, v.Op)
	return slices.DeleteFunc(waiting, func(a invitation.Asked) bool {
		_, alone := a.Facts.Offer.Kind.Administers()
		return !alone || a.Facts.Offer.ID.Partner() != who.Partner.ID || a.Invitation.Origin != invitation.FromPartner
	}), err
}

func (p customersPage) show(v *site.Visit, who site.Signed) error {
	tie, grant, err := p.tied(v, who)
	if err != nil {
		return err
	}
	s := view{v: v, who: who, tie: tie, grant: grant}
	if s.subs, err = p.seen(v, who, tie.Customer, grant); err != nil {
		return err
	}
	if s.plans, err = named(v, s.subs); err != nil {
		return err
	}
	if slices.Contains(tie.Kinds(v.Op.At), relationship.DelegatedAdministrator) {
		if s.programs, err = p.table.Programs(v.R.Context()); err != nil {
			return err
		}
		if s.asked, err = p.requests(v, who, tie.Customer); err != nil {
			return err
		}
	}
	w := v.Words
	b := oneBody{None: w.CustomersNoSubscriptions(), Activity: site.ConsolePath + "/activity?customer=" + tie.Customer.Bare()}
	for _, kind := range tie.Kinds(v.Op.At) {
		b.Ties = append(b.Ties, s.row(kind))
	}
	for _, sub := range s.subs {
		b.Subscriptions = append(b.Subscriptions, s.subscription(sub))
	}
	someone := func(customer.UserID) (string, error) { return w.ActivityByCustomer(tie.CustomerName), nil }
	if b.Acts, err = activity.Behalf(v, p.table, who, tie.Customer, who.Partner.ID, someone); err != nil {
		return err
	}
	frame := v.Frame(tie.CustomerName)
	frame.Lead, frame.Back = w.Country(tie.CustomerCountry), &page.Link{URL: path, Text: w.CustomersTitle()}
	frame.Act = &page.Act{Text: w.OverviewFollow(), URL: offered.MakingFor("", tie.Customer), Primary: true, Why: v.CannotOffer(who), ID: "why-new"}
	if frame.Act.Why == "" {
		frame.Act.Why, frame.Act.Ask = available.Closed(v, offer.Offer{Country: tie.CustomerCountry})
	}
	if text := done(w, v.R.URL.Query().Get("done")); text != "" {
		frame.Notice = &page.Notice{Success: true, Text: text}
	}
	return v.Render(one, http.StatusOK, frame, b)
}

// done says what was done, by the name of the act in the address; empty for what is none.
func done(w locale.Words, name string) string {
	if name == cancelTrial {
		return w.CustomersTrialCancelled()
	}
	if one, ok := stepNamed(name); ok {
		return one.done(w)
	}
	return ""
}
