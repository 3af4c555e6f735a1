// Package subscriptions shows a customer its subscriptions, each with all its facts, and lets who may change licences, cancel, undo that, and
// have the vendor bill.
package subscriptions

import (
	"context"
	"embed"
	"net/http"
	"strconv"
	"strings"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/order"
	"liaison/shared/page"
	"liaison/shared/partner"
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
	Partner(ctx context.Context, id partner.ID) (partner.Partner, error)
	SubscriptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[subscription.Subscription]) ([]subscription.Subscription, string, error)
}

//go:embed *.html
var files embed.FS

var (
	list          = page.Parse(files, "list.html")
	one           = page.Parse(files, "one.html")
	licenses      = page.Parse(files, "licenses.html")
	licensesCheck = page.Parse(files, "licenses_check.html")
	billing       = page.Parse(files, "billing.html")
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
	Items []page.Item
	// Nothing is said where there is none.
	Nothing page.Empty
	Name    string // path of the page that names partners of record, empty where the reader may not
	Who     string
	Pager   page.Pager
}

func (p subscriptionsPage) showList(v *site.Visit, who site.Signed) error {
	w, country := v.Words, who.Customer.Country
	if v.AsFile() {
		return p.file(v, who)
	}
	subs, plans, names, next, err := p.read(v, who, dynamo.Page{Limit: limit, Cursor: v.R.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	frame := v.Frame(w.SubscriptionsTitle())
	frame.Back = &page.Link{URL: "/account", Text: w.FrameAccount()}
	b := listBody{Nothing: page.Empty{Icon: "box", Title: w.SubscriptionNoneTitle(), Text: v.CannotOrder(who.Customer)}}
	if b.Nothing.Text == "" {
		b.Nothing.Text, frame.Act = w.SubscriptionNone(), &page.Act{Text: w.BuyTitle(), URL: "/account/buy", Primary: true}
	}
	if access.Has(who.Caller, access.SetPartnerOfRecord) {
		b.Name = partnerPath
	} else {
		b.Who = v.WhoMay(who, access.SetPartnerOfRecord)
	}
	for _, s := range subs {
		holds := []string{w.SiteLicenceCount(s.Licenses.Bought)}
		switch {
		case s.Price != nil && paying(s, v):
			holds = append(holds, total(v, s, s.Licenses.Bought))
		case s.StatusAt(v.Op.At) == subscription.Trialing:
			holds = append(holds, w.SubscriptionsFree())
		}
		b.Items = append(b.Items, page.Item{
			Icon: "box", Title: v.PlanName(plans, s.Plan), URL: address(s.ID), Badge: subscribed.Badge(v, s, country),
			Lines: []string{strings.Join(holds, " · "), w.PartnerOfRecordNow(names.Full(s.PartnerOfRecordID()))},
		})
	}
	b.Pager = v.Pager(path, next)
	b.Pager.More.Text = w.SubscriptionsMore()
	if len(subs) > 0 {
		b.Pager.File = v.ToFile(path)
	}
	return v.Render(list, http.StatusOK, frame, b)
}

// read reads a page of a customer's subscriptions, with the plans and the partners that they name.
func (p subscriptionsPage) read(v *site.Visit, who site.Signed, of dynamo.Page) (subs []subscription.Subscription, plans map[catalog.PlanID]catalog.Plan, names partnername.Names, next string, err error) {
	if subs, next, err = p.table.SubscriptionsOf(v.R.Context(), who.Customer.ID, of, nil); err != nil {
		return nil, nil, names, "", err
	}
	if plans, err = p.plans(v, subs...); err != nil {
		return nil, nil, names, "", err
	}
	names, err = partnername.Read(v, p.table, partnername.OfSubscriptions(subs...)...)
	return subs, plans, names, next, err
}

// file answers with all subscriptions.
func (p subscriptionsPage) file(v *site.Visit, who site.Signed) error {
	w, country := v.Words, who.Customer.Country
	return v.SendList(site.List{
		Name: "subscriptions",
		Heads: []string{
			w.SitePlan(), w.SubscriptionState(), w.SiteLicences(), w.SitePrice(), w.OrderBiller(), w.PartnerOfRecordLabel(), w.SubscriptionsCreated(),
			w.RelationshipsUntil(), w.SubscriptionID(),
		},
		Read: func(of dynamo.Page) ([][]string, string, error) {
			subs, plans, names, next, err := p.read(v, who, of)
			rows := make([][]string, len(subs))
			for i, s := range subs {
				costs := ""
				if s.Price != nil && paying(s, v) {
					costs = total(v, s, s.Licenses.Bought)
				}
				rows[i] = []string{
					v.PlanName(plans, s.Plan), subscribed.Badge(v, s, country).Text, strconv.Itoa(s.Licenses.Bought), costs, names.Biller(s.BilledBy),
					names.Full(s.PartnerOfRecordID()), v.Day(s.CreatedAt, country), v.Day(until(s, v.Op.At), country), string(s.ID),
				}
			}
			return rows, next, err
		},
	})
}

// until is when a subscription ended, or when its trial or its term ends next.
func until(s subscription.Subscription, at time.Time) time.Time {
	switch s.StatusAt(at) {
	case subscription.Trialing, subscription.Expired:
		return s.TrialEndsAt
	case subscription.Cancelled, subscription.Deleted:
		if !s.EndedAt.IsZero() {
			return s.EndedAt
		}
		return s.TermEndsAt
	}
	return s.TermEnd(at)
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

func name(v *site.Visit, plan catalog.Plan, s subscription.Subscription) string {
	return v.PlanName(map[catalog.PlanID]catalog.Plan{s.Plan: plan}, s.Plan)
}

// done says what the step before did.
func done(v *site.Visit) map[string]string {
	w := v.Words
	return map[string]string{"licenses": w.SubscriptionsDoneLicences(), "cancel": w.SubscriptionsDoneCancel(), "undo": w.SubscriptionsDoneUndo()}
}
