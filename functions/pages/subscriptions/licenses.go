package subscriptions

import (
	"net/http"
	"strconv"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
	"liaison/shared/site/price"
	"liaison/shared/subscription"
)

type licensesBody struct {
	Facts    []page.Row
	Licenses *page.Input // nil on the check
	Token    string
	Action   string
	Button   string
	Shown    confirm.Shown // the version of the subscription that is changed
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
	w := v.Words
	if typed == "" && wrong == "" {
		typed = strconv.Itoa(s.Licenses.Bought)
	}
	b := licensesBody{
		Facts: []page.Row{
			{Key: w.LicencesNow(), Values: []string{w.SiteLicenceCount(s.Licenses.Bought), w.SubscriptionsAssigned(s.Licenses.Assigned)}},
			{Key: w.SitePrice(), Values: []string{price.License(w, *s.Price, s.BillingTerm)}},
			{Key: w.OrderTotal(), Values: []string{total(v, s, s.Licenses.Bought)}},
		},
		Licenses: &page.Input{
			Name: "licenses", Label: w.LicencesNew(), Hint: w.OrderBounds(max(plan.Licenses.Min, s.Licenses.Assigned), plan.Licenses.Max), Value: typed, Error: wrong, InputMode: "numeric", Width: 8,
		},
		Token: site.Token(who.Secret, "licenses", string(s.ID)), Action: address(s.ID, "licenses"), Button: w.SiteNext(),
	}
	frame := v.Frame(w.LicencesTitle(name(v, plan, s)))
	frame.Back, frame.Form, frame.Notice = &page.Link{URL: address(s.ID), Text: name(v, plan, s)}, "licenses-form", note
	if wrong != "" {
		frame.Errors = page.Errors{{Field: "licenses", Text: wrong}}
	}
	return v.Render(licenses, status, frame, b)
}

func (p subscriptionsPage) checkLicenses(v *site.Visit, who site.Signed, s subscription.Subscription, plan catalog.Plan, n int, state confirm.State) error {
	w := v.Words
	form, now := address(s.ID, "licenses")+"?licenses="+strconv.Itoa(n), confirm.Shown{{Name: seen, Value: strconv.Itoa(s.Version)}}
	b := licensesBody{
		Facts: []page.Row{
			{Key: w.SitePlan(), Values: []string{name(v, plan, s)}},
			{Key: w.LicencesNow(), Values: []string{w.SiteLicenceCount(s.Licenses.Bought), total(v, s, s.Licenses.Bought)}},
			{Key: w.LicencesThen(), Values: []string{w.SiteLicenceCount(n), total(v, s, n)}, Change: &page.Link{URL: form + "&change=1#licenses", About: w.SiteLicences()}},
			{Key: w.LicencesWhen(), Values: []string{w.LicencesAtOnce(v.In(s.TermEnd(v.Op.At), who.Customer.Country))}},
		},
		Token: now.Token(who.Secret, "licenses", string(s.ID), strconv.Itoa(n)), Action: form, Button: w.LicencesButton(), Shown: now,
	}
	frame := v.Frame(w.LicencesCheckTitle())
	frame.Back, frame.Notice = &page.Link{URL: form + "&change=1"}, state.Notice
	return v.Render(licenses, state.Status, frame, b)
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
	return confirm.Press[sized]{
		Was: was,
		Do: func(sized) (string, error) {
			_, err := subscription.ChangeLicenses(v.R.Context(), p.table, who.Customer.ID, s.ID, n, version, v.By(who))
			return changed, err
		},
		Reload: func() (sized, error) {
			s, plan, err := p.asked(v, who)
			return sized{s, plan}, err
		},
		Refused: func(now sized, why *fault.Fault) error {
			note := &page.Notice{Title: v.Words.LicencesChangedTitle(), Text: v.Words.LicencesChangedText()}
			_, wrong := counted(v, now.sub, now.plan, given)
			switch {
			case !fault.Is(why, fault.Stale, fault.Invalid, fault.Conflict):
				return why
			case pressed(now.sub):
				return v.Redirect(changed)
			case now.sub.StatusAt(v.Op.At) != subscription.Active || now.sub.Price == nil:
				return v.Redirect(address(s.ID))
			case wrong != "":
				return p.formLicenses(v, who, now.sub, now.plan, http.StatusConflict, given, wrong, note)
			}
			return p.checkLicenses(v, who, now.sub, now.plan, n, confirm.State{Status: http.StatusConflict, Notice: note})
		},
	}.Answer(v, sized{s, plan})
}

// sized is a subscription whose licences change, with its plan.
type sized struct {
	sub  subscription.Subscription
	plan catalog.Plan
}
