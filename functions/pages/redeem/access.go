package redeem

import (
	"net/http"

	"liaison/shared/customer"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/granted"
	"liaison/shared/site/partnername"
)

// accessBody is the question of delegated administration.
type accessBody struct {
	Title     string // the question itself
	Current   string // who administers now, and what a yes would do
	Abilities page.Abilities
	Question  page.Radios

	// The rest is of the step of its own.
	Token                 string
	Rev                   int
	Action, Back, Decline string
	Sum                   page.Section
}

func (p redeemPage) showAccess(v *site.Visit, f reading) error {
	return p.renderAccess(v, f, http.StatusOK, f.Invitation.Draft, nil, notice(v))
}

// renderAccess shows the step, with the answer and the revision of a draft.
func (p redeemPage) renderAccess(v *site.Visit, f reading, status int, d invitation.Draft, errs page.Errors, note *page.Notice) error {
	b, err := p.askAdministration(v, f, d.DelegatedAdministration, errs)
	if err != nil {
		return err
	}
	b.Rev, b.Token = d.Rev, site.Token(f.Secret, "access", string(f.Invitation.ID))
	b.Action, b.Back, b.Decline = f.posting(v, stepAccess), f.back(stepAccess), path(stepRead, f, "step", "no")
	b.Sum = f.sum(v)
	return v.Render(access, status, f.frame(v, stepAccess, b.Title, "access", errs, note), b)
}

// postAccess keeps the answer, and leads on.
func (p redeemPage) postAccess(v *site.Visit, f reading) error {
	if err := v.Posted(f.Secret, "access", string(f.Invitation.ID)); err != nil {
		return err
	}
	draft, was := f.Invitation.Draft, postedRev(v)
	draft.DelegatedAdministration, draft.Rev = v.Form("delegation"), was
	if page.Switched(v.R) {
		return p.renderAccess(v, f, http.StatusOK, draft, nil, nil)
	}
	if errs := administrationErrors(v, f, draft); errs != nil {
		return p.renderAccess(v, f, http.StatusUnprocessableEntity, draft, errs, nil)
	}
	_, err := p.keep(v, f, draft, was)
	return p.kept(v, f, err, f.with(draft, v.Op.At).after(v, stepAccess))
}

// askAdministration returns the question, with the answer given so far.
func (p redeemPage) askAdministration(v *site.Visit, f reading, answer string, errs page.Errors) (*accessBody, error) {
	w, of, name := v.Words, f.Facts.Offer, f.Facts.Partner.LegalName
	current, err := p.current(v, f)
	if err != nil {
		return nil, err
	}
	asked := of.DelegatedAdministration
	b := accessBody{Title: w.DelegatedAdministrationQuestion(name), Abilities: granted.Abilities(w, asked.Role)}
	yes := page.Option{Value: redemption.Yes, Label: w.DelegatedAdministrationAllow(), Hint: w.DelegatedAdministrationLasts(asked.Days, v.In(v.Op.At.AddDate(0, 0, asked.Days), of.Country))}
	no := page.Option{Value: redemption.No, Label: w.DelegatedAdministrationDeny()}
	// Where another partner administers the account, the one question is the named one: nobody is replaced unseen.
	if current.ID != "" {
		yes.Value, yes.Label, no.Label = redemption.Replacing(current.ID), w.DelegatedAdministrationReplace(), w.DelegatedAdministrationKeep()
		b.Current = w.DelegatedAdministrationReplaceNow(partnername.Full(w, current.ID, current.LegalName))
		b.Title = w.DelegatedAdministrationReplaceQuestion(current.LegalName, name)
	} else if g := held(v, f); g != nil {
		b.Current = w.DelegatedAdministrationNow(name, granted.Rights(w, g.Role), v.In(g.EndsAt, of.Country))
	}
	if !f.alone() {
		no.Hint = w.DelegatedAdministrationFree()
	}
	b.Question = page.Radios{Name: "delegation", Legend: w.RedeemYourAnswer(), Cards: true, Value: answer, Error: errs.For("delegation"), Options: []page.Option{yes, no}}
	if !authorizes(f) && b.Question.Error == "" {
		b.Question.Hint = w.DelegatedAdministrationAdministrator()
	}
	return &b, nil
}

// administrationErrors say what is wrong with the answer.
func administrationErrors(v *site.Visit, f reading, d invitation.Draft) page.Errors {
	switch {
	case f.Facts.Offer.DelegatedAdministration == nil:
		return nil
	case !redemption.Answered(d):
		return page.Errors{{Field: "delegation", Text: v.Words.DelegatedAdministrationMissing()}}
	case d.DelegatedAdministration != redemption.No && !authorizes(f):
		return page.Errors{unauthorized(v.Words)}
	}
	return nil
}

// authorizes says whether the person can say yes to delegated administration: of a customer's users only a global administrator can, also
// where a smaller role takes the offer that the question stands in.
func authorizes(f reading) bool {
	m := f.Member
	return m == nil || m.User.Has(customer.GlobalAdmin)
}

// unauthorized says so where the question was answered with yes nevertheless: a No never stands in the way of the offer.
func unauthorized(w locale.Words) page.FieldError {
	return page.FieldError{Field: "delegation", Text: w.DelegatedAdministrationAdministrator()}
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

// administrationRows say on the check what was answered; none where it was not asked.
func (p redeemPage) administrationRows(v *site.Visit, f reading) ([]page.Row, error) {
	if f.Facts.Offer.DelegatedAdministration == nil {
		return nil, nil
	}
	w := v.Words
	said, err := p.delegated(v, f)
	return []page.Row{{Key: w.DelegatedAdministrationLabel(), Values: said, Change: change(f, f.asking(), "delegation", w.DelegatedAdministrationLabel())}}, err
}

func (p redeemPage) delegated(v *site.Visit, f reading) ([]string, error) {
	w, of, asking := v.Words, f.Facts.Offer, f.Facts.Partner.LegalName
	if f.Invitation.Draft.DelegatedAdministration == redemption.No {
		if g := held(v, f); g != nil {
			return []string{w.DelegatedAdministrationNoKeeps(asking, v.In(g.EndsAt, of.Country))}, nil
		}
		return []string{w.DelegatedAdministrationNo(asking)}, nil
	}
	ends := v.In(v.Op.At.AddDate(0, 0, of.DelegatedAdministration.Days), of.Country)
	said := []string{w.DelegatedAdministrationYes(asking, granted.Rights(v.Words, of.DelegatedAdministration.Role), ends)}
	current, err := p.current(v, f)
	if current.ID != "" {
		said = append(said, w.DelegatedAdministrationReplaceEnds(current.LegalName))
	}
	return said, err
}

// authorizeButton is the act's name where it is no other: to give the partner what it asks for.
func authorizeButton(v *site.Visit, f reading, b *checkBody) {
	b.Button = v.Words.RedeemAuthorize(f.Facts.Partner.LegalName)
}
