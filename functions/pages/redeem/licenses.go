package redeem

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/redemption"
	"liaison/shared/site"
	"liaison/shared/site/price"
	"liaison/shared/subscription"
)

// itemBody is one plan of a purchase as the step before the check asks about it.
type itemBody struct {
	Heading  string      // the plan's name
	Fixed    []page.Row  // what it comes to where the plan leaves no choice
	Becomes  string      // said where the customer's trial becomes the subscription
	Licenses *page.Input // nil there
	Into     *page.Radios
}

// typedItem is one plan of a purchase as typed.
type typedItem struct{ licenses, into string }

func licensesField(i int) string { return "licences-" + strconv.Itoa(i) }

func intoField(i int) string { return "into-" + strconv.Itoa(i) }

// keptItems returns the choices of a draft as fields.
func keptItems(of offer.Offer, d invitation.Draft) []typedItem {
	typed := make([]typedItem, len(of.Items))
	for i, o := range redemption.Orders(of, d) {
		typed[i] = typedItem{strconv.Itoa(o.Licenses), d.Choice(i).Into}
	}
	return typed
}

func postedItems(v *site.Visit, f reading) []typedItem {
	typed := make([]typedItem, len(f.Preview.Items))
	for i := range typed {
		typed[i] = typedItem{strings.TrimSpace(v.Form(licensesField(i))), v.Form(intoField(i))}
	}
	return typed
}

// chosen puts what was typed into a draft. What is no number becomes none that a plan allows.
func chosen(v *site.Visit, f reading, d invitation.Draft, typed []typedItem) invitation.Draft {
	if len(typed) == 0 {
		return d
	}
	of := f.Facts.Offer
	d.Items = make([]invitation.Choice, len(of.Items))
	for i, one := range typed {
		n := of.Items[i].Licenses
		if b := f.plan(i).Licenses; b.Min < b.Max {
			n = number(v.Words, one.licenses)
		}
		d.Items[i] = invitation.Choice{Licenses: n, Into: one.into}
	}
	for i, item := range f.with(d, v.Op.At).Preview.Items {
		if len(item.Adds) == 0 {
			d.Items[i].Into = "" // nothing is asked
		}
	}
	return d
}

// number reads a licence count; -1 where it is none.
func number(w locale.Words, typed string) int {
	n, ok := site.Count(w, typed)
	if !ok || n <= 0 {
		return -1
	}
	return n
}

// items returns what the step asks about each plan.
func (p redeemPage) items(v *site.Visit, f reading, typed []typedItem, errs page.Errors) []itemBody {
	w, of := v.Words, f.Facts.Offer
	found := f.with(chosen(v, f, f.Invitation.Draft, typed), v.Op.At).Preview.Items
	made := make([]itemBody, len(found))
	for i, way := range found {
		plan := f.plan(i)
		name := plan.Name.In(string(w.Language()))
		made[i] = itemBody{Heading: name}
		if way.Trial != nil {
			made[i].Becomes = w.RedeemBecomes()
		}
		if b := plan.Licenses; b.Min >= b.Max {
			made[i].Fixed = price.Rows(v.Words, of.Order(i), true)
		} else {
			made[i].Licenses = &page.Input{
				Name: licensesField(i), Label: w.RedeemLicencesLabel(), Hint: w.RedeemLicencesHint(price.License(w, of.Order(i).Price, of.Order(i).Term), b.Min, b.Max, of.Items[i].Licenses), Value: typed[i].licenses,
				Error: errs.For(licensesField(i)), InputMode: "numeric", Width: 8,
			}
			if len(found) > 1 {
				made[i].Licenses.Label = w.RedeemLicencesOf(name)
			}
		}
		if len(way.Adds) > 0 {
			into := page.Radios{Name: intoField(i), Legend: w.RedeemIntoLegend(name), Value: typed[i].into, Error: errs.For(intoField(i))}
			for _, s := range way.Adds {
				into.Options = append(into.Options, page.Option{
					Value: string(s.ID), Label: w.RedeemIntoAdd(), Hint: w.RedeemIntoAddHint(s.Licenses.Bought, v.In(s.TermEnd(v.Op.At), of.Country)),
				})
			}
			into.Options = append(into.Options, page.Option{Value: subscription.Separate, Label: w.RedeemIntoSeparate(), Hint: w.RedeemIntoSeparateHint()})
			made[i].Into = &into
		}
	}
	return made
}

// itemErrors says what is wrong with the items, in words that name the plan.
func (p redeemPage) itemErrors(v *site.Visit, f reading) page.Errors {
	wrong, found := fault.As(f.Preview.Wrong), f.Preview.Items
	if wrong == nil {
		return nil
	}
	var errs page.Errors
	for _, field := range wrong.Fields {
		i, what, ok := itemOf(field.Pointer)
		if !ok || i >= len(found) {
			continue
		}
		errs = append(errs, itemError(v.Words, f.plan(i), found[i], i, what, field))
	}
	return errs
}

// itemOf reads items/<i>/<what>.
func itemOf(pointer string) (i int, what string, ok bool) {
	parts := strings.Split(pointer, "/")
	if len(parts) != 3 || parts[0] != "items" {
		return 0, "", false
	}
	i, err := strconv.Atoi(parts[1])
	return i, parts[2], err == nil && i >= 0
}

func itemError(w locale.Words, plan catalog.Plan, way subscription.Fulfilment, i int, what string, field fault.Field) page.FieldError {
	name, b := plan.Name.In(string(w.Language())), plan.Licenses
	said := page.FieldError{Field: licensesField(i), Text: w.RedeemLicencesWrong(name, b.Min, b.Max)}
	switch {
	case what == "into":
		return page.FieldError{Field: intoField(i), Text: w.RedeemIntoMissing(name)}
	case field.Code == fault.LicensesAssigned:
		if least, ok := field.About.(int); ok {
			said.Text = w.RedeemLicencesAssigned(name, least)
		}
	case way.Into != nil && way.Order.Licenses >= b.Min && way.Order.Licenses <= b.Max:
		said.Text = w.RedeemLicencesTogether(name, way.Into.Licenses.Bought, b.Max)
	}
	return said
}

// happens says what becomes of an item of a purchase.
func happens(w locale.Words, way subscription.Fulfilment) string {
	switch {
	case way.Trial != nil:
		return w.RedeemBecomes()
	case way.Into != nil:
		return w.RedeemHappensAdd(way.Into.Licenses.Bought, way.Into.Licenses.Bought+way.Order.Licenses)
	}
	return w.RedeemHappensNew()
}

// orderButton names the act of a purchase, and says that it binds.
func orderButton(v *site.Visit, _ reading, b *checkBody) {
	w := v.Words
	b.What, b.Button, b.Free = w.RedeemOrdered(), w.RedeemOrder(), w.RedeemOrderBinds()
}

// refusedOrder shows the items again where one of them was refused.
func (p redeemPage) refusedOrder(v *site.Visit, f reading, wrong *fault.Fault) (bool, error) {
	if !fault.Is(wrong, fault.PlanOwned, fault.SubscriptionNotConvertible) && !inItems(wrong) {
		return false, nil
	}
	return true, p.refusedItems(v, f)
}

func inItems(wrong *fault.Fault) bool {
	return slices.ContainsFunc(wrong.Fields, func(field fault.Field) bool {
		_, what, ok := itemOf(field.Pointer)
		return ok && what != "billing_term"
	})
}

// refusedItems shows the licences again where the last button found them wrong: the plan or the subscriptions changed meanwhile.
func (p redeemPage) refusedItems(v *site.Visit, f reading) error {
	note := &page.Notice{Title: v.Words.RedeemChangedTitle(), Text: v.Words.RedeemChangedText()}
	return p.renderAccount(v, f, http.StatusConflict, f.kept(v), p.itemErrors(v, f), note)
}
