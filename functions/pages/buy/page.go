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
	"liaison/shared/locale"
	"liaison/shared/order"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
	"liaison/shared/site/partnername"
	"liaison/shared/site/partnerpicker"
	"liaison/shared/site/partnersearch"
	"liaison/shared/site/price"
	"liaison/shared/textinput"
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
	Cards  []card
	WhoMay string
	Empty  page.Empty
}

// card is one plan of the catalogue.
type card struct {
	Name, About string
	Price       *page.Price
	More        []string // the other prices, and how many licences
	Services    []page.Tick
	Act         page.Act
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
	b := listBody{WhoMay: reader(v, who), Empty: page.Empty{Icon: "box", Title: w.BuyNothing()}}
	var elsewhere []card
	for _, one := range plans {
		if one.Status != catalog.PlanActive || len(one.Prices) == 0 {
			continue
		}
		if made := offers(v, one, country); made.Act.Why == "" {
			b.Cards = append(b.Cards, made)
		} else {
			elsewhere = append(elsewhere, made)
		}
	}
	b.Cards = append(b.Cards, elsewhere...)
	frame := v.Frame(w.BuyTitle())
	frame.Lead, frame.Back = w.BuyLead(w.Country(country)), &page.Link{URL: "/account", Text: w.FrameAccount()}
	return v.Render(list, http.StatusOK, frame, b)
}

// offers returns the card of a plan: what it is, what it costs in a country, and the way to its page, or why it cannot be had there.
func offers(v *site.Visit, of catalog.Plan, country string) card {
	w, l := v.Words, string(v.Words.Language())
	made := card{Name: of.Name.In(l), About: of.Description.In(l), Services: services(w, of)}
	made.Act = page.Act{Text: w.BuyChoose(), URL: path + "/" + string(of.ID), About: made.Name}
	if !of.SoldIn(country) {
		made.Act.Why, made.Act.ID = w.BuyElsewhere(made.Name, w.Country(country)), "why-"+string(of.ID)
		return made
	}
	for _, term := range of.Terms() {
		one, sold := of.PriceIn(country, term)
		switch {
		case !sold:
		case made.Price == nil:
			tag := price.LicenseTag(w, one, term)
			made.Price = &tag
		default:
			made.More = append(made.More, w.BuyOrPrice(price.License(w, one, term)))
		}
	}
	made.More = append(made.More, w.BuyBounds(of.Licenses.Min, of.Licenses.Max))
	return made
}

func services(w locale.Words, of catalog.Plan) []page.Tick {
	l, made := string(w.Language()), make([]page.Tick, len(of.Services))
	for i, s := range of.Services {
		made[i] = page.Tick{Title: s.Name.In(l), Text: s.Description.In(l)}
	}
	return made
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

type planBody struct {
	Who  page.Who // who sells it
	Card card
	Note *page.Note // what becomes of a trial
	Why  string     // why it cannot be ordered, empty where it can
	Form *planForm  // nil where it cannot
	Sum  *sumBody
	Help *page.Who
	Seek string // where a partner is sought by who cannot order
}

// sumBody is what the answers come to, for the term that was chosen, or for each.
type sumBody struct {
	Totals []page.Price
	Rows   []page.Row
}

// planForm asks for what a plan's page has to know.
type planForm struct {
	Licenses        page.Input
	Term            page.Radios
	Into            *page.Radios
	PartnerOfRecord partnerForm
	Token           string
	Action          string
}

// partnerForm asks who becomes partner of record, folded under who it is as answered so far.
type partnerForm struct {
	Now  string
	Open bool
	Ask  page.Otherwise
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
	o, err := p.review(v, who, id, carried(v, who))
	if err != nil {
		return err
	}
	return p.renderPlan(v, who, http.StatusOK, o, nil, "")
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
	b := body(v, of, who.Customer.Country)
	b.Why = reader(v, who)
	return v.Render(plan, http.StatusOK, frame(v, b.Card.Name), b)
}

// body returns what the page says of any plan.
func body(v *site.Visit, of catalog.Plan, country string) planBody {
	vendor, b := v.Vendor(), planBody{Card: offers(v, of, country), Seek: partnersearch.Back{}.For(of.ID, country)}
	b.Who = page.Who{Name: vendor.Name, Line: v.Words.OrderInvoice(vendor.LegalName)}
	if help, _ := v.Help(); help != nil {
		b.Help = &page.Who{Name: help.Name, Line: v.Words.Hours(vendor.HelpHours), Links: []page.Contact{
			{Text: vendor.HelpPhone, URL: page.PhoneURL(vendor.HelpPhone)}, {Text: textinput.ShownMail(vendor.HelpMail), URL: page.MailURL(vendor.HelpMail)},
		}}
		b.Help.Links = slices.DeleteFunc(b.Help.Links, func(l page.Contact) bool { return l.URL == "" })
	}
	return b
}

// frame is around a plan's page, whose title stands in its first card.
func frame(v *site.Visit, title string) page.Frame {
	made := v.Frame(title)
	made.OwnTitle, made.Back = true, &page.Link{URL: path, Text: v.Words.BuyTitle()}
	return made
}

// steps are the two pages of an order: the plan's, and the check.
func steps(w locale.Words, back string) []page.Step {
	return []page.Step{{Text: w.BuyStepOrder(), URL: back, Current: back == ""}, {Text: w.BuyStepCheck(), Current: back != ""}}
}

// The buttons that go no further: counts counts what the answers come to, seeks leads to the search for a partner and back with them.
const (
	counts = "count"
	seeks  = "seek"
)

func (p buyPage) postPlan(v *site.Visit, who site.Signed) error {
	id, err := asked(v)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "plan", string(id)); err != nil {
		return err
	}
	if v.Form("action") == seeks {
		return v.Redirect(partnersearch.To(path+"/"+string(id), v.R.PostForm).For(id, who.Customer.Country))
	}
	said := typed(v.Form)
	said.named = partnerpicker.Posted(v)
	checking, counting := partnerpicker.Checks(v), v.Form("action") == counts
	if checking {
		said.partnerOfRecord = other
	}
	wrong := ""
	if said.partnerOfRecord == other && !counting && !page.Switched(v.R) {
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
	errs, found := o.errs, ""
	switch {
	case page.Switched(v.R):
		errs = nil
	case checking:
		if errs = only(errs, partnerpicker.Field); len(errs) == 0 {
			found = partnerpicker.Found(v.Words, o.account.Other.Partner)
		}
	case counting:
		errs = only(errs, "licenses")
	case len(errs) == 0:
		o.said.licenses = strconv.Itoa(o.wish.Licenses) // as every language reads it
		return v.Redirect(checkPath(id) + "?" + o.said.query(who))
	}
	status := http.StatusOK
	if len(errs) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return p.renderPlan(v, who, status, o, errs, found)
}

// only returns the errors at a field.
func only(errs page.Errors, field string) page.Errors {
	return slices.DeleteFunc(slices.Clone(errs), func(e page.FieldError) bool { return e.Field != field })
}

// renderPlan shows the plan with what was typed; a plan that cannot be ordered here, or now, with the reason in place of the form.
func (p buyPage) renderPlan(v *site.Visit, who site.Signed, status int, o reviewed, errs page.Errors, found string) error {
	w, b := v.Words, body(v, o.plan, who.Customer.Country)
	if o.why != "" {
		b.Why = o.why
		return v.Render(plan, status, frame(v, b.Card.Name), b)
	}
	names, err := partnername.Read(v, p.table, slices.Concat(partnername.OfSubscriptions(o.account.Member.Subscriptions...), o.known.IDs(), []partner.ID{o.partnerOfRecord()})...)
	if err != nil {
		return err
	}
	b.Sum = sum(v, o)
	b.Form = &planForm{
		Licenses: page.Input{
			Name: "licenses", Label: w.BuyLicences(), Hint: w.OrderBounds(o.plan.Licenses.Min, o.plan.Licenses.Max), Value: o.said.licenses, Error: errs.For("licenses"),
			InputMode: "numeric", Width: 8,
		},
		Term: askTerm(v, o, errs), Into: askInto(v, o, names, errs), PartnerOfRecord: askPartner(v, o, names, errs, found),
		Action: path + "/" + string(o.plan.ID), Token: site.Token(who.Secret, "plan", string(o.plan.ID)),
	}
	if o.trial != nil {
		b.Note = &page.Note{Kind: "info", Text: w.BuyConverts(b.Card.Name, v.In(o.trial.TrialEndsAt, who.Customer.Country))}
	}
	frame := frame(v, w.BuyPlanTitle(b.Card.Name))
	if found != "" { // above, where the page opens
		frame.Notice = &page.Notice{Success: true, Text: found, Link: &page.Link{Text: w.PartnerIDBack(), URL: "#" + partnerpicker.Field}}
	}
	frame.Errors, frame.Form, frame.Steps = ordered(errs), "plan", steps(w, "")
	return v.Render(plan, status, frame, b)
}

func askTerm(v *site.Visit, o reviewed, errs page.Errors) page.Radios {
	w := v.Words
	asked := page.Radios{Name: "billing_term", Legend: w.OrderTerm(), Value: o.said.term, Error: errs.For("billing_term"), Cards: true}
	for _, term := range o.plan.Terms() {
		one, _ := o.plan.PriceIn(o.account.Member.Customer.Country, term)
		asked.Options = append(asked.Options, page.Option{Value: string(term), Label: price.Term(w, term), Hint: price.License(w, one, term)})
	}
	return asked
}

// askInto asks of a plan that the customer has whether licences are added to it; nil where there is nothing to add to.
func askInto(v *site.Visit, o reviewed, names partnername.Names, errs page.Errors) *page.Radios {
	if o.trial != nil || len(o.owned) == 0 {
		return nil
	}
	w := v.Words
	asked := page.Radios{Name: "into", Legend: w.BuyInto(), Value: o.said.into, Error: errs.For("into"), Cards: true}
	for _, s := range o.owned {
		partnerOfRecord := w.BuyIntoUnadvised()
		if s.PartnerOfRecordID() != "" {
			partnerOfRecord = w.PartnerOfRecordNow(names.Short(s.PartnerOfRecordID()))
		}
		said := []string{price.License(w, *s.Price, s.BillingTerm), partnerOfRecord}
		if len(o.owned) > 1 { // else there is only one that can be meant
			said = append(said, w.SubscriptionID()+": "+string(s.ID))
		}
		asked.Options = append(asked.Options, page.Option{
			Value: string(s.ID), Label: w.BuyIntoAdd(w.SiteLicenceCount(s.Licenses.Bought)), Hint: strings.Join(said, " · "),
		})
	}
	asked.Options = append(asked.Options, page.Option{Value: separate, Label: w.BuyIntoSeparate()})
	return &asked
}

// askPartner asks who becomes partner of record: as it is, one that the customer knows, another by its ID, or nobody.
func askPartner(v *site.Visit, o reviewed, names partnername.Names, errs page.Errors, found string) partnerForm {
	w, now := v.Words, names.Short(o.partnerOfRecord())
	q := partnerpicker.Question{
		Name: "advisor", Legend: w.BuyPartnerOfRecordLegend(), None: page.Option{Value: none, Label: w.PartnerOfRecordNone()}, Answer: o.said.partnerOfRecord, Typed: o.said.named.Typed,
	}
	known := o.known
	switch {
	case o.trial != nil:
		q.Before = []page.Option{{Value: keep, Label: w.BuyPartnerOfRecordKeep(), Hint: names.Full(o.trial.PartnerOfRecordID())}}
		known = partnerpicker.KnownAt(o.account.Member.Ties, v.Op.At, o.trial.PartnerOfRecordID())
	case len(o.owned) > 0:
		q.Before = []page.Option{{Value: keep, Label: w.BuyPartnerOfRecordKeepOwned(), Hint: w.BuyPartnerOfRecordKeepOwnedHint()}}
		if q.Answer == keep && o.into == nil {
			now = w.BuyPartnerOfRecordKeepOwned()
		}
	}
	q.Known = known.Options(w, names, v.Op.At)
	changing := v.R.URL.Query().Get("change") == "advisor" && v.R.Method == http.MethodGet
	return partnerForm{
		Now: now, Ask: partnerpicker.InAccount(w).Ask(q, errs, found),
		Open: changing || found != "" || errs.For("advisor") != "" || errs.For(partnerpicker.Field) != "" || q.Answer == other && o.said.named.Partner == "",
	}
}

// sum returns what the answers come to; while the count is wrong only what one licence costs.
func sum(v *site.Visit, o reviewed) *sumBody {
	w, country, n, made := v.Words, o.account.Member.Customer.Country, o.licenses(), &sumBody{}
	counted := len(only(o.errs, "licenses")) == 0
	if counted {
		made.Rows = append(made.Rows, page.Row{Key: w.SiteLicences(), Values: []string{w.Int(n)}})
	}
	for _, term := range o.plan.Terms() {
		one, sold := o.plan.PriceIn(country, term)
		if !sold || term != o.wish.Term && o.plan.SoldBy(o.wish.Term) {
			continue
		}
		if counted {
			made.Totals = append(made.Totals, price.LicensesTag(w, one, n, term))
		}
		made.Rows = append(made.Rows, page.Row{Key: price.Term(w, term), Values: []string{price.License(w, one, term)}})
	}
	return made
}

// ordered returns the errors in the order of the fields.
func ordered(errs page.Errors) page.Errors {
	place := []string{"licenses", "billing_term", "into", "advisor", partnerpicker.Field}
	slices.SortStableFunc(errs, func(a, b page.FieldError) int { return slices.Index(place, a.Field) - slices.Index(place, b.Field) })
	return errs
}
