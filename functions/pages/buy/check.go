package buy

import (
	"net/http"

	"liaison/shared/catalog"
	"liaison/shared/order"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
	"liaison/shared/site/partnername"
	"liaison/shared/site/partnerpicker"
	"liaison/shared/site/price"
)

type checkBody struct {
	Order, Company, Partner []page.Row
	Terms                   page.Details
	Agree                   page.Checkboxes
	Then                    []page.Moment
	Pay                     page.Price // of a term
	Token                   string
	Action, Back            string
	Shown                   confirm.Shown
}

// checkPath is the path of the page that checks the answers about a plan.
func checkPath(id catalog.PlanID) string { return path + "/" + string(id) + "/check" }

// signs names what the page is about: its token signs that beside what it shows.
func signs(id catalog.PlanID, said answers, who site.Signed) []string {
	return []string{"order", string(id), said.query(who)}
}

// checked reads the answers of the address and what they come to.
func (p buyPage) checked(v *site.Visit, who site.Signed) (reviewed, error) {
	id, err := asked(v)
	if err != nil {
		return reviewed{}, err
	}
	said := carried(v, who)
	said.fresh = false // an address that says nothing orders nothing
	o, err := p.review(v, who, id, said)
	if err == nil && said.partnerOfRecord == other && said.named.Partner == "" {
		o.wrong(partnerpicker.Field, v.Words.PartnerOfRecordAgain())
	}
	return o, err
}

// back leads to the plan's page with what was typed where the answers are wrong; nil where they hold.
func (p buyPage) back(v *site.Visit, who site.Signed, status int, o reviewed) func() error {
	if o.why == "" && len(o.errs) == 0 {
		return nil
	}
	return func() error { return p.renderPlan(v, who, status, o, o.errs, "") }
}

func (p buyPage) showCheck(v *site.Visit, who site.Signed) error {
	o, err := p.checked(v, who)
	if err != nil {
		return err
	}
	if back := p.back(v, who, http.StatusUnprocessableEntity, o); back != nil {
		return back()
	}
	return p.renderCheck(v, who, o, confirm.Opened(v))
}

func (p buyPage) renderCheck(v *site.Visit, who site.Signed, o reviewed, state confirm.State) error {
	w, vendor, query, version := v.Words, o.account.Vendor.Name, o.said.query(who), o.account.Terms.Version
	terms, err := confirm.Terms(v, vendor, version, state.Was.Terms() != "" && state.Was.Terms() != version)
	if err != nil {
		return err
	}
	names, err := partnername.Read(v, p.table, o.partnerOfRecord())
	if err != nil {
		return err
	}
	back := path + "/" + string(o.plan.ID) + "?" + query
	now := confirm.Order(state.Key, version, o.quote.Price, o.charging())
	b := checkBody{
		Order: orderRows(v, o, back), Company: []page.Row{{Key: w.SiteCompany(), Values: []string{who.Customer.Name, w.Country(who.Customer.Country)}}},
		Partner: []page.Row{{
			Key: w.PartnerOfRecordLabel(), Values: []string{names.Full(o.partnerOfRecord())},
			Change: &page.Link{URL: back + "&change=advisor#advisor", About: w.PartnerOfRecordLabel()},
		}},
		Terms: terms, Agree: state.Agree(w, w.TermsAgree(vendor, version)), Then: then(v, o), Pay: price.LicensesTag(w, o.quote.Price, o.licenses(), o.quote.Term),
		Token: now.Token(who.Secret, signs(o.plan.ID, o.said, who)...), Action: checkPath(o.plan.ID) + "?" + query, Back: back, Shown: now,
	}
	frame := v.Frame(w.BuyCheckTitle())
	frame.OwnTitle, frame.Errors, frame.Notice, frame.Form, frame.Steps = true, state.Errors, state.Notice, "check", steps(w, back)
	return v.Render(check, state.Status, frame, b)
}

// charging is how the vendor charges the order.
func (o reviewed) charging() confirm.Charging {
	made := confirm.Charging{Prices: o.account.Vendor.Prices}
	if o.into != nil {
		made.Added = o.account.Vendor.LicensesCharged.Or()
	}
	return made
}

// orderRows say what is ordered and what becomes of it, with the way back to each answer.
func orderRows(v *site.Visit, o reviewed, back string) []page.Row {
	w, country := v.Words, o.account.Member.Customer.Country
	change := func(fragment, about string) *page.Link { return &page.Link{URL: back + "#" + fragment, About: about} }
	what, licenses := page.Row{Key: w.BuyWhat(), Values: []string{w.BuyNew()}}, []string{w.Int(o.wish.Licenses)}
	if len(o.owned) > 0 {
		what.Change = change("into", w.BuyWhat())
	}
	switch {
	case o.trial != nil:
		what = page.Row{Key: w.BuyWhat(), Values: []string{w.BuyConverted(v.In(o.trial.TrialEndsAt, country))}}
	case o.into != nil:
		what.Values = []string{w.BuyAdded(v.In(o.into.TermEnd(v.Op.At), country))}
		licenses = []string{w.BuyAddedLicences(w.Int(o.into.Licenses.Bought), o.wish.Licenses, w.Int(o.licenses()))}
	}
	return []page.Row{
		{Key: w.SitePlan(), Values: []string{o.plan.Name.In(string(w.Language()))}, Change: &page.Link{URL: path, About: w.SitePlan()}},
		what,
		{Key: w.SiteLicences(), Values: licenses, Change: change("licenses", w.SiteLicences())},
		{Key: w.OrderTerm(), Values: []string{price.Term(w, o.quote.Term)}, Change: change("billing_term", w.OrderTerm())},
		{Key: w.SitePrice(), Values: []string{price.License(w, o.quote.Price, o.quote.Term)}},
		{Key: w.OrderTotal(), Values: []string{price.Licenses(w, o.quote.Price, o.licenses(), o.quote.Term)}, Total: true},
	}
}

// then is what follows the last button, in the order of time.
func then(v *site.Visit, o reviewed) []page.Moment {
	w, at, country := v.Words, v.Op.At, o.account.Member.Customer.Country
	total := price.Licenses(w, o.quote.Price, o.licenses(), o.quote.Term)
	starts, invoice, ends := w.OrderThenStarts(), w.OrderInvoice(o.account.Vendor.LegalName), o.quote.FirstEnd(at)
	if o.into != nil {
		ends = o.into.TermEnd(at)
		starts, invoice = w.OrderThenAdded(), price.Charged(w, o.account.Vendor.LicensesCharged, true, v.In(ends, country))+" "+invoice
	}
	return []page.Moment{
		{Kind: "now", Title: w.RedeemThenNow(), Text: starts},
		{Title: w.OrderThenInvoice(), Text: invoice},
		{Title: w.Date(v.In(ends, country)), Text: w.OrderThenRenews(total)},
	}
}

// postCheck places the order. The form's key makes it one order however often the button is pressed: every press ends at its receipt.
func (p buyPage) postCheck(v *site.Visit, who site.Signed) error {
	id, err := asked(v)
	if err != nil {
		return err
	}
	was, err := confirm.Posted(v, who.Secret, signs(id, carried(v, who), who), confirm.Ordering()...)
	if err != nil {
		return err
	}
	once := confirm.OnceBy(v, p.table, who, "order", was.Key(), checkPath(id))
	if led, err := once.Led(); led || err != nil {
		return err
	}
	o, err := p.checked(v, who)
	if err != nil {
		return err
	}
	return confirm.Press{
		Was: was, Missing: v.Words.BuyAgreeMissing(), Before: once.Receipt,
		Away: func() func() error { return p.back(v, who, http.StatusConflict, o) },
		Changed: func() *page.Notice {
			return confirm.Overtaken(v.Words, was, o.quote.Price, o.charging(), o.account.Terms.Version)
		},
		Show: func(state confirm.State) error { return p.renderCheck(v, who, o, state) },
		Do: func() (string, error) {
			wish, price := o.wish, was.Price()
			wish.Terms, wish.Price = was.Terms(), &price
			return once.Made(order.Buy(v.R.Context(), p.table, once.By, wish, once.Op))
		},
		Reload: func() error { o, err = p.checked(v, who); return err },
	}.Answer(v)
}
