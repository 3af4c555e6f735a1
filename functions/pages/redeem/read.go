package redeem

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"liaison/shared/catalog"
	"liaison/shared/invitation"
	"liaison/shared/page"
	"liaison/shared/redemption"
	"liaison/shared/site"
	"liaison/shared/site/links"
	"liaison/shared/site/offered"
	"liaison/shared/site/partnerpicker"
)

// answers are the first page's fields as typed.
type answers struct {
	choice, partnerID, administration string
	picked                            []string // subscriptions
	rev                               int
	terms                             string
	checked                           string // what "Check partner ID" found, in a sentence
}

type readBody struct {
	offered.Shown
	Access          *accessBody // where nothing else is asked
	PartnerOfRecord *partnerOfRecordBody
	Subscriptions   *subscriptionsBody
	Separate        string // what the next step asks, apart from all this
	Token           string
	Rev             int
	Version         string
	Action          string
	Refuse          string // the No beside the button, where no answer says it; Decline says it apart from the button
	Decline, Report string
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
	return answers{
		choice: v.Form("advisor"), partnerID: v.Form(partnerpicker.Field), administration: v.Form("delegation"), picked: v.R.PostForm["subscriptions"],
		rev: postedRev(v), terms: v.Form("terms"),
	}
}

// postedRev is the revision of the draft that a form showed.
func postedRev(v *site.Visit) int {
	rev, err := strconv.Atoi(v.Form("rev"))
	if err != nil {
		return -1 // of no draft
	}
	return rev
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
		return stale(v)
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
	if f.alone() {
		if b.Access, err = p.askAdministration(v, f, a.administration, errs); err != nil {
			return err
		}
		b.Title = b.Access.Title
		b.Facts = slices.DeleteFunc(b.Facts, func(said page.Fact) bool { return said.Key == v.Words.SiteAskedFor() }) // the Yes says it
	}
	if ask := f.view.ask; ask != nil {
		if err := ask(p, v, f, a, errs, &b); err != nil {
			return err
		}
	}
	return v.Render(read, status, f.frame(v, stepRead, b.Title, "read", errs, note), b)
}

// offer returns the offer as pages show it, with the choices of a draft.
func (f reading) offer(v *site.Visit, d invitation.Draft) offered.Offer {
	shown := f.Shown
	shown.Plans = f.Plans
	return offered.Of(v, f.Facts.Offer, shown, f.Facts.Partner, redemption.Orders(f.Facts.Offer, d), f.Invitation.ExpiresAt)
}

// readBody returns what the page says of any offer; opened where the terms have just changed.
func (p redeemPage) readBody(v *site.Visit, f reading, a answers, opened bool) (readBody, error) {
	head, err := terms(f.Shown)
	if err != nil {
		return readBody{}, err
	}
	both, err := p.documents(v, f, head)
	if err != nil {
		return readBody{}, err
	}
	no := path(stepRead, f, "step", "no")
	b := readBody{
		Shown: f.offer(v, invitation.Draft{}).Show(), Token: site.Token(f.Secret, "read", string(f.Invitation.ID)), Rev: a.rev, Version: head.Version,
		Action: f.posting(v, stepRead), Report: path(stepRead, f, "step", "report"),
	}
	b.Details = append(b.Details, both.details(opened, changing(v))...)
	switch {
	case f.Facts.Offer.Kind.Sells():
		b.Decline = no
	case !f.alone():
		b.Refuse = no
	}
	if f.asksApart() {
		b.Separate = v.Words.RedeemAccessNext()
	}
	return b, nil
}

// documents are the terms that bind: the vendor's and, where the offer has any, the partner's.
type documents struct {
	vendor, partner string // whose
	version         string
	text            catalog.TermsText
	own             *struct{ title, text string }
	of              offered.Offer
}

func (p redeemPage) documents(v *site.Visit, f reading, head catalog.TermsHead) (documents, error) {
	text, err := v.Terms(catalog.CustomerTerms, head.Version)
	d := documents{vendor: f.Shown.Vendor.Name, partner: f.Facts.Partner.LegalName, version: head.Version, text: text, of: f.offer(v, invitation.Draft{})}
	if t := f.Facts.Offer.PartnerTerms; t != nil {
		d.own = &struct{ title, text string }{t.Title, t.Text}
	}
	return d, err
}

// details returns both in full: the vendor's, opened where they have just changed, and the partner's, opened where they are looked up from the
// check.
func (d documents) details(opened, own bool) []page.Details {
	return d.of.Terms(d.version, d.text, opened, own)
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
	switch {
	case checking:
		return p.showChecked(v, f, a, facts, errs)
	case errs != nil:
		return p.renderRead(v, f, http.StatusUnprocessableEntity, a, errs, nil)
	case a.terms != head.Version:
		return p.renderRead(v, f, http.StatusConflict, a, nil, outdated(v, head))
	case f.alone() && draft.DelegatedAdministration == redemption.No:
		return v.Redirect(path(stepRead, f, "step", "no"))
	}
	_, err = p.keep(v, f, draft, a.rev)
	if err == nil && facts.Known && facts.Member == nil {
		return p.signIn(v, f)
	}
	return p.kept(v, f, err, f.with(draft, v.Op.At).after(v, stepRead))
}

// answered returns the draft with what the page asked, and what is wrong with it.
func (p redeemPage) answered(v *site.Visit, f reading, a answers, version string) (invitation.Draft, page.Errors, error) {
	d := f.Invitation.Draft
	d.Terms, d.PartnerOfRecord, d.Picked = version, "", nil
	var errs page.Errors
	if f.alone() {
		d.DelegatedAdministration = a.administration
		errs = administrationErrors(v, f, d)
	}
	if f.view.answer == nil {
		return d, errs, nil
	}
	wrong, err := f.view.answer(p, v, f, a, &d)
	return d, append(errs, wrong...), err
}

// facts reads afresh what a yes with a draft rests on.
func (p redeemPage) facts(v *site.Visit, f reading, d invitation.Draft) (redemption.Facts, error) {
	f.Invitation.Draft = d
	return p.table.RedemptionFacts(v.R.Context(), f.Invitation, deciding(f))
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
