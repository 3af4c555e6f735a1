// Package subscriptions shows a customer its subscriptions, each with all its facts, and lets who may change licences, cancel, undo that, and
// have the vendor bill.
package subscriptions

import (
	"context"
	"embed"
	"net/http"
	"strings"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/order"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
	"liaison/shared/site/partnername"
	"liaison/shared/site/price"
	"liaison/shared/site/subscribed"
	"liaison/shared/subscription"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	partnername.Store
	confirm.Memory
	order.Store
	subscription.ManageStore
	SubscriptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[subscription.Subscription]) ([]subscription.Subscription, string, error)
}

//go:embed *.html
var files embed.FS

var (
	list     = page.Parse(files, "list.html")
	one      = page.Parse(files, "one.html")
	licenses = page.Parse(files, "licenses.html")
	billing  = page.Parse(files, "billing.html")
)

type subscriptionsPage struct{ table Table }

const (
	path        = "/account/subscriptions"
	partnerPath = path + "/partner"
)

// Page serves /account/subscriptions, /account/subscriptions/{id} and its steps: licenses, cancel, undo, billing.
func Page(env boot.Env, table Table) http.Handler {
	p := subscriptionsPage{table}
	buys := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Customers(table, access.Buy, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: site.Customers(table, access.SeeCustomers, p.showList)},
		site.Route{Path: path + "/{id}", Get: site.Customers(table, access.SeeCustomers, p.showOne)},
		site.Route{Path: path + "/{id}/licenses", Get: buys(p.showLicenses), Post: buys(p.postLicenses)},
		site.Route{Path: path + "/{id}/cancel", Get: buys(p.askCancel), Post: buys(p.cancel)},
		site.Route{Path: path + "/{id}/undo", Get: buys(p.askUndo), Post: buys(p.undo)},
		site.Route{Path: path + "/{id}/billing", Get: buys(p.showBilling), Post: buys(p.postBilling)},
	)
}

// limit is how many subscriptions a page lists.
const limit = 50

type listBody struct {
	Cards []card
	// Nothing is said where there is none.
	Nothing string
	Buy     string // path of the catalogue, empty where the customer cannot order
	Name    string // path of the page that names partners of record, empty where the reader may not
	Who     string
	More    string
}

// card is one subscription of the list.
type card struct {
	Name, URL string
	Facts     []page.Row
}

func (p subscriptionsPage) showList(v *site.Visit, who site.Signed) error {
	w, at := v.Words, v.Op.At
	subs, next, err := p.table.SubscriptionsOf(v.R.Context(), who.Customer.ID, dynamo.Page{Limit: limit, Cursor: v.R.URL.Query().Get("cursor")}, nil)
	if err != nil {
		return err
	}
	plans, err := p.plans(v, subs...)
	if err != nil {
		return err
	}
	names, err := partnername.Read(v, p.table, partnername.OfSubscriptions(subs...)...)
	if err != nil {
		return err
	}
	b := listBody{Nothing: v.CannotOrder(who.Customer)}
	if b.Nothing == "" {
		b.Nothing, b.Buy = w.SubscriptionNone(), "/account/buy"
	}
	if access.Has(who.Caller, access.SetPartnerOfRecord) {
		b.Name = partnerPath
	} else {
		b.Who = v.WhoMay(who, access.SetPartnerOfRecord)
	}
	for _, s := range subs {
		made := card{
			Name: v.PlanName(plans, s.Plan), URL: address(s.ID),
			Facts: []page.Row{
				{Key: w.SubscriptionState(), Values: []string{subscribed.Standing(v, s, who.Customer.Country)}},
				{Key: w.SiteLicences(), Values: []string{w.SiteLicenceCount(s.Licenses.Bought)}},
				{Key: w.PartnerOfRecordLabel(), Values: []string{names.Full(s.PartnerOfRecordID())}},
			},
		}
		if s.Price != nil && paying(s, v) {
			made.Facts = append(made.Facts, page.Row{Key: w.OrderTotal(), Values: []string{total(v, s, s.Licenses.Bought)}})
		} else if s.StatusAt(at) == subscription.Trialing {
			made.Facts = append(made.Facts, page.Row{Key: w.SitePrice(), Values: []string{w.SubscriptionsFree()}})
		}
		b.Cards = append(b.Cards, made)
	}
	if next != "" {
		b.More = path + "?cursor=" + next
	}
	frame := v.Frame(w.SubscriptionsTitle())
	frame.Back = &page.Link{URL: "/account", Text: w.FrameAccount()}
	return v.Render(list, http.StatusOK, frame, b)
}

// paying says whether somebody pays for the subscription now.
func paying(s subscription.Subscription, v *site.Visit) bool {
	status := s.StatusAt(v.Op.At)
	return status == subscription.Active || status == subscription.Suspended
}

// total writes what some licences of a subscription cost a term.
func total(v *site.Visit, s subscription.Subscription, licenses int) string {
	return price.Licenses(v.Words, *s.Price, licenses, s.BillingTerm)
}

func (p subscriptionsPage) plans(v *site.Visit, subs ...subscription.Subscription) (map[catalog.PlanID]catalog.Plan, error) {
	ids := make([]catalog.PlanID, len(subs))
	for i, s := range subs {
		ids[i] = s.Plan
	}
	shown, err := v.Catalogue(unique(ids)...)
	return shown.Plans, err
}

func unique(ids []catalog.PlanID) []catalog.PlanID {
	seen := map[catalog.PlanID]bool{}
	var made []catalog.PlanID
	for _, id := range ids {
		if !seen[id] {
			made = append(made, id)
		}
		seen[id] = true
	}
	return made
}

// address is where one subscription stands; what follows is a step.
func address(of subscription.ID, step ...string) string {
	return strings.Join(append([]string{path, string(of)}, step...), "/")
}

// asked reads the subscription that the path names, strongly consistent, and its plan; NotFound where it is another customer's.
func (p subscriptionsPage) asked(v *site.Visit, who site.Signed) (subscription.Subscription, catalog.Plan, error) {
	id := subscription.ID(v.R.PathValue("id"))
	if owner, _, ok := id.Customer(); !ok || owner != who.Customer.ID {
		return subscription.Subscription{}, catalog.Plan{}, fault.NotFound
	}
	s, err := p.table.StoredSubscription(v.R.Context(), id)
	if err != nil {
		return s, catalog.Plan{}, err
	}
	plans, err := p.plans(v, s)
	return s, plans[s.Plan], err
}

type oneBody struct {
	Facts   []page.Row
	History []string
	Notes   []string
	Actions []page.Link
	Danger  *page.Link
	Who     string
}

// showOne shows all facts of a subscription, and the ways on that are open to the reader.
func (p subscriptionsPage) showOne(v *site.Visit, who site.Signed) error {
	s, plan, err := p.asked(v, who)
	if err != nil {
		return err
	}
	names, err := partnername.Read(v, p.table, partnername.OfSubscriptions(s)...)
	if err != nil {
		return err
	}
	w, country := v.Words, who.Customer.Country
	when := func(key string, t interface{ IsZero() bool }, text func() string) []page.Row {
		if t.IsZero() {
			return nil
		}
		return []page.Row{{Key: key, Values: []string{text()}}}
	}
	b := oneBody{Facts: []page.Row{
		{Key: w.SubscriptionState(), Values: []string{subscribed.Standing(v, s, country)}},
		{Key: w.SiteLicences(), Values: []string{w.SiteLicenceCount(s.Licenses.Bought), w.SubscriptionsAssigned(s.Licenses.Assigned)}},
	}}
	if s.Price != nil {
		b.Facts = append(b.Facts,
			page.Row{Key: w.OrderTerm(), Values: []string{price.Term(w, s.BillingTerm)}},
			page.Row{Key: w.SitePrice(), Values: []string{price.License(w, *s.Price, s.BillingTerm)}},
			page.Row{Key: w.OrderTotal(), Values: []string{total(v, s, s.Licenses.Bought)}},
			page.Row{Key: w.OrderBiller(), Values: []string{names.Biller(s.BilledBy)}})
		if paying(s, v) && !s.Ending {
			b.Facts = append(b.Facts, page.Row{Key: w.SubscriptionsRenews(), Values: []string{w.Time(v.In(s.TermEnd(v.Op.At), country))}})
		}
	}
	partnerOfRecord := []string{names.Full(s.PartnerOfRecordID())}
	if r := s.PartnerOfRecord; r != nil {
		partnerOfRecord = append(partnerOfRecord, w.SubscriptionsSince(v.In(r.Since, country)))
	}
	b.Facts = append(b.Facts, page.Row{Key: w.PartnerOfRecordLabel(), Values: partnerOfRecord})
	if s.StatusAt(v.Op.At) != subscription.Deleted { // its data is gone
		b.Facts = append(b.Facts, when(w.SubscriptionsDataUntil(), s.DataUntil(), func() string { return w.Time(v.In(s.DataUntil(), country)) })...)
	}
	b.Facts = append(b.Facts, page.Row{Key: w.SubscriptionsCreated(), Values: []string{w.Time(v.In(s.CreatedAt, country))}}, page.Row{Key: w.SubscriptionID(), Values: []string{string(s.ID)}})
	for _, past := range s.History {
		b.History = append(b.History, w.SubscriptionsPast(names.Full(past.Partner), v.In(past.Since, country), v.In(past.Until, country)))
	}
	if s.StatusAt(v.Op.At) == subscription.Suspended {
		b.Notes = append(b.Notes, w.SubscriptionsSuspended())
	}
	if !access.Has(who.Caller, access.Buy) {
		b.Who = v.WhoMay(who, access.Buy)
	} else {
		b.Actions, b.Danger = actions(v, s)
	}
	frame := v.Frame(name(v, plan, s))
	frame.Back = &page.Link{URL: path, Text: w.SubscriptionsTitle()}
	if said := done(v)[v.R.URL.Query().Get("done")]; said != "" {
		frame.Notice = &page.Notice{Success: true, Text: said}
	}
	return v.Render(one, http.StatusOK, frame, b)
}

func name(v *site.Visit, plan catalog.Plan, s subscription.Subscription) string {
	return v.PlanName(map[catalog.PlanID]catalog.Plan{s.Plan: plan}, s.Plan)
}

// done says what the step before did.
func done(v *site.Visit) map[string]string {
	w := v.Words
	return map[string]string{"licenses": w.SubscriptionsDoneLicences(), "cancel": w.SubscriptionsDoneCancel(), "undo": w.SubscriptionsDoneUndo()}
}

// actions lists the steps that a subscription's state leaves open.
func actions(v *site.Visit, s subscription.Subscription) (open []page.Link, danger *page.Link) {
	w, at := v.Words, v.Op.At
	status := s.StatusAt(at)
	add := func(text, to string) { open = append(open, page.Link{Text: text, URL: to}) }
	if s.Convertible(at) == nil {
		add(w.SubscriptionConvert(), "/account/buy/"+string(s.Plan))
	}
	if status == subscription.Active && s.Price != nil {
		add(w.SubscriptionsLicences(), address(s.ID, "licenses"))
	}
	if s.CanName(at) == nil {
		add(w.SubscriptionsPartner(), partnerPath+"?s="+site.ULID(string(s.ID)))
	}
	if paying(s, v) && s.BilledBy != subscription.Vendor {
		add(w.SubscriptionsBilling(), address(s.ID, "billing"))
	}
	if s.Ending && paying(s, v) {
		add(w.SubscriptionsUndo(), address(s.ID, "undo"))
	}
	if stoppable(v, s) != "" {
		danger = &page.Link{Text: w.SubscriptionsCancel(), URL: address(s.ID, "cancel")}
	}
	return open, danger
}
