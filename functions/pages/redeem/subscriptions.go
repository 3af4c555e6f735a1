package redeem

import (
	"net/http"
	"slices"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
)

// subscriptionsBody is what a request to become partner of record asks: of which subscriptions.
type subscriptionsBody struct {
	Text   string
	Choose page.Checkboxes
	Fixed  []page.Row // those that can't be changed, and why
}

func (p redeemPage) askSubscriptions(v *site.Visit, f reading, a answers, errs page.Errors, b *readBody) (err error) {
	b.Subscriptions, err = p.subscriptions(v, f, a.picked, errs)
	return err
}

// answerSubscriptions takes the pick into the draft.
func (p redeemPage) answerSubscriptions(v *site.Visit, f reading, a answers, d *invitation.Draft) (page.Errors, error) {
	d.Picked = a.picked
	return pickErrors(v, f, a.picked), nil
}

// subscriptions returns the question to the member, with what was picked; Choose has no option where there is nothing to pick.
func (p redeemPage) subscriptions(v *site.Visit, f reading, picked []string, errs page.Errors) (*subscriptionsBody, error) {
	w, asking := v.Words, f.Facts.Partner.LegalName
	found, names, shown, err := p.nameable(v, f)
	if err != nil {
		return nil, err
	}
	b := &subscriptionsBody{
		Text:   w.PartnerOfRecordRequestText(asking),
		Choose: page.Checkboxes{Name: "subscriptions", Legend: w.PartnerOfRecordRequestLegend(), Hint: w.PartnerOfRecordRequestHint(), Error: errs.For("subscriptions")},
	}
	for _, one := range found {
		s := one.Subscription
		said := w.PartnerOfRecordRequestOption(v.PlanName(shown.Plans, s.Plan), s.Licenses.Bought)
		if one.Result == relationship.Changed {
			b.Choose.Options = append(b.Choose.Options, page.Option{
				Value: string(s.ID), Label: said, Hint: w.PartnerOfRecordRequestNow(names.Full(s.PartnerOfRecordID())), Checked: slices.Contains(picked, string(s.ID)),
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
		return w.PartnerOfRecordRequestAlready(asking)
	case fault.Is(one.Err, fault.SubscriptionEnded):
		return w.PartnerOfRecordRequestEnded()
	case one.Err.About == "plan":
		return w.PartnerOfRecordRequestPlan(asking)
	case one.Err.About == "country":
		return w.PartnerOfRecordRequestCountry(asking)
	}
	return w.PartnerOfRecordRequestNot(asking)
}

// pickErrors says what is wrong with a pick.
func pickErrors(v *site.Visit, f reading, picked []string) page.Errors {
	switch {
	case len(picked) > relationship.MostNamed:
		return page.Errors{{Field: "subscriptions", Text: v.Words.PartnerOfRecordRequestMany(relationship.MostNamed)}}
	case !f.Preview.Pickable(picked):
		return page.Errors{{Field: "subscriptions", Text: v.Words.PartnerOfRecordRequestMissing()}}
	}
	return nil
}

// subscriptionRows say of each picked subscription who is partner of record now and who then.
func (p redeemPage) subscriptionRows(v *site.Visit, f reading) ([]page.Row, error) {
	w, of := v.Words, f.Facts.Offer
	found, names, shown, err := p.nameable(v, f)
	if err != nil {
		return nil, err
	}
	then := w.PartnerOfRecordRequestThen(partnername.Full(w, of.Partner, f.Facts.Partner.LegalName))
	var rows []page.Row
	for _, one := range found {
		s := one.Subscription
		if !slices.Contains(f.Invitation.Draft.Picked, string(s.ID)) {
			continue
		}
		said := w.PartnerOfRecordRequestOption(v.PlanName(shown.Plans, s.Plan), s.Licenses.Bought)
		rows = append(rows, page.Row{
			Key: said, Values: []string{w.PartnerOfRecordRequestNow(names.Full(s.PartnerOfRecordID())), then},
			Change: &page.Link{URL: path(stepRead, f, "from", "check") + "#subscriptions", About: said},
		})
	}
	return rows, nil
}

// nothingToPick shows why no subscription can get the asking partner.
func (p redeemPage) nothingToPick(v *site.Visit, f reading) (bool, error) {
	w := v.Words
	b, err := p.subscriptions(v, f, nil, nil)
	if err != nil || len(b.Choose.Options) > 0 {
		return false, err
	}
	return true, v.Say(http.StatusOK, site.Message{
		Title: w.PartnerOfRecordRequestNothingTitle(), Text: []string{w.PartnerOfRecordRequestNothingText(f.Facts.Partner.LegalName)}, Heading: w.PartnerOfRecordRequestFixed(), Rows: b.Fixed,
		Links: []page.Link{{Text: w.RedeemNoButton(), URL: path(stepRead, f, "step", "no")}},
	})
}

func namingButton(v *site.Visit, f reading, b *checkBody) {
	b.Button, b.Refuse = v.Words.PartnerOfRecordRequestButton(f.Facts.Partner.LegalName), path(stepRead, f, "step", "no")
}

// refusedNaming asks again where a subscription that was picked can't get the asking partner any more.
func (p redeemPage) refusedNaming(v *site.Visit, f reading, wrong *fault.Fault) (bool, error) {
	if f.Member == nil || !fault.Is(wrong, fault.SubscriptionEnded, fault.Invalid) {
		return false, nil
	}
	return true, v.Redirect(path(stepRead, f, "notice", "changed", "from", "again"))
}
