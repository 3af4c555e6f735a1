package redeem

import (
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

// administrationBody is the question of delegated administration.
type administrationBody struct {
	Current  string // who administers now, and what a yes would do
	Text     string
	Terms    []string
	Question page.Radios
}

// alone says whether an offer asks for nothing but to administer, so that a No to that is a No to the offer.
func alone(f reading) bool {
	return f.Facts.Offer.DelegatedAdministration != nil && len(f.Facts.Offer.Items) == 0
}

// askAdministration returns the question; nil where the offer does not ask it.
func (p redeemPage) askAdministration(v *site.Visit, f reading, a answers, errs page.Errors) (*administrationBody, error) {
	w, of, name := v.Words, f.Facts.Offer, f.Facts.Partner.LegalName
	if of.DelegatedAdministration == nil {
		return nil, nil
	}
	current, err := p.current(v, f)
	if err != nil {
		return nil, err
	}
	b := administrationBody{Text: w.DelegatedAdministrationText(name), Terms: administrationAllows(v, f)}
	if alone(f) {
		b.Text = w.DelegatedAdministrationAlone(name)
	}
	b.Question = page.Radios{Name: "delegation", Legend: w.DelegatedAdministrationQuestion(name), Value: a.administration, Error: errs.For("delegation")}
	if !authorizes(f) && b.Question.Error == "" {
		b.Question.Hint = w.DelegatedAdministrationAdministrator()
	}
	agreed := redemption.Yes
	// Where another partner administers the account, the one question is the named one: nobody is replaced unseen.
	if current.ID != "" {
		agreed = redemption.Replacing(current.ID)
		b.Current = w.DelegatedAdministrationReplaceNow(partnername.Full(w, current.ID, current.LegalName))
		b.Question.Legend = w.DelegatedAdministrationReplaceQuestion(current.LegalName, name)
	} else if g := held(v, f); g != nil {
		b.Current = w.DelegatedAdministrationNow(name, granted.Rights(v.Words, g.Role), v.In(g.EndsAt, of.Country))
	}
	b.Question.Options = []page.Option{{Value: agreed, Label: w.SiteYes()}, {Value: redemption.No, Label: w.SiteNo()}}
	return &b, nil
}

// administrationAllows say what a yes gives and what not, until when, and that it can be taken back.
func administrationAllows(v *site.Visit, f reading) []string {
	w, of := v.Words, f.Facts.Offer
	can, cannot := granted.Allowed(v.Words, of.DelegatedAdministration.Role)
	ends := v.In(v.Op.At.AddDate(0, 0, of.DelegatedAdministration.Days), of.Country)
	if alone(f) {
		return []string{can, cannot, w.DelegatedAdministrationEnds(ends), w.DelegatedAdministrationRevoke()}
	}
	return []string{can, cannot, w.DelegatedAdministrationUntil(of.DelegatedAdministration.Days, ends), w.DelegatedAdministrationRevoke(), w.DelegatedAdministrationFree()}
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
	return []page.Row{{Key: w.DelegatedAdministrationLabel(), Values: said, Change: change(f, stepRead, "delegation", w.DelegatedAdministrationLabel())}}, err
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
	said := []string{w.DelegatedAdministrationYes(asking, granted.Rights(v.Words, of.DelegatedAdministration.Role), ends), w.DelegatedAdministrationRevoke()}
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
