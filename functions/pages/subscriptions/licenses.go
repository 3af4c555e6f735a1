package subscriptions

import (
	"net/http"
	"strconv"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/subscription"
)

type licensesBody struct {
	Facts    []page.Row
	Licences *page.Input // nil on the check
	Token    string
	Action   string
	Button   string
	Hidden   int // the licences to be checked
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
	return p.checkLicenses(v, who, s, plan, http.StatusOK, n, nil)
}

// counted reads a number of licences and says what is wrong with it.
func counted(v *site.Visit, s subscription.Subscription, plan catalog.Plan, typed string) (n int, wrong string) {
	w := v.Words
	n, ok := site.Count(w, typed)
	if !ok {
		return 0, w.BuyLicencesWrong(plan.Licenses.Min, plan.Licenses.Max)
	}
	switch _, err := s.Resize(n, plan, v.Op.At); {
	case fault.Is(err, fault.OutOfRange):
		return n, w.BuyLicencesWrong(plan.Licenses.Min, plan.Licenses.Max)
	case fault.Is(err, fault.LicensesAssigned):
		return n, w.BuyLicencesAssigned(s.Licenses.Assigned)
	case n == s.Licenses.Bought:
		return n, w.LicencesSame(n)
	}
	return n, ""
}

func (p subscriptionsPage) formLicenses(v *site.Visit, who site.Signed, s subscription.Subscription, plan catalog.Plan, status int, typed, wrong string, note *page.Notice) error {
	w := v.Words
	if typed == "" && wrong == "" {
		typed = strconv.Itoa(s.Licenses.Bought)
	}
	b := licensesBody{
		Facts: []page.Row{
			{Key: w.LicencesNow(), Values: []string{w.SiteLicenceCount(s.Licenses.Bought), w.SubscriptionsAssigned(s.Licenses.Assigned)}},
			{Key: w.SitePrice(), Values: []string{site.Price(w, *s.Price, s.BillingTerm)}},
			{Key: w.BuyTotal(), Values: []string{total(v, s, s.Licenses.Bought)}},
		},
		Licences: &page.Input{
			Name: "licenses", Label: w.LicencesNew(), Hint: w.BuyBounds(max(plan.Licenses.Min, s.Licenses.Assigned), plan.Licenses.Max), Value: typed, Error: wrong, InputMode: "numeric", Width: 8,
		},
		Token: site.Token(who.Secret, "licenses", string(s.ID)), Action: address(s.ID, "licenses"), Button: w.RedeemNext(),
	}
	frame := v.Frame(w.LicencesTitle(name(v, plan, s)))
	frame.Back, frame.Form, frame.Notice = &page.Link{URL: address(s.ID), Text: name(v, plan, s)}, "licenses-form", note
	if wrong != "" {
		frame.Errors = page.Errors{{Field: "licenses", Text: wrong}}
	}
	return v.Render(licenses, status, frame, b)
}

func (p subscriptionsPage) checkLicenses(v *site.Visit, who site.Signed, s subscription.Subscription, plan catalog.Plan, status, n int, note *page.Notice) error {
	w := v.Words
	form := address(s.ID, "licenses") + "?licenses=" + strconv.Itoa(n)
	b := licensesBody{
		Facts: []page.Row{
			{Key: w.SitePlan(), Values: []string{name(v, plan, s)}},
			{Key: w.LicencesNow(), Values: []string{w.SiteLicenceCount(s.Licenses.Bought), total(v, s, s.Licenses.Bought)}},
			{Key: w.LicencesThen(), Values: []string{w.SiteLicenceCount(n), total(v, s, n)}, Change: &page.Link{URL: form + "&change=1#licenses", About: w.SiteLicences()}},
			{Key: w.LicencesWhen(), Values: []string{w.LicencesAtOnce(v.In(s.TermEnd(v.Op.At), who.Customer.Country))}},
		},
		Token: site.Token(who.Secret, "licenses", string(s.ID), strconv.Itoa(n), strconv.Itoa(s.Version)), Action: form, Button: w.LicencesButton(), Hidden: s.Version,
	}
	frame := v.Frame(w.LicencesCheckTitle())
	frame.Back, frame.Notice = &page.Link{URL: form + "&change=1"}, note
	return v.Render(licenses, status, frame, b)
}

// postLicenses leads from the form to the check, and from the check does the change. Pressed twice it is the same.
func (p subscriptionsPage) postLicenses(v *site.Visit, who site.Signed) error {
	s, plan, err := p.asked(v, who)
	if err != nil {
		return err
	}
	if seen := v.Form("seen"); seen != "" {
		return p.resize(v, who, s, seen)
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

func (p subscriptionsPage) resize(v *site.Visit, who site.Signed, s subscription.Subscription, seen string) error {
	given := v.R.URL.Query().Get("licenses")
	if err := v.Posted(who.Secret, "licenses", string(s.ID), given, seen); err != nil {
		return err
	}
	n, _ := strconv.Atoi(given) // the token says that it is a number
	version, _ := strconv.Atoi(seen)
	_, err := subscription.ChangeLicenses(v.R.Context(), p.table, who.Customer.ID, s.ID, n, version, v.By(who))
	switch {
	case err == nil, fault.Is(err, fault.Stale) && s.Licenses.Bought == n: // pressed twice
		return v.Redirect(address(s.ID) + "?done=licenses")
	case !fault.Is(err, fault.Stale, fault.Invalid, fault.Conflict):
		return err
	}
	// Somebody changed the subscription meanwhile: what counts now, to be decided on again.
	s, plan, err := p.asked(v, who)
	if err != nil {
		return err
	}
	note := &page.Notice{Title: v.Words.LicencesChangedTitle(), Text: v.Words.LicencesChangedText()}
	if s.StatusAt(v.Op.At) != subscription.Active || s.Price == nil {
		return v.Redirect(address(s.ID))
	}
	if _, wrong := counted(v, s, plan, given); wrong != "" {
		return p.formLicenses(v, who, s, plan, http.StatusConflict, given, wrong, note)
	}
	return p.checkLicenses(v, who, s, plan, http.StatusConflict, n, note)
}
