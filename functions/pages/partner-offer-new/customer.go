package partneroffernew

import (
	"cmp"

	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/offered"
)

// forCustomer fills in what the company knows of the customer that the address names: its country and, where it was delegated administrator, to whom
// it wrote for that Yes. A request for administration asks for what ran last, for as long: more time takes a new Yes.
func (p newPage) forCustomer(v *site.Visit, m *making) error {
	given := v.R.URL.Query().Get(offered.ForCustomer)
	if given == "" {
		return nil
	}
	tie, err := p.tied(v, m.who, given)
	if err != nil {
		return err
	}
	m.Draft.Country = tie.CustomerCountry
	last := tie.Administration
	if last == nil {
		return nil
	}
	if _, alone := m.Draft.Kind.Administers(); alone {
		asked := offer.AskedGrant{Role: last.Role, Days: min(last.Days(), offer.MaxGrantDays)}
		if asked.Role == offer.RoleFull && m.who.CustomerAccess != partner.Full {
			asked.Role = "" // who may not ask for it chooses
		}
		m.Draft.DelegatedAdministration = &asked
	}
	return p.addressed(v, m, last.Redemption)
}

// tied reads the tie to a customer of the reader's company; what is none looks like none.
func (p newPage) tied(v *site.Visit, who site.Signed, bare string) (relationship.Relationship, error) {
	id := customer.ID("cus_" + bare)
	if !id.Valid() {
		return relationship.Relationship{}, fault.NotFound
	}
	tie, _, err := p.table.Relationship(v.R.Context(), id, who.Partner.ID)
	return tie, err
}

// addressed fills in whom the company wrote to for an earlier Yes. An address that a visitor of a public link left is not the company's to know.
func (p newPage) addressed(v *site.Visit, m *making, yes string) error {
	given, err := p.table.Redemption(v.R.Context(), consent.ID(yes))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	id, err := invitation.Parse(given.Receipt.Via.Invitation)
	if err != nil {
		return nil //nolint:nilerr // it came without an invitation
	}
	inv, err := p.table.Invitation(v.R.Context(), id, false)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil
	case err != nil:
		return err
	case inv.Origin != invitation.FromPartner || inv.Offer.Partner() != m.who.Partner.ID || inv.Mail == "":
		return nil
	}
	m.Draft.Visibility, m.Draft.Language = offer.Invited, cmp.Or(inv.Language, m.Draft.Language)
	m.Recipients = []invitation.Recipient{{Mail: inv.Mail, Language: inv.Language}}
	return nil
}
