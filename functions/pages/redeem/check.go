package redeem

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/redemption"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
	"liaison/shared/site/links"
	"liaison/shared/site/partnername"
	"liaison/shared/textinput"
	"liaison/shared/token"
)

type checkBody struct {
	Answers []page.Row
	Offered []page.Section
	What    string   // heading over Offered
	Means   []string // what a yes to a reseller means
	Terms   []page.Details
	Agree   page.Checkboxes
	Owner   string
	Free    string
	Button  string
	Refuse  string // the No beside the button, where nothing else was asked; empty elsewhere
	Token   string
	Shown   confirm.Shown
	Action  string
}

// published returns a document's HTML, made from Markdown when it was published; never from a request.
func published(text catalog.TermsText) template.HTML { return template.HTML(text.HTML) }

func (p redeemPage) showCheck(v *site.Visit, f reading) error {
	if next := f.unfinished(); next != stepCheck {
		if v.R.URL.Query().Get("notice") == "stale" {
			return v.Redirect(path(stepRead, f, "notice", "stale", "from", "again"))
		}
		return v.Redirect(path(next, f))
	}
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
	w, of, draft := v.Words, f.Facts.Offer, f.Invitation.Draft
	head, err := terms(f.Shown)
	if err != nil {
		return err
	}
	documents, err := p.documents(v, f, head, draft.Terms != head.Version)
	if err != nil {
		return err
	}
	answers, err := p.answerRows(v, f)
	if err != nil {
		return err
	}
	agree := w.RedeemAgree(f.Shown.Vendor.Name, head.Version)
	if of.PartnerTerms != nil {
		agree = w.RedeemAgreeBoth(f.Shown.Vendor.Name, head.Version, f.Facts.Partner.LegalName)
	}
	now := shows(f, head.Version)
	b := checkBody{
		What: w.OfferWhat(), Offered: p.offered(v, f), Answers: answers, Terms: documents,
		Agree: state.Agree(w, agree), Shown: now, Action: path(stepCheck, f), Token: now.Token(f.Secret, "check", string(f.Invitation.ID)),
	}
	p.name(v, f, &b)
	if f.Member == nil {
		b.Owner = w.RedeemOwner()
	}
	frame := v.Frame(w.RedeemCheckTitle())
	frame.Errors, frame.Notice, frame.Form, frame.Back = state.Errors, state.Notice, "check", &page.Link{URL: path(stepAccount, f)}
	if f.Member != nil && !f.asks() {
		frame.Back = &page.Link{URL: path(stepRead, f, "from", "again")}
	}
	return v.Render(check, state.Status, frame, b)
}

// name gives the button the name of the act, with what is said beside it.
func (p redeemPage) name(v *site.Visit, f reading, b *checkBody) {
	w, of, asking := v.Words, f.Facts.Offer, f.Facts.Partner.LegalName
	plan, refuse := f.Plans[of.Plan()], path(stepRead, f, "step", "no")
	b.Button = w.RedeemAuthorize(asking)
	switch {
	case of.Kind == offer.Trial && plan.Trial != nil:
		b.Button, b.Free = w.RedeemStart(plan.Trial.Days), w.RedeemFree(plan.Trial.Days)
	case of.Kind == offer.Purchase:
		b.What, b.Button, b.Free = w.RedeemOrdered(), w.RedeemOrder(), w.RedeemOrderBinds()
	case of.Kind == offer.PartnerOfRecord:
		b.Button, b.Refuse = w.RedeemRecordButton(asking), refuse
	case of.Kind == offer.Reseller:
		b.Button, b.Refuse, b.Means = w.RedeemResellerButton(asking), refuse, reselling(v, f)
	}
}

// change leads back to a field of a step, from the check.
func change(f reading, step, fragment, about string) *page.Link {
	return &page.Link{URL: path(step, f, "from", "check") + "#" + fragment, About: about}
}

// answerRows returns the answers given so far.
func (p redeemPage) answerRows(v *site.Visit, f reading) ([]page.Row, error) {
	w, of := v.Words, f.Facts.Offer
	rows := append(accountRows(v, f), page.Row{Key: w.SiteCountry(), Values: []string{w.Country(of.Country)}})
	switch of.Kind {
	case offer.Trial, offer.Purchase:
		advisor, err := p.advisor(v, f)
		if err != nil {
			return nil, err
		}
		rows = append(rows, page.Row{Key: w.RedeemAdvisor(), Values: []string{advisor}, Change: change(f, stepRead, "advisor", w.RedeemAdvisor())})
	case offer.PartnerOfRecord:
		named, err := p.recordRows(v, f)
		if err != nil {
			return nil, err
		}
		rows = append(rows, named...)
	case offer.Reseller:
		rows = append(rows, page.Row{Key: w.RedeemReseller(), Values: []string{w.RedeemResellerYes(f.Facts.Partner.LegalName)}})
	}
	if of.Delegation == nil {
		return rows, nil
	}
	said, err := p.delegated(v, f)
	return append(rows, page.Row{Key: w.RedeemDelegation(), Values: said, Change: change(f, stepRead, "delegation", w.RedeemDelegation())}), err
}

// accountRows say whose account it is, or becomes.
func accountRows(v *site.Visit, f reading) []page.Row {
	w, draft := v.Words, f.Invitation.Draft
	if m := f.Member; m != nil {
		return []page.Row{{Key: w.RedeemCompany(), Values: []string{m.Customer.Name}}, {Key: w.RedeemName(), Values: []string{m.User.Name, textinput.ShownMail(m.User.Mail)}}}
	}
	return []page.Row{
		{Key: w.RedeemCompany(), Values: []string{draft.Company}, Change: change(f, stepAccount, "company", w.RedeemCompany())},
		{Key: w.RedeemName(), Values: []string{draft.Name}, Change: change(f, stepAccount, "name", w.RedeemName())},
		{Key: w.RedeemMail(), Values: []string{textinput.ShownMail(f.Invitation.Mail)}},
		{Key: w.RedeemLanguage(), Values: []string{locale.LanguageName(locale.Language(draft.Language))}, Change: change(f, stepAccount, "language", w.RedeemLanguage())},
	}
}

// delegated says what was answered to the question of delegated administration.
func (p redeemPage) delegated(v *site.Visit, f reading) ([]string, error) {
	w, of, asking := v.Words, f.Facts.Offer, f.Facts.Partner.LegalName
	if f.Invitation.Draft.Delegation == redemption.No {
		if g := held(v, f); g != nil {
			return []string{w.RedeemDelegationNoKeeps(asking, v.In(g.EndsAt, of.Country))}, nil
		}
		return []string{w.RedeemDelegationNo(asking)}, nil
	}
	ends := v.In(v.Op.At.AddDate(0, 0, of.Delegation.Days), of.Country)
	said := []string{w.RedeemDelegationYes(asking, v.Rights(of.Delegation.Role), ends), w.RedeemDelegationRevoke()}
	current, err := p.current(v, f)
	if current.ID != "" {
		said = append(said, w.RedeemReplaceEnds(current.LegalName))
	}
	return said, err
}

// offered returns what is ordered: of a purchase with the customer's choices, and what becomes of each.
func (p redeemPage) offered(v *site.Visit, f reading) []page.Section {
	w, of, d := v.Words, f.Facts.Offer, f.Invitation.Draft
	shown := f.Shown
	shown.Plans = f.Plans
	made := v.Offered(of, shown, f.Facts.Partner, redemption.Orders(of, d), f.Invitation.ExpiresAt)
	for i, way := range f.Preview.Items {
		rows := &made[i].Rows
		for j, row := range *rows {
			if b := f.plan(i).Licenses; row.Key == w.SiteLicences() && b.Min < b.Max {
				(*rows)[j].Change = change(f, stepAccount, licencesField(i), w.SiteLicences())
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

// advisor says who becomes partner of record.
func (p redeemPage) advisor(v *site.Visit, f reading) (string, error) {
	switch d := f.Invitation.Draft.Advisor; d {
	case "":
		return partnername.Full(v.Words, f.Facts.Partner.ID, f.Facts.Partner.LegalName), nil
	case redemption.None:
		return v.Words.RedeemAdvisorNobody(), nil
	default:
		names, err := partnername.Read(v, p.table, partner.ID(d))
		return names.Full(partner.ID(d)), err
	}
}

// The fields of the check: the draft's revision, the version of the terms, and what a yes would do.
const (
	revField   = "rev"
	termsField = "terms"
	doesField  = "does"
)

// shows is what the check shows, and its button agrees to.
func shows(f reading, terms string) confirm.Shown {
	return confirm.Shown{
		{Name: revField, Value: strconv.Itoa(f.Invitation.Draft.Rev)}, {Name: termsField, Value: terms}, {Name: doesField, Value: f.Preview.Fingerprint()},
	}
}

// postCheck is the press of the last button. Everything is read afresh before anything is written (infra/design/product.md, "Answering").
func (p redeemPage) postCheck(v *site.Visit, a answerable) error {
	was, err := confirm.Posted(v, a.Secret, []string{"check", string(a.Invitation.ID)}, revField, termsField, doesField)
	if err != nil {
		return err
	}
	return confirm.Press[answerable]{
		Was: was, Missing: v.Words.RedeemAgreeMissing(),
		Away:    func(a answerable) func() error { return p.unfinished(v, a.reading) },
		Changed: func(a answerable) *page.Notice { return changed(v, a, was) },
		Show:    func(a answerable, state confirm.State) error { return p.renderCheck(v, a.reading, state) },
		Do: func(a answerable) (string, error) {
			made, err := p.accept(v, a, was.Terms())
			return "/receipts/" + token.Join(string(made.ID), token.Derive(a.Secret, token.Receipt)), err
		},
		Refused: func(a answerable, wrong *fault.Fault) error { return p.refused(v, a.reading, wrong) },
	}.Answer(v, a)
}

// unfinished leads to what was complete when the check was shown and is not any more; nil where all is.
func (p redeemPage) unfinished(v *site.Visit, f reading) func() error {
	switch next := f.unfinished(); {
	case next == stepAccount && f.Facts.Offer.Kind == offer.Purchase && (f.Member != nil || f.Invitation.Draft.Company != ""):
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
		return p.dead(v, again.reading)
	}
	if done, err := p.refusedKind(v, again.reading, wrong); done {
		return err
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
		return p.renderRead(v, f, http.StatusUnprocessableEntity, typed(f.Invitation.Draft, f.Invitation.Draft.Terms), page.Errors{unauthorized(v.Words)}, nil)
	case fault.Is(wrong, fault.WrongAccount, fault.NotYourRole, fault.CustomerReadOnly):
		return p.notYours(v, f, wrong)
	case fault.Is(wrong, fault.DelegatedAdministratorExists):
		return v.Redirect(path(stepRead, f, "notice", "replaced", "from", "again"))
	case fault.Is(wrong, fault.TrialAlreadyUsed) && m != nil:
		return p.tried(v, f)
	case fault.Is(wrong, fault.UnknownPlan, fault.NoTrial, fault.NotSold), !fault.Is(wrong, fault.Invalid):
		f.Err = wrong
	case fault.Is(wrong, fault.PartnerNotEligible, fault.UnknownPartnerID):
		return p.renderCheck(v, f, confirm.State{Status: http.StatusUnprocessableEntity, Errors: page.Errors{{Text: v.Words.RedeemAdvisorGone()}}})
	case slices.ContainsFunc(wrong.Fields, func(field fault.Field) bool { return strings.HasSuffix(field.Pointer, "/billing_term") }):
		f.Err = fault.PlanWithdrawn // it is not sold by that term any more
	default:
		return v.Redirect(path(f.unfinished(), f))
	}
	return p.dead(v, f)
}
