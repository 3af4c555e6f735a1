package subscriptions

import (
	"errors"
	"html/template"
	"net/http"
	"strconv"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/order"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
	"liaison/shared/subscription"
)

type billingBody struct {
	Facts  []page.Row
	Text   string
	Terms  page.Details
	Agree  page.Checkboxes
	Token  string
	Action string
	Button string
	Seen   rebilled
}

// rebilled is what the yes to the vendor's billing agrees to, as the page showed it.
type rebilled struct {
	Key, Terms, Amount, Currency string
}

func (r rebilled) token(of subscription.ID) []string {
	return []string{"billing", string(of), r.Key, r.Terms, r.Amount, r.Currency}
}

// moved reads what the vendor's billing rests on: the subscription, its price there; an empty path where it can be moved.
func (p subscriptionsPage) moved(v *site.Visit, who site.Signed) (a order.Facts, s subscription.Subscription, price catalog.Money, away string, err error) {
	id := subscription.ID(v.R.PathValue("id"))
	if a, err = p.table.OrderFacts(v.R.Context(), customer.UserID(who.ID), nil, ""); err != nil {
		return a, s, price, "", err
	}
	if s, err = a.Member.Own(id); err != nil {
		return a, s, price, "", err
	}
	price, sold := a.Plans[s.Plan].PriceIn(who.Customer.Country, s.BillingTerm)
	if _, wrong := s.Rebill(subscription.Vendor, price, v.Op.At); wrong != nil || !sold {
		away = address(s.ID)
	}
	return a, s, price, away, nil
}

// showBilling shows the old and the new price before the vendor bills in place of the reseller.
func (p subscriptionsPage) showBilling(v *site.Visit, who site.Signed) error {
	a, s, price, away, err := p.moved(v, who)
	if err != nil {
		return err
	}
	if away != "" {
		return v.Redirect(away)
	}
	return p.renderBilling(v, who, http.StatusOK, a, s, price, v.NewKey(), false, nil, nil)
}

func (p subscriptionsPage) renderBilling(v *site.Visit, who site.Signed, status int, a order.Facts, s subscription.Subscription, price catalog.Money, key string, agreed bool, errs page.Errors, note *page.Notice) error {
	w, vendor := v.Words, a.Vendor.Name
	text, err := v.Terms(catalog.CustomerTerms, a.Terms.Version)
	if err != nil {
		return err
	}
	names, err := partnername.Read(v, p.table, partnername.OfSubscriptions(s)...)
	if err != nil {
		return err
	}
	now := rebilled{key, a.Terms.Version, strconv.FormatInt(price.AmountMinor, 10), price.Currency}
	b := billingBody{
		Facts: []page.Row{
			{Key: w.SitePlan(), Values: []string{name(v, a.Plans[s.Plan], s)}},
			{Key: w.SiteLicences(), Values: []string{w.SiteLicenceCount(s.Licenses.Bought)}},
			{Key: w.BillingNow(), Values: []string{names.Biller(s.BilledBy), site.Price(w, *s.Price, s.BillingTerm), total(v, s, s.Licenses.Bought)}},
			{Key: w.BillingThen(), Values: []string{vendor, site.Price(w, price, s.BillingTerm), site.Per(w, site.Total(price, s.Licenses.Bought), s.BillingTerm)}},
		},
		Text: w.BillingText(v.In(s.TermEnd(v.Op.At), who.Customer.Country)),
		Terms: page.Details{
			Summary: w.RedeemVendorTerms(vendor, text.Title, a.Terms.Version), Rich: template.HTML(text.HTML), // made when it was published, never from a request
		},
		Agree: page.Checkboxes{
			Name: "agree", Legend: w.RedeemAgreement(), Error: errs.For("agree"),
			Options: []page.Option{{Value: "yes", Label: w.BillingAgree(vendor, a.Terms.Version), Checked: agreed}},
		},
		Token: site.Token(who.Secret, now.token(s.ID)...), Action: address(s.ID, "billing"), Button: w.BillingButton(vendor), Seen: now,
	}
	frame := v.Frame(w.BillingTitle())
	frame.Errors, frame.Notice, frame.Form, frame.Back = errs, note, "billing", &page.Link{URL: address(s.ID), Text: name(v, a.Plans[s.Plan], s)}
	return v.Render(billing, status, frame, b)
}

// postBilling makes the vendor bill. Pressed twice it ends at the same receipt.
func (p subscriptionsPage) postBilling(v *site.Visit, who site.Signed) error {
	id := subscription.ID(v.R.PathValue("id"))
	was := rebilled{site.Key(v.Form("key")), v.Form("terms"), v.Form("amount"), v.Form("currency")}
	if was.Key == "" {
		return fault.FormExpired
	}
	if err := v.Posted(who.Secret, was.token(id)...); err != nil {
		return err
	}
	once := v.Once(who, "billing", was.Key)
	before := func() (bool, error) {
		made, err := v.Before(p.table, once)
		if err != nil || made == "" {
			return false, err
		}
		return true, v.Redirect(site.ReceiptPath(made, was.Key))
	}
	if led, err := before(); led || err != nil {
		return err
	}
	a, s, price, away, err := p.moved(v, who)
	if err != nil {
		return err
	}
	agreed := v.Form("agree") == "yes"
	amount, _ := strconv.ParseInt(was.Amount, 10, 64) // the token says what stood there
	seen := catalog.Money{AmountMinor: amount, Currency: was.Currency}
	overtaken := site.Overtaken(seen, price, was.Terms, a.Terms.Version)
	switch {
	case away != "":
		if led, err := before(); led || err != nil {
			return err
		}
		return v.Redirect(away)
	case page.Switched(v.R) && overtaken != nil:
		return p.renderBilling(v, who, http.StatusConflict, a, s, price, was.Key, false, nil, v.Told(overtaken))
	case page.Switched(v.R):
		return p.renderBilling(v, who, http.StatusOK, a, s, price, was.Key, agreed, nil, nil)
	case !agreed:
		return p.renderBilling(v, who, http.StatusUnprocessableEntity, a, s, price, was.Key, false, page.Errors{{Field: "agree", Text: v.Words.BillingAgreeMissing()}}, nil)
	}
	record, err := order.Transfer(v.R.Context(), p.table, v.Deciding(who, was.Key, address("{id}", "billing")), id, seen, was.Terms, once)
	var replay *op.Replay
	switch f := fault.As(err); {
	case err == nil:
		return v.Redirect(site.ReceiptPath(string(record.ID), was.Key))
	case errors.As(err, &replay):
		return v.Redirect(site.ReceiptPath(replay.Once.Result, was.Key))
	case fault.Is(err, fault.PriceChanged, fault.TermsOutdated):
		return p.renderBilling(v, who, http.StatusConflict, a, s, price, was.Key, false, nil, v.Told(f.Code))
	case fault.Is(err, fault.Conflict):
		if led, err := before(); led || err != nil {
			return err
		}
		return v.Redirect(address(id))
	}
	return err
}
