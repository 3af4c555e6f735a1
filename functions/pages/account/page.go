// Package account is what a customer's user sees first after signing in: its company, its products, and the ways on from there.
package account

import (
	"context"
	"embed"
	"net/http"
	"slices"

	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
	"liaison/shared/site/subscribed"
	"liaison/shared/subscription"
	"liaison/shared/textinput"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	partnername.Store
	SubscriptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[subscription.Subscription]) ([]subscription.Subscription, string, error)
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
	Person, Address string
	Admin           bool
	Dashboard       bool
	Views           []page.Link
	Products        []product
	Notes           []string
	Nothing         string      // said where there is no product
	Buy             bool        // whether the customer can order
	Ways            []page.Link // to the parts of the account, each with what it is about
}

// product is one subscription as its row or card shows it.
type product struct {
	Name, URL, Status, Partner, ID string
	Licenses                       string
	Facts                          []page.Row
}

func (p accountPage) show(v *site.Visit, who site.Signed) error {
	w := v.Words
	if !who.OfCustomer() {
		return v.Say(http.StatusOK, site.Message{Title: w.CustomerElsewhereTitle(), Text: []string{w.CustomerElsewhereText(who.Name, textinput.ShownMail(who.Mail))}})
	}
	b := body{Person: who.Name, Address: textinput.ShownMail(who.Mail), Admin: len(who.Roles) > 0, Dashboard: v.R.URL.Query().Get("view") == dashboard}
	b.Views = []page.Link{
		{Text: w.AccountSimplified(), URL: "/account", Current: !b.Dashboard},
		{Text: w.AccountDashboard(), URL: "/account?view=" + dashboard, Current: b.Dashboard},
	}
	if who.Customer.Status == customer.ReadOnly {
		b.Notes = append(b.Notes, w.AccountReadOnly(v.In(who.Customer.ReadOnlyUntil, who.Customer.Country)))
	}
	if b.Nothing = v.CannotOrder(who.Customer); b.Nothing == "" {
		b.Nothing, b.Buy = w.SubscriptionNone(), true
		b.Ways = []page.Link{{Text: w.BuyTitle(), URL: "/account/buy", About: w.AccountBuyAbout()}}
	}
	if b.Admin {
		b.Ways = append(b.Ways,
			page.Link{Text: w.AccountBilling(), URL: "/account/subscriptions", About: w.AccountBillingAbout()},
			page.Link{Text: w.PartnersTitle(), URL: "/account/partners", About: w.AccountPartnersAbout()},
			page.Link{Text: w.ActivityTitle(), URL: "/account/activity", About: w.AccountActivityAbout()})
		var err error
		if b.Products, err = p.products(v, who.Customer); err != nil {
			return err
		}
	}
	b.Ways = append(b.Ways,
		page.Link{Text: w.AgreementsTitle(), URL: "/account/agreements", About: w.AccountAgreementsAbout()},
		page.Link{Text: w.AccountMail(), URL: "/account/mail", About: w.AccountMailAbout()})
	return v.Render(account, http.StatusOK, v.Frame(who.Customer.Name), b)
}

// products lists what the customer has, the newest first; what is deleted is gone.
func (p accountPage) products(v *site.Visit, c customer.Customer) ([]product, error) {
	there := func(found []subscription.Subscription) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, s := range found {
			kept[i] = s.Status != subscription.Deleted
		}
		return kept, nil
	}
	subs, _, err := p.table.SubscriptionsOf(v.R.Context(), c.ID, dynamo.Page{Limit: most}, there)
	if err != nil || len(subs) == 0 {
		return nil, err
	}
	var plans []catalog.PlanID
	for _, s := range subs {
		if !slices.Contains(plans, s.Plan) {
			plans = append(plans, s.Plan)
		}
	}
	shown, err := v.Catalogue(plans...)
	if err != nil {
		return nil, err
	}
	names, err := partnername.Read(v, p.table, partnername.OfSubscriptions(subs...)...)
	if err != nil {
		return nil, err
	}
	w := v.Words
	made := make([]product, len(subs))
	for i, s := range subs {
		one := product{
			Name: shown.Plans[s.Plan].Name.In(string(w.Language())), URL: "/account/subscriptions/" + string(s.ID), Status: subscribed.Standing(v, s, c.Country),
			ID: string(s.ID), Licenses: w.SiteLicenceCount(s.Licenses.Bought), Partner: names.Full(s.PartnerOfRecordID()),
		}
		one.Facts = []page.Row{
			{Key: w.SubscriptionState(), Values: []string{one.Status}},
			{Key: w.SiteLicences(), Values: []string{one.Licenses}},
			{Key: w.PartnerOfRecordLabel(), Values: []string{one.Partner}},
		}
		made[i] = one
	}
	return made, nil
}
