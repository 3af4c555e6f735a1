// Package buy is where a customer orders without an offer: the catalogue, a plan with licences, term and partner information, the check, the
// order. What was typed travels in the address and the form, and nothing is stored before the order.
package buy

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/order"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
	"liaison/shared/site/offered"
	"liaison/shared/site/partnername"
	"liaison/shared/site/partnerpicker"
	"liaison/shared/site/price"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	partnername.Store
	partnerpicker.Counter
	confirm.Memory
	order.Store
	Plans(ctx context.Context, page dynamo.Page) ([]catalog.Plan, string, error)
}

//go:embed *.html
var files embed.FS

var (
	list  = page.Parse(files, "list.html")
	plan  = page.Parse(files, "plan.html")
	check = page.Parse(files, "check.html")
)

type buyPage struct{ table Table }

const path = "/account/buy"

// Page serves /account/buy, /account/buy/{plan} and /account/buy/{plan}/check.
func Page(env boot.Env, table Table) http.Handler {
	p := buyPage{table}
	return site.New(
		env, table,
		site.Route{Path: path, Get: site.Customers(table, access.Known, p.showList)},
		site.Route{Path: path + "/{plan}", Get: site.Customers(table, access.Known, p.showPlan), Post: site.Customers(table, access.Buy, p.postPlan)},
		site.Route{Path: path + "/{plan}/check", Get: site.Customers(table, access.Buy, p.showCheck), Post: site.Customers(table, access.Buy, p.postCheck)},
	)
}

type listBody struct {
	Cards []card
	WhoMay,
	Country string
}

// card is one plan of the catalogue.
type card struct {
	Name, About string
	Facts       []page.Row
	Order       string // path of the plan's page
	Why         string // why it cannot be had here, empty where it can
}

// most is how many plans the catalogue shows; the vendor has few.
const most = 100

// showList shows every plan that is sold: what the customer's country has first, and after it what it has not, with the reason.
func (p buyPage) showList(v *site.Visit, who site.Signed) error {
	plans, _, err := p.table.Plans(v.R.Context(), dynamo.Page{Limit: most})
	if err != nil {
		return err
	}
	w, country := v.Words, who.Customer.Country
	b := listBody{Country: w.Country(country), WhoMay: reader(v, who)}
	var elsewhere []card
	for _, one := range plans {
		if one.Status != catalog.PlanActive || len(one.Prices) == 0 {
			continue
		}
		made := card{Name: one.Name.In(string(w.Language())), About: one.Description.In(string(w.Language())), Facts: facts(v, one, country), Order: path + "/" + string(one.ID)}
		if !one.SoldIn(country) {
			made.Why = w.BuyElsewhere(made.Name, w.Country(country))
			made.Facts = made.Facts[:1]
			elsewhere = append(elsewhere, made)
			continue
		}
		b.Cards = append(b.Cards, made)
	}
	b.Cards = append(b.Cards, elsewhere...)
	frame := v.Frame(w.BuyTitle())
	frame.Back = &page.Link{URL: "/account", Text: w.FrameAccount()}
	return v.Render(list, http.StatusOK, frame, b)
}

// reader says who may order where the person only reads, empty where it may.
func reader(v *site.Visit, who site.Signed) string {
	if why := v.CannotOrder(who.Customer); why != "" {
		return why
	}
	if access.Has(who.Caller, access.Buy) {
		return ""
	}
	return v.WhoMay(who, access.Buy)
}

// facts returns what a plan holds and costs in a country.
func facts(v *site.Visit, of catalog.Plan, country string) []page.Row {
	w := v.Words
	rows := []page.Row{{Key: w.SiteServices(), Values: offered.Services(w, of)}}
	var prices []string
	for _, term := range of.Terms() {
		if one, sold := of.PriceIn(country, term); sold {
			prices = append(prices, price.License(w, one, term))
		}
	}
	if len(prices) > 0 {
		rows = append(rows, page.Row{Key: w.SitePrice(), Values: prices})
	}
	return append(rows, page.Row{Key: w.SiteLicences(), Values: []string{w.OrderBounds(of.Licenses.Min, of.Licenses.Max)}})
}

type planBody struct {
	About           string
	Facts           []page.Row
	Note            string // what becomes of a trial
	Why             string // why it cannot be ordered, empty where it can
	Form            bool
	Licenses        page.Input
	Term            page.Radios
	Into            *page.Radios
	PartnerOfRecord page.Radios
	ID              page.Lookup
	Token           string
	Action          string
}

// asked returns the plan that the path names; NotFound where there is none.
func asked(v *site.Visit) (catalog.PlanID, error) {
	id := catalog.PlanID(v.R.PathValue("plan"))
	if !id.Valid() {
		return "", fault.NotFound
	}
	return id, nil
}

func (p buyPage) showPlan(v *site.Visit, who site.Signed) error {
	id, err := asked(v)
	if err != nil {
		return err
	}
	if reader(v, who) != "" {
		return p.readPlan(v, who, id)
	}
	query := v.R.URL.Query()
	said := typed(query.Get)
	said.named = partnerpicker.Carried(query, who, false)
	o, err := p.review(v, who, id, said)
	if err != nil {
		return err
	}
	return p.renderPlan(v, who, http.StatusOK, o, said, nil, "")
}

// readPlan shows the plan to somebody who may not order it.
func (p buyPage) readPlan(v *site.Visit, who site.Signed, id catalog.PlanID) error {
	shown, err := v.Catalogue(id)
	if err != nil {
		return err
	}
	of, known := shown.Plans[id]
	if !known {
		return fault.NotFound
	}
	l := string(v.Words.Language())
	frame := v.Frame(of.Name.In(l))
	frame.Back = &page.Link{URL: path, Text: v.Words.BuyTitle()}
	return v.Render(plan, http.StatusOK, frame, planBody{About: of.Description.In(l), Facts: facts(v, of, who.Customer.Country), Why: reader(v, who)})
}

func (p buyPage) postPlan(v *site.Visit, who site.Signed) error {
	id, err := asked(v)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "plan", string(id)); err != nil {
		return err
	}
	said := typed(v.Form)
	said.named = partnerpicker.Posted(v)
	checking := partnerpicker.Checks(v)
	if checking {
		said.partnerOfRecord = other
	}
	if page.Switched(v.R) {
		o, err := p.review(v, who, id, answers{})
		if err != nil {
			return err
		}
		return p.renderPlan(v, who, http.StatusOK, o, said, nil, "")
	}
	wrong := ""
	if said.partnerOfRecord == other {
		if wrong, err = said.named.LookUp(v, p.table, who); err != nil {
			return err
		}
	}
	o, err := p.review(v, who, id, said)
	if err != nil {
		return err
	}
	if wrong != "" {
		o.errs = append(o.errs, page.FieldError{Field: partnerpicker.Field, Text: wrong})
	}
	if checking {
		o.errs = slices.DeleteFunc(o.errs, func(e page.FieldError) bool { return e.Field != partnerpicker.Field })
		if len(o.errs) > 0 {
			return p.renderPlan(v, who, http.StatusUnprocessableEntity, o, said, o.errs, "")
		}
		return p.renderPlan(v, who, http.StatusOK, o, said, nil, partnerpicker.Found(v.Words, o.account.Other.Partner))
	}
	if len(o.errs) > 0 {
		return p.renderPlan(v, who, http.StatusUnprocessableEntity, o, said, o.errs, "")
	}
	said.licenses = strconv.Itoa(o.wish.Licenses) // as every language reads it
	return v.Redirect(path + "/" + string(id) + "/check?" + said.query(who))
}

// renderPlan shows the plan with what was typed; a plan that cannot be ordered here, or now, with the reason in place of the form.
func (p buyPage) renderPlan(v *site.Visit, who site.Signed, status int, o reviewed, said answers, errs page.Errors, found string) error {
	w, l, country := v.Words, string(v.Words.Language()), who.Customer.Country
	b := planBody{About: o.plan.Description.In(l), Facts: facts(v, o.plan, country), Why: o.why}
	name := o.plan.Name.In(l)
	frame := v.Frame(w.BuyPlanTitle(name))
	frame.Back = &page.Link{URL: path, Text: w.BuyTitle()}
	if o.why != "" {
		frame.Title = name
		return v.Render(plan, status, frame, b)
	}
	names, err := partnername.Read(v, p.table, partnername.OfSubscriptions(o.account.Member.Subscriptions...)...)
	if err != nil {
		return err
	}
	b.Form, b.Action, b.Token = true, path+"/"+string(o.plan.ID), site.Token(who.Secret, "plan", string(o.plan.ID))
	b.Licenses = page.Input{
		Name: "licenses", Label: w.BuyLicences(), Hint: w.OrderBounds(o.plan.Licenses.Min, o.plan.Licenses.Max), Value: said.licenses, Error: errs.For("licenses"),
		InputMode: "numeric", Width: 8,
	}
	if said.licenses == "" && errs.For("licenses") == "" {
		b.Licenses.Value = strconv.Itoa(max(o.plan.Licenses.Default, o.assigned()))
	}
	b.Term = page.Radios{Name: "billing_term", Legend: w.OrderTerm(), Value: said.term, Error: errs.For("billing_term")}
	for _, term := range o.plan.Terms() {
		one, _ := o.plan.PriceIn(country, term)
		b.Term.Options = append(b.Term.Options, page.Option{Value: string(term), Label: price.Term(w, term), Hint: price.License(w, one, term)})
	}
	if len(b.Term.Options) == 1 {
		b.Term.Value = b.Term.Options[0].Value
	}
	b.PartnerOfRecord = page.Radios{Name: "advisor", Legend: w.BuyPartnerOfRecordLegend(), Value: said.partnerOfRecord, Error: errs.For("advisor")}
	kept := func(label, hint string) {
		b.PartnerOfRecord.Options = append(b.PartnerOfRecord.Options, page.Option{Value: keep, Label: label, Hint: hint})
	}
	switch {
	case o.trial != nil:
		b.Note = w.BuyConverts(name, v.In(o.trial.TrialEndsAt, country))
		kept(w.BuyPartnerOfRecordKeep(), names.Full(o.trial.PartnerOfRecordID()))
	case len(o.owned) > 0:
		b.Into = &page.Radios{Name: "into", Legend: w.BuyInto(), Value: said.into, Error: errs.For("into")}
		for _, s := range o.owned {
			partnerOfRecord := w.BuyIntoUnadvised()
			if s.PartnerOfRecordID() != "" {
				partnerOfRecord = w.PartnerOfRecordNow(names.Full(s.PartnerOfRecordID()))
			}
			b.Into.Options = append(b.Into.Options, page.Option{
				Value: string(s.ID), Label: w.BuyIntoAdd(w.SiteLicenceCount(s.Licenses.Bought)),
				Hint: strings.Join([]string{price.License(w, *s.Price, s.BillingTerm), partnerOfRecord, w.SubscriptionID() + ": " + string(s.ID)}, " · "),
			})
		}
		b.Into.Options = append(b.Into.Options, page.Option{Value: separate, Label: w.BuyIntoSeparate()})
		kept(w.BuyPartnerOfRecordKeepOwned(), w.BuyPartnerOfRecordKeepOwnedHint())
	}
	b.PartnerOfRecord.Options = append(b.PartnerOfRecord.Options, page.Option{Value: other, Label: w.PartnerOfRecordWithID(), Hint: w.BuyPartnerOfRecordOtherHint()}, page.Option{Value: none, Label: w.PartnerOfRecordNone()})
	if b.PartnerOfRecord.Value == "" && o.trial != nil {
		b.PartnerOfRecord.Value = keep
	}
	b.ID = partnerpicker.InAccount(w).Lookup(said.named.Typed, errs, "")
	if found != "" { // above, where the page opens
		frame.Notice = &page.Notice{Success: true, Text: found}
	}
	frame.Errors, frame.Form = ordered(errs), "plan"
	return v.Render(plan, status, frame, b)
}

// ordered returns the errors in the order of the fields.
func ordered(errs page.Errors) page.Errors {
	place := []string{"licenses", "billing_term", "into", "advisor", partnerpicker.Field}
	slices.SortStableFunc(errs, func(a, b page.FieldError) int { return slices.Index(place, a.Field) - slices.Index(place, b.Field) })
	return errs
}
