// Package confirm is the page that shows once more what was answered, and whose one button does it. What the page showed is kept in the form's
// hidden fields, and the form's token signs it. A press does what stood there, or nothing: where something else counts by now, or the box was
// not ticked, the page is shown again. Pressed twice it leads to the same receipt.
package confirm

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
)

// Shown is what the page showed, as the form's hidden fields carry it. It is empty before a form was posted.
type Shown []Field

// Field is one hidden field.
type Field struct{ Name, Value string }

// Get returns the value of a field, empty where there is none.
func (s Shown) Get(name string) string {
	for _, f := range s {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// Token signs what the page showed, and what it is about: the step, the thing, the answers in the address.
func (s Shown) Token(secret string, about ...string) string {
	return site.Token(secret, s.signed(about)...)
}

func (s Shown) signed(about []string) []string {
	parts := slices.Clone(about)
	for _, f := range s {
		parts = append(parts, f.Value)
	}
	return parts
}

// Posted returns what the page showed whose button was pressed, by the names of its fields. It fails with Forbidden form_expired where the form
// does not carry the token of that page.
func Posted(v *site.Visit, secret string, about []string, names ...string) (Shown, error) {
	was := make(Shown, len(names))
	for i, name := range names {
		was[i] = Field{name, v.Form(name)}
	}
	return was, v.Posted(secret, was.signed(about)...)
}

// The fields of a page that orders.
const (
	keyField      = "key"
	termsField    = "terms"
	amountField   = "amount"
	currencyField = "currency"
	pricesField   = "prices"
	addedField    = "added"
)

// Charging is how the vendor charges what a page orders: its prices, net or gross, and from when it charges licences that a running term gets;
// empty where none gets any.
type Charging struct {
	Prices catalog.Prices
	Added  catalog.LicensesCharged
}

// Ordering names the fields of a page that orders: its key, the terms and the price that it showed, and how that is charged.
func Ordering() []string {
	return []string{keyField, termsField, amountField, currencyField, pricesField, addedField}
}

// Keyed returns what a page showed that only has a key.
func Keyed(key string) Shown { return Shown{{keyField, key}} }

// Order returns what a page showed that orders: its key, the version of the terms, the price of a licence and how that is charged.
func Order(key, terms string, price catalog.Money, charging Charging) Shown {
	return Shown{
		{keyField, key}, {termsField, terms}, {amountField, strconv.FormatInt(price.AmountMinor, 10)}, {currencyField, price.Currency}, {pricesField, string(charging.Prices.Or())}, {addedField, string(charging.Added)},
	}
}

// Key returns the key of the form.
func (s Shown) Key() string { return s.Get(keyField) }

// Terms returns the version of the terms that the page showed.
func (s Shown) Terms() string { return s.Get(termsField) }

// Price returns the price of a licence that the page showed.
func (s Shown) Price() catalog.Money {
	amount, _ := strconv.ParseInt(s.Get(amountField), 10, 64) // the token says what stood there
	return catalog.Money{AmountMinor: amount, Currency: s.Get(currencyField)}
}

// Overtaken returns as a notice what an ordering page showed and is no longer so, price_changed, how it is charged, or terms_outdated; nil where all
// is still as it was agreed to.
func Overtaken(w locale.Words, s Shown, price catalog.Money, charging Charging, terms string) *page.Notice {
	switch {
	case s.Price() != price:
		return notice(w, fault.PriceChanged)
	case s.Get(pricesField) != string(charging.Prices.Or()), s.Get(addedField) != string(charging.Added):
		return ChargeChanged(w)
	case s.Terms() != terms:
		return notice(w, fault.TermsOutdated)
	}
	return nil
}

// ChargeChanged says that something is charged otherwise than the page showed.
func ChargeChanged(w locale.Words) *page.Notice {
	return &page.Notice{Title: w.OrderChargeChangedTitle(), Text: w.OrderChargeChangedText()}
}

func notice(w locale.Words, code *fault.Code) *page.Notice {
	title, detail, _ := locale.Problem(w.Language(), code.String(), nil)
	return &page.Notice{Title: title, Text: detail}
}

// State is how the page stands: as it is opened, or as a press left it.
type State struct {
	Status int
	Key    string // of the form, which stays however often it is shown; fresh as it is opened
	Was    Shown  // what it showed when its button was pressed; empty as it is opened
	Agreed bool   // the box is ticked
	Errors page.Errors
	Notice *page.Notice // what has changed meanwhile
}

// Opened is the page as it is opened.
func Opened(v *site.Visit) State { return State{Status: http.StatusOK, Key: NewKey(v)} }

const agree = "agree"

// Agree returns the box to tick over the button.
func (s State) Agree(w locale.Words, label string) page.Checkboxes {
	return page.Checkboxes{
		Name: agree, Legend: w.TermsAgreement(), Error: s.Errors.For(agree), Options: []page.Option{{Value: "yes", Label: label, Checked: s.Agreed}},
	}
}

// Terms returns the vendor's terms for customers in full, to be agreed to; open where they have just changed.
func Terms(v *site.Visit, vendor, version string, open bool) (page.Details, error) {
	text, err := v.Terms(catalog.CustomerTerms, version)
	return page.Details{
		Summary: v.Words.TermsVendor(vendor, text.Title, version), Rich: template.HTML(text.HTML), Open: open, // made when it was published, never from a request
	}, err
}

// Press is one press of the button. Its functions share what counts now, a variable of who makes it, which Reload reads afresh. (As a parameter of
// type Now it would link every word: decision 90.)
type Press struct {
	Was     Shown
	Missing string // what is said where the box is not ticked; empty where there is no box
	// Before returns the path to what an earlier press of the same button made, empty where there was none. It is asked where something stands in
	// the way of this one; nil where that cannot be known.
	Before func() (path string, err error)
	// Away returns what leads away from the page where the answers no longer hold, nil where they do.
	Away func() func() error
	// Changed says what is no longer as the page showed it, nil where nothing is.
	Changed func() *page.Notice
	// Show shows the page again, with what counts now.
	Show func(State) error
	// Do does what the button says, and returns the path to what came of it.
	Do func() (path string, err error)
	// Reload reads afresh what counts, where Do failed; nil where Refused is enough.
	Reload func() error
	// Refused shows why Do failed, where nothing above did; nil where the fault is shown as any other.
	Refused func(*fault.Fault) error
}

// Answer answers the press: Do runs and its page follows, or what stands in its way is shown.
func (p Press) Answer(v *site.Visit) error {
	if shown, err := p.overtaken(v); shown || err != nil {
		return err
	}
	agreed := v.Form(agree) == "yes"
	switch {
	case page.Switched(v.R):
		return p.Show(p.state(http.StatusOK, State{Agreed: agreed}))
	case p.Missing != "" && !agreed:
		return p.Show(p.state(http.StatusUnprocessableEntity, State{Errors: page.Errors{{Field: agree, Text: p.Missing}}}))
	}
	path, err := p.Do()
	if err == nil {
		return v.Redirect(path)
	}
	return p.refused(v, err)
}

// refused shows why Do failed: another press was faster, or something counts that did not when the press began.
func (p Press) refused(v *site.Visit, err error) error {
	wrong := fault.As(err)
	if wrong == nil || fault.Is(wrong, fault.Busy) {
		return err
	}
	if p.Reload != nil {
		if failed := p.Reload(); failed != nil {
			return failed
		}
	}
	if led, failed := p.led(v); led || failed != nil {
		return failed
	}
	if away, changed := p.stands(); away != nil || changed != nil {
		return p.stopped(away, changed)
	}
	if p.Refused != nil {
		return p.Refused(wrong)
	}
	return err
}

// overtaken leads to what an earlier press made, or shows what has changed; false where neither is so.
func (p Press) overtaken(v *site.Visit) (bool, error) {
	away, changed := p.stands()
	if away == nil && changed == nil {
		return false, nil
	}
	if led, err := p.led(v); led || err != nil {
		return true, err
	}
	return true, p.stopped(away, changed)
}

// led leads to what an earlier press made; false where none did.
func (p Press) led(v *site.Visit) (bool, error) {
	if p.Before == nil {
		return false, nil
	}
	path, err := p.Before()
	if err != nil || path == "" {
		return false, err
	}
	return true, v.Redirect(path)
}

// stands returns what stands in the way of Do, and nothing where nothing does: what leads elsewhere, or else what has changed.
func (p Press) stands() (away func() error, changed *page.Notice) {
	if p.Away != nil {
		away = p.Away()
	}
	if away == nil && p.Changed != nil {
		changed = p.Changed()
	}
	return away, changed
}

// stopped shows what stood in the way.
func (p Press) stopped(away func() error, changed *page.Notice) error {
	if away != nil {
		return away()
	}
	return p.Show(p.state(http.StatusConflict, State{Notice: changed}))
}

// state returns how the press left the page.
func (p Press) state(status int, left State) State {
	left.Status, left.Was, left.Key = status, p.Was, p.Was.Key()
	return left
}
