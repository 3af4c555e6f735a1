package pages_test

import (
	"net/http"
	"strings"
	"testing"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/subscription"
)

// TestTermThatRuns: before the job has renewed a term every page says the end of the one that runs, and no end that has passed.
func TestTermThatRuns(t *testing.T) {
	t.Parallel()
	s := open(t)
	c := s.company("en")
	sub := c.order(mailPlan, "licenses", "10", "billing_term", "month", "advisor", "none")
	c.save(sub, func(s *subscription.Subscription) {
		s.BilledFrom = s.BilledFrom.AddDate(0, -2, -3)
		s.TermEndsAt = s.BilledFrom.AddDate(0, 1, 0)
		s.BilledBy = string(advising)
	})
	sub = c.subs()[0]
	runs := func(path string) {
		t.Helper()
		c.get(http.StatusOK, path)
		c.has(c.w.Time(sub.TermEnd(s.at).In(calendar.Zone("PL"))))
		if past := c.w.Time(sub.TermEndsAt.In(calendar.Zone("PL"))); strings.Contains(c.Page.Text(), past) {
			t.Errorf("%s says %s, which has passed", path, past)
		}
	}
	at := "/account/subscriptions/" + string(sub.ID)
	for _, step := range []string{"", "/licenses?licenses=12", "/billing"} {
		runs(at + step)
	}
	c.save(sub, func(s *subscription.Subscription) { s.BilledBy = subscription.Vendor })
	runs("/account/buy/plan_mail/check?licenses=3&billing_term=" + string(catalog.Month) + "&advisor=keep&into=" + string(sub.ID))
}

// TestEnds: of a subscription that was deleted no date says that its data stays; of one that is suspended and cancelled the end is said.
func TestEnds(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		c := s.company(language)
		w, at := c.w, "/account/subscriptions/"+string(c.subs()[0].ID)
		c.save(c.subs()[0], func(s *subscription.Subscription) { s.Status, s.GraceEndsAt = subscription.Deleted, s.CreatedAt })
		c.get(http.StatusOK, at)
		c.has(w.AccountDeleted())
		if strings.Contains(c.Page.Text(), w.SubscriptionsDataUntil()) {
			t.Error("deleted data is said to stay")
		}
		sub := c.order(mailPlan, "licenses", "10", "billing_term", "month", "advisor", "none")
		c.save(sub, func(s *subscription.Subscription) { s.Status = subscription.Suspended })
		c.get(http.StatusOK, "/account/subscriptions/"+string(sub.ID)+"/cancel")
		c.press(http.StatusOK, w.CancelPaidButton())
		c.has(w.AccountSuspendedEnding(sub.TermEndsAt.In(calendar.Zone("PL"))))
	}
}
