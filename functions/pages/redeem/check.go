package redeem

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/plain"
	"liaison/shared/redemption"
	"liaison/shared/site"
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
	Rev     int
	Version string
	Does    string
	Action  string
}

// published returns a document's HTML, made from Markdown when it was published; never from a request.
func published(text catalog.TermsText) template.HTML { return template.HTML(text.HTML) }

func (p redeemPage) showCheck(v *site.Visit, f site.Personal) error {
	draft := f.Invitation.Draft
	if next := unfinished(v, f, draft); next != stepCheck {
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
	if draft.Terms != head.Version && note == nil {
		note = &page.Notice{Title: v.Words.RedeemTermsChangedTitle(), Text: v.Words.RedeemTermsChangedText(head.Version)}
	}
	return p.renderCheck(v, f, http.StatusOK, false, nil, note)
}

func (p redeemPage) renderCheck(v *site.Visit, f site.Personal, status int, agreed bool, errs page.Errors, note *page.Notice) error {
	w, of, draft := v.Words, f.Facts.Offer, f.Invitation.Draft
	head, err := terms(f.Shown)
	if err != nil {
		return err
	}
	documents, err := p.documents(v, f, head, draft.Terms != head.Version)
	if err != nil {
		return err
	}
	adviser, err := p.advisor(v, f)
	if err != nil {
		return err
	}
	plan, vendor, name := f.Plan(), f.Shown.Vendor, f.Facts.Partner.LegalName
	does := does(v, f)
	change := func(step, fragment, about string) *page.Link {
		return &page.Link{URL: path(step, f, "from", "check") + "#" + fragment, About: about}
	}
	answers := []page.Row{
		{Key: w.RedeemCompany(), Values: []string{draft.Company}, Change: change(stepAccount, "company", w.RedeemCompany())},
		{Key: w.RedeemName(), Values: []string{draft.Name}, Change: change(stepAccount, "name", w.RedeemName())},
		{Key: w.RedeemMail(), Values: []string{plain.ShownMail(f.Invitation.Mail)}},
		{Key: w.RedeemLanguage(), Values: []string{locale.LanguageName(locale.Language(draft.Language))}, Change: change(stepAccount, "language", w.RedeemLanguage())},
	}
	if m := f.Member(); m != nil {
		answers = []page.Row{{Key: w.RedeemCompany(), Values: []string{m.Customer.Name}}, {Key: w.RedeemName(), Values: []string{m.User.Name, plain.ShownMail(m.User.Mail)}}}
	}
	answers = append(answers, page.Row{Key: w.SiteCountry(), Values: []string{w.Country(of.Country)}})
	if of.Kind.Sells() {
		answers = append(answers, page.Row{Key: w.RedeemAdvisor(), Values: []string{adviser}, Change: change(stepRead, "advisor", w.RedeemAdvisor())})
	}
	switch of.Kind {
	case offer.PartnerOfRecord:
		rows, err := p.recordRows(v, f)
		if err != nil {
			return err
		}
		answers = append(answers, rows...)
	case offer.Reseller:
		answers = append(answers, page.Row{Key: w.RedeemReseller(), Values: []string{w.RedeemResellerYes(name)}})
	}
	if d := of.Delegation; d != nil {
		said := []string{w.RedeemDelegationNo(name)}
		if g := held(v, f); g != nil {
			said[0] = w.RedeemDelegationNoKeeps(name, v.In(g.EndsAt, of.Country))
		}
		if draft.Delegation != redemption.No {
			said = []string{w.RedeemDelegationYes(name, v.Rights(d.Role), v.In(v.Op.At.AddDate(0, 0, d.Days), of.Country)), w.RedeemDelegationRevoke()}
			if current, err := p.current(v, f); err != nil {
				return err
			} else if current.ID != "" {
				said = append(said, w.RedeemReplaceEnds(current.LegalName))
			}
		}
		answers = append(answers, page.Row{Key: w.RedeemDelegation(), Values: said, Change: change(stepRead, "delegation", w.RedeemDelegation())})
	}
	agree := w.RedeemAgree(vendor.Name, head.Version)
	if of.PartnerTerms != nil {
		agree = w.RedeemAgreeBoth(vendor.Name, head.Version, name)
	}
	b := checkBody{
		What: w.OfferWhat(), Offered: p.offered(v, f), Answers: answers, Terms: documents,
		Agree: page.Checkboxes{
			Name: "agree", Legend: w.RedeemAgreement(), Error: errs.For("agree"), Options: []page.Option{{Value: "yes", Label: agree, Checked: agreed}},
		},
		Button: w.RedeemAuthorize(name), Rev: draft.Rev, Version: head.Version, Does: does, Action: path(stepCheck, f),
		Token: site.Token(f.Secret, checkToken(f, draft.Rev, head.Version, does)...),
	}
	switch {
	case of.Kind == offer.Trial && plan.Trial != nil:
		b.Button, b.Free = w.RedeemStart(plan.Trial.Days), w.RedeemFree(plan.Trial.Days)
	case of.Kind == offer.Purchase:
		b.What, b.Button, b.Free = w.RedeemOrdered(), w.RedeemOrder(), w.RedeemOrderBinds()
	case of.Kind == offer.PartnerOfRecord:
		b.Button, b.Refuse = w.RedeemRecordButton(name), path(stepRead, f, "step", "no")
	case of.Kind == offer.Reseller:
		b.Button, b.Refuse, b.Means = w.RedeemResellerButton(name), path(stepRead, f, "step", "no"), reselling(v, f)
	}
	if f.Member() == nil {
		b.Owner = w.RedeemOwner()
	}
	frame := v.Frame(w.RedeemCheckTitle())
	frame.Errors, frame.Notice, frame.Form, frame.Back = errs, note, "check", &page.Link{URL: path(stepAccount, f)}
	if f.Member() != nil && !asks(v, f) {
		frame.Back = &page.Link{URL: path(stepRead, f, "from", "again")}
	}
	return v.Render(check, status, frame, b)
}

// offered returns what is ordered: of a purchase with the customer's choices, and what becomes of each.
func (p redeemPage) offered(v *site.Visit, f site.Personal) []page.Section {
	w, of, d := v.Words, f.Facts.Offer, f.Invitation.Draft
	shown := f.Shown
	shown.Plans = f.Plans()
	made := v.Offered(of, shown, f.Facts.Partner, redemption.Orders(of, d), f.Invitation.ExpiresAt)
	found, _ := ways(v, f, d)
	for i, way := range found {
		rows := &made[i].Rows
		for j, row := range *rows {
			if b := f.Plans()[of.Items[i].Plan].Licenses; row.Key == w.SiteLicences() && b.Min < b.Max {
				(*rows)[j].Change = &page.Link{URL: path(stepAccount, f, "from", "check") + "#" + licencesField(i), About: w.SiteLicences()}
			}
		}
		what := page.Row{Key: w.RedeemHappens(), Values: []string{happens(w, way)}}
		if len(way.Adds) > 0 {
			what.Change = &page.Link{URL: path(stepAccount, f, "from", "check") + "#" + intoField(i), About: w.RedeemHappens()}
		}
		*rows = append([]page.Row{what}, *rows...)
	}
	return made
}

// does is Asked.Does, also where a page is shown that needed no fresh facts: to somebody who has nothing yet.
func does(v *site.Visit, f site.Personal) string {
	if f.Asked != nil {
		return f.Asked.Does(v.Op.At)
	}
	asked := redemption.Asked{Invitation: f.Invitation}
	asked.Facts.Offer, asked.Facts.Plans = f.Facts.Offer, f.Plans()
	return asked.Does(v.Op.At)
}

// checkToken ties the last button to what stood on the page: the draft's revision, the version of the terms, and what a yes would do.
func checkToken(f site.Personal, rev int, version, does string) []string {
	return []string{"check", string(f.Invitation.ID), strconv.Itoa(rev), version, does}
}

// advisor says who becomes partner of record.
func (p redeemPage) advisor(v *site.Visit, f site.Personal) (string, error) {
	switch d := f.Invitation.Draft.Advisor; d {
	case "":
		return v.Words.RedeemAdvisorIs(f.Facts.Partner.LegalName, site.Spoken(f.Facts.Partner.ID)), nil
	case redemption.None:
		return v.Words.RedeemAdvisorNobody(), nil
	default:
		return v.Adviser(p.table, partner.ID(d))
	}
}

// postCheck is the press of the last button. Everything is read afresh before anything is written (infra/design/product.md, "Answering").
func (p redeemPage) postCheck(v *site.Visit, f site.Personal) error {
	a := posted(v)
	if err := v.Posted(f.Secret, checkToken(f, a.rev, a.terms, v.Form("does"))...); err != nil {
		return err
	}
	agreed := v.Form("agree") == "yes"
	draft := f.Invitation.Draft
	switch next := unfinished(v, f, draft); {
	case next == stepAccount && f.Facts.Offer.Kind == offer.Purchase && (f.Member() != nil || draft.Company != ""):
		return p.refusedItems(v, f) // what was complete when the page was shown is not any more
	case next != stepCheck:
		return v.Redirect(path(next, f))
	case a.rev != draft.Rev:
		return p.stale(v, f)
	case v.Form("does") != does(v, f):
		return p.renderCheck(v, f, http.StatusConflict, false, nil, &page.Notice{Title: v.Words.RedeemChangedTitle(), Text: v.Words.RedeemChangedText()})
	case page.Switched(v.R):
		return p.switched(v, f, a.terms, agreed)
	case !agreed:
		return p.renderCheck(v, f, http.StatusUnprocessableEntity, false, page.Errors{{Field: "agree", Text: v.Words.RedeemAgreeMissing()}}, nil)
	}
	if draft.Terms != a.terms {
		// The terms changed after the first page; this page showed the new ones, and they were agreed to here.
		draft.Terms = a.terms
		saved, err := p.keep(v, f, draft, a.rev)
		if err != nil {
			return p.refused(v, f, err)
		}
		f.Invitation.Draft, f.Asked.Invitation.Draft, draft = saved, saved, saved
	}
	record, err := f.Asked.Accept(v.R.Context(), p.table, visitor(v, f), draft.Rev, a.terms, v.As(f.Invitation.ID))
	if err != nil {
		return p.refused(v, f, err)
	}
	return v.Redirect("/receipts/" + token.Join(string(record.ID), token.Derive(f.Secret, token.Receipt)))
}

func (p redeemPage) stale(v *site.Visit, f site.Personal) error {
	return p.renderCheck(v, f, http.StatusConflict, false, nil, &page.Notice{Title: v.Words.RedeemStaleTitle(), Text: v.Words.RedeemStaleText()})
}

// switched shows the check in another language. A tick stays only where it stood under the terms that count now.
func (p redeemPage) switched(v *site.Visit, f site.Personal, ticked string, agreed bool) error {
	head, err := terms(f.Shown)
	if err != nil {
		return err
	}
	if head.Version != ticked { // or what is kept of the catalogue is older than the page
		if f.Shown, err = v.Renewed(f.Facts.Offer.Plans()...); err != nil {
			return err
		}
		if head, err = terms(f.Shown); err != nil {
			return err
		}
	}
	if head.Version != ticked {
		return p.outdated(v, f, head)
	}
	return p.renderCheck(v, f, http.StatusOK, agreed, nil, nil)
}

func (p redeemPage) outdated(v *site.Visit, f site.Personal, head catalog.TermsHead) error {
	return p.renderCheck(v, f, http.StatusConflict, false, nil,
		&page.Notice{Title: v.Words.RedeemTermsChangedTitle(), Text: v.Words.RedeemTermsChangedText(head.Version)})
}

// refused shows why the last button did nothing: each reason its own page, with what was typed kept.
func (p redeemPage) refused(v *site.Visit, f site.Personal, err error) error {
	wrong := fault.As(err)
	if wrong == nil || fault.Is(wrong, fault.Busy) {
		return err
	}
	again, readErr := p.open(v)
	if readErr != nil {
		return readErr
	}
	if again.Err != nil {
		return p.dead(v, again)
	}
	if done, err := p.refusedKind(v, again, wrong); done {
		return err
	}
	m := again.Member()
	switch {
	case fault.Is(wrong, fault.Stale, fault.StaleDraft):
		return p.stale(v, again)
	case fault.Is(wrong, fault.TermsOutdated):
		if again.Shown, readErr = v.Renewed(again.Facts.Offer.Plans()...); readErr != nil {
			return readErr
		}
		head, readErr := terms(again.Shown)
		if readErr != nil {
			return readErr
		}
		return p.outdated(v, again, head)
	case fault.Is(wrong, fault.UnknownPlan, fault.NoTrial, fault.NotSold):
		again.Err = err
		return p.dead(v, again)
	case fault.Is(wrong, fault.SignInRequired):
		return p.signIn(v, again)
	case fault.Is(wrong, fault.NotYourRole) && m != nil && redemption.May(*m, again.Invitation, again.Asked.Facts.Addressee, again.Facts.Offer) == nil:
		// The offer is the person's to answer, a yes to the question in it is not: the question is asked again.
		return p.renderRead(v, again, http.StatusUnprocessableEntity, typed(again.Invitation.Draft, again.Invitation.Draft.Terms), page.Errors{unauthorized(v.Words)}, nil)
	case fault.Is(wrong, fault.WrongAccount, fault.NotYourRole, fault.CustomerReadOnly):
		return p.notYours(v, again, err)
	case fault.Is(wrong, fault.DelegatedAdministratorExists):
		return v.Redirect(path(stepRead, again, "notice", "replaced", "from", "again"))
	case fault.Is(wrong, fault.TrialAlreadyUsed) && m != nil:
		return p.tried(v, again)
	case fault.Is(wrong, fault.Invalid) && fault.Is(wrong, fault.PartnerNotEligible, fault.UnknownPartnerID):
		return p.renderCheck(v, again, http.StatusUnprocessableEntity, false, page.Errors{{Text: v.Words.RedeemAdvisorGone()}}, nil)
	case fault.Is(wrong, fault.Invalid) && slices.ContainsFunc(wrong.Fields, func(field fault.Field) bool { return strings.HasSuffix(field.Pointer, "/billing_term") }):
		again.Err = fault.PlanWithdrawn // it is not sold by that term any more
		return p.dead(v, again)
	case fault.Is(wrong, fault.Invalid):
		return v.Redirect(path(unfinished(v, again, again.Invitation.Draft), again))
	}
	again.Err = err
	return p.dead(v, again)
}
