// Package awaited is how the pages of a customer's account show the offers that wait for an answer.
package awaited

import (
	"slices"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/invitation"
	"liaison/shared/page"
	"liaison/shared/person"
	"liaison/shared/redemption"
	"liaison/shared/site"
	"liaison/shared/site/links"
	"liaison/shared/site/offered"
	"liaison/shared/site/price"
	"liaison/shared/textinput"
)

// Path lists them; its POST opens the one that the form names.
const Path = "/account/offers"

// Field names the invitation in that form.
const Field = "i"

// OpenStep is what the form's token is for.
const OpenStep = "open"

var _ invitation.Waits = (*dynamo.Table)(nil)

// Person returns who is signed in, as invitations know people.
func Person(who site.Signed) invitation.Person {
	return invitation.Person{
		ID: customer.UserID(who.ID), Mail: who.Mail, Customer: who.Customer.ID, Administrator: slices.Contains(who.Roles, customer.GlobalAdmin),
	}
}

// Read returns a row of each offer that the person may answer, the newest first; more says that there may be others. Each row's button is a form.
func Read(v *site.Visit, table invitation.Waits, who site.Signed) (rows []page.Item, more bool, err error) {
	found, more, err := invitation.Awaited(v.R.Context(), table, Person(who), v.Op)
	if err != nil || len(found) == 0 {
		return nil, more, err
	}
	var plans []catalog.PlanID
	for _, a := range found {
		plans = append(plans, a.Facts.Offer.Plans()...)
	}
	shown, err := v.Catalogue(plans...)
	if err != nil {
		return nil, false, err
	}
	found = slices.DeleteFunc(found, func(a invitation.Asked) bool { return links.Closed(a.Facts.Offer, shown) != nil })
	rows = make([]page.Item, len(found))
	for i, a := range found {
		rows[i] = row(v, who, a, shown)
	}
	return rows, more, nil
}

// row says who asks, what, how much, until when and, where it is not the reader, who was written to.
func row(v *site.Visit, who site.Signed, a invitation.Asked, shown catalog.View) page.Item {
	w, inv, of := v.Words, a.Invitation, a.Facts.Offer
	title, name := offered.Title(v, of, shown, a.Facts.Partner.LegalName), a.Facts.Partner.LegalName
	var lines []string
	if costs := price.Total(w, redemption.Orders(of, invitation.Draft{})...); len(costs) > 0 || !strings.Contains(title, name) {
		lines = []string{strings.Join(append([]string{name}, costs...), " · ")}
	}
	by := w.OffersUntil(v.In(inv.ExpiresAt, of.Country))
	if person.FoldLogin(inv.Mail) != person.FoldLogin(who.Mail) {
		by = w.OffersUntilTo(v.In(inv.ExpiresAt, of.Country), textinput.ShownMail(inv.Mail))
	}
	return page.Item{
		Avatar: name, Title: title, Lines: append(lines, by),
		Acts: []page.Act{{
			Text: w.OffersOpen(), About: title, URL: Path, Small: true,
			Form: []page.Hidden{{Name: page.TokenField, Value: site.Token(who.Secret, OpenStep, string(inv.ID))}, {Name: Field, Value: string(inv.ID)}},
		}},
	}
}
