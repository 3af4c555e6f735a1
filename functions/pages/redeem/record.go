package redeem

import (
	"net/http"
	"slices"

	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
	"liaison/shared/subscription"
)

// recordBody is what a request to become partner of record asks: of which subscriptions.
type recordBody struct {
	Text   string
	Choose page.Checkboxes
	Fixed  []page.Row // those that can't be changed, and why
}

// record returns the question to the member, with what was picked; Choose has no option where there is nothing to pick.
func (p redeemPage) record(v *site.Visit, f reading, picked []string, errs page.Errors) (*recordBody, error) {
	w, asking := v.Words, f.Facts.Partner.LegalName
	found, names, shown, err := p.nameable(v, f)
	if err != nil {
		return nil, err
	}
	b := &recordBody{
		Text:   w.RedeemRecordText(asking),
		Choose: page.Checkboxes{Name: "subscriptions", Legend: w.RedeemRecordLegend(asking), Hint: w.RedeemRecordHint(), Error: errs.For("subscriptions")},
	}
	for _, one := range found {
		s := one.Subscription
		said := w.RedeemRecordOption(v.PlanName(shown.Plans, s.Plan), s.Licenses.Bought)
		if one.Result == relationship.Changed {
			b.Choose.Options = append(b.Choose.Options, page.Option{
				Value: string(s.ID), Label: said, Hint: w.RedeemRecordNow(names.Full(s.PartnerOfRecordID())), Checked: slices.Contains(picked, string(s.ID)),
			})
			continue
		}
		b.Fixed = append(b.Fixed, page.Row{Key: said, Values: []string{fixed(v, asking, one)}})
	}
	return b, nil
}

// nameable returns what a yes could do to each subscription, with the names of the partners of record now and the plans.
func (p redeemPage) nameable(v *site.Visit, f reading) ([]relationship.Naming, partnername.Names, catalog.View, error) {
	found := f.Preview.Namings
	var ids []partner.ID
	var plans []catalog.PlanID
	for _, one := range found {
		ids = append(ids, one.Subscription.PartnerOfRecordID())
		if !slices.Contains(plans, one.Subscription.Plan) {
			plans = append(plans, one.Subscription.Plan)
		}
	}
	names, err := partnername.Read(v, p.table, ids...)
	if err != nil {
		return nil, names, catalog.View{}, err
	}
	shown, err := v.Catalogue(plans...)
	return found, names, shown, err
}

// fixed says why a subscription can't get the asking partner.
func fixed(v *site.Visit, asking string, one relationship.Naming) string {
	w := v.Words
	switch {
	case one.Result == relationship.Unchanged:
		return w.RedeemRecordAlready(asking)
	case fault.Is(one.Err, fault.SubscriptionEnded):
		return w.RedeemRecordEnded()
	case one.Err.About == "plan":
		return w.RedeemRecordPlan(asking)
	case one.Err.About == "country":
		return w.RedeemRecordCountry(asking)
	}
	return w.RedeemRecordNot(asking)
}

// pickErrors says what is wrong with a pick.
func pickErrors(v *site.Visit, f reading, picked []string) page.Errors {
	switch {
	case len(picked) > relationship.MostNamed:
		return page.Errors{{Field: "subscriptions", Text: v.Words.RedeemRecordMany(relationship.MostNamed)}}
	case !f.Preview.Pickable(picked):
		return page.Errors{{Field: "subscriptions", Text: v.Words.RedeemRecordMissing()}}
	}
	return nil
}

// recordRows say of each picked subscription who is partner of record now and who then.
func (p redeemPage) recordRows(v *site.Visit, f reading) ([]page.Row, error) {
	w, of := v.Words, f.Facts.Offer
	found, names, shown, err := p.nameable(v, f)
	if err != nil {
		return nil, err
	}
	then := w.RedeemRecordThen(partnername.Full(w, of.Partner, f.Facts.Partner.LegalName))
	var rows []page.Row
	for _, one := range found {
		s := one.Subscription
		if !slices.Contains(f.Invitation.Draft.Picked, string(s.ID)) {
			continue
		}
		said := w.RedeemRecordOption(v.PlanName(shown.Plans, s.Plan), s.Licenses.Bought)
		rows = append(rows, page.Row{
			Key: said, Values: []string{w.RedeemRecordNow(names.Full(s.PartnerOfRecordID())), then},
			Change: &page.Link{URL: path(stepRead, f, "from", "check") + "#subscriptions", About: said},
		})
	}
	return rows, nil
}

// nothing shows, where the member can't say yes to anything, why: true where it did.
func (p redeemPage) nothing(v *site.Visit, f reading) (bool, error) {
	w, of, name := v.Words, f.Facts.Offer, f.Facts.Partner.LegalName
	refuse := []page.Link{{Text: w.RedeemNoButton(), URL: path(stepRead, f, "step", "no")}}
	switch m := f.Member; {
	case of.Kind == offer.Trial && m != nil && slices.Contains(m.Customer.Tried, of.Plan()):
		return true, p.tried(v, f)
	case of.Kind == offer.Reseller && m.Ties[of.Partner].Reseller:
		return true, p.already(v, f)
	case of.Kind != offer.PartnerOfRecord:
		return false, nil
	}
	b, err := p.record(v, f, nil, nil)
	if err != nil || len(b.Choose.Options) > 0 {
		return false, err
	}
	return true, v.Say(http.StatusOK, site.Message{
		Title: w.RedeemRecordNothingTitle(), Text: []string{w.RedeemRecordNothingText(name)}, Links: refuse, Heading: w.RedeemRecordFixed(), Rows: b.Fixed,
	})
}

// most is how many of a customer's subscriptions are looked through for the plan of a trial.
const most = 100

// tried says that the member's customer has had the plan of a trial: one that runs, or can still be bought with its data, is named, with the
// way to buy it, and so is a paid one. The partner can offer something else.
func (p redeemPage) tried(v *site.Visit, f reading) error {
	w, c, plan := v.Words, f.Member.Customer, f.Plans[f.Facts.Offer.Plan()]
	name := plan.Name.In(string(w.Language()))
	said := site.Message{
		Title: w.RedeemTriedTitle(), Text: []string{w.RedeemTriedText(c.Name, name)}, Heading: w.OfferWho(), Rows: partnername.Card(v.Words, f.Facts.Partner),
		Links: []page.Link{{Text: w.RedeemNoButton(), URL: path(stepRead, f, "step", "no")}, {Text: w.FrameAccount(), URL: "/account"}},
	}
	owned, _, err := p.table.SubscriptionsOf(v.R.Context(), c.ID, dynamo.Page{Limit: most}, nil)
	if err != nil {
		return err
	}
	of := func(fits func(subscription.Subscription) bool) *subscription.Subscription {
		if i := slices.IndexFunc(owned, func(s subscription.Subscription) bool { return s.Plan == plan.ID && fits(s) }); i >= 0 {
			return &owned[i]
		}
		return nil
	}
	buys := func(s subscription.Subscription) bool { return s.Convertible(v.Op.At) == nil }
	has := func(s subscription.Subscription) bool {
		status := s.StatusAt(v.Op.At)
		return status == subscription.Active || status == subscription.Suspended
	}
	if trial := of(buys); trial != nil {
		ends := v.In(trial.TrialEndsAt, c.Country)
		said.First = &page.Link{Text: w.SubscriptionsConvert(), URL: "/account/buy/" + string(plan.ID)}
		said.Links[1] = page.Link{Text: w.RedeemTriedSee(name), URL: "/account/subscriptions/" + string(trial.ID)}
		said.Title, said.Text = w.RedeemTryingTitle(name), []string{w.RedeemTryingText(name, c.Name, ends)}
		if trial.StatusAt(v.Op.At) == subscription.Expired {
			said.Title, said.Text = w.RedeemTriedTitle(), []string{w.RedeemTriedGrace(name, c.Name, ends, v.In(trial.DataUntil(), c.Country))}
		}
	} else if paid := of(has); paid != nil {
		said.First = &page.Link{Text: w.RedeemTriedSee(name), URL: "/account/subscriptions/" + string(paid.ID)}
		said.Title, said.Text = w.RedeemHasTitle(name), []string{w.RedeemHasText(c.Name, name)}
	}
	return v.Say(http.StatusConflict, said)
}

// already says that the partner has become the customer's reseller before.
func (p redeemPage) already(v *site.Visit, f reading) error {
	w := v.Words
	return v.Say(http.StatusConflict, site.Message{
		Title: w.RedeemResellerAlreadyTitle(f.Facts.Partner.LegalName), Text: []string{w.RedeemResellerAlreadyText()},
		Links: []page.Link{{Text: w.FrameAccount(), URL: "/account"}},
	})
}

// reselling says what a yes to a reseller means.
func reselling(v *site.Visit, f reading) []string {
	w, name := v.Words, f.Facts.Partner.LegalName
	return []string{w.RedeemResellerBills(name), w.RedeemResellerStays(), w.RedeemResellerAccess(), w.RedeemResellerRemove(relationship.DecisionDays, f.Shown.Vendor.Name)}
}

// refusedKind handles what only some kinds of offers are refused for; true where it did.
func (p redeemPage) refusedKind(v *site.Visit, f reading, wrong *fault.Fault) (bool, error) {
	switch {
	case fault.Is(wrong, fault.AlreadyReseller):
		return true, p.already(v, f)
	case f.Facts.Offer.Kind == offer.PartnerOfRecord && f.Member != nil && fault.Is(wrong, fault.SubscriptionEnded, fault.Invalid):
		return true, v.Redirect(path(stepRead, f, "notice", "changed", "from", "again"))
	case fault.Is(wrong, fault.PlanOwned), fault.Is(wrong, fault.SubscriptionNotConvertible), f.Facts.Offer.Kind == offer.Purchase && inItems(wrong):
		return true, p.refusedItems(v, f)
	}
	return false, nil
}

func inItems(wrong *fault.Fault) bool {
	return slices.ContainsFunc(wrong.Fields, func(field fault.Field) bool {
		_, what, ok := itemOf(field.Pointer)
		return ok && what != "billing_term"
	})
}
