package redeem

import (
	"net/http"
	"slices"

	"liaison/shared/dynamo"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
	"liaison/shared/subscription"
)

// trialButton says how long the trial runs.
func trialButton(v *site.Visit, f reading, b *checkBody) {
	trial := f.plan(0).Trial
	if trial == nil {
		authorizeButton(v, f, b)
		return
	}
	b.Button = v.Words.RedeemStart(trial.Days)
}

// triedBefore says so where the member's customer has had the plan's trial.
func (p redeemPage) triedBefore(v *site.Visit, f reading) (bool, error) {
	if f.Member == nil || !slices.Contains(f.Member.Customer.Tried, f.Facts.Offer.Plan()) {
		return false, nil
	}
	return true, p.tried(v, f)
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
		said.First = &page.Link{Text: w.SubscriptionConvert(), URL: "/account/buy/" + string(plan.ID)}
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
