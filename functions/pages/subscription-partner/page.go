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
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/order"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
	"liaison/shared/site/partnername"
	"liaison/shared/site/partnerpicker"
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

// The answers to what should be done.
const (
	name   = "name"
	remove = "remove"
)

// answers are what was chosen and typed; subscriptions stand by the last part of their ids.
type answers struct {
	chosen []string
	what   string
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
	a.named = partnerpicker.Carried(query, who, a.what == name)
	return a
}

// query carries the answers in an address.
func (a answers) query(who site.Signed, more ...string) string {
	q := url.Values{"s": {strings.Join(a.chosen, ",")}, "what": {a.what}}
	if a.what == name {
		q.Set(partnerpicker.Field, a.named.Typed)
		a.named.Carry(q, who)
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return q.Encode()
}

// complete says whether the answers of an address can be checked.
func (a answers) complete() bool {
	return len(a.chosen) > 0 && (a.what == remove || a.what == name && a.named.Partner != "")
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
	Which page.Checkboxes
	What  page.Radios
	ID    page.Lookup
	Token string
	None  bool
}

func (p partnerPage) show(v *site.Visit, who site.Signed) error {
	return p.render(v, who, http.StatusOK, carried(v, who), nil, "")
}

// render shows what can be chosen: every subscription, those that can't change with the reason.
func (p partnerPage) render(v *site.Visit, who site.Signed, status int, said answers, errs page.Errors, found string) error {
	a, err := p.table.OrderFacts(v.R.Context(), customer.UserID(who.ID), nil, "")
	if err != nil {
		return err
	}
	names, err := partnername.Read(v, p.table, partnername.OfSubscriptions(a.Member.Subscriptions...)...)
	if err != nil {
		return err
	}
	w := v.Words
	b := chooseBody{
		Which: page.Checkboxes{Name: "s", Legend: w.PartnerOfRecordWhichSubscriptions(), Error: errs.For("s")},
		What: page.Radios{Name: "what", Legend: w.PartnerOfRecordWho(), Value: said.what, Error: errs.For("what"), Options: []page.Option{
			{Value: name, Label: w.PartnerOfRecordWithID(), Hint: w.PartnerOfRecordSetHint()}, {Value: remove, Label: w.PartnerOfRecordRemove(), Hint: w.PartnerOfRecordRemoveHint()},
		}},
		ID:    partnerpicker.InAccount(w).Lookup(said.named.Typed, errs, ""),
		Token: site.Token(who.Secret, "choose"),
	}
	for _, s := range a.Member.Subscriptions {
		option := page.Option{Value: site.ULID(string(s.ID)), Label: called(v, a, s), Hint: subscribed.Standing(v, s, who.Customer.Country) + "\u00a0· " + w.PartnerOfRecordNow(names.Full(s.PartnerOfRecordID()))}
		option.Checked = slices.Contains(said.chosen, option.Value)
		if wrong := s.CanName(v.Op.At); wrong != nil {
			option.Disabled, option.Checked = true, false
			option.Hint += "\u00a0· " + w.PartnerOfRecordEnded()
		}
		b.Which.Options = append(b.Which.Options, option)
	}
	// What cannot be chosen stands last: an error leads to the first box, which must take the focus.
	slices.SortStableFunc(b.Which.Options, func(a, b page.Option) int {
		switch {
		case a.Disabled == b.Disabled:
			return 0
		case a.Disabled:
			return 1
		}
		return -1
	})
	b.None = !slices.ContainsFunc(b.Which.Options, func(o page.Option) bool { return !o.Disabled })
	frame := v.Frame(w.PartnerOfRecordTitle())
	frame.Errors, frame.Back = errs, &page.Link{URL: listPath, Text: w.SubscriptionsTitle()}
	if !b.None {
		frame.Form = "choose"
	}
	if found != "" { // above, where the page opens
		frame.Notice = &page.Notice{Success: true, Text: found}
	}
	return v.Render(choose, status, frame, b)
}

func called(v *site.Visit, a order.Facts, s subscription.Subscription) string {
	return v.Words.PartnerOfRecordSubscription(v.PlanName(a.Plans, s.Plan), v.Words.SiteLicenceCount(s.Licenses.Bought), string(s.ID))
}

// post looks the partner up, or leads on to the check.
func (p partnerPage) post(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "choose"); err != nil {
		return err
	}
	w, said := v.Words, typed(v.R.PostForm)
	said.named = partnerpicker.Posted(v)
	if page.Switched(v.R) {
		return p.render(v, who, http.StatusOK, said, nil, "")
	}
	checking := partnerpicker.Checks(v)
	if checking {
		said.what = name
	}
	var errs page.Errors
	add := func(field, text string) { errs = append(errs, page.FieldError{Field: field, Text: text}) }
	if !checking && len(said.chosen) == 0 {
		add("s", w.PartnerOfRecordWhichSubscriptionsMissing())
	}
	var found string
	switch said.what {
	case name:
		var wrong string
		var err error
		if wrong, err = said.named.LookUp(v, p.table, who); err != nil {
			return err
		}
		if wrong == "" {
			if found, wrong, err = p.lookUp(v, who, said.named.Partner); err != nil {
				return err
			}
		}
		if wrong != "" {
			add(partnerpicker.Field, wrong)
		}
	case remove:
		if said.named.Typed != "" {
			add("what", w.PartnerOfRecordIDNotChosen())
		}
	default:
		add("what", w.PartnerOfRecordWhoMissing())
	}
	if errs != nil {
		return p.render(v, who, http.StatusUnprocessableEntity, said, errs, "")
	}
	if checking {
		return p.render(v, who, http.StatusOK, said, nil, found)
	}
	return v.Redirect(checkPath + "?" + said.query(who))
}

// lookUp says whose ID it is, or why that partner can be partner of record of nothing.
func (p partnerPage) lookUp(v *site.Visit, who site.Signed, of partner.ID) (found, wrong string, err error) {
	a, err := p.table.OrderFacts(v.R.Context(), customer.UserID(who.ID), nil, of)
	if err != nil {
		return "", "", err
	}
	if a.Other == nil {
		return "", v.Words.PartnerIDUnknown(), nil
	}
	if a.Other.Status != partner.Active {
		return "", partnerpicker.InAccount(v.Words).Ineligible(fault.PartnerNotEligible.With("suspended")), nil
	}
	return partnerpicker.Found(v.Words, a.Other.Partner), "", nil
}
