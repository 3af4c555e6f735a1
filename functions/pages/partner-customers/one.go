package partnercustomers

import (
	"net/http"
	"slices"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/granted"
	"liaison/shared/site/offered"
	"liaison/shared/site/subscribed"
	"liaison/shared/subscription"
)

// tied reads the tie to the customer in the path and the customer's one grant; what is no customer of the reader's partner looks like none.
func (p customersPage) tied(v *site.Visit, who site.Signed) (relationship.Relationship, *relationship.Grant, error) {
	id := customer.ID("cus_" + v.R.PathValue("customer"))
	if !id.Valid() {
		return relationship.Relationship{}, nil, fault.NotFound
	}
	return p.table.Relationship(v.R.Context(), id, who.Partner.ID)
}

type oneBody struct {
	Ties          []page.Item
	Subscriptions []page.Item
	None          string // why no subscription is shown
}

// most is how many subscriptions of a customer are looked through.
const most = 100

func (p customersPage) show(v *site.Visit, who site.Signed) error {
	tie, grant, err := p.tied(v, who)
	if err != nil {
		return err
	}
	w := v.Words
	b := oneBody{Ties: rows(v, who, tie), None: w.CustomersNoSubscriptions()}
	subs, _, err := p.table.SubscriptionsOf(v.R.Context(), tie.Customer, dynamo.Page{Limit: most}, func(found []subscription.Subscription) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, s := range found {
			kept[i] = relationship.Sees(s, grant, who.Partner.ID, who.CustomerAccess, v.Op.At)
		}
		return kept, nil
	})
	if err != nil {
		return err
	}
	var plans []catalog.PlanID
	for _, s := range subs {
		plans = append(plans, s.Plan)
	}
	slices.Sort(plans)
	known, err := v.Catalogue(slices.Compact(plans)...)
	if err != nil {
		return err
	}
	for _, s := range subs {
		b.Subscriptions = append(b.Subscriptions, page.Item{
			Icon: "box", Title: v.PlanName(known.Plans, s.Plan), Badge: subscribed.Badge(v, s, tie.CustomerCountry),
			Lines: []string{w.CustomersLicenses(s.Licenses.Bought), subscribed.Standing(v, s, tie.CustomerCountry)},
		})
	}
	frame := v.Frame(tie.CustomerName)
	frame.Lead, frame.Back = w.Country(tie.CustomerCountry), &page.Link{URL: path, Text: w.CustomersTitle()}
	frame.Act = &page.Act{Text: w.OverviewFollow(), URL: "/partner/offers/new", Primary: true, Why: v.CannotOffer(who), ID: "why-new"}
	if done, ok := stepNamed(v.R.URL.Query().Get("done")); ok {
		frame.Notice = &page.Notice{Success: true, Text: done.done(w)}
	}
	return v.Render(one, http.StatusOK, frame, b)
}

// extends says which side wants that an administration goes on by itself.
func extends(w locale.Words, s relationship.Switches) string {
	switch {
	case s.Both():
		return w.PartnersExtendBoth()
	case s.Partner:
		return w.CustomersExtendMine()
	case s.Customer:
		return w.CustomersExtendTheirs()
	}
	return w.PartnersExtendNone()
}

// rows are the ties that hold, each with what ends it; an act that the reader may not do says why.
func rows(v *site.Visit, who site.Signed, tie relationship.Relationship) []page.Item {
	w := v.Words
	var made []page.Item
	act := func(one step) *page.Act {
		a := &page.Act{Text: one.text(w), URL: at(tie.Customer) + "/" + one.name, About: tie.CustomerName, Danger: one.danger, Small: true, ID: one.name}
		if !access.Has(who.Caller, one.right) {
			a.Why = w.CustomersNeedsFull()
		}
		return a
	}
	for _, kind := range tie.Kinds(v.Op.At) {
		item := page.Item{Icon: "hands", Title: named(w, kind), Badge: &page.Badge{Kind: "good", Text: w.PartnersActive()}}
		switch kind {
		case relationship.DelegatedAdministrator:
			a := tie.Administration
			item.Lines = []string{w.PartnersTerm(granted.Rights(w, a.Role), v.In(a.Since, tie.CustomerCountry), v.In(a.EndsAt, tie.CustomerCountry))}
			if a.StatusAt(v.Op.At) == relationship.Suspended {
				item.Badge = &page.Badge{Kind: "bad", Text: w.PartnersDisputedNow()}
			}
			item.Act = act(endGrant)
			if a.Role == offer.RoleLimited {
				item.Lines = append(item.Lines, w.PartnersExtend(extends(w, a.AutoExtend)))
				turn := extendOn
				if a.AutoExtend.Partner {
					turn = extendOff
				}
				if access.Has(who.Caller, turn.right) {
					item.Links = []page.Link{{Text: turn.text(w), URL: at(tie.Customer) + "/" + turn.name}}
				}
			}
			if a.Role == offer.RoleFull && access.Has(who.Caller, access.EndGrant) {
				item.Links = []page.Link{{Text: w.CustomersLower(), URL: at(tie.Customer) + "/" + lower.name}}
			}
		case relationship.PartnerOfRecord:
			item.Icon, item.Lines, item.Act = "box", []string{w.CustomersAdvises(tie.PartnerOfRecordSubscriptions)}, act(stepDown)
		case relationship.Reseller:
			item.Icon, item.Lines, item.Act = "receipt", []string{w.PartnersSince(v.In(tie.ResellerSince, tie.CustomerCountry))}, act(endReseller)
			if n := tie.NoticePeriod; n != nil {
				item.Lines = append(item.Lines, w.PartnersNotice(offered.Notice(w, *n)))
			}
			if r := tie.Removal; r != nil && r.Status == relationship.Open && !r.EndsAt.IsZero() {
				item.Badge = &page.Badge{Kind: "warn", Text: w.PartnersEndsIn(subscribed.DaysLeft(r.EndsAt, v.Op.At))}
				goes := w.CustomersNoticeTerm()
				if r.Handover == relationship.ToVendor {
					goes = w.CustomersNoticeVendor()
				}
				item.Lines = append(item.Lines, w.CustomersRemovalAskedOn(v.In(r.AskedAt, tie.CustomerCountry)), w.CustomersNoticeEnds(v.In(r.EndsAt, tie.CustomerCountry)), goes)
			} else if r != nil && r.Status == relationship.Open {
				item.Badge = &page.Badge{Kind: "warn", Text: w.CustomersRemovalAsked()}
				item.Lines = append(item.Lines, w.CustomersRemovalAskedOn(v.In(r.AskedAt, tie.CustomerCountry)))
				if access.Has(who.Caller, decline.right) {
					item.Links = []page.Link{{Text: decline.text(w), URL: at(tie.Customer) + "/" + decline.name}}
				}
			}
		}
		made = append(made, item)
	}
	return made
}
