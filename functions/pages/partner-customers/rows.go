package partnercustomers

import (
	"slices"
	"strings"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/administered"
	"liaison/shared/site/available"
	"liaison/shared/site/granted"
	"liaison/shared/site/offered"
	"liaison/shared/site/subscribed"
	"liaison/shared/site/tied"
	"liaison/shared/subscription"
)

// row is a tie that holds with what may be done with it; what may not be done says why, and who can change that.
func (s view) row(kind relationship.Kind) page.Item {
	made := page.Item{Title: tied.Label(s.v.Words, kind), Badge: &page.Badge{Kind: "good", Text: s.v.Words.PartnersActive()}}
	switch kind {
	case relationship.DelegatedAdministrator:
		return s.administration(made, *s.tie.Administration)
	case relationship.PartnerOfRecord:
		made.Icon, made.Lines = "box", []string{s.v.Words.CustomersAdvises(s.tie.PartnerOfRecordSubscriptions)}
		made.Acts = []page.Act{s.act(stepDown, "")}
		return made
	}
	return s.reseller(made)
}

// act leads to the page of a step; why says why it may not be done, whoever asks. Of one tie the same reason has the same ID.
func (s view) act(one step, why string) page.Act {
	made := page.Act{
		Text: one.text(s.v.Words), URL: at(s.tie.Customer) + "/" + one.name, About: s.tie.CustomerName, Danger: one.danger, Small: true,
		Why: why, ID: "why-" + one.name,
	}
	if why == "" && !access.Has(s.who.Caller, one.right) {
		made.Why, made.ID = s.v.Words.CustomersNeedsFull(s.who.Partner.LegalName), "why-access-"+string(one.kind)
	}
	return made
}

func (s view) administration(made page.Item, a relationship.GrantSummary) page.Item {
	v, w, country := s.v, s.v.Words, s.tie.CustomerCountry
	made.Icon, made.Lines = "key", []string{w.PartnersTerm(granted.Rights(w, a.Role), v.In(a.Since, country), v.In(a.EndsAt, country))}
	stands := tied.Standing(v, a)
	made.Badge = &stands
	for _, one := range s.asked {
		made.Lines = append(made.Lines, w.CustomersRenewAsked(v.In(one.Invitation.CreatedAt, country), v.In(one.Invitation.ExpiresAt, country)))
		made.Links = append(made.Links, page.Link{Text: w.PartnerOffersOffer() + " " + one.Facts.Offer.ID.Reference(), URL: site.ConsolePath + "/offers/" + string(one.Facts.Offer.ID)})
	}
	turn, full, limited := extendOn, "", ""
	if a.Role == offer.RoleFull {
		full = w.CustomersExtendFull()
	} else {
		limited = w.CustomersLimitedAlready()
		made.Lines = append(made.Lines, w.PartnersExtend(extends(w, a.AutoExtend)))
		if why, _ := available.NotExtended(v, a.AutoExtend, country); why != "" {
			made.Lines = append(made.Lines, why)
		}
		if a.AutoExtend.Partner {
			turn = extendOff
		}
	}
	why, where := s.cannotRenew(a)
	made.Acts = []page.Act{
		{Text: w.AdminAdminister(), URL: administered.At(s.tie.Customer), About: s.tie.CustomerName, Small: true, Why: s.cannotAdminister(a), ID: "why-administer"},
		{Text: w.CustomersRenew(), URL: offered.MakingFor(offer.DelegatedAdministration, s.tie.Customer), About: s.tie.CustomerName, Small: true, Why: why, Ask: where, ID: "why-renew"},
		s.act(turn, full), s.act(lower, limited), s.act(endGrant, ""),
	}
	return made
}

// cannotAdminister says why the company does nothing for the customer now.
func (s view) cannotAdminister(a relationship.GrantSummary) string {
	if a.StatusAt(s.v.Op.At) == relationship.Suspended {
		return s.v.Words.CustomersRenewDisputed(s.v.Vendor().Name)
	}
	return ""
}

// cannotRenew says why the company asks for no new Yes now, and who can change it; empty where it may. Where it is not available in the customer's
// country, it leads to what is.
func (s view) cannotRenew(a relationship.GrantSummary) (string, *page.Link) {
	vendor := s.v.Vendor().Name
	switch why := s.v.CannotOffer(s.who); {
	case a.StatusAt(s.v.Op.At) == relationship.Suspended:
		return s.v.Words.CustomersRenewDisputed(vendor), nil
	case why != "":
		return why, nil
	case !s.who.Partner.Holds(catalog.DelegatedAdministration, s.programs, s.v.Op.At):
		return s.v.Words.CustomersNotEnrolled(vendor), nil
	}
	return available.Closed(s.v, offer.Plain(offer.DelegatedAdministration, s.tie.CustomerCountry))
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

func (s view) reseller(made page.Item) page.Item {
	v, w := s.v, s.v.Words
	made.Icon, made.Lines = "receipt", []string{w.PartnersSince(v.In(s.tie.ResellerSince, s.tie.CustomerCountry))}
	if n := s.tie.NoticePeriod; n != nil {
		made.Lines = append(made.Lines, w.PartnersNotice(offered.Notice(w, *n)))
	}
	billed := ""
	if _, err := s.tie.Freed(s.subs, relationship.Done, "", v.Op.At); fault.Is(err, fault.ActiveSubscriptions) {
		billed = stillBilled(v, s.tie, err, s.plans)
	}
	r := s.tie.Removal
	if r == nil || r.Status != relationship.Open {
		made.Acts = []page.Act{s.act(endReseller, billed)}
		return made
	}
	badge, since, next := tied.Asked(v, *r, s.tie.CustomerCountry)
	made.Badge, made.Lines = &badge, append(append(made.Lines, since), next...)
	if r.Reason != "" {
		made.Lines = append(made.Lines, w.PartnersAnswer(r.Reason))
	}
	if !r.EndsAt.IsZero() { // it hands over what is billed, and cannot be declined
		made.Acts = []page.Act{s.act(decline, w.CustomersDeclineNotice()), s.act(endReseller, "")}
		return made
	}
	made.Acts = []page.Act{s.act(decline, ""), s.act(endReseller, billed)}
	return made
}

// stillBilled names the plans of the subscriptions for which a reseller cannot go yet, and says what frees it.
func stillBilled(v *site.Visit, tie relationship.Relationship, err error, plans map[catalog.PlanID]catalog.Plan) string {
	var names []string
	for _, one := range fault.As(err).Fields {
		plan, _ := one.About.(string)
		names = append(names, v.PlanName(plans, catalog.PlanID(plan)))
	}
	slices.Sort(names)
	return v.Words.CustomersStillBilled(strings.Join(slices.Compact(names), ", "), tie.CustomerName, v.Vendor().Name)
}

// subscription is one that the company sees, with what may be done with it.
func (s view) subscription(sub subscription.Subscription) page.Item {
	v, w, country := s.v, s.v.Words, s.tie.CustomerCountry
	made := page.Item{
		Icon: "box", Title: v.PlanName(s.plans, sub.Plan), Badge: subscribed.Badge(v, sub, country),
		Lines: []string{w.CustomersLicenses(sub.Licenses.Bought)},
	}
	if standing := subscribed.Standing(v, sub, country); standing != made.Badge.Text {
		made.Lines = append(made.Lines, standing)
	}
	if sub.BilledBy == string(s.who.Partner.ID) {
		made.Lines = append(made.Lines, w.CustomersBillsIt())
	}
	id := "why-" + site.ULID(string(sub.ID))
	switch sub.StatusAt(v.Op.At) {
	case subscription.Trialing, subscription.Expired:
		follow := page.Act{Text: w.PartnerOfferFollow(), URL: offered.MakingFor(offer.Purchase, s.tie.Customer), About: made.Title, Small: true, Why: v.CannotOffer(s.who), ID: id + "-offer"}
		if of := offer.ID(sub.Offer); sub.Offer != "" && of.Partner() == s.who.Partner.ID {
			follow.URL = offered.Following(of) + "&" + offered.ForCustomer + "=" + s.tie.Customer.Bare()
		}
		if follow.Why == "" {
			follow.Why, follow.Ask = available.Closed(v, offer.Offer{Kind: offer.Purchase, Country: country, Items: []offer.Item{{Plan: sub.Plan}}})
		}
		if made.Acts = []page.Act{follow}; sub.StatusAt(v.Op.At) == subscription.Expired {
			break
		}
		made.Acts = append(made.Acts, page.Act{
			Text: w.CustomersCancelTrial(), URL: at(s.tie.Customer) + trialPath(sub.ID), About: made.Title, Danger: true, Small: true,
			Why: cannotCancel(v, s.who, s.grant), ID: id,
		})
		made.Acts[1].Ask = administered.Ask(v, s.who, s.tie.Customer, country, made.Acts[1].Why)
		if made.Acts[0].Why == made.Acts[1].Why {
			made.Acts[0].ID = id
		}
	case subscription.Active:
		if !sub.Ending {
			made.Acts = []page.Act{{Text: w.CustomersCancelPaid(), About: made.Title, Small: true, Why: w.CustomersCancelPaidWhy(), ID: id}}
		}
	}
	return made
}

// cannotCancel says why the reader cancels no trial of the customer, and who can change it; empty where it may.
func cannotCancel(v *site.Visit, who site.Signed, grant *relationship.Grant) string {
	switch {
	case !access.Has(who.Caller, access.CancelTrials):
		return v.Words.CustomersNeedsFull(who.Partner.LegalName)
	case who.Partner.Working() != nil:
		return v.Words.OfferWhySuspended(v.Vendor().Name)
	case grant != nil && grant.Partner == who.Partner.ID && grant.StatusAt(v.Op.At) == relationship.Suspended:
		return v.Words.CustomersRenewDisputed(v.Vendor().Name)
	case !grant.Fully(who.Partner.ID, v.Op.At):
		return v.Words.CustomersNeedsGrant()
	}
	return ""
}
