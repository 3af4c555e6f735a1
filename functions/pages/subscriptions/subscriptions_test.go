package subscriptions_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/locale"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestLicenses changes the licences of a paid subscription, with its mistakes, a second press and a change by somebody else meanwhile.
func TestLicenses(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		sub := c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "none")
		at := "/account/subscriptions/" + string(sub.ID)
		c.Open(http.StatusOK, at)
		c.See("subscription-paid")
		c.Open(http.StatusOK, c.Page.Links(w.SubscriptionsLicences())[0])
		c.See("licenses")
		for typed, said := range map[string]string{"x": w.OrderLicencesWrong(1, 40), "41": w.OrderLicencesWrong(1, 40), "10": w.LicencesSame(10)} {
			c.Click(http.StatusUnprocessableEntity, w.SiteNext(), "licenses", typed)
			c.Has(said)
		}
		c.See("licenses-error")
		c.Click(http.StatusOK, w.SiteNext(), "licenses", "12")
		c.See("licenses-check")
		c.Has(w.CostMonth(locale.Money{AmountMinor: 12 * 1900, Currency: "PLN"}))
		address, form := c.Page.Form(w.LicencesButton())
		for range 2 {
			page, err := c.Post(t.Context(), address, form)
			s.Must(err)
			if page.Status != http.StatusOK || page.URL.Path != at || !strings.Contains(page.Text(), w.SubscriptionsDoneLicences()) {
				t.Fatalf("%d on %s", page.Status, page.URL)
			}
		}
		c.See("subscription-done")
		if now := c.Subscriptions()[0]; now.Licenses.Bought != 12 || s.CountEvents(subscription.LicensesChangedEvent{}.Type()) != 1 {
			t.Errorf("%+v", now)
		}
		c.Open(http.StatusOK, at+"/licenses?licenses=20")
		address, form = c.Page.Form(w.LicencesButton())
		_, err := subscription.ChangeLicenses(t.Context(), s.Table, c.ID, sub.ID, 30, 0, s.Op())
		s.Must(err)
		c.Visitor.Page, err = c.Post(t.Context(), address, form)
		s.Must(err)
		c.Look(c.Page, http.StatusConflict, "a stale check")
		c.See("licenses-stale")
		c.Has(w.LicencesChangedTitle(), w.SiteLicenceCount(30))
		if c.Subscriptions()[0].Licenses.Bought != 30 {
			t.Error("the stale page won")
		}
	})
}

// TestLicensesAsWritten: a licence count is taken as the pages write it, grouped as the language groups digits, also where the language is
// switched after that.
func TestLicensesAsWritten(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		stored, err := s.Plan(t.Context(), pagetest.Mail)
		s.Must(err)
		stored.Licenses = catalog.Bounds{Min: 1, Max: 50_000, Default: 12_000}
		s.Must(s.SavePlan(t.Context(), stored, event.New(s.Op(), event.Vendor(), event.Of(pagetest.Mail, catalog.PlanChangedEvent{})), s.Op()))
		c.Open(http.StatusOK, "/account/buy/plan_mail")
		if _, form := c.Page.Form(w.SiteNext()); form.Get("licenses") != "12000" {
			t.Errorf("the page proposes %q", form.Get("licenses"))
		}
		c.Click(http.StatusOK, w.SiteNext(), "licenses", w.Int(12_000), "billing_term", "month", "advisor", "none")
		other := map[string]string{"en": "pl", "pl": "en"}[language]
		check := c.Page.URL.RequestURI()
		c.Open(http.StatusOK, check+"&lang="+other)
		c.Has(locale.In(locale.Language(other)).Int(12_000))
		c.Open(http.StatusOK, check+"&lang="+language)
		c.Place()
		c.Open(http.StatusOK, "/account/subscriptions/"+string(c.Subscriptions()[0].ID)+"/licenses")
		c.Click(http.StatusOK, w.SiteNext(), "licenses", w.Int(13_000))
		c.Has(w.SiteLicenceCount(13_000))
	})
}

// TestCancel ends a trial at once and a paid subscription at its term's end, after a page that says what that means, and undoes the latter.
func TestCancel(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		trial := c.Subscriptions()[0]
		paid := c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "none")
		at := "/account/subscriptions/" + string(paid.ID)
		c.Open(http.StatusOK, at+"/cancel")
		c.See("cancel-paid")
		c.Has(w.CancelPaidUndo())
		address, form := c.Page.Form(w.CancelPaidButton())
		for range 2 {
			page, err := c.Post(t.Context(), address, form)
			s.Must(err)
			if page.Status != http.StatusOK || page.URL.Path != at {
				t.Fatalf("%d on %s", page.Status, page.URL)
			}
		}
		c.See("subscription-ending")
		if now := c.Subscriptions()[0]; !now.Ending || now.Status != subscription.Active || s.CountEvents(subscription.CancelledEvent{}.Type()) != 1 {
			t.Fatalf("%+v", now)
		}
		c.Open(http.StatusOK, c.Page.Links(w.SubscriptionsUndo())[0])
		c.See("undo")
		address, form = c.Page.Form(w.UndoButton())
		for range 2 {
			page, err := c.Post(t.Context(), address, form)
			s.Must(err)
			if page.Status != http.StatusOK || page.URL.Path != at {
				t.Fatalf("%d on %s", page.Status, page.URL)
			}
		}
		if now := c.Subscriptions()[0]; now.Ending || s.CountEvents(subscription.CancellationUndoneEvent{}.Type()) != 1 {
			t.Fatalf("%+v", now)
		}
		// What stood on the page is what happens: a trial that became paid meanwhile is asked about again.
		c.Open(http.StatusOK, "/account/subscriptions/"+string(trial.ID)+"/cancel")
		c.See("cancel-trial")
		c.Has(map[string]string{"en": "The partner of record can see this.", "pl": "Partner subskrypcji może to zobaczyć."}[language]) // nobody is mailed
		address, form = c.Page.Form(w.CancelTrialButton())
		other := c.Tab()
		other.Open(http.StatusOK, "/account/buy/plan_suite_trial/check?licenses=30&billing_term=year&advisor=keep")
		_, err := other.Press(t.Context(), other.W.BuyPlaceOrder(), "agree", "yes")
		s.Must(err)
		page, err := c.Post(t.Context(), address, form)
		s.Must(err)
		if !strings.HasSuffix(page.URL.Path, "/cancel") || c.Subscriptions()[1].Ending {
			t.Fatalf("leads to %s", page.URL)
		}
	})
	s := pagetest.Open(t)
	c := s.Company("en")
	trial := c.Subscriptions()[0]
	c.Open(http.StatusOK, "/account/subscriptions/"+string(trial.ID)+"/cancel")
	c.Click(http.StatusOK, c.W.CancelTrialButton())
	c.See("subscription-cancelled")
	c.Has(c.W.SubscriptionsDoneCancel(), c.W.SubscriptionsDataUntil())
	if c.Subscriptions()[0].Status != subscription.Cancelled {
		t.Errorf("%+v", c.Subscriptions()[0])
	}
}

// TestBilling moves the billing from a reseller to the vendor, with a yes to the new price.
func TestBilling(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		sub := c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "none")
		c.ChangeSubscription(sub, func(s *subscription.Subscription) { s.BilledBy = string(pagetest.Advising) })
		s.Price(pagetest.Mail, 2500, "PL")
		at := "/account/subscriptions/" + string(sub.ID)
		c.Open(http.StatusOK, at)
		c.Open(http.StatusOK, c.Page.Links(w.SubscriptionsBilling())[0])
		c.See("billing")
		c.Has("Vistula Advice S.A.", w.CostMonth(locale.Money{AmountMinor: 25000, Currency: "PLN"}), w.CostMonth(locale.Money{AmountMinor: 19000, Currency: "PLN"}))
		c.Click(http.StatusUnprocessableEntity, w.BillingButton("Skylark Cloud"))
		c.Has(w.BillingAgreeMissing())
		c.See("billing-error")
		s.VendorNow(func(v *catalog.Vendor) { v.Prices = catalog.Gross })
		c.Click(http.StatusConflict, w.BillingButton("Skylark Cloud"), "agree", "yes")
		c.Has(w.OrderChargeChangedTitle(), w.CostMonthGross(locale.Money{AmountMinor: 25000, Currency: "PLN"}))
		address, form := c.Page.Form(w.BillingButton("Skylark Cloud"))
		form.Set("agree", "yes")
		led := map[string]bool{}
		for range 2 {
			page, err := c.Post(t.Context(), address, form)
			s.Must(err)
			led[page.URL.Path] = true
		}
		if now := c.Subscriptions()[0]; now.BilledBy != subscription.Vendor || now.Price.AmountMinor != 2500 || len(led) != 1 || s.CountEvents(subscription.BillingTransferredEvent{}.Type()) != 1 ||
			s.CountEvents(relationship.ResellerBillingEndedEvent{}.Type()) != 1 {
			t.Errorf("%+v, led to %v", now, led)
		}
		c.Open(http.StatusOK, at+"/billing")
		if c.Page.URL.Path != at {
			t.Errorf("asked again on %s", c.Page.URL)
		}
	})
}

// TestTermThatRuns: before the job has renewed a term every page says the end of the one that runs, and no end that has passed.
func TestTermThatRuns(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	sub := c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "none")
	c.ChangeSubscription(sub, func(s *subscription.Subscription) {
		s.BilledFrom = s.BilledFrom.AddDate(0, -2, -3)
		s.TermEndsAt = s.BilledFrom.AddDate(0, 1, 0)
		s.BilledBy = string(pagetest.Advising)
	})
	sub = c.Subscriptions()[0]
	runs := func(path string) {
		t.Helper()
		c.Open(http.StatusOK, path)
		c.Has(c.W.Time(sub.TermEnd(s.At).In(calendar.Zone("PL"))))
		if past := c.W.Time(sub.TermEndsAt.In(calendar.Zone("PL"))); strings.Contains(c.Page.Text(), past) {
			t.Errorf("%s says %s, which has passed", path, past)
		}
	}
	at := "/account/subscriptions/" + string(sub.ID)
	for _, step := range []string{"", "/licenses?licenses=12", "/billing"} {
		runs(at + step)
	}
	c.ChangeSubscription(sub, func(s *subscription.Subscription) { s.BilledBy = subscription.Vendor })
	runs("/account/buy/plan_mail/check?licenses=3&billing_term=" + string(catalog.Month) + "&advisor=keep&into=" + string(sub.ID))
}

// TestEnds: of a subscription that was deleted no date says that its data stays; of one that is suspended and cancelled the end is said.
func TestEnds(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w, at := c.W, "/account/subscriptions/"+string(c.Subscriptions()[0].ID)
		c.ChangeSubscription(c.Subscriptions()[0], func(s *subscription.Subscription) { s.Status, s.GraceEndsAt = subscription.Deleted, s.CreatedAt })
		c.Open(http.StatusOK, at)
		c.Has(w.SubscriptionDeleted())
		if strings.Contains(c.Page.Text(), w.SubscriptionsDataUntil()) {
			t.Error("deleted data is said to stay")
		}
		sub := c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "none")
		c.ChangeSubscription(sub, func(s *subscription.Subscription) { s.Status = subscription.Suspended })
		c.Open(http.StatusOK, "/account/subscriptions/"+string(sub.ID)+"/cancel")
		c.Click(http.StatusOK, w.CancelPaidButton())
		c.Has(w.SubscriptionSuspendedEnding(sub.TermEndsAt.In(calendar.Zone("PL"))))
	})
}

// TestLeads: the page's one button is what one most likely came for, and never the end, which stands last.
func TestLeads(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	w, trial := c.W, c.Subscriptions()[0]
	leads := func(to string, said ...string) {
		t.Helper()
		body := string(c.Page.Body)
		if _, first, _ := strings.Cut(body, `class="button primary" href="`); strings.Count(body, "button primary") != 1 || !strings.HasPrefix(first, to+`"`) {
			t.Errorf("leads elsewhere than to %s:\n%s", to, c.Page.Text())
		}
		c.Has(said...)
	}
	c.Open(http.StatusOK, "/account/subscriptions/"+string(trial.ID))
	leads("/account/buy/plan_suite_trial", w.SubscriptionBadgeTrial(30), w.SubscriptionsIfBuy(), "Baltic Bridge", w.SubscriptionsEndTrial())
	paid := c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "none")
	at := "/account/subscriptions/" + string(paid.ID)
	c.Open(http.StatusOK, at)
	leads(at+"/licenses", w.SubscriptionsUnadvised(), w.SubscriptionsEndPaidText(paid.TermEndsAt.In(calendar.Zone("PL"))))
	c.ChangeSubscription(paid, func(s *subscription.Subscription) { s.Ending = true })
	c.Open(http.StatusOK, at)
	leads(at+"/undo", w.SubscriptionBadgeEnding(paid.TermEndsAt.In(calendar.Zone("PL"))))
}

// TestCharged: before licences change the page says from when they are charged, and whose invoice comes: as the vendor has it, or the partner.
func TestCharged(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		sub := c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "none")
		at, ends := "/account/subscriptions/"+string(sub.ID)+"/licenses", sub.TermEndsAt.In(calendar.Zone("PL"))
		cost := func(n int64) string { return w.CostMonth(locale.Money{AmountMinor: n * 1900, Currency: "PLN"}) }
		says := func(path string, said, not []string) {
			t.Helper()
			c.Open(http.StatusOK, at+path)
			c.Has(said...)
			for _, one := range not {
				if strings.Contains(c.Page.Text(), one) {
					t.Errorf("%s says %q", path, one)
				}
			}
		}
		vendors := w.OrderInvoice("Skylark Cloud sp. z o.o.")
		says("", []string{w.ChargedProrated(ends), w.ChargedFewer(ends), vendors}, []string{w.ChargedNextTerm(ends)})
		says("?licenses=12", []string{w.ChargedProrated(ends), vendors, cost(10), cost(12), w.OrderThenRenews(cost(12))}, []string{w.ChargedFewer(ends)})
		says("?licenses=8", []string{w.ChargedFewer(ends)}, []string{w.ChargedProrated(ends)})
		s.SetVendor(func(v *catalog.Vendor) { v.LicensesCharged = catalog.NextTerm })
		says("?licenses=12", []string{w.ChargedNextTerm(ends)}, []string{w.ChargedProrated(ends)})
		c.ChangeSubscription(sub, func(s *subscription.Subscription) { s.BilledBy = string(pagetest.Advising) })
		for _, path := range []string{"", "?licenses=12"} {
			says(path, []string{w.ChargedPartner("Vistula Advice S.A."), w.OrderInvoice("Vistula Advice S.A.")}, []string{vendors, w.ChargedNextTerm(ends), w.ChargedFewer(ends)})
		}
		c.ChangeSubscription(c.Subscriptions()[0], func(s *subscription.Subscription) { s.BilledBy, s.Ending = subscription.Vendor, true })
		says("?licenses=12", []string{w.SubscriptionsEnds()}, []string{w.OrderThenRenews(cost(12))})
	})
}
