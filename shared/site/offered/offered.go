// Package offered is how pages show an offer: who asks, what it brings or asks, what it costs, what folds below it.
package offered

import (
	"embed"
	"html/template"
	"io/fs"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/granted"
	"liaison/shared/site/partnername"
	"liaison/shared/site/price"
	"liaison/shared/subscription"
)

// view is what pages show of the offers of one kind. A part that is nil is not there.
type view struct {
	kind  func(w locale.Words) string // its partner's name for such an offer
	new   func(w locale.Words) string // the heading of the pages that make one
	about func(w locale.Words) string // what it is for, to its partner
	icon  string
	title func(o Offer) string      // what it brings or asks, in plain words
	lead  func(o Offer) string      // what one should know of it first
	facts func(o Offer) []page.Fact // how much and how long, in short
	sum   func(o Offer) []page.Row  // the same, beside the steps
	item  func(o Offer, i int) []page.Row
	whole func(o Offer) []page.Row // what holds for all of it
	means func(o Offer) []string   // what a yes means
	costs bool                     // it costs money: what it holds never folds
}

var views = map[offer.Kind]view{
	offer.Trial: {
		kind: locale.Words.OfferedTrial, new: locale.Words.OfferNewTitleTrial, about: locale.Words.OfferNewAboutTrial, icon: "start",
		title: Offer.tryIt, lead: func(o Offer) string { return o.w.OfferLead() }, facts: Offer.free, sum: Offer.freeSum, item: Offer.tried,
	},
	offer.Purchase: {
		kind: locale.Words.OfferedPurchase, new: locale.Words.OfferNewTitlePurchase, about: locale.Words.OfferNewAboutPurchase, icon: "receipt",
		title: Offer.orderIt, lead: func(o Offer) string { return o.w.OfferLeadPurchase(o.biller()) }, facts: Offer.paid, sum: Offer.paidSum,
		item: Offer.ordered, whole: Offer.bill, costs: true,
	},
	offer.DelegatedAdministration: {
		kind: locale.Words.DelegatedAdministrationLabel, new: locale.Words.OfferNewTitleAdministration, about: locale.Words.OfferNewAboutAdministration, icon: "key",
		title: func(o Offer) string { return o.w.DelegatedAdministrationQuestion(o.partner.LegalName) },
		facts: Offer.power, whole: Offer.administration,
	},
	offer.PartnerOfRecord: {
		kind: locale.Words.PartnerOfRecordLabel, new: locale.Words.OfferNewTitlePartnerOfRecord, about: locale.Words.OfferNewAboutPartnerOfRecord, icon: "people",
		title: func(o Offer) string { return o.w.OfferTitlePartnerOfRecord(o.partner.LegalName) },
		lead:  func(o Offer) string { return o.w.OfferLeadPartnerOfRecord() },
		whole: func(o Offer) []page.Row {
			if o.asks {
				return o.asked(o.w.SiteAskedPartnerOfRecordCustomer())
			}
			return o.asked(o.w.SiteAskedPartnerOfRecord())
		},
	},
	offer.Reseller: {
		kind: locale.Words.ResellerLabel, new: locale.Words.OfferNewTitleReseller, about: locale.Words.OfferNewAboutReseller, icon: "store",
		title: func(o Offer) string { return o.w.ResellerQuestion(o.partner.LegalName) },
		lead:  func(o Offer) string { return o.w.OfferLeadReseller() },
		whole: Offer.reselling,
		means: func(o Offer) []string {
			return Reselling(o.w, o.of.NoticePeriod, o.partner.LegalName, o.shown.Vendor.Name)
		},
	},
}

// Offer is an offer as a page shows it.
type Offer struct {
	v       *site.Visit
	w       locale.Words
	of      offer.Offer
	shown   catalog.View
	partner partner.Partner
	orders  []subscription.Order // what its items come to; none where they have no price
	until   time.Time
	asks    bool // its own partner reads it
	view
}

// ToPartner returns the offer as its own partner reads it.
func (o Offer) ToPartner() Offer {
	o.asks = true
	return o
}

// Of returns an offer of a partner as a page shows it. orders are what its items come to, of a purchase only; until is when it ends.
func Of(v *site.Visit, of offer.Offer, shown catalog.View, asking partner.Partner, orders []subscription.Order, until time.Time) Offer {
	return Offer{v: v, w: v.Words, of: of, shown: shown, partner: asking, orders: orders, until: until, view: views[of.Kind]}
}

// Title names an offer of the partner with that legal name.
func Title(v *site.Visit, of offer.Offer, shown catalog.View, asking string) string {
	return Of(v, of, shown, partner.Partner{LegalName: asking}, nil, time.Time{}).Title()
}

// Kind names offers of a kind as their partner does, empty where there is no such kind.
func Kind(w locale.Words, kind offer.Kind) string {
	if of := views[kind]; of.kind != nil {
		return of.kind(w)
	}
	return ""
}

// New is the heading of the pages that make an offer of a kind; About says what it is for, and Icon is its drawing.
func New(w locale.Words, kind offer.Kind) string { return views[kind].new(w) }

// About says in a line what offers of a kind are for.
func About(w locale.Words, kind offer.Kind) string { return views[kind].about(w) }

// Icon names the drawing of a kind.
func Icon(kind offer.Kind) string { return views[kind].icon }

// Following is where a partner makes a purchase offer that follows a trial offer.
func Following(trial offer.ID) string {
	return "/partner/offers/new/country?kind=" + string(offer.Purchase) + "&follows=" + string(trial)
}

// Making is where a partner makes an offer of a kind.
func Making(kind offer.Kind) string { return "/partner/offers/new/country?kind=" + string(kind) }

// ForCustomer is the field of the query that names for which customer of its partner an offer is made.
const ForCustomer = "customer"

// MakingFor is where a partner makes an offer of a kind for a customer of its own; without a kind, where it chooses one.
func MakingFor(kind offer.Kind, c customer.ID) string {
	if kind == "" {
		return "/partner/offers/new?" + ForCustomer + "=" + c.Bare()
	}
	return Making(kind) + "&" + ForCustomer + "=" + c.Bare()
}

// ForLead is the field of the query that names which lead of its partner an offer answers.
const ForLead = "lead"

// MakingOf is where a partner makes an offer of a kind that answers a lead of its own.
func MakingOf(kind offer.Kind, lead string) string { return Making(kind) + "&" + ForLead + "=" + lead }

// Name names an offer as its partner does: by its kind and what it holds.
func Name(v *site.Visit, of offer.Offer, shown catalog.View) string {
	kind := Kind(v.Words, of.Kind)
	switch len(of.Items) {
	case 0:
		return kind
	case 1:
		return v.Words.OfferedName(kind, v.PlanName(shown.Plans, of.Plan()))
	}
	return v.Words.OfferedSeveral(kind, len(of.Items))
}

// Title names the offer by what it brings or asks.
func (o Offer) Title() string { return o.title(o) }

// Shown is what a page says of an offer: in its first card who asks, how much, until when and the partner's own words; then what it brings and
// costs; then what folds; and the same in short beside it. What is empty is not there.
type Shown struct {
	Partner, Title, Lead string
	Who                  *page.Who
	Facts                []page.Fact
	Message              *page.Quote
	Plans                []Plan
	Costs                []page.Section
	Details              []page.Details
	Sum                  []page.Row
	Means                []string        // what a yes means, where that is said apart
	Abilities            *page.Abilities // of an offer that asks for nothing but to administer
	Within               bool            // the page that shows it has another heading
}

//go:embed offered.html
var own embed.FS

// File is the template that shows an offer, in the files that With returns.
const File = "offered.html"

// With returns the files of a page together with the template that shows an offer.
func With(of fs.FS) fs.FS { return page.With(of, own, File) }

// Plan is a plan with what it includes; its name stands there where there are several.
type Plan struct {
	Name, About string
	Services    []page.Tick
}

// Show returns what a page says of the offer.
func (o Offer) Show() Shown {
	made := Shown{
		Partner: o.partner.LegalName, Title: o.Title(), Who: partnername.Who(o.w, o.partner), Plans: o.plans(), Details: o.details(), Sum: o.Sum(),
	}
	if o.lead != nil {
		made.Lead = o.lead(o)
	}
	if o.facts != nil {
		made.Facts = o.facts(o)
	}
	made.Facts = append(made.Facts, page.Fact{Key: o.w.SiteUntil(), Value: o.w.Time(o.v.In(o.until, o.of.Country))})
	if o.of.Message != "" {
		made.Message = &page.Quote{Text: o.of.Message, By: o.w.OfferMessageBy()}
	}
	if o.costs {
		made.Costs = o.Sections()
	}
	if o.means != nil {
		made.Means = o.means(o)
	}
	if _, alone := o.of.Kind.Administers(); alone {
		made.Abilities = new(granted.Abilities(o.w, o.of.DelegatedAdministration.Role))
	}
	return made
}

// plans returns what the offer brings.
func (o Offer) plans() []Plan {
	l := string(o.w.Language())
	made := make([]Plan, len(o.of.Items))
	for i, item := range o.of.Items {
		plan := o.shown.Plans[item.Plan]
		if made[i].About = plan.Description.In(l); len(made) > 1 {
			made[i].Name = o.v.PlanName(o.shown.Plans, item.Plan)
		}
		for _, s := range plan.Services {
			made[i].Services = append(made[i].Services, page.Tick{Title: s.Name.In(l), Text: s.Description.In(l)})
		}
	}
	return made
}

// details returns what folds: who the partner is, and of a trial what happens afterwards.
func (o Offer) details() []page.Details {
	rows := append(partnername.Card(o.w, o.partner), page.Row{Key: o.w.SiteReference(), Values: []string{o.of.ID.Reference()}})
	made := []page.Details{{Summary: o.w.OfferWho(), Rows: rows}}
	if o.trial() != nil {
		made = append(made, page.Details{Summary: o.w.OfferAfter(), Text: o.w.OfferAfterText(subscription.GraceDays, o.shown.Vendor.Name)})
	}
	return made
}

// Sum returns the offer in a few short rows, to stand beside the steps; nothing where there is nothing to sum up.
func (o Offer) Sum() []page.Row {
	if o.sum == nil {
		return nil
	}
	return o.sum(o)
}

// Sections returns what the offer holds: a section for each of several plans, then one for all of it.
func (o Offer) Sections() []page.Section {
	var made []page.Section
	for i, item := range o.of.Items {
		name := o.v.PlanName(o.shown.Plans, item.Plan)
		rows := o.item(o, i)
		if len(o.of.Items) == 1 {
			rows = append([]page.Row{{Key: o.w.SitePlan(), Values: []string{name}}}, rows...)
		}
		made = append(made, page.Section{Heading: name, Rows: rows})
	}
	var all []page.Row
	if o.whole != nil {
		all = o.whole(o)
	}
	return Together(o.w, made, all)
}

// trial is the first plan's; nil where it has none, as of a plan that is sold alone.
func (o Offer) trial() *catalog.Trial {
	if o.of.Kind.Tries() {
		return o.shown.Plans[o.of.Plan()].Trial
	}
	return nil
}

func (o Offer) plan() string { return o.v.PlanName(o.shown.Plans, o.of.Plan()) }

func (o Offer) tryIt() string {
	if trial := o.trial(); trial != nil {
		return o.w.OfferTitle(o.plan(), trial.Days)
	}
	return o.plan()
}

func (o Offer) orderIt() string {
	if len(o.of.Items) > 1 {
		return o.w.OfferTitlePurchases(len(o.of.Items))
	}
	return o.w.OfferTitlePurchase(o.plan())
}

// free says that a trial costs nothing and with how many licences it comes, as the title says how long; nothing where the plan has none any more.
func (o Offer) free() []page.Fact {
	trial := o.trial()
	if trial == nil {
		return nil
	}
	return []page.Fact{
		{Key: o.w.SitePrice(), Value: o.w.SiteFree()},
		{Key: o.w.SiteLicences(), Value: o.w.Int(trial.Licenses)},
	}
}

func (o Offer) freeSum() []page.Row {
	trial := o.trial()
	if trial == nil {
		return nil
	}
	return []page.Row{
		{Key: o.plan(), Values: []string{o.w.SiteLicenceCount(trial.Licenses) + ", " + o.w.SiteDays(trial.Days)}},
		{Key: o.w.SitePrice(), Values: []string{o.w.SiteFree()}},
	}
}

// tried says how many licences a trial has, how long it runs where it starts now, and that it is free.
func (o Offer) tried(int) []page.Row {
	trial := o.trial()
	if trial == nil {
		return nil
	}
	ends := o.v.In(o.v.Op.At.AddDate(0, 0, trial.Days), o.of.Country)
	return []page.Row{
		{Key: o.w.SiteLicences(), Values: []string{o.w.Int(trial.Licenses)}},
		{Key: o.w.SiteLength(), Values: []string{o.w.OfferRuns(trial.Days, ends), o.w.OfferEnds()}},
	}
}

// paid says what a purchase costs, and for how many licences.
func (o Offer) paid() []page.Fact {
	made := []page.Fact{{Key: o.w.SitePrice(), Value: strings.Join(price.Total(o.w, o.orders...), " + ")}}
	if len(o.orders) == 1 {
		made = append(made, page.Fact{Key: o.w.SiteLicences(), Value: o.w.Int(o.orders[0].Licenses)})
	}
	return made
}

func (o Offer) paidSum() []page.Row {
	var rows []page.Row
	for i, item := range o.of.Items {
		rows = append(rows, page.Row{Key: o.v.PlanName(o.shown.Plans, item.Plan), Values: []string{o.w.SiteLicenceCount(o.orders[i].Licenses)}})
	}
	return append(rows, page.Row{Key: o.w.SiteTotal(), Values: price.Total(o.w, o.orders...), Total: true})
}

func (o Offer) ordered(i int) []page.Row { return price.Rows(o.w, o.orders[i], len(o.of.Items) > 1) }

// biller names who bills a purchase.
func (o Offer) biller() string {
	if by := o.orders[0].BilledBy; by == subscription.Vendor || by == "" {
		return o.shown.Vendor.Name
	}
	return o.partner.LegalName
}

// bill says what a purchase costs together, who bills it and that it renews.
func (o Offer) bill() []page.Row {
	biller, renews := o.w.SiteBiller(), o.w.SiteRenews()
	if o.asks {
		biller, renews = o.w.SiteBillerCustomer(), o.w.SiteRenewsCustomer()
	}
	return []page.Row{
		{Key: o.w.SiteTotal(), Values: price.Total(o.w, o.orders...)},
		{Key: biller, Values: []string{price.Bills(o.w, o.orders[0].BilledBy, o.shown.Vendor.Name, o.partner.LegalName)}},
		{Key: o.w.SiteRenewal(), Values: []string{renews}},
	}
}

// power says which rights a partner asks for alone, and for how long.
func (o Offer) power() []page.Fact {
	d := o.of.DelegatedAdministration
	return []page.Fact{{Key: o.w.SiteAsked(), Value: granted.Rights(o.w, d.Role)}, {Key: o.w.SiteAskedFor(), Value: o.w.SiteDays(d.Days)}}
}

func (o Offer) administration() []page.Row {
	d := o.of.DelegatedAdministration
	return append(o.asked(o.w.SiteAdministration(), granted.Rights(o.w, d.Role)), page.Row{Key: o.w.SiteAskedFor(), Values: []string{o.w.SiteDays(d.Days)}})
}

// asked says for which role the partner asks.
func (o Offer) asked(role ...string) []page.Row {
	return []page.Row{{Key: o.w.SiteAsked(), Values: role}}
}

// Reselling says what a yes to a reseller means.
func Reselling(w locale.Words, n *offer.NoticePeriod, asking, vendor string) []string {
	return []string{w.ResellerBills(asking), w.ResellerStays(), w.ResellerAccess(), Removal(w, n, asking, vendor)}
}

// Terms returns what binds, each in full: the vendor's terms of a version, opened where they have just changed, and the partner's own apart from
// them, where the offer has any, opened where they are looked up.
func (o Offer) Terms(version string, text catalog.TermsText, opened, own bool) []page.Details {
	both := []page.Details{{
		Summary: o.w.RedeemTermsVersion(text.Title, version), Small: o.shown.Vendor.Name, Open: opened,
		Rich: template.HTML(text.HTML), //nolint:gosec // made when it was published, never from a request
	}}
	if t := o.of.PartnerTerms; t != nil {
		both = append(both, page.Details{Summary: t.Title, Small: o.partner.LegalName, Text: t.Text, Open: own})
	}
	return both
}

// reselling says for what a reseller asks, and how its customer ends that where the offer says so.
func (o Offer) reselling() []page.Row {
	rows := o.asked(o.w.SiteAskedReseller())
	if n := o.of.NoticePeriod; n != nil {
		rows = append(rows, page.Row{Key: o.w.ResellerNotice(), Values: []string{Notice(o.w, *n)}})
	}
	return rows
}

// Notice says in short how long a notice is.
func Notice(w locale.Words, n offer.NoticePeriod) string {
	if n.Days == 0 {
		return w.ResellerNoticeNow()
	}
	return w.SiteDays(n.Days)
}

// Removal says how a customer ends what it agreed with a reseller: after its notice, or, where none was agreed (nil), as the vendor decides.
func Removal(w locale.Words, n *offer.NoticePeriod, reseller, vendor string) string {
	switch {
	case n == nil:
		return w.ResellerRemove(relationship.DecisionDays, vendor)
	case n.Days == 0:
		return w.ResellerRemoveNow(reseller)
	}
	return w.ResellerRemoveNotice(n.Days, reseller)
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
