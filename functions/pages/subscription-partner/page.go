// Package subscriptionpartner adds, changes or removes the partner of record of some of a customer's subscriptions: choose, check, one result
// each with the receipt. What was chosen travels in the address.
package subscriptionpartner

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
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
	"liaison/shared/site/subscribed"
	"liaison/shared/subscription"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	partnername.Store
	partnerpicker.Counter
	confirm.Memory
	order.Store
	Redemption(ctx context.Context, r consent.ID) (consent.StoredConsent, error)
}

//go:embed *.html
var files embed.FS

var (
	choose = page.Parse(files, "choose.html")
	check  = page.Parse(files, "check.html")
	result = page.Parse(files, "result.html")
)

type partnerPage struct{ table Table }

const (
	path      = "/account/subscriptions/partner"
	checkPath = path + "/check"
	listPath  = "/account/subscriptions"
)

// Page serves /account/subscriptions/partner and /account/subscriptions/partner/check.
func Page(env boot.Env, table Table) http.Handler {
	p := partnerPage{table}
	return site.New(
		env, table,
		site.Route{Path: path, Get: site.Customers(table, access.SetPartnerOfRecord, p.show), Post: site.Customers(table, access.SetPartnerOfRecord, p.post)},
		site.Route{Path: path + "/check", Get: site.Customers(table, access.SetPartnerOfRecord, p.showCheck), Post: site.Customers(table, access.SetPartnerOfRecord, p.postCheck)},
	)
}

// answers are what was chosen and typed; subscriptions stand by the last part of their ids.
type answers struct {
	chosen []string
	what   string // the ID of a partner that the customer knows, partnerpicker.Other, or partnerpicker.None, which removes
	named  partnerpicker.Pick
}

// most is how many subscriptions one address can name.
const most = 200

func typed(values url.Values) answers {
	a := answers{what: values.Get("what")}
	for _, given := range values["s"] {
		for one := range strings.SplitSeq(given, ",") {
			if site.Made(one) && !slices.Contains(a.chosen, one) && len(a.chosen) < most {
				a.chosen = append(a.chosen, one)
			}
		}
	}
	return a
}

// carried returns the answers of the address.
func carried(v *site.Visit, who site.Signed) answers {
	query := v.R.URL.Query()
	a := typed(query)
	a.named = partnerpicker.Carried(query, who, a.names())
	if a.what != partnerpicker.Other {
		a.named.Typed = ""
	}
	return a
}

// names says whether the answer is a partner, known or typed.
func (a answers) names() bool { return a.what == partnerpicker.Other || partner.ID(a.what).Valid() }

// query carries the answers in an address.
func (a answers) query(who site.Signed, more ...string) string {
	q := url.Values{"s": {strings.Join(a.chosen, ",")}, "what": {a.what}}
	if a.what == partnerpicker.Other {
		q.Set(partnerpicker.Field, a.named.Typed)
	}
	a.named.Carry(q, who)
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return q.Encode()
}

// complete says whether the answers of an address can be checked.
func (a answers) complete() bool {
	if len(a.chosen) == 0 {
		return false
	}
	if a.what == partnerpicker.Other {
		return a.named.Partner != ""
	}
	return a.what == partnerpicker.None || a.named.Partner != "" && string(a.named.Partner) == a.what
}

// ids returns the ids of what was chosen.
func (a answers) ids(of customer.ID) []subscription.ID {
	made := make([]subscription.ID, len(a.chosen))
	for i, one := range a.chosen {
		made[i] = subscription.ID("sub_" + of.Bare() + "_" + one)
	}
	return made
}

type chooseBody struct {
	Which   page.Picks
	Who     page.Otherwise
	Can     page.Details
	Token   string
	Nothing *page.Empty // nil where something can be chosen
}

func (p partnerPage) show(v *site.Visit, who site.Signed) error {
	said := carried(v, who)
	return p.render(v, who, http.StatusOK, said, nil, "")
}

// render shows what can be chosen: every subscription, those that can't change with the reason.
func (p partnerPage) render(v *site.Visit, who site.Signed, status int, said answers, errs page.Errors, found string) error {
	a, err := p.table.OrderFacts(v.R.Context(), customer.UserID(who.ID), nil, "")
	if err != nil {
		return err
	}
	known := partnerpicker.KnownAt(a.Member.Ties, v.Op.At)
	names, err := partnername.Read(v, p.table, append(partnername.OfSubscriptions(a.Member.Subscriptions...), known.IDs()...)...)
	if err != nil {
		return err
	}
	w := v.Words
	frame := v.Frame(w.PartnerOfRecordTitle())
	frame.Lead, frame.Errors, frame.Back = w.PartnerOfRecordLead(), errs, &page.Link{URL: listPath, Text: w.SubscriptionsTitle()}
	b := chooseBody{
		Which: page.Picks{
			Name: "s", Title: w.PartnerOfRecordWhichSubscriptions(), Error: errs.For("s"), Hint: w.PartnerOfRecordRequestHint(),
			Heads: []string{w.ActivitySubscription(), w.SubscriptionState(), w.PartnerOfRecordLabel()},
			Rows:  rows(v, who, a, names, said.chosen),
		},
		Who: partnerpicker.InAccount(w).Ask(partnerpicker.Question{
			Name: "what", Legend: w.PartnerOfRecordWho(), Known: known.Options(w, names, v.Op.At), Answer: said.what, Typed: said.named.Typed,
			None: page.Option{Value: partnerpicker.None, Label: w.PartnerOfRecordNone(), Hint: w.PartnerOfRecordRemoveHint()},
		}, errs, ""),
		Can:   page.Details{Summary: w.PartnersAllowed(), Text: w.PartnersPartnerOfRecordCan()},
		Token: site.Token(who.Secret, "choose"),
	}
	if !slices.ContainsFunc(b.Which.Rows, func(row page.PickRow) bool { return !row.Disabled }) {
		b.Nothing = &page.Empty{Icon: "hands", Title: w.PartnerOfRecordNoSubscription(), Acts: []page.Act{{Text: w.SubscriptionsTitle(), URL: listPath}}}
		return v.Render(choose, status, frame, b)
	}
	frame.Form = "choose"
	if found != "" { // above, where the page opens
		frame.Notice = &page.Notice{Success: true, Text: found}
	}
	return v.Render(choose, status, frame, b)
}

// rows returns a customer's subscriptions as they are chosen. What cannot be chosen stands last: an error leads to the first box, which must
// take the focus.
func rows(v *site.Visit, who site.Signed, a order.Facts, names partnername.Names, chosen []string) []page.PickRow {
	made := make([]page.PickRow, len(a.Member.Subscriptions))
	alike := map[string]int{}
	for i, s := range a.Member.Subscriptions {
		row := &made[i]
		row.Option = page.Option{Value: site.ULID(string(s.ID)), Label: v.PlanName(a.Plans, s.Plan), Hint: v.Words.SiteLicenceCount(s.Licenses.Bought)}
		row.Cells = []page.Cell{{Badges: []page.Badge{*subscribed.Badge(v, s, who.Customer.Country)}}, {Text: names.Short(s.PartnerOfRecordID())}}
		row.Checked = slices.Contains(chosen, row.Value)
		if s.CanName(v.Op.At) != nil {
			row.Disabled, row.Checked, row.Why = true, false, v.Words.PartnerOfRecordEnded()
		}
		alike[row.Label+row.Hint]++
	}
	for i, s := range a.Member.Subscriptions {
		if row := &made[i]; alike[row.Label+row.Hint] > 1 {
			row.Hint += "\u00a0· " + string(s.ID)
		}
	}
	slices.SortStableFunc(made, func(a, b page.PickRow) int {
		switch {
		case a.Disabled == b.Disabled:
			return 0
		case a.Disabled:
			return 1
		}
		return -1
	})
	return made
}

// post looks the partner up, or leads on to the check.
func (p partnerPage) post(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "choose"); err != nil {
		return err
	}
	said := typed(v.R.PostForm)
	said.named = partnerpicker.Posted(v)
	if page.Switched(v.R) {
		return p.render(v, who, http.StatusOK, said, nil, "")
	}
	if v.Form("action") == seeks {
		return p.seek(v, who, said)
	}
	checking := partnerpicker.Checks(v)
	if checking {
		said.what = partnerpicker.Other
	}
	wrong := ""
	if said.what == partnerpicker.Other {
		var err error
		if wrong, err = said.named.LookUp(v, p.table, who); err != nil {
			return err
		}
	}
	a, err := p.table.OrderFacts(v.R.Context(), customer.UserID(who.ID), nil, said.named.Partner)
	if err != nil {
		return err
	}
	if said.what == partnerpicker.Other && wrong == "" {
		wrong = unfit(v.Words, a)
	}
	errs := said.mistakes(v.Words, partnerpicker.KnownAt(a.Member.Ties, v.Op.At), wrong)
	if checking {
		errs = slices.DeleteFunc(errs, func(e page.FieldError) bool { return e.Field != partnerpicker.Field })
	}
	if len(errs) > 0 {
		return p.render(v, who, http.StatusUnprocessableEntity, said, errs, "")
	}
	if checking {
		return p.render(v, who, http.StatusOK, said, nil, partnerpicker.Found(v.Words, a.Other.Partner))
	}
	said.named.Partner = said.named.Of(said.what)
	return v.Redirect(checkPath + "?" + said.query(who))
}

// seeks is the button that leads to the search for a partner, and back with what was chosen.
const seeks = "seek"

// seek leads to the search for a partner: for the plan of what was chosen, where that is one.
func (p partnerPage) seek(v *site.Visit, who site.Signed, said answers) error {
	a, err := p.table.OrderFacts(v.R.Context(), customer.UserID(who.ID), nil, "")
	if err != nil {
		return err
	}
	var plans []catalog.PlanID
	for _, s := range a.Member.Subscriptions {
		if slices.Contains(said.chosen, site.ULID(string(s.ID))) && !slices.Contains(plans, s.Plan) {
			plans = append(plans, s.Plan)
		}
	}
	plan := catalog.PlanID("")
	if len(plans) == 1 {
		plan = plans[0]
	}
	back := partnersearch.To(path, url.Values{"s": {strings.Join(said.chosen, ",")}, "what": {said.what}, partnerpicker.Field: {said.named.Typed}})
	return v.Redirect(back.For(plan, who.Customer.Country))
}

// unfit says why the partner that was looked up can be partner of record of nothing, empty where it can.
func unfit(w locale.Words, a order.Facts) string {
	switch {
	case a.Other == nil:
		return w.PartnerIDUnknown()
	case a.Other.Status != partner.Active:
		return partnerpicker.InAccount(w).Ineligible(fault.PartnerNotEligible.With("suspended"))
	}
	return ""
}

// mistakes says what is to be mended in the answers of a form; wrong is what is wrong with the ID that was typed.
func (a answers) mistakes(w locale.Words, known partnerpicker.Known, wrong string) page.Errors {
	var errs page.Errors
	add := func(field, text string) { errs = append(errs, page.FieldError{Field: field, Text: text}) }
	if len(a.chosen) == 0 {
		add("s", w.PartnerOfRecordWhichSubscriptionsMissing())
	}
	switch {
	case wrong != "":
		add(partnerpicker.Field, wrong)
	case a.what == partnerpicker.Other:
	case a.what != partnerpicker.None && !known.Has(partner.ID(a.what)):
		add("what", w.PartnerOfRecordChoose())
	case a.named.Typed != "" && len(known) == 0:
		add("what", w.PartnerOfRecordIDNotChosen())
	case a.named.Typed != "":
		add("what", w.PartnerOfRecordOtherNotChosen())
	}
	return errs
}
