package redeem

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
	"liaison/shared/site/links"
	"liaison/shared/site/price"
	"liaison/shared/subscription"
	"liaison/shared/textinput"
	"liaison/shared/token"
)

type checkBody struct {
	What             string // heading over Offered
	Offered          []page.Section
	Means            []string // what a yes to a reseller means
	Account, Answers []page.Row
	Changed          *page.Details // the terms in full, where they have changed since they were read
	Agree            page.Checkboxes
	Terms            []page.Link
	Free             string
	Button           string
	Refuse, Decline  string // the No: beside the button where nothing else was asked, else apart from it
	Then             []page.Moment
	Token            string
	Shown            confirm.Shown
	Action, Back     string
}

func (p redeemPage) showCheck(v *site.Visit, f reading) error {
	note := notice(v)
	head, err := terms(f.Shown)
	if err != nil {
		return err
	}
	if f.Invitation.Draft.Terms != head.Version && note == nil {
		note = outdated(v, head)
	}
	return p.renderCheck(v, f, confirm.State{Status: http.StatusOK, Notice: note})
}

func (p redeemPage) renderCheck(v *site.Visit, f reading, state confirm.State) error {
	w, no := v.Words, path(stepRead, f, "step", "no")
	head, err := terms(f.Shown)
	if err != nil {
		return err
	}
	both, err := p.documents(v, f, head)
	if err != nil {
		return err
	}
	answers, err := p.answerRows(v, f)
	if err != nil {
		return err
	}
	now := shows(f, head.Version)
	b := checkBody{
		What: w.OfferWhat(), Offered: p.offered(v, f), Account: accountRows(v, f), Answers: answers, Agree: state.Agree(w, w.RedeemAgree()),
		Terms: both.links(w, f), Then: then(v, f), Shown: now, Action: path(stepCheck, f), Token: now.Token(f.Secret, "check", string(f.Invitation.ID)), Back: f.back(stepCheck),
	}
	if f.Invitation.Draft.Terms != head.Version {
		b.Changed = &both.details(true, false)[0]
	}
	b.Agree.Legend = "" // the heading over the documents says it
	if f.Facts.Offer.Kind.Sells() {
		b.Decline = no
	}
	f.view.button(v, f, &b)
	return v.Render(check, state.Status, f.frame(v, stepCheck, w.RedeemCheckTitle(), "check", state.Errors, state.Notice), b)
}

// links lead to both in full: the vendor's own page, and the first page, where the partner's stand.
func (d documents) links(w locale.Words, f reading) []page.Link {
	both := []page.Link{{Text: w.TermsVendor(d.vendor, d.text.Title, d.version), URL: "/terms/customer?version=" + url.QueryEscape(d.version)}}
	if d.own != nil {
		both = append(both, page.Link{Text: w.RedeemPartnerTerms(d.partner, d.own.title), URL: path(stepRead, f, "from", "check") + "#details"})
	}
	return both
}

// then is what follows the last button, in the order of time, beside the ends that the answers name.
func then(v *site.Visit, f reading) []page.Moment {
	w, of := v.Words, f.Facts.Offer
	on := func(days int) string { return w.Date(v.In(v.Op.At.AddDate(0, 0, days), of.Country)) }
	made := []page.Moment{{Kind: "now", Title: w.RedeemThenNow(), Text: w.RedeemThenReceipt()}}
	if of.Kind.Tries() && f.plan(0).Trial != nil {
		made = append(made, page.Moment{Title: on(f.plan(0).Trial.Days + subscription.GraceDays), Text: w.ReceiptNextBuy()})
	}
	return made
}

// change leads back to a field of a step, from the check.
func change(f reading, step, fragment, about string) *page.Link {
	return &page.Link{URL: path(step, f, "from", "check") + "#" + fragment, About: about}
}

// answerRows returns the answers about the partner.
func (p redeemPage) answerRows(v *site.Visit, f reading) (rows []page.Row, err error) {
	if own := f.view.rows; own != nil {
		if rows, err = own(p, v, f); err != nil {
			return nil, err
		}
	}
	administration, err := p.administrationRows(v, f)
	return append(rows, administration...), err
}

// accountRows say whose account it is, or becomes.
func accountRows(v *site.Visit, f reading) []page.Row {
	w, draft, country := v.Words, f.Invitation.Draft, v.Words.Country(f.Facts.Offer.Country)
	if m := f.Member; m != nil {
		return []page.Row{{Key: w.SiteCompany(), Values: []string{m.Customer.Name, country}}, {Key: w.RedeemName(), Values: []string{m.User.Name, textinput.ShownMail(m.User.Mail)}}}
	}
	return []page.Row{
		{Key: w.SiteCompany(), Values: []string{draft.Company, country}, Change: change(f, stepAccount, "company", w.SiteCompany())},
		{Key: w.RedeemOwnerLabel(), Values: []string{draft.Name, textinput.ShownMail(f.Invitation.Mail), w.RedeemOwnerRoles()}, Change: change(f, stepAccount, "name", w.RedeemOwnerLabel())},
		{Key: w.SiteLanguage(), Values: []string{locale.LanguageName(locale.Language(draft.Language))}, Change: change(f, stepAccount, "language", w.SiteLanguage())},
	}
}

// offered returns what is ordered: of a purchase with the customer's choices, and what becomes of each.
func (p redeemPage) offered(v *site.Visit, f reading) []page.Section {
	w := v.Words
	made := f.offer(v, f.Invitation.Draft).Sections()
	for i, way := range f.Preview.Items {
		rows := &made[i].Rows
		for j, row := range *rows {
			if b := f.plan(i).Licenses; row.Key == w.SiteLicences() && b.Min < b.Max {
				(*rows)[j].Change = change(f, stepAccount, licensesField(i), w.SiteLicences())
			}
			if row.Key == w.SitePrice() && way.Charges() {
				ends := v.In(way.Into.TermEnd(v.Op.At), f.Facts.Offer.Country)
				(*rows)[j].Values = append(row.Values, price.Charged(w, f.Shown.Vendor.LicensesCharged, true, ends))
			}
		}
		what := page.Row{Key: w.RedeemHappens(), Values: []string{happens(w, way)}}
		if len(way.Adds) > 0 {
			what.Change = change(f, stepAccount, intoField(i), w.RedeemHappens())
		}
		*rows = append([]page.Row{what}, *rows...)
	}
	return made
}

// The fields of the check: the draft's revision, the version of the terms, what a yes would do, and how it is charged.
const (
	revField    = "rev"
	termsField  = "terms"
	doesField   = "does"
	chargeField = "charge"
)

// shows is what the check shows, and its button agrees to.
func shows(f reading, terms string) confirm.Shown {
	return confirm.Shown{
		{Name: revField, Value: strconv.Itoa(f.Invitation.Draft.Rev)},
		{Name: termsField, Value: terms},
		{Name: doesField, Value: f.Preview.Fingerprint()},
		{Name: chargeField, Value: f.Preview.Charging()},
	}
}

// postCheck is the press of the last button. Everything is read afresh before anything is written (infra/design/product.md, "Answering").
func (p redeemPage) postCheck(v *site.Visit, a answerable) error {
	was, err := confirm.Posted(v, a.Secret, []string{"check", string(a.Invitation.ID)}, revField, termsField, doesField, chargeField)
	if err != nil {
		return err
	}
	return confirm.Press{
		Was: was, Missing: v.Words.RedeemAgreeMissing(),
		Away:    func() func() error { return p.unfinished(v, a.reading) },
		Changed: func() *page.Notice { return changed(v, a, was) },
		Show:    func(state confirm.State) error { return p.renderCheck(v, a.reading, state) },
		Do: func() (string, error) {
			made, err := p.accept(v, a, was.Terms())
			return "/receipts/" + token.Join(string(made.ID), token.Derive(a.Secret, token.Receipt)), err
		},
		Refused: func(wrong *fault.Fault) error { return p.refused(v, a.reading, wrong) },
	}.Answer(v)
}

// unfinished leads to what was complete when the check was shown and is not any more; nil where all is.
func (p redeemPage) unfinished(v *site.Visit, f reading) func() error {
	switch next := f.unfinished(); {
	case next == stepAccount && len(f.Preview.Items) > 0 && (f.Member != nil || f.Invitation.Draft.Company != ""):
		return func() error { return p.refusedItems(v, f) }
	case next != stepCheck:
		return func() error { return v.Redirect(path(next, f)) }
	}
	return nil
}

// changed says what is no longer as the check showed it.
func changed(v *site.Visit, a answerable, was confirm.Shown) *page.Notice {
	now := shows(a.reading, a.basis.Terms.Version)
	switch {
	case was.Get(revField) != now.Get(revField):
		return stale(v)
	case was.Get(chargeField) != now.Get(chargeField):
		return confirm.ChargeChanged(v.Words)
	case was.Get(doesField) != now.Get(doesField):
		return &page.Notice{Title: v.Words.RedeemChangedTitle(), Text: v.Words.RedeemChangedText()}
	case was.Terms() != now.Terms():
		return outdated(v, a.basis.Terms)
	}
	return nil
}

// accept says yes to what stood on the page. Where the terms changed after the first page this one showed the new ones, and they were agreed to here.
func (p redeemPage) accept(v *site.Visit, a answerable, terms string) (consent.Consent, error) {
	f, draft := a.basis, a.basis.Invitation.Draft
	if draft.Terms != terms {
		var err error
		draft.Terms = terms
		if f.Invitation.Draft, err = p.keep(v, a.reading, draft, draft.Rev); err != nil {
			return consent.Consent{}, err
		}
	}
	return f.Accept(v.R.Context(), p.table, visitor(v, a.reading), f.Invitation.Draft.Rev, terms, links.ByHolder(v, f.Invitation.ID))
}

func stale(v *site.Visit) *page.Notice {
	return &page.Notice{Title: v.Words.RedeemStaleTitle(), Text: v.Words.RedeemStaleText()}
}

func outdated(v *site.Visit, head catalog.TermsHead) *page.Notice {
	return &page.Notice{Title: v.Words.RedeemTermsChangedTitle(), Text: v.Words.RedeemTermsChangedText(head.Version)}
}

// conflict is how the check stands where something has changed.
func conflict(note *page.Notice) confirm.State {
	return confirm.State{Status: http.StatusConflict, Notice: note}
}

// refused shows why the last button did nothing: each reason its own page, with what was typed kept.
func (p redeemPage) refused(v *site.Visit, f reading, wrong *fault.Fault) error {
	again, err := p.followToAnswer(v, link{f.Invitation.ID, f.Secret, f.Who})
	if err != nil {
		return err
	}
	if again.Err != nil {
		return p.unavailable(v, again.reading)
	}
	if own := again.view.refused; own != nil {
		if done, err := own(p, v, again.reading, wrong); done {
			return err
		}
	}
	return p.refusedFor(v, again, wrong)
}

// refusedFor shows what any offer is refused for.
func (p redeemPage) refusedFor(v *site.Visit, again answerable, wrong *fault.Fault) error {
	f, m := again.reading, again.Member
	switch {
	case fault.Is(wrong, fault.Stale, fault.StaleDraft):
		return p.renderCheck(v, f, conflict(stale(v)))
	case fault.Is(wrong, fault.TermsOutdated):
		return p.renderCheck(v, f, conflict(outdated(v, again.basis.Terms)))
	case fault.Is(wrong, fault.SignInRequired):
		return p.signIn(v, f)
	case fault.Is(wrong, fault.NotYourRole) && m != nil && again.basis.May(*m) == nil:
		// The offer is the person's to answer, a yes to the question in it is not: the question is asked again.
		errs := page.Errors{unauthorized(v.Words)}
		if f.alone() {
			return p.renderRead(v, f, http.StatusUnprocessableEntity, typed(f.Invitation.Draft, f.Invitation.Draft.Terms), errs, nil)
		}
		return p.renderAccess(v, f, http.StatusUnprocessableEntity, f.Invitation.Draft, errs, nil)
	case fault.Is(wrong, fault.WrongAccount, fault.NotYourRole, fault.CustomerReadOnly):
		return p.notYours(v, f, wrong)
	case fault.Is(wrong, fault.DelegatedAdministratorExists):
		return v.Redirect(path(f.asking(), f, "notice", "replaced", "from", "again"))
	case fault.Is(wrong, fault.TrialAlreadyUsed) && m != nil:
		return p.tried(v, f)
	case fault.Is(wrong, fault.AlreadyReseller):
		return p.already(v, f)
	case fault.Is(wrong, fault.UnknownPlan, fault.NoTrial, fault.NotSold), !fault.Is(wrong, fault.Invalid):
		f.Err = wrong
	case fault.Is(wrong, fault.PartnerNotEligible, fault.UnknownPartnerID):
		return p.renderCheck(v, f, confirm.State{Status: http.StatusUnprocessableEntity, Errors: page.Errors{{Text: v.Words.PartnerOfRecordOtherGone()}}})
	case slices.ContainsFunc(wrong.Fields, func(field fault.Field) bool { return strings.HasSuffix(field.Pointer, "/billing_term") }):
		f.Err = fault.PlanWithdrawn // it is not sold by that term any more
	default:
		return v.Redirect(path(f.unfinished(), f))
	}
	return p.unavailable(v, f)
}
