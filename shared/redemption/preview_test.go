package redemption

import (
	"slices"
	"testing"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture/rule"
)

// selling is a purchase of 12 licences of a plan of 10 to 300, and the price of it.
func selling() (offer.Offer, map[catalog.PlanID]catalog.Plan) {
	price := catalog.Money{AmountMinor: 4900, Currency: "PLN"}
	of := offer.Offer{ID: "ofr_x", Kind: offer.Purchase, Partner: asking, Items: []offer.Item{{Plan: "plan_a", Licenses: 12, Term: catalog.Month, Price: &price}}}
	return of, map[catalog.PlanID]catalog.Plan{"plan_a": {
		ID: "plan_a", Prices: []catalog.Price{{Term: catalog.Month, Price: price}}, Licenses: catalog.Bounds{Min: 10, Max: 300, Default: 25},
	}}
}

// TestPreview says what an order becomes of what the customer has, and what is wrong with its choices, field by field.
func TestPreview(t *testing.T) {
	of, plans := selling()
	trial := subscription.Subscription{ID: "sub_trial", Plan: "plan_a", Status: subscription.Trialing, Trial: true, TrialEndsAt: now.Add(day), Licenses: subscription.Licenses{Assigned: 20}}
	had := subscription.Buy("sub_had", "cus_x", "plan_a", of.Order(0), "", now.Add(-day))
	ending, dearer, over := had, had, trial
	ending.Ending = true
	dearer.Price = &catalog.Money{AmountMinor: 5000, Currency: "PLN"}
	over.TrialEndsAt = now.AddDate(0, 0, -31)
	for name, c := range map[string]struct {
		owned  []subscription.Subscription
		choice invitation.Choice
		what   string // what it becomes
		wrong  []string
	}{
		"nothing yet":                  {nil, invitation.Choice{}, "new", nil},
		"too few":                      {nil, invitation.Choice{Licenses: 9}, "new", []string{"items/0/licenses out_of_range"}},
		"too many":                     {nil, invitation.Choice{Licenses: 301}, "new", []string{"items/0/licenses out_of_range"}},
		"no number":                    {nil, invitation.Choice{Licenses: -1}, "new", []string{"items/0/licenses out_of_range"}},
		"a trial":                      {[]subscription.Subscription{trial}, invitation.Choice{Licenses: 20}, "trial", nil},
		"a trial, more users":          {[]subscription.Subscription{trial}, invitation.Choice{}, "trial", []string{"items/0/licenses licenses_assigned"}},
		"a trial and one paid":         {[]subscription.Subscription{had, trial}, invitation.Choice{Licenses: 20}, "trial", nil},
		"a trial whose grace is over":  {[]subscription.Subscription{over}, invitation.Choice{}, "new", nil},
		"owned, not asked":             {[]subscription.Subscription{had}, invitation.Choice{}, "new", []string{"items/0/into required"}},
		"owned, not asked, too few":    {[]subscription.Subscription{had}, invitation.Choice{Licenses: 1}, "new", []string{"items/0/licenses out_of_range", "items/0/into required"}},
		"owned, added":                 {[]subscription.Subscription{had}, invitation.Choice{Into: "sub_had"}, "add", nil},
		"owned, added, together much":  {[]subscription.Subscription{had}, invitation.Choice{Licenses: 289, Into: "sub_had"}, "add", []string{"items/0/licenses out_of_range"}},
		"owned, separate":              {[]subscription.Subscription{had}, invitation.Choice{Into: subscription.Separate}, "new", nil},
		"owned, another's":             {[]subscription.Subscription{had}, invitation.Choice{Into: "sub_other"}, "new", []string{"items/0/into required"}},
		"it ends":                      {[]subscription.Subscription{ending}, invitation.Choice{}, "new", nil},
		"chosen, and it ends":          {[]subscription.Subscription{ending}, invitation.Choice{Into: "sub_had"}, "new", []string{"items/0/into required"}},
		"chosen, at another price now": {[]subscription.Subscription{dearer}, invitation.Choice{Into: "sub_had"}, "new", []string{"items/0/into required"}},
	} {
		facts := Facts{Offer: of, Grounds: offer.Facts{Plans: plans}, Member: &consent.Member{Subscriptions: c.owned}}
		facts.Invitation.Draft.Items = []invitation.Choice{c.choice}
		seen := facts.Preview(now)
		what := "new"
		switch {
		case seen.Items[0].Trial != nil:
			what = "trial"
		case seen.Items[0].Into != nil:
			what = "add"
		}
		var wrong []string
		if f := fault.As(seen.Wrong); f != nil {
			for _, field := range f.Fields {
				wrong = append(wrong, field.Pointer+" "+field.Code.String())
			}
		}
		if what != c.what || !slices.Equal(wrong, c.wrong) {
			t.Errorf("%s: %s %q, want %s %q", name, what, wrong, c.what, c.wrong)
		}
		// The yes does the same, and refuses where the page does.
		made := consent.Consent{}
		made.Customer.ID = "cus_4q8z1m7x2c9v"
		err := facts.order(&made, *facts.Member, "", operation())
		if (err != nil) != (c.wrong != nil) {
			t.Errorf("%s: the yes: %v", name, err)
		}
	}
}

// TestNameable says of each subscription whether the asking partner can become its partner of record, and why not.
func TestNameable(t *testing.T) {
	_, facts := ready()
	_, plans := selling()
	of := offer.Offer{Kind: offer.PartnerOfRecord, Partner: asking}
	sub := func(id subscription.ID, plan catalog.PlanID, status subscription.Status, partnerOfRecord partner.ID) subscription.Subscription {
		s := subscription.Subscription{ID: id, Plan: plan, Status: status}
		if partnerOfRecord != "" {
			s = s.SetPartnerOfRecord(partnerOfRecord, now)
		}
		return s
	}
	facts.Offer, facts.Grounds.Plans = of, plans
	facts.Member = &consent.Member{Subscriptions: []subscription.Subscription{
		sub("sub_free", "plan_a", subscription.Active, ""), sub("sub_other", "plan_a", subscription.Suspended, other), sub("sub_own", "plan_a", subscription.Active, asking),
		sub("sub_ended", "plan_a", subscription.Deleted, ""), sub("sub_plan", "plan_b", subscription.Active, ""),
	}}
	facts.Member.Customer.Country = "PL"
	want := []string{"changed", "changed", "unchanged", "failed subscription_ended", "failed partner_not_eligible"}
	for i, one := range facts.Preview(now).Namings {
		said := string(one.Result)
		if one.Err != nil {
			said += " " + one.Err.Code.String()
		}
		if said != want[i] {
			t.Errorf("%s: %s, want %s", one.Subscription.ID, said, want[i])
		}
	}
	many := make([]string, relationship.MostNamed+1)
	facts.Invitation.Draft.Picked = many
	made := consent.Consent{}
	if err := facts.name(&made, *facts.Member, "", operation()); rule.Code(err) != "too_many" {
		t.Errorf("more than one transaction holds: %v", err)
	}
}
