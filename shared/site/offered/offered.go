// Package offered is how pages show an offer: its title, what it asks, and what it holds.
package offered

import (
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/granted"
	"liaison/shared/site/price"
	"liaison/shared/subscription"
)

// view is what pages show of the offers of one kind.
type view struct {
	title func(w locale.Words, of offer.Offer, plan string) string // names it, of several plans by the first
	lead  func(w locale.Words, asking, vendor string) string       // what the partner asks and what to do about it
	item  func(o held, i int) []page.Row                           // one plan, besides what the plan is; nil where it holds none
	whole func(o held) []page.Row                                  // what holds for all of it; nil where there is nothing to say
}

var views = map[offer.Kind]view{
	offer.Trial: {
		title: func(w locale.Words, _ offer.Offer, plan string) string { return w.OfferTitle(plan) },
		lead:  locale.Words.OfferLead, item: held.tried,
	},
	offer.Purchase: {
		title: func(w locale.Words, of offer.Offer, plan string) string {
			if len(of.Items) > 1 {
				return w.OfferTitlePurchases(len(of.Items))
			}
			return w.OfferTitlePurchase(plan)
		},
		lead: locale.Words.OfferLeadPurchase, item: held.ordered, whole: held.bill,
	},
	offer.DelegatedAdministration: {
		title: asks(locale.Words.OfferTitleAdministration), lead: locale.Words.OfferLeadRequest, whole: held.administration,
	},
	offer.PartnerOfRecord: {
		title: asks(locale.Words.OfferTitlePartnerOfRecord), lead: locale.Words.OfferLeadPartnerOfRecord,
		whole: func(o held) []page.Row { return o.asked(o.Words.SiteAskedPartnerOfRecord()) },
	},
	offer.Reseller: {
		title: asks(locale.Words.OfferTitleReseller), lead: locale.Words.OfferLeadReseller,
		whole: func(o held) []page.Row { return o.asked(o.Words.SiteAskedReseller()) },
	},
}

// asks is the title of an offer that asks for a role and names no plan.
func asks(title func(locale.Words) string) func(locale.Words, offer.Offer, string) string {
	return func(w locale.Words, _ offer.Offer, _ string) string { return title(w) }
}

// Title names an offer by its kind and what it brings.
func Title(v *site.Visit, of offer.Offer, shown catalog.View) string {
	return views[of.Kind].title(v.Words, of, shown.Plans[of.Plan()].Name.In(string(v.Words.Language())))
}

// Lead says in a sentence what a partner asks and what to do about it.
func Lead(w locale.Words, of offer.Offer, asking, vendor string) string {
	return views[of.Kind].lead(w, asking, vendor)
}

// held is an offer as a page shows what it holds.
type held struct {
	*site.Visit
	of     offer.Offer
	shown  catalog.View
	asking partner.Partner
	orders []subscription.Order // what its items come to; none where they have no price
}

// Sections returns what an offer of a partner holds: a section for each of several plans, then one for all of it. orders are what its items come
// to, of a purchase only; until is when it ends.
func Sections(v *site.Visit, of offer.Offer, shown catalog.View, asking partner.Partner, orders []subscription.Order, until time.Time) []page.Section {
	w, view, o := v.Words, views[of.Kind], held{v, of, shown, asking, orders}
	var made []page.Section
	for i, item := range of.Items {
		rows := planRows(w, shown.Plans[item.Plan], len(of.Items) == 1)
		made = append(made, page.Section{Heading: v.PlanName(shown.Plans, item.Plan), Rows: append(rows, view.item(o, i)...)})
	}
	var all []page.Row
	if view.whole != nil {
		all = view.whole(o)
	}
	return Together(w, made, append(all,
		page.Row{Key: w.SiteCountry(), Values: []string{w.Country(of.Country)}},
		page.Row{Key: w.SiteUntil(), Values: []string{w.Time(v.In(until, of.Country))}},
		page.Row{Key: w.SiteReference(), Values: []string{of.ID.Reference()}}))
}

// tried says how long a trial runs, with how many licences, and that it is free; nothing where the plan has none any more.
func (o held) tried(i int) []page.Row {
	w, trial := o.Words, o.shown.Plans[o.of.Items[i].Plan].Trial
	if trial == nil {
		return nil
	}
	return []page.Row{
		{Key: w.SiteLength(), Values: []string{w.SiteDays(trial.Days)}},
		{Key: w.SiteLicences(), Values: []string{w.SiteLicenceCount(trial.Licenses)}},
		{Key: w.SitePrice(), Values: []string{w.SiteFree(), w.SiteBilledBy(o.shown.Vendor.Name)}},
	}
}

func (o held) ordered(i int) []page.Row { return price.Rows(o.Words, o.orders[i], len(o.of.Items) > 1) }

// bill says what a purchase costs together, who bills it and that it renews.
func (o held) bill() []page.Row {
	w := o.Words
	return []page.Row{
		{Key: w.SiteTotal(), Values: price.Total(w, o.orders...)},
		{Key: w.SiteBiller(), Values: []string{price.Bills(w, o.orders[0].BilledBy, o.shown.Vendor.Name, o.asking.LegalName)}},
		{Key: w.SiteRenewal(), Values: []string{w.SiteRenews()}},
	}
}

func (o held) administration() []page.Row {
	w, d := o.Words, o.of.DelegatedAdministration
	return append(o.asked(w.SiteAdministration(), granted.Rights(w, d.Role)), page.Row{Key: w.SiteAskedFor(), Values: []string{w.SiteDays(d.Days)}})
}

// asked says for which role the partner asks.
func (o held) asked(role ...string) []page.Row {
	return []page.Row{{Key: o.Words.SiteAsked(), Values: role}}
}

// Together returns the sections of several plans followed by what holds for all of them; of one plan all of it is one list.
func Together(w locale.Words, plans []page.Section, all []page.Row) []page.Section {
	if len(plans) > 1 {
		return append(plans, page.Section{Heading: w.SiteAll(), Rows: all})
	}
	var one []page.Row
	for _, plan := range plans {
		one = append(one, plan.Rows...)
	}
	return []page.Section{{Rows: append(one, all...)}}
}

// planRows returns what a plan is and includes, with its name or (under a heading that is the name) without.
func planRows(w locale.Words, plan catalog.Plan, named bool) []page.Row {
	l := string(w.Language())
	about := lines(plan.Description.In(l))
	if named {
		about = lines(plan.Name.In(l), plan.Description.In(l))
	}
	var rows []page.Row
	if len(about) > 0 {
		rows = append(rows, page.Row{Key: w.SitePlan(), Values: about})
	}
	if len(plan.Services) == 0 {
		return rows
	}
	return append(rows, page.Row{Key: w.SiteServices(), Values: Services(w, plan)})
}

// Services names what a plan includes, each with what it is about.
func Services(w locale.Words, plan catalog.Plan) []string {
	l := string(w.Language())
	services := make([]string, len(plan.Services))
	for i, s := range plan.Services {
		services[i] = s.Name.In(l)
		if about := s.Description.In(l); about != "" {
			services[i] = w.SiteService(services[i], about)
		}
	}
	return services
}

func lines(some ...string) []string {
	var kept []string
	for _, line := range some {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}
