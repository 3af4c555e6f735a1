package buy

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/order"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/partnerpicker"
	"liaison/shared/subscription"
)

// The answers to the question of the partner of record, and of a subscription of the same plan.
const (
	keep     = "keep"
	other    = partnerpicker.Other
	none     = partnerpicker.None
	separate = subscription.Separate
)

// answers are the fields as typed. As partner of record stands keep, other, none, or the ID of a partner that the customer knows.
type answers struct {
	licenses, term, into, partnerOfRecord string
	named                                 partnerpicker.Pick
	fresh                                 bool // nothing was typed yet
}

func typed(get func(string) string) answers {
	return answers{licenses: strings.TrimSpace(get("licenses")), term: get("billing_term"), into: get("into"), partnerOfRecord: get("advisor")}
}

// carried returns the answers of the address.
func carried(v *site.Visit, who site.Signed) answers {
	query := v.R.URL.Query()
	a := typed(query.Get)
	a.fresh = !query.Has("licenses")
	a.named = partnerpicker.Carried(query, who, a.partnerOfRecord == other)
	return a
}

// query carries the answers in an address.
func (a answers) query(who site.Signed) string {
	q := url.Values{"licenses": {a.licenses}, "billing_term": {a.term}, "advisor": {a.partnerOfRecord}}
	if a.into != "" {
		q.Set("into", a.into)
	}
	a.named.Carry(q, who)
	return q.Encode()
}

// reviewed is what the answers come to, as the table says now.
type reviewed struct {
	said    answers
	account order.Facts
	plan    catalog.Plan
	why     string // why the plan cannot be ordered, empty where it can
	known   partnerpicker.Known
	trial   *subscription.Subscription  // the one that becomes paid
	owned   []subscription.Subscription // those that licences may be added to
	into    *subscription.Subscription  // the one that is added to
	wish    order.Wish
	quote   subscription.Order
	errs    page.Errors
}

// assigned is how many licences the users of the trial hold.
func (o reviewed) assigned() int {
	if o.trial == nil {
		return 0
	}
	return o.trial.Licenses.Assigned
}

// review reads everything that an order rests on and says what is wrong with the answers.
func (p buyPage) review(v *site.Visit, who site.Signed, id catalog.PlanID, said answers) (reviewed, error) {
	a, err := p.table.OrderFacts(v.R.Context(), customer.UserID(who.ID), []catalog.PlanID{id}, said.named.Of(said.partnerOfRecord))
	if err != nil {
		return reviewed{}, err
	}
	v.PricedBy(a.Vendor)
	o := reviewed{account: a, known: partnerpicker.KnownAt(a.Member.Ties, v.Op.At)}
	var known bool
	if o.plan, known = a.Plans[id]; !known {
		return o, fault.NotFound
	}
	w, country, at := v.Words, who.Customer.Country, v.Op.At
	o.why = v.CannotOrder(a.Member.Customer)
	switch {
	case o.why != "":
	case o.plan.Status != catalog.PlanActive, len(o.plan.Prices) == 0:
		o.why = w.BuyWithdrawn()
	case !o.plan.SoldIn(country):
		o.why = w.BuyElsewhere(o.plan.Name.In(string(w.Language())), w.Country(country))
	}
	for _, s := range a.Member.Subscriptions {
		switch {
		case s.Plan != id:
		case s.Convertible(at) == nil:
			if o.trial == nil {
				o.trial = &s
			}
		case s.StatusAt(at) == subscription.Active && !s.Ending && s.BilledBy == subscription.Vendor && s.Price != nil:
			o.owned = append(o.owned, s)
		}
	}
	o.said = o.supposed(said)
	o.answer(v, o.said)
	return o, nil
}

// supposed returns the answers with what counts where nothing was answered: the partner of record stays as it is, and there is none of what is
// new. Before anything is typed that is the plan's own count, too, and the term where there is only one.
func (o *reviewed) supposed(said answers) answers {
	if said.partnerOfRecord == "" {
		said.partnerOfRecord = none
		if o.trial != nil || len(o.owned) > 0 {
			said.partnerOfRecord = keep
		}
	}
	if said.fresh {
		said.licenses = strconv.Itoa(max(o.plan.Licenses.Default, o.assigned()))
	}
	if terms := o.plan.Terms(); len(terms) == 1 && said.term == "" {
		said.term = string(terms[0])
	}
	return said
}

func (o *reviewed) wrong(field, text string) {
	o.errs = append(o.errs, page.FieldError{Field: field, Text: text})
}

func (o *reviewed) answer(v *site.Visit, said answers) {
	w, bounds := v.Words, o.plan.Licenses
	o.wish = order.Wish{Plan: o.plan.ID, Term: catalog.Term(said.term), Terms: o.account.Terms.Version}
	n, counted := site.Count(w, said.licenses)
	switch {
	case !counted || n < bounds.Min || n > bounds.Max:
		o.wrong("licenses", w.OrderLicencesWrong(bounds.Min, bounds.Max))
	case n < o.assigned():
		o.wrong("licenses", w.OrderLicencesAssigned(o.assigned()))
	}
	o.wish.Licenses = n
	if !o.plan.SoldBy(o.wish.Term) {
		o.wrong("billing_term", w.BuyTermMissing())
	}
	if len(o.errs) == 0 && o.why == "" {
		var err error
		if o.quote, err = o.account.Quote(o.wish); err != nil {
			o.why = w.BuyWithdrawn()
		}
	}
	if o.trial != nil {
		o.wish.Trial = o.trial.ID
	} else {
		o.place(v, said)
	}
	o.savePartnerOfRecord(v, said)
}

// place reads whether licences are added to a subscription of the same plan or make a separate one.
func (o *reviewed) place(v *site.Visit, said answers) {
	w := v.Words
	i := slices.IndexFunc(o.owned, func(s subscription.Subscription) bool { return string(s.ID) == said.into })
	switch {
	case i >= 0:
		o.into, o.wish.Into = &o.owned[i], said.into
		if len(o.errs) > 0 {
			return
		}
		if !o.into.Takes(o.plan.ID, o.quote, v.Op.At) {
			o.wrong("into", w.BuyIntoDiffers())
		} else if o.into.Licenses.Bought+o.wish.Licenses > o.plan.Licenses.Max {
			o.wrong("licenses", w.BuyLicencesTogether(o.plan.Licenses.Max, o.into.Licenses.Bought))
		}
	case len(o.owned) == 0 || said.into == separate:
		o.wish.Into = separate
	default:
		o.wrong("into", w.BuyIntoMissing())
	}
}

// savePartnerOfRecord reads who is to be partner of record.
func (o *reviewed) savePartnerOfRecord(v *site.Visit, said answers) {
	w := v.Words
	switch said.partnerOfRecord {
	case keep:
		o.wish.Keep = o.trial != nil || o.into != nil // a separate subscription has none yet
	case none:
	case other:
		o.names(v, partnerpicker.Field, said.named.Partner) // what else is wrong with it was said where it was read
		return
	default:
		if named := said.named.Of(said.partnerOfRecord); o.known.Has(named) {
			o.names(v, "advisor", named)
		} else {
			o.wrong("advisor", w.PartnerOfRecordChoose())
		}
	}
	if said.named.Typed != "" {
		o.wrong("advisor", w.PartnerOfRecordOtherNotChosen())
	}
}

// names makes a partner the one of record, or says at a field why it cannot be.
func (o *reviewed) names(v *site.Visit, field string, p partner.ID) {
	o.wish.PartnerOfRecord = p
	if err := o.account.CheckEligible(p, o.plan.ID, v.Op); err != nil {
		o.wrong(field, partnerpicker.InAccount(v.Words).Ineligible(err))
	}
}

// licenses is how many there are once the order is placed.
func (o reviewed) licenses() int {
	if o.into != nil {
		return o.into.Licenses.Bought + o.wish.Licenses
	}
	return o.wish.Licenses
}

// partnerOfRecord is who is partner of record once the order is placed.
func (o reviewed) partnerOfRecord() partner.ID {
	switch {
	case !o.wish.Keep:
		return o.wish.PartnerOfRecord
	case o.trial != nil:
		return o.trial.PartnerOfRecordID()
	}
	return o.into.PartnerOfRecordID()
}
