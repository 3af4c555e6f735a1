package redeem

import (
	"errors"
	"net/http"
	"strconv"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/gateway"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/links"
	"liaison/shared/site/partnername"
	"liaison/shared/site/partnerpicker"
)

// The choices of partner of record.
const (
	choiceOffering = "offering"
	choiceOther    = "other"
	choiceNone     = redemption.None
)

// answers are the authorization page's fields as typed.
type answers struct {
	choice, partnerID, delegation string
	picked                        []string // subscriptions
	rev                           int
	terms                         string
	checked                       string // what "Check partner ID" found, in a sentence
}

type readBody struct {
	Partner, Lead  string
	Sells          bool // a subscription comes with it, and with that a partner of record
	Message        string
	Card           []page.Row
	Offered        []page.Section
	Terms          []page.Details
	Advisor        page.Radios
	PartnerID      page.Input
	Checked        string
	Delegation     *delegationBody
	Record         *recordBody
	Reseller       []string // what a yes to a reseller means
	Token          string
	Rev            int
	Version        string
	Action         string
	Refuse, Report string
}

type delegationBody struct {
	Current  string // who administers now, and what a yes would do
	Question page.Radios
	Powers   []string
}

func typed(d invitation.Draft, version string) answers {
	a := answers{choice: choiceOffering, delegation: d.Delegation, picked: d.Picked, rev: d.Rev, terms: version}
	switch d.Advisor {
	case "":
	case redemption.None:
		a.choice = choiceNone
	default:
		a.choice, a.partnerID = choiceOther, d.Advisor
	}
	return a
}

func posted(v *site.Visit) answers {
	rev, err := strconv.Atoi(v.Form("rev"))
	if err != nil {
		rev = -1 // of no draft
	}
	return answers{
		choice: v.Form("advisor"), partnerID: v.Form(partnerpicker.Field), delegation: v.Form("delegation"), picked: v.R.PostForm["subscriptions"],
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
		return &page.Notice{Title: v.Words.RedeemReplaceChangedTitle(), Text: v.Words.RedeemReplaceChangedText()}
	}
	return nil
}

func (p redeemPage) renderRead(v *site.Visit, f reading, status int, a answers, errs page.Errors, note *page.Notice) error {
	w, of, vendor := v.Words, f.Facts.Offer, f.Shown.Vendor
	name := f.Facts.Partner.LegalName
	head, err := terms(f.Shown)
	if err != nil {
		return err
	}
	documents, err := p.documents(v, f, head, note != nil && status == http.StatusConflict)
	if err != nil {
		return err
	}
	b := readBody{
		Partner: name, Lead: v.OfferLead(of, name, vendor.Name), Sells: of.Kind.Sells(), Message: of.Message, Terms: documents,
		Card: partnername.Card(v.Words, f.Facts.Partner), Offered: v.Offered(of, f.Shown, f.Facts.Partner, redemption.Orders(of, invitation.Draft{}), f.Invitation.ExpiresAt),
		Advisor: page.Radios{
			Name: "advisor", Legend: w.RedeemAdvisorLegend(), Value: a.choice, Error: errs.For("advisor"),
			Options: []page.Option{
				{Value: choiceOffering, Label: w.RedeemAdvisorOffering(name), Hint: w.RedeemAdvisorOfferingHint(partnername.ID(of.Partner))},
				{Value: choiceOther, Label: w.RedeemAdvisorOther(), Hint: w.RedeemAdvisorOtherHint()},
				{Value: choiceNone, Label: w.RedeemAdvisorNone()},
			},
		},
		PartnerID: partnerpicker.InOffer(w).Input(a.partnerID, errs),
		Checked:   a.checked, Token: site.Token(f.Secret, "read", string(f.Invitation.ID)), Rev: a.rev, Version: head.Version,
		Action: path(stepRead, f), Refuse: path(stepRead, f, "step", "no"), Report: path(stepRead, f, "step", "report"),
	}
	if changing(v) {
		b.Action = path(stepRead, f, "from", "check")
	}
	if d := of.Delegation; d != nil {
		can, cannot := v.Powers(d.Role)
		ends := v.In(v.Op.At.AddDate(0, 0, d.Days), of.Country)
		yes := redemption.Yes
		b.Delegation = &delegationBody{
			Powers: []string{can, cannot, w.RedeemDelegationEnds(ends), w.RedeemDelegationRevoke()},
			Question: page.Radios{
				Name: "delegation", Legend: w.RedeemDelegationQuestion(name), Value: a.delegation, Error: errs.For("delegation"),
			},
		}
		if of.Kind.Sells() {
			b.Delegation.Powers[2] = w.RedeemDelegationUntil(d.Days, ends)
			b.Delegation.Powers = append(b.Delegation.Powers, w.RedeemDelegationFree())
		}
		if !authorizes(f) && b.Delegation.Question.Error == "" {
			b.Delegation.Question.Hint = w.RedeemDelegationAdministrator()
		}
		// Where another partner administers the account, the one question is the named one: nobody is replaced unseen.
		current, err := p.current(v, f)
		if err != nil {
			return err
		}
		if current.ID != "" {
			yes = redemption.Replacing(current.ID)
			b.Delegation.Current = w.RedeemReplaceNow(partnername.Full(w, current.ID, current.LegalName))
			b.Delegation.Question.Legend = w.RedeemReplaceQuestion(current.LegalName, name)
		} else if g := held(v, f); g != nil {
			b.Delegation.Current = w.RedeemDelegationNow(name, v.Rights(g.Role), v.In(g.EndsAt, of.Country))
		}
		b.Delegation.Question.Options = []page.Option{{Value: yes, Label: w.SiteYes()}, {Value: redemption.No, Label: w.SiteNo()}}
	}
	switch of.Kind {
	case offer.PartnerOfRecord:
		if b.Record, err = p.record(v, f, a.picked, errs); err != nil {
			return err
		}
	case offer.Reseller:
		b.Reseller = reselling(v, f)
	}
	frame := v.Frame(v.OfferTitle(of, f.Shown))
	frame.Errors, frame.Notice, frame.Form = errs, note, "read"
	return v.Render(authorization, status, frame, b)
}

// authorizes says whether the person can say yes to delegated administration: of a customer's users only a global administrator can, also
// where a smaller role takes the offer that the question stands in.
func authorizes(f reading) bool {
	m := f.Member
	return m == nil || m.User.Has(customer.GlobalAdmin)
}

// unauthorized says so where the question was answered with yes nevertheless: a No never stands in the way of the offer.
func unauthorized(w locale.Words) page.FieldError {
	return page.FieldError{Field: "delegation", Text: w.RedeemDelegationAdministrator()}
}

// held returns the power that the asking partner has over the member's customer now, which a No leaves as it is; nil where it has none.
func held(v *site.Visit, f reading) *relationship.Grant {
	m := f.Member
	if m == nil || m.Grant == nil || m.Grant.Partner != f.Facts.Offer.Partner || m.Grant.StatusAt(v.Op.At) != relationship.Active {
		return nil
	}
	return m.Grant
}

// current returns the other partner that administers the member's customer now; the zero partner where none does.
func (p redeemPage) current(v *site.Visit, f reading) (partner.Partner, error) {
	var who partner.ID
	if f.Member != nil {
		who = f.Member.Administrator(f.Facts.Offer.Partner, v.Op.At)
	}
	if who == "" {
		return partner.Partner{}, nil
	}
	return p.table.Partner(v.R.Context(), who)
}

// documents returns both terms in full: the vendor's, opened where they have just changed, and the partner's apart from them.
func (p redeemPage) documents(v *site.Visit, f reading, head catalog.TermsHead, opened bool) ([]page.Details, error) {
	text, err := v.Terms(catalog.CustomerTerms, head.Version)
	if err != nil {
		return nil, err
	}
	w := v.Words
	both := []page.Details{{Summary: w.RedeemVendorTerms(f.Shown.Vendor.Name, text.Title, head.Version), Rich: published(text), Open: opened}}
	if t := f.Facts.Offer.PartnerTerms; t != nil {
		both = append(both, page.Details{Summary: w.RedeemPartnerTerms(f.Facts.Partner.LegalName, t.Title), Text: t.Text})
	}
	return both, nil
}

func (p redeemPage) postRead(v *site.Visit, f reading) error {
	if links.Asks(v) {
		return p.ask(v, f)
	}
	switch v.R.URL.Query().Get("step") {
	case "no":
		return p.refuse(v, f)
	case "report":
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
	head, err := terms(f.Shown)
	if err != nil {
		return err
	}
	w, of := v.Words, f.Facts.Offer
	checking := partnerpicker.Checks(v)
	if checking {
		a.choice = choiceOther
	}
	draft := f.Invitation.Draft
	draft.Delegation, draft.Terms = a.delegation, head.Version
	if of.Delegation == nil {
		draft.Delegation = ""
	}
	if draft.Picked = nil; of.Kind == offer.PartnerOfRecord {
		draft.Picked = a.picked
	}
	var errs page.Errors
	if !of.Kind.Sells() {
		a.choice = choiceOffering // nothing is asked about a partner of record
	}
	switch a.choice {
	case choiceOffering:
		draft.Advisor = ""
		if a.partnerID != "" && a.partnerID != draft.Advisor && a.partnerID != f.Invitation.Draft.Advisor {
			errs = append(errs, page.FieldError{Field: "advisor", Text: w.RedeemAdvisorWhich()})
		}
	case choiceNone:
		draft.Advisor = redemption.None
	case choiceOther:
		if draft.Advisor, errs = other(v, a.partnerID, of.Partner); errs == nil {
			if err := partnerpicker.Count(v, p.table, gateway.ClientAddress(v.R)); err != nil {
				return err
			}
		}
	default:
		errs = append(errs, page.FieldError{Field: "advisor", Text: w.RedeemAdvisorMissing()})
	}
	// Everything that the last button will ask is asked here already, so that nobody types an account in vain.
	asked := f.Invitation
	asked.Draft = draft
	facts, err := p.table.RedemptionFacts(v.R.Context(), asked, deciding(f))
	if err != nil {
		return err
	}
	if err := facts.Offer.Allowed(facts.Grounds, v.Op.At); err != nil {
		f.Err = err
		return p.dead(v, f)
	}
	if errs == nil && a.choice == choiceOther && draft.Advisor != "" {
		if err := facts.Eligible(v.Op.At); err != nil {
			errs = append(errs, page.FieldError{Field: partnerpicker.Field, Text: partnerpicker.InOffer(w).Ineligible(err)})
		}
	}
	if checking {
		if errs != nil {
			return p.renderRead(v, f, http.StatusUnprocessableEntity, a, errs, nil)
		}
		if a.checked = partnerpicker.Found(w, f.Facts.Partner); draft.Advisor != "" {
			a.checked = partnerpicker.Found(w, facts.Other.Partner)
		}
		// The page begins anew at its top, far above the field: what was found stands there too, with the way back.
		return p.renderRead(v, f, http.StatusOK, a, nil, &page.Notice{
			Text: a.checked, Success: true, Link: &page.Link{Text: w.RedeemPartnerIDBack(), URL: "#partner_id"},
		})
	}
	switch {
	case of.Delegation == nil:
	case !redemption.Answered(draft):
		errs = append(errs, page.FieldError{Field: "delegation", Text: w.RedeemDelegationMissing()})
	case draft.Delegation != redemption.No && !authorizes(f):
		errs = append(errs, unauthorized(w))
	}
	if of.Kind == offer.PartnerOfRecord {
		errs = append(errs, pickErrors(v, f, draft.Picked)...)
	}
	if errs != nil {
		return p.renderRead(v, f, http.StatusUnprocessableEntity, a, errs, nil)
	}
	if a.terms != head.Version {
		return p.renderRead(v, f, http.StatusConflict, a, nil, &page.Notice{Title: w.RedeemTermsChangedTitle(), Text: w.RedeemTermsChangedText(head.Version)})
	}
	if !of.Kind.Sells() && draft.Delegation == redemption.No {
		return v.Redirect(path(stepRead, f, "step", "no")) // nothing else was asked: a No to it is the answer
	}
	next := stepAccount
	if f.Member != nil && !f.asks() || changing(v) && f.with(draft, v.Op.At).unfinished() == stepCheck {
		next = stepCheck
	}
	_, err = p.keep(v, f, draft, a.rev)
	if err == nil && facts.Known && facts.Member == nil {
		return p.signIn(v, f)
	}
	return p.kept(v, f, err, next)
}

// ask tells the partner that a new link is wanted where only facts read afresh say that the offer can't be taken up: the partner's rights stand
// on no page. Where nothing stands in the way any more the offer is shown.
func (p redeemPage) ask(v *site.Visit, f reading) error {
	facts, err := p.table.RedemptionFacts(v.R.Context(), f.Invitation, deciding(f))
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
	return p.dead(v, f)
}

// other reads the ID typed instead of the offering partner's: empty where it is that one after all.
func other(v *site.Visit, typed string, offering partner.ID) (string, page.Errors) {
	given, wrong := partnerpicker.InOffer(v.Words).Parse(typed)
	switch {
	case wrong != "":
		return "", page.Errors{{Field: partnerpicker.Field, Text: wrong}}
	case given == offering:
		return "", nil
	}
	return string(given), nil
}
