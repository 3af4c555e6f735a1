package redeem

import (
	"errors"
	"net/http"
	"strconv"

	"liaison/shared/catalog"
	"liaison/shared/invitation"
	"liaison/shared/page"
	"liaison/shared/redemption"
	"liaison/shared/site"
	"liaison/shared/site/links"
	"liaison/shared/site/offered"
	"liaison/shared/site/partnername"
	"liaison/shared/site/partnerpicker"
)

// answers are the authorization page's fields as typed.
type answers struct {
	choice, partnerID, administration string
	picked                            []string // subscriptions
	rev                               int
	terms                             string
	checked                           string // what "Check partner ID" found, in a sentence
}

type readBody struct {
	Partner, Lead           string
	Message                 string
	Card                    []page.Row
	Offered                 []page.Section
	Terms                   []page.Details
	DelegatedAdministration *administrationBody
	PartnerOfRecord         *partnerOfRecordBody
	Subscriptions           *subscriptionsBody
	Reseller                []string // what a yes to a reseller means
	Token                   string
	Rev                     int
	Version                 string
	Action                  string
	Refuse, Report          string
}

func typed(d invitation.Draft, version string) answers {
	a := answers{choice: choiceOffering, administration: d.DelegatedAdministration, picked: d.Picked, rev: d.Rev, terms: version}
	switch d.PartnerOfRecord {
	case "":
	case redemption.None:
		a.choice = choiceNone
	default:
		a.choice, a.partnerID = choiceOther, d.PartnerOfRecord
	}
	return a
}

func posted(v *site.Visit) answers {
	rev, err := strconv.Atoi(v.Form("rev"))
	if err != nil {
		rev = -1 // of no draft
	}
	return answers{
		choice: v.Form("advisor"), partnerID: v.Form(partnerpicker.Field), administration: v.Form("delegation"), picked: v.R.PostForm["subscriptions"],
		rev: rev, terms: v.Form("terms"),
	}
}

func (p redeemPage) showRead(v *site.Visit, f reading) error {
	switch v.R.URL.Query().Get("step") {
	case "no":
		return p.showRefusal(v, f, http.StatusOK, "", nil)
	case "report":
		return p.showReport(v, f)
	}
	if said, err := p.nothing(v, f); said || err != nil {
		return err
	}
	head, err := terms(f.Shown)
	if err != nil {
		return err
	}
	return p.renderRead(v, f, http.StatusOK, typed(f.Invitation.Draft, head.Version), nil, notice(v))
}

// terms returns which customer terms count now; without any nothing can be agreed to.
func terms(shown catalog.View) (catalog.TermsHead, error) {
	head := shown.Terms[catalog.CustomerTerms]
	if head.Version == "" {
		return head, errors.New("no customer terms are published")
	}
	return head, nil
}

// notice returns what changed while the visitor was reading.
func notice(v *site.Visit) *page.Notice {
	switch v.R.URL.Query().Get("notice") {
	case "stale":
		return &page.Notice{Title: v.Words.RedeemStaleTitle(), Text: v.Words.RedeemStaleText()}
	case "changed":
		return &page.Notice{Title: v.Words.RedeemChangedTitle(), Text: v.Words.RedeemChangedText()}
	case "replaced":
		return &page.Notice{Title: v.Words.DelegatedAdministrationReplaceChangedTitle(), Text: v.Words.DelegatedAdministrationReplaceChangedText()}
	}
	return nil
}

func (p redeemPage) renderRead(v *site.Visit, f reading, status int, a answers, errs page.Errors, note *page.Notice) error {
	b, err := p.readBody(v, f, a, note != nil && status == http.StatusConflict)
	if err != nil {
		return err
	}
	if b.DelegatedAdministration, err = p.askAdministration(v, f, a, errs); err != nil {
		return err
	}
	if ask := f.view.ask; ask != nil {
		if err := ask(p, v, f, a, errs, &b); err != nil {
			return err
		}
	}
	frame := v.Frame(offered.Title(v, f.Facts.Offer, f.Shown))
	frame.Errors, frame.Notice, frame.Form = errs, note, "read"
	return v.Render(authorization, status, frame, b)
}

// readBody returns what the page says of any offer; opened where the terms have just changed.
func (p redeemPage) readBody(v *site.Visit, f reading, a answers, opened bool) (readBody, error) {
	of, asking := f.Facts.Offer, f.Facts.Partner
	head, err := terms(f.Shown)
	if err != nil {
		return readBody{}, err
	}
	documents, err := p.documents(v, f, head, opened)
	b := readBody{
		Partner: asking.LegalName, Lead: offered.Lead(v.Words, of, asking.LegalName, f.Shown.Vendor.Name), Message: of.Message, Terms: documents,
		Card: partnername.Card(v.Words, asking), Offered: offered.Sections(v, of, f.Shown, asking, redemption.Orders(of, invitation.Draft{}), f.Invitation.ExpiresAt),
		Token: site.Token(f.Secret, "read", string(f.Invitation.ID)), Rev: a.rev, Version: head.Version,
		Action: path(stepRead, f), Refuse: path(stepRead, f, "step", "no"), Report: path(stepRead, f, "step", "report"),
	}
	if changing(v) {
		b.Action = path(stepRead, f, "from", "check")
	}
	return b, err
}

// documents returns both terms in full: the vendor's, opened where they have just changed, and the partner's apart from them.
func (p redeemPage) documents(v *site.Visit, f reading, head catalog.TermsHead, opened bool) ([]page.Details, error) {
	text, err := v.Terms(catalog.CustomerTerms, head.Version)
	if err != nil {
		return nil, err
	}
	w := v.Words
	both := []page.Details{{Summary: w.TermsVendor(f.Shown.Vendor.Name, text.Title, head.Version), Rich: published(text), Open: opened}}
	if t := f.Facts.Offer.PartnerTerms; t != nil {
		both = append(both, page.Details{Summary: w.RedeemPartnerTerms(f.Facts.Partner.LegalName, t.Title), Text: t.Text})
	}
	return both, nil
}

// postRead keeps what was answered on the first page, and leads on.
func (p redeemPage) postRead(v *site.Visit, f reading) error {
	switch step := v.R.URL.Query().Get("step"); {
	case links.AskPressed(v):
		return p.ask(v, f)
	case step == "no":
		return p.refuse(v, f)
	case step == "report":
		return p.report(v, f)
	}
	if err := v.Posted(f.Secret, "read", string(f.Invitation.ID)); err != nil {
		return err
	}
	if said, err := p.nothing(v, f); said || err != nil {
		return err
	}
	a := posted(v)
	if page.Switched(v.R) {
		return p.renderRead(v, f, http.StatusOK, a, nil, nil)
	}
	return p.answerRead(v, f, a)
}

// answerRead asks everything that the last button will ask, so that nobody types an account in vain.
func (p redeemPage) answerRead(v *site.Visit, f reading, a answers) error {
	head, err := terms(f.Shown)
	if err != nil {
		return err
	}
	checking := partnerpicker.Checks(v)
	if checking {
		a.choice = choiceOther
	}
	draft, errs, err := p.answered(v, f, a, head.Version)
	if err != nil {
		return err
	}
	facts, err := p.facts(v, f, draft)
	if err != nil {
		return err
	}
	if f.Err = facts.Offer.Allowed(facts.Grounds, v.Op.At); f.Err != nil {
		return p.unavailable(v, f)
	}
	if errs == nil {
		errs = ineligible(v, facts)
	}
	if checking {
		return p.showChecked(v, f, a, facts, errs)
	}
	switch errs = append(errs, administrationErrors(v, f, draft)...); {
	case errs != nil:
		return p.renderRead(v, f, http.StatusUnprocessableEntity, a, errs, nil)
	case a.terms != head.Version:
		return p.renderRead(v, f, http.StatusConflict, a, nil, outdated(v, head))
	case alone(f) && draft.DelegatedAdministration == redemption.No:
		return v.Redirect(path(stepRead, f, "step", "no"))
	}
	return p.keepRead(v, f, facts, a.rev)
}

// answered returns the draft with what the page asked, and what is wrong with it.
func (p redeemPage) answered(v *site.Visit, f reading, a answers, version string) (invitation.Draft, page.Errors, error) {
	d := f.Invitation.Draft
	d.Terms, d.DelegatedAdministration, d.PartnerOfRecord, d.Picked = version, "", "", nil
	if f.Facts.Offer.DelegatedAdministration != nil {
		d.DelegatedAdministration = a.administration
	}
	if f.view.answer == nil {
		return d, nil, nil
	}
	errs, err := f.view.answer(p, v, f, a, &d)
	return d, errs, err
}

// facts reads afresh what a yes with a draft rests on.
func (p redeemPage) facts(v *site.Visit, f reading, d invitation.Draft) (redemption.Facts, error) {
	f.Invitation.Draft = d
	return p.table.RedemptionFacts(v.R.Context(), f.Invitation, deciding(f))
}

// keepRead keeps the answers and leads to the first step that is left.
func (p redeemPage) keepRead(v *site.Visit, f reading, facts redemption.Facts, rev int) error {
	draft, next := facts.Invitation.Draft, stepAccount
	if f.Member != nil && !f.asks() || changing(v) && f.with(draft, v.Op.At).unfinished() == stepCheck {
		next = stepCheck
	}
	_, err := p.keep(v, f, draft, rev)
	if err == nil && facts.Known && facts.Member == nil {
		return p.signIn(v, f)
	}
	return p.kept(v, f, err, next)
}

// ask tells the partner that a new link is wanted where only facts read afresh say that the offer can't be taken up: the partner's rights stand
// on no page. Where nothing stands in the way any more the offer is shown.
func (p redeemPage) ask(v *site.Visit, f reading) error {
	facts, err := p.facts(v, f, f.Invitation.Draft)
	if err != nil {
		return err
	}
	now := f.Shown
	now.Plans, now.Availability = facts.Grounds.Plans, facts.Grounds.Availability
	if f.Err = links.Closed(facts.Offer, now); f.Err == nil {
		f.Err = facts.Offer.Allowed(facts.Grounds, v.Op.At)
	}
	if f.Err == nil {
		return v.Redirect(path(stepRead, f))
	}
	return p.unavailable(v, f)
}
