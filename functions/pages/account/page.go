// Package account is what a customer's user sees first after signing in: its company, its products, and the ways on from there.
package account

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"time"

	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/invitation"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/awaited"
	"liaison/shared/site/partnername"
	"liaison/shared/site/price"
	"liaison/shared/site/receipted"
	"liaison/shared/site/subscribed"
	"liaison/shared/subscription"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	partnername.Store
	invitation.Waits
	SubscriptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[subscription.Subscription]) ([]subscription.Subscription, string, error)
	RedemptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[consent.Receipt]) ([]consent.Receipt, string, error)
}

//go:embed account.html
var files embed.FS

var account = page.Parse(files, "account.html")

type accountPage struct{ table Table }

// Page serves /account in its two views: the simplified one, and with ?view=dashboard a table.
func Page(env boot.Env, table Table) http.Handler {
	p := accountPage{table}
	return site.New(env, table, site.Route{Path: "/account", Get: site.SignedIn(table, p.show)})
}

// most is how many products the page lists.
const most = 100

const dashboard = "dashboard"

type body struct {
	Admin     bool
	Dashboard bool
	Views     page.Tabs
	Offers    []page.Item // that wait for an answer
	Waiting   page.Badge
	Products  []product
	Costs     costs
	Receipts  []page.Item
	Notes     []string
	Nothing   page.Empty  // shown where there is no product
	Ways      []page.Link // to the parts of the account, each with what it is about
	Icons     map[string]string
}

// product is one subscription as its row or card shows it.
type product struct {
	Name, URL, Licenses, Pays, Partner string
	Badge                              *page.Badge
}

// costs are what the subscriptions come to, a line for each term and currency, and what that is made of.
type costs struct {
	Total []string
	Rows  []page.Row
}

// icons are the drawings of the account's parts, by their paths.
var icons = map[string]string{
	"/account/subscriptions": "card", "/account/partners": "hands", "/account/users": "people", "/account/imports": "inbox", "/account/groups": "group", "/account/domains": "globe", "/account/activity": "clock", "/account/offers": "mail", "/account/receipts": "receipt", "/account/agreements": "scales", "/account/mail": "settings", "/account/support": "help", "/account/messages": "send",
}

func (p accountPage) show(v *site.Visit, who site.Signed) error {
	w := v.Words
	switch { // a sign-in that was not on its way elsewhere leads here
	case who.OfPartner():
		return v.Redirect(site.ConsolePath)
	case who.Operates():
		return v.Redirect(site.VendorPath)
	}
	b := body{Admin: len(who.Roles) > 0, Dashboard: v.R.URL.Query().Get("view") == dashboard, Icons: icons}
	b.Views = page.Tabs{Label: w.AccountViews(), Links: []page.Link{
		{Text: w.AccountSimplified(), URL: "/account", Current: !b.Dashboard},
		{Text: w.AccountDashboard(), URL: "/account?view=" + dashboard, Current: b.Dashboard},
	}}
	if who.Customer.Status == customer.ReadOnly {
		b.Notes = append(b.Notes, w.AccountReadOnly(v.In(who.Customer.ReadOnlyUntil, who.Customer.Country)))
	}
	frame := v.Frame(who.Customer.Name)
	b.Nothing = page.Empty{Icon: "box", Title: w.SubscriptionNoneTitle(), Text: v.CannotOrder(who.Customer)}
	if b.Nothing.Text == "" {
		b.Nothing.Text, frame.Act = w.SubscriptionNone(), &page.Act{Text: w.BuyTitle(), URL: "/account/buy", Primary: true}
	}
	var err error
	if b.Offers, _, err = awaited.Read(v, p.table, who); err != nil {
		return err
	}
	b.Waiting = page.Badge{Kind: "warn", Text: w.OffersCount(len(b.Offers))}
	b.Offers = b.Offers[:min(len(b.Offers), newest)]
	if b.Admin {
		b.Ways = append(b.Ways,
			page.Link{Text: w.AccountBilling(), URL: "/account/subscriptions", About: w.AccountBillingAbout()},
			page.Link{Text: w.CustomerUsersTitle(), URL: "/account/users", About: w.CustomerUsersAbout()},
			page.Link{Text: w.GroupsTitle(), URL: "/account/groups", About: w.GroupsAbout()},
			page.Link{Text: w.ImportsTitle(), URL: "/account/imports", About: w.ImportsWayAbout()},
			page.Link{Text: w.DomainsTitle(), URL: "/account/domains", About: w.DomainsAbout()},
			page.Link{Text: w.PartnersTitle(), URL: "/account/partners", About: w.AccountPartnersAbout()},
			page.Link{Text: w.ActivityTitle(), URL: "/account/activity", About: w.AccountActivityAbout()})
		if b.Products, b.Costs, err = p.products(v, who.Customer); err != nil {
			return err
		}
		if b.Receipts, err = p.receipts(v, who.Customer); err != nil {
			return err
		}
	}
	b.Ways = append(b.Ways,
		page.Link{Text: w.AccountOffers(), URL: awaited.Path, About: w.AccountOffersAbout()},
		page.Link{Text: w.ReceiptsTitle(), URL: "/account/receipts", About: w.AccountReceiptsAbout()},
		page.Link{Text: w.AgreementsTitle(), URL: "/account/agreements", About: w.AccountAgreementsAbout()},
		page.Link{Text: w.MessagesTitle(), URL: "/account/messages", About: w.AccountMessagesAbout()},
		page.Link{Text: w.SupportTitle(), URL: "/account/support", About: w.SupportAbout(v.Vendor().Name)},
		page.Link{Text: w.AccountMail(), URL: "/account/mail", About: w.AccountMailAbout()})
	return v.Render(account, http.StatusOK, frame, b)
}

// products lists what the customer has, the newest first, and what it pays for that; what is deleted is gone.
func (p accountPage) products(v *site.Visit, c customer.Customer) ([]product, costs, error) {
	there := func(found []subscription.Subscription) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, s := range found {
			kept[i] = s.Status != subscription.Deleted
		}
		return kept, nil
	}
	subs, _, err := p.table.SubscriptionsOf(v.R.Context(), c.ID, dynamo.Page{Limit: most}, there)
	if err != nil || len(subs) == 0 {
		return nil, costs{}, err
	}
	var plans []catalog.PlanID
	for _, s := range subs {
		if !slices.Contains(plans, s.Plan) {
			plans = append(plans, s.Plan)
		}
	}
	shown, err := v.Catalogue(plans...)
	if err != nil {
		return nil, costs{}, err
	}
	names, err := partnername.Read(v, p.table, partnername.OfSubscriptions(subs...)...)
	if err != nil {
		return nil, costs{}, err
	}
	w := v.Words
	made := make([]product, len(subs))
	var paid costs
	var orders []subscription.Order
	for i, s := range subs {
		one := product{
			Name: v.PlanName(shown.Plans, s.Plan), URL: "/account/subscriptions/" + string(s.ID), Badge: subscribed.Badge(v, s, c.Country),
			Licenses: w.SiteLicenceCount(s.Licenses.Bought), Partner: names.Short(s.PartnerOfRecordID()),
		}
		switch status := s.StatusAt(v.Op.At); {
		case status == subscription.Trialing:
			one.Pays = w.AccountFreeUntil(v.In(s.TrialEndsAt, c.Country))
			paid.Rows = append(paid.Rows, page.Row{Key: one.Name + ", " + one.Licenses, Values: []string{w.AccountCostsFree()}})
		case s.Price != nil && (status == subscription.Active || status == subscription.Suspended):
			one.Pays = price.Licenses(w, *s.Price, s.Licenses.Bought, s.BillingTerm)
			orders = append(orders, subscription.Order{Licenses: s.Licenses.Bought, Price: *s.Price, Term: s.BillingTerm})
			paid.Rows = append(paid.Rows, page.Row{Key: one.Name + ", " + w.AccountBilledBy(one.Licenses, names.Biller(s.BilledBy)), Values: []string{one.Pays}})
		}
		made[i] = one
	}
	paid.Total = price.Total(w, orders...)
	return made, paid, nil
}

// newest is how many receipts, and how many offers that wait, the page lists.
const newest = 3

// receipts lists the latest records of what the customer agreed to.
func (p accountPage) receipts(v *site.Visit, c customer.Customer) ([]page.Item, error) {
	found, _, err := p.table.RedemptionsOf(v.R.Context(), c.ID, dynamo.Page{Limit: newest}, nil)
	if err != nil {
		return nil, err
	}
	shown, err := receipted.Plans(v, found)
	if err != nil {
		return nil, err
	}
	items := make([]page.Item, len(found))
	for i, r := range found {
		at, err := time.Parse(time.RFC3339, r.DecidedAt)
		if err != nil {
			return nil, err
		}
		items[i] = receipted.Row(v, shown, r, at, c.Country)
	}
	return items, nil
}
