package subscriptions

import (
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/order"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
	"liaison/shared/site/partnername"
	"liaison/shared/site/price"
	"liaison/shared/subscription"
)

type billingBody struct {
	Text         string
	Bills        []bills // now, and then
	Rows         []page.Row
	Terms        page.Details
	Agree        page.Checkboxes
	Then         []page.Moment
	Token        string
	Action, Back string
	Button       string
	Shown        confirm.Shown
}

// bills is who bills, and for how much.
type bills struct {
	Heading string
	Who     page.Who
	Total   page.Price
	License string
}

// moved is what the vendor's billing rests on, as the table says now.
type moved struct {
	account order.Facts
	sub     subscription.Subscription
	price   catalog.Money // there
	away    bool          // it cannot be moved
}

func (p subscriptionsPage) moved(v *site.Visit, who site.Signed) (moved, error) {
	var m moved
	var err error
	if m.account, err = p.table.OrderFacts(v.R.Context(), customer.UserID(who.ID), nil, ""); err != nil {
		return m, err
	}
	v.PricedBy(m.account.Vendor)
	if m.sub, err = m.account.Member.Own(subscription.ID(v.R.PathValue("id"))); err != nil {
		return m, err
	}
	price, sold := m.account.Plans[m.sub.Plan].PriceIn(who.Customer.Country, m.sub.BillingTerm)
	_, wrong := m.sub.Rebill(subscription.Vendor, price, v.Op.At)
	m.price, m.away = price, wrong != nil || !sold
	return m, nil
}

// showBilling shows the old and the new price before the vendor bills in place of the reseller.
func (p subscriptionsPage) showBilling(v *site.Visit, who site.Signed) error {
	m, err := p.moved(v, who)
	if err != nil {
		return err
	}
	if m.away {
		return v.Redirect(address(m.sub.ID))
	}
	return p.renderBilling(v, who, m, confirm.Opened(v))
}

func (p subscriptionsPage) renderBilling(v *site.Visit, who site.Signed, m moved, state confirm.State) error {
	w, s, vendor, version := v.Words, m.sub, m.account.Vendor.Name, m.account.Terms.Version
	terms, err := confirm.Terms(v, vendor, version, false)
	if err != nil {
		return err
	}
	names, err := partnername.Read(v, p.table, partnername.OfSubscriptions(s)...)
	if err != nil {
		return err
	}
	now, called, ends := confirm.Order(state.Key, version, m.price, confirm.Charging{Prices: m.account.Vendor.Prices}), name(v, m.account.Plans[s.Plan], s), v.In(s.TermEnd(v.Op.At), who.Customer.Country)
	by := partner.ID(s.BilledBy)
	b := billingBody{
		Text: w.BillingText(ends),
		Bills: []bills{
			billed(w, w.BillingNow(), page.Who{Name: names.Short(by), Line: w.PartnerOfRecordIDOnly(partnername.ID(by))}, s, *s.Price),
			billed(w, w.BillingThen(), page.Who{Name: vendor, Line: m.account.Vendor.LegalName}, s, m.price),
		},
		Rows: []page.Row{
			{Key: w.SitePlan(), Values: []string{called}},
			{Key: w.SiteLicences(), Values: []string{w.Int(s.Licenses.Bought)}},
			{Key: w.OrderTerm(), Values: []string{price.Term(w, s.BillingTerm)}},
		},
		Then: []page.Moment{
			{Kind: "now", Title: w.RedeemThenNow(), Text: w.BillingThenNow(vendor, names.Short(by))},
			{Title: w.OrderThenInvoice(), Text: w.OrderInvoice(m.account.Vendor.LegalName)},
			{Title: w.Date(ends), Text: w.OrderThenRenews(price.Licenses(w, m.price, s.Licenses.Bought, s.BillingTerm))},
		},
		Terms: terms, Agree: state.Agree(w, w.BillingAgree(vendor, version)),
		Token: now.Token(who.Secret, "billing", string(s.ID)), Action: address(s.ID, "billing"), Back: address(s.ID), Button: w.BillingButton(vendor), Shown: now,
	}
	if s.Ending {
		b.Then[2].Text = w.SubscriptionsEnds()
	}
	frame := v.Frame(w.BillingTitle())
	frame.OwnTitle, frame.Errors, frame.Notice, frame.Form, frame.Back = true, state.Errors, state.Notice, "billing", &page.Link{URL: address(s.ID), Text: called}
	return v.Render(billing, state.Status, frame, b)
}

// billed says what somebody bills for a subscription at a price.
func billed(w locale.Words, heading string, by page.Who, s subscription.Subscription, one catalog.Money) bills {
	return bills{heading, by, price.LicensesTag(w, one, s.Licenses.Bought, s.BillingTerm), price.License(w, one, s.BillingTerm)}
}

// postBilling makes the vendor bill. Pressed twice it ends at the same receipt.
func (p subscriptionsPage) postBilling(v *site.Visit, who site.Signed) error {
	id := subscription.ID(v.R.PathValue("id"))
	was, err := confirm.Posted(v, who.Secret, []string{"billing", string(id)}, confirm.Ordering()...)
	if err != nil {
		return err
	}
	once := confirm.OnceBy(v, p.table, who, "billing", was.Key(), address("{id}", "billing"))
	if led, err := once.Led(); led || err != nil {
		return err
	}
	m, err := p.moved(v, who)
	if err != nil {
		return err
	}
	home := func() error { return v.Redirect(address(id)) }
	return confirm.Press{
		Was: was, Missing: v.Words.BillingAgreeMissing(), Before: once.Receipt,
		Away: func() func() error {
			if m.away {
				return home
			}
			return nil
		},
		Changed: func() *page.Notice {
			return confirm.Overtaken(v.Words, was, m.price, confirm.Charging{Prices: m.account.Vendor.Prices}, m.account.Terms.Version)
		},
		Show: func(state confirm.State) error { return p.renderBilling(v, who, m, state) },
		Do: func() (string, error) {
			return once.Made(order.Transfer(v.R.Context(), p.table, once.By, id, was.Price(), was.Terms(), once.Op))
		},
		Reload: func() error { m, err = p.moved(v, who); return err },
		Refused: func(wrong *fault.Fault) error {
			if fault.Is(wrong, fault.Conflict) {
				return home()
			}
			return wrong
		},
	}.Answer(v)
}
