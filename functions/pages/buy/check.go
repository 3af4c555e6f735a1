package buy

import (
	"errors"
	"html/template"
	"net/http"
	"strconv"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/order"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
	"liaison/shared/site/partnerpicker"
)

type checkBody struct {
	Answers []page.Row
	Terms   page.Details
	Agree   page.Checkboxes
	Ends    string
	Token   string
	Action  string
	Hidden  []field
}

// field is a value that the page showed and the press sends back.
type field struct{ Name, Value string }

// shown is what the last button agrees to beside the answers.
type shown struct {
	key, terms string
	price      catalog.Money
}

func (s shown) fields() []field {
	return []field{
		{"key", s.key},
		{"terms", s.terms},
		{"amount", strconv.FormatInt(s.price.AmountMinor, 10)},
		{"currency", s.price.Currency},
	}
}

// token ties the last button to everything that stood on the page.
func (s shown) token(id catalog.PlanID, query string) []string {
	parts := []string{"order", string(id), query}
	for _, f := range s.fields() {
		parts = append(parts, f.Value)
	}
	return parts
}

func posted(v *site.Visit) shown {
	amount, _ := strconv.ParseInt(v.Form("amount"), 10, 64) // the token says what stood there
	return shown{key: site.Key(v.Form("key")), terms: v.Form("terms"), price: catalog.Money{AmountMinor: amount, Currency: v.Form("currency")}}
}

// checked reads the answers of the address and what they come to; answers that are wrong lead back to the plan's page, with what was typed.
func (p buyPage) checked(v *site.Visit, who site.Signed) (reviewed, answers, error) {
	id, err := asked(v)
	if err != nil {
		return reviewed{}, answers{}, err
	}
	said := carried(v, who)
	o, err := p.review(v, who, id, said)
	if err == nil && said.advisor == other && said.named.Partner == "" {
		o.wrong(partnerpicker.Field, v.Words.AdvisorAgain())
	}
	return o, said, err
}

func (p buyPage) showCheck(v *site.Visit, who site.Signed) error {
	o, said, err := p.checked(v, who)
	if err != nil {
		return err
	}
	if o.why != "" || len(o.errs) > 0 {
		return p.renderPlan(v, who, http.StatusUnprocessableEntity, o, said, o.errs, "")
	}
	return p.renderCheck(v, who, http.StatusOK, o, said, press{key: v.NewKey()})
}

// press is how the last button stands: its key, whether the terms were ticked, what is wrong, and the code of what has changed.
type press struct {
	key     string
	agreed  bool
	errs    page.Errors
	changed *fault.Code
}

func (p buyPage) renderCheck(v *site.Visit, who site.Signed, status int, o reviewed, said answers, last press) error {
	w, country := v.Words, who.Customer.Country
	text, err := v.Terms(catalog.CustomerTerms, o.account.Terms.Version)
	if err != nil {
		return err
	}
	names, err := partnername.Read(v, p.table, o.advisor())
	if err != nil {
		return err
	}
	vendor, query := o.account.Vendor.Name, said.query(who)
	back := path + "/" + string(o.plan.ID) + "?" + query
	change := func(fragment, about string) *page.Link { return &page.Link{URL: back + "#" + fragment, About: about} }
	what, licences := []string{w.BuyNew()}, []string{w.SiteLicenceCount(o.wish.Licenses)}
	switch {
	case o.trial != nil:
		what = []string{w.BuyConverted(v.In(o.trial.TrialEndsAt, country))}
	case o.into != nil:
		what = []string{w.BuyAdded(v.In(o.into.TermEnd(v.Op.At), country)), string(o.into.ID)}
		licences = []string{w.BuyAddedLicences(w.SiteLicenceCount(o.into.Licenses.Bought), o.wish.Licenses, w.SiteLicenceCount(o.licences()))}
	}
	total := site.Per(w, site.Total(o.quote.Price, o.licences()), o.quote.Term)
	now := shown{last.key, o.account.Terms.Version, o.quote.Price}
	b := checkBody{
		Answers: []page.Row{
			{Key: w.RedeemCompany(), Values: []string{who.Customer.Name}},
			{Key: w.SitePlan(), Values: []string{o.plan.Name.In(string(w.Language()))}, Change: &page.Link{URL: path, About: w.SitePlan()}},
			{Key: w.BuyWhat(), Values: what},
			{Key: w.SiteLicences(), Values: licences, Change: change("licenses", w.SiteLicences())},
			{Key: w.BuyTerm(), Values: []string{site.TermName(w, o.quote.Term)}, Change: change("billing_term", w.BuyTerm())},
			{Key: w.RedeemAdvisor(), Values: []string{names.Full(o.advisor())}, Change: change("advisor", w.RedeemAdvisor())},
			{Key: w.SitePrice(), Values: []string{site.Price(w, o.quote.Price, o.quote.Term)}},
			{Key: w.BuyTotal(), Values: []string{total}},
			{Key: w.BuyBiller(), Values: []string{w.BuyBills(vendor)}},
		},
		Terms: page.Details{
			Summary: w.RedeemVendorTerms(vendor, text.Title, o.account.Terms.Version), Rich: template.HTML(text.HTML), // made when it was published, never from a request
			Open: last.changed == fault.TermsOutdated,
		},
		Agree: page.Checkboxes{
			Name: "agree", Legend: w.RedeemAgreement(), Error: last.errs.For("agree"),
			Options: []page.Option{{Value: "yes", Label: w.RedeemAgree(vendor, o.account.Terms.Version), Checked: last.agreed}},
		},
		Ends: w.BuyEnds(), Token: site.Token(who.Secret, now.token(o.plan.ID, query)...), Action: path + "/" + string(o.plan.ID) + "/check?" + query, Hidden: now.fields(),
	}
	frame := v.Frame(w.BuyCheckTitle())
	frame.Errors, frame.Form, frame.Back = last.errs, "check", &page.Link{URL: back}
	if last.changed != nil {
		frame.Notice = v.Told(last.changed)
	}
	return v.Render(check, status, frame, b)
}

// postCheck places the order. The form's key makes it one order however often the button is pressed: every press ends at its receipt.
func (p buyPage) postCheck(v *site.Visit, who site.Signed) error {
	was := posted(v)
	id, err := asked(v)
	if err != nil {
		return err
	}
	if was.key == "" {
		return fault.FormExpired
	}
	if err := v.Posted(who.Secret, was.token(id, carried(v, who).query(who))...); err != nil {
		return err
	}
	once := v.Once(who, "order", was.key)
	if made, err := v.Before(p.table, once); err != nil || made != "" {
		return p.ordered(v, made, was.key, err)
	}
	o, said, err := p.checked(v, who)
	if err != nil {
		return err
	}
	agreed := v.Form("agree") == "yes"
	if o.why != "" || len(o.errs) > 0 {
		return p.changed(v, who, once, was.key, func() error {
			return p.renderPlan(v, who, http.StatusConflict, o, said, o.errs, "")
		})
	}
	overtaken := site.Overtaken(was.price, o.quote.Price, was.terms, o.account.Terms.Version)
	switch {
	case page.Switched(v.R) && overtaken != nil:
		return p.renderCheck(v, who, http.StatusConflict, o, said, press{key: was.key, changed: overtaken})
	case page.Switched(v.R):
		return p.renderCheck(v, who, http.StatusOK, o, said, press{key: was.key, agreed: agreed})
	case !agreed:
		return p.renderCheck(v, who, http.StatusUnprocessableEntity, o, said, press{key: was.key, errs: page.Errors{{Field: "agree", Text: v.Words.BuyAgreeMissing()}}})
	}
	wish := o.wish
	wish.Terms, wish.Price = was.terms, &was.price
	record, err := order.Buy(v.R.Context(), p.table, v.Deciding(who, was.key, path+"/"+string(id)+"/check"), wish, once)
	var replay *op.Replay
	switch f := fault.As(err); {
	case err == nil:
		return p.ordered(v, string(record.ID), was.key, nil)
	case errors.As(err, &replay):
		return p.ordered(v, replay.Once.Result, was.key, nil)
	case fault.Is(f, fault.Conflict, fault.Invalid):
		return p.changed(v, who, once, was.key, func() error { return p.again(v, who, was.key, f) })
	}
	return err
}

// ordered leads to the receipt of the order.
func (p buyPage) ordered(v *site.Visit, made, key string, err error) error {
	if err != nil {
		return err
	}
	return v.Redirect(site.ReceiptPath(made, key))
}

// changed leads to the receipt where another press of the same button placed the order meanwhile, and otherwise shows what has changed.
func (p buyPage) changed(v *site.Visit, who site.Signed, once op.Op, key string, show func() error) error {
	made, err := v.Before(p.table, once)
	if err != nil || made != "" {
		return p.ordered(v, made, key, err)
	}
	return show()
}

// again shows the check with what counts now and a notice of what has changed; where the answers no longer hold, the plan's page.
func (p buyPage) again(v *site.Visit, who site.Signed, key string, f *fault.Fault) error {
	o, said, err := p.checked(v, who)
	if err != nil {
		return err
	}
	switch {
	case o.why != "" || len(o.errs) > 0:
		return p.renderPlan(v, who, http.StatusConflict, o, said, o.errs, "")
	case fault.Is(f, fault.PriceChanged, fault.TermsOutdated):
		return p.renderCheck(v, who, http.StatusConflict, o, said, press{key: key, changed: f.Code})
	}
	return f
}
