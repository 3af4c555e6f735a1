package subscriptions

import (
	"net/http"
	"slices"
	"strconv"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
	"liaison/shared/site/partnername"
	"liaison/shared/site/price"
	"liaison/shared/subscription"
)

type licensesBody struct {
	Who      page.Who
	Facts    []page.Fact
	Licenses page.Input
	Total    page.Price // now
	Rows     []page.Row
	Charged  []string
	Token    string
	Action   string
	Back     string
}

type licensesCheckBody struct {
	Change, Price []page.Row
	Charged       string
	Then          []page.Moment
	Total         page.Price // once it is changed
	Token         string
	Action, Back  string
	Shown         confirm.Shown // the version of the subscription that is changed
}

// showLicenses asks for the number of licences; with a number in the address it shows what that comes to, to be confirmed.
func (p subscriptionsPage) showLicenses(v *site.Visit, who site.Signed) error {
	s, plan, err := p.asked(v, who)
	if err != nil {
		return err
	}
	if s.StatusAt(v.Op.At) != subscription.Active || s.Price == nil {
		return v.Redirect(address(s.ID))
	}
	given := v.R.URL.Query().Get("licenses")
	n, wrong := counted(v, s, plan, given)
	if given == "" || wrong != "" || v.R.URL.Query().Get("change") != "" {
		return p.formLicenses(v, who, s, plan, http.StatusOK, given, "", nil)
	}
	return p.checkLicenses(v, who, s, plan, n, confirm.State{Status: http.StatusOK})
}

// counted reads a number of licences and says what is wrong with it.
func counted(v *site.Visit, s subscription.Subscription, plan catalog.Plan, typed string) (n int, wrong string) {
	w := v.Words
	n, ok := site.Count(w, typed)
	if !ok {
		return 0, w.OrderLicencesWrong(plan.Licenses.Min, plan.Licenses.Max)
	}
	switch _, err := s.Resize(n, plan, v.Op.At); {
	case fault.Is(err, fault.OutOfRange):
		return n, w.OrderLicencesWrong(plan.Licenses.Min, plan.Licenses.Max)
	case fault.Is(err, fault.LicensesAssigned):
		return n, w.OrderLicencesAssigned(s.Licenses.Assigned)
	case n == s.Licenses.Bought:
		return n, w.LicencesSame(n)
	}
	return n, ""
}

func (p subscriptionsPage) formLicenses(v *site.Visit, who site.Signed, s subscription.Subscription, plan catalog.Plan, status int, typed, wrong string, note *page.Notice) error {
	w, called := v.Words, name(v, plan, s)
	names, err := partnername.Read(v, p.table, partnername.OfSubscriptions(s)...)
	if err != nil {
		return err
	}
	if typed == "" && wrong == "" {
		typed = strconv.Itoa(s.Licenses.Bought)
	}
	b := licensesBody{
		Who: page.Who{Name: called, Line: w.OrderInvoice(invoices(v, s, names))},
		Facts: []page.Fact{
			{Key: w.LicencesNow(), Value: w.SiteLicenceCount(s.Licenses.Bought)}, {Key: w.LicencesInUse(), Value: w.Int(s.Licenses.Assigned)},
		},
		Licenses: page.Input{
			Name: "licenses", Label: w.LicencesNew(), Hint: w.OrderBounds(max(plan.Licenses.Min, s.Licenses.Assigned), plan.Licenses.Max), Value: typed, Error: wrong, InputMode: "numeric", Width: 8,
		},
		Total: price.LicensesTag(w, *s.Price, s.Licenses.Bought, s.BillingTerm),
		Rows: []page.Row{
			{Key: w.SiteLicences(), Values: []string{w.Int(s.Licenses.Bought)}},
			{Key: w.OrderTerm(), Values: []string{price.Term(w, s.BillingTerm)}},
			{Key: w.SitePrice(), Values: []string{price.License(w, *s.Price, s.BillingTerm)}},
		},
		Token: site.Token(who.Secret, "licenses", string(s.ID)), Action: address(s.ID, "licenses"), Back: address(s.ID),
	}
	for _, more := range []bool{true, false} {
		if said := charged(v, s, names, more, who.Customer.Country); !slices.Contains(b.Charged, said) {
			b.Charged = append(b.Charged, said)
		}
	}
	frame := v.Frame(w.LicencesTitle(called))
	frame.OwnTitle, frame.Back, frame.Form, frame.Notice = true, &page.Link{URL: address(s.ID), Text: called}, "licenses-form", note
	if wrong != "" {
		frame.Errors = page.Errors{{Field: "licenses", Text: wrong}}
	}
	return v.Render(licenses, status, frame, b)
}

// invoices names who sends the invoice of a subscription: the vendor by its legal name, or a partner.
func invoices(v *site.Visit, s subscription.Subscription, names partnername.Names) string {
	if s.BilledBy == subscription.Vendor {
		return v.Vendor().LegalName
	}
	return names.Short(partner.ID(s.BilledBy))
}

// charged says from when another count of licences is charged. Of what a partner bills only the partner knows.
func charged(v *site.Visit, s subscription.Subscription, names partnername.Names, more bool, country string) string {
	if s.BilledBy != subscription.Vendor {
		return v.Words.ChargedPartner(names.Short(partner.ID(s.BilledBy)))
	}
	return price.Charged(v.Words, v.Vendor().LicensesCharged, more, v.In(s.TermEnd(v.Op.At), country))
}

func (p subscriptionsPage) checkLicenses(v *site.Visit, who site.Signed, s subscription.Subscription, plan catalog.Plan, n int, state confirm.State) error {
	w, country := v.Words, who.Customer.Country
	names, err := partnername.Read(v, p.table, partnername.OfSubscriptions(s)...)
	if err != nil {
		return err
	}
	form, now := address(s.ID, "licenses")+"?licenses="+strconv.Itoa(n), confirm.Shown{{Name: seen, Value: strconv.Itoa(s.Version)}}
	ends, back := v.In(s.TermEnd(v.Op.At), country), form+"&change=1"
	b := licensesCheckBody{
		Change: []page.Row{
			{Key: w.SitePlan(), Values: []string{name(v, plan, s)}},
			{Key: w.LicencesNow(), Values: []string{w.SiteLicenceCount(s.Licenses.Bought)}},
			{Key: w.LicencesThen(), Values: []string{w.SiteLicenceCount(n)}, Change: &page.Link{URL: back + "#licenses", About: w.SiteLicences()}},
			{Key: w.LicencesWhen(), Values: []string{w.LicencesAtOnce(ends)}},
		},
		Price: []page.Row{
			{Key: w.LicencesNow(), Values: []string{total(v, s, s.Licenses.Bought), price.License(w, *s.Price, s.BillingTerm)}},
			{Key: w.LicencesThen(), Values: []string{total(v, s, n)}, Total: true},
		},
		Charged: charged(v, s, names, n > s.Licenses.Bought, country), Total: price.LicensesTag(w, *s.Price, n, s.BillingTerm),
		Then: []page.Moment{
			{Kind: "now", Title: w.RedeemThenNow(), Text: w.LicencesThenNow(n, s.Licenses.Bought)},
			{Title: w.OrderThenInvoice(), Text: w.OrderInvoice(invoices(v, s, names))},
			{Title: w.Date(ends), Text: w.OrderThenRenews(total(v, s, n))},
		},
		Token: now.Token(who.Secret, "licenses", string(s.ID), strconv.Itoa(n)), Action: form, Back: back, Shown: now,
	}
	if s.Ending {
		b.Then[2].Text = w.SubscriptionsEnds()
	}
	frame := v.Frame(w.LicencesCheckTitle())
	frame.OwnTitle, frame.Notice = true, state.Notice
	return v.Render(licensesCheck, state.Status, frame, b)
}

// postLicenses leads from the form to the check, and from the check does the change. Pressed twice it is the same.
func (p subscriptionsPage) postLicenses(v *site.Visit, who site.Signed) error {
	s, plan, err := p.asked(v, who)
	if err != nil {
		return err
	}
	if v.Form(seen) != "" {
		return p.resize(v, who, s, plan)
	}
	if err := v.Posted(who.Secret, "licenses", string(s.ID)); err != nil {
		return err
	}
	if s.StatusAt(v.Op.At) != subscription.Active || s.Price == nil {
		return v.Redirect(address(s.ID))
	}
	typed := v.Form("licenses")
	if page.Switched(v.R) {
		return p.formLicenses(v, who, s, plan, http.StatusOK, typed, "", nil)
	}
	n, wrong := counted(v, s, plan, typed)
	if wrong != "" {
		return p.formLicenses(v, who, s, plan, http.StatusUnprocessableEntity, typed, wrong, nil)
	}
	return v.Redirect(address(s.ID, "licenses") + "?licenses=" + strconv.Itoa(n))
}

// seen is the field of the check that carries the version of the subscription that it showed.
const seen = "seen"

// resize changes the licences. Pressed twice it is the same; where somebody changed the subscription meanwhile it is to be decided on again.
func (p subscriptionsPage) resize(v *site.Visit, who site.Signed, s subscription.Subscription, plan catalog.Plan) error {
	given := v.R.URL.Query().Get("licenses")
	was, err := confirm.Posted(v, who.Secret, []string{"licenses", string(s.ID), given}, seen)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(given) // the token says that it is a number
	version, _ := strconv.Atoi(was.Get(seen))
	changed := address(s.ID) + "?done=licenses"
	pressed := func(s subscription.Subscription) bool { return s.Version != version && s.Licenses.Bought == n }
	if pressed(s) {
		return v.Redirect(changed)
	}
	return confirm.Press{
		Was: was,
		Do: func() (string, error) {
			_, err := subscription.ChangeLicenses(v.R.Context(), p.table, who.Customer.ID, s.ID, n, version, v.By(who))
			return changed, err
		},
		Reload: func() error { s, plan, err = p.asked(v, who); return err },
		Refused: func(why *fault.Fault) error {
			note := &page.Notice{Title: v.Words.LicencesChangedTitle(), Text: v.Words.LicencesChangedText()}
			_, wrong := counted(v, s, plan, given)
			switch {
			case !fault.Is(why, fault.Stale, fault.Invalid, fault.Conflict):
				return why
			case pressed(s):
				return v.Redirect(changed)
			case s.StatusAt(v.Op.At) != subscription.Active || s.Price == nil:
				return v.Redirect(address(s.ID))
			case wrong != "":
				return p.formLicenses(v, who, s, plan, http.StatusConflict, given, wrong, note)
			}
			return p.checkLicenses(v, who, s, plan, n, confirm.State{Status: http.StatusConflict, Notice: note})
		},
	}.Answer(v)
}
