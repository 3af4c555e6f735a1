package buy_test

import (
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"liaison/infra/local/client"
	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/locale"
	"liaison/shared/site"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestOrder walks an order without an offer in both languages: every mistake, every answer kept, then what it makes.
func TestOrder(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		c.Open(http.StatusOK, "/account/buy")
		c.See("buy")
		c.Has("Skylark", w.BuyElsewhere(pagetest.Both("Skylark Mail plan_far", "Poczta Skylark plan_far").In(language), w.Country("PL")), site1900(w))
		c.Open(http.StatusOK, "/account/buy/plan_far")
		c.See("buy-elsewhere")
		if form, _ := c.Page.Form(w.SiteNext()); form != "" {
			t.Error("a plan that is not sold here has a form")
		}
		c.Open(http.StatusNotFound, "/account/buy/plan_none")
		c.Open(http.StatusOK, "/account/buy/plan_mail")
		c.See("buy-plan")
		c.Click(http.StatusUnprocessableEntity, w.SiteNext(), "licenses", "0", "billing_term", "")
		c.Has(w.OrderLicencesWrong(1, 40), w.BuyTermMissing())
		c.See("buy-plan-error")
		for typed, said := range map[string]string{
			"": w.PartnerIDRequired(), "1234": w.PartnerIDFormat(), "87654321": w.PartnerIDMistyped(), string(pagetest.Stranger): w.PartnerIDUnknown(), string(pagetest.Idle): w.PartnerOfRecordNotEligible(), string(pagetest.Unrelated): w.PartnerOfRecordPlan(),
		} {
			for _, button := range []string{w.PartnerIDCheck(), w.SiteNext()} {
				c.Click(http.StatusUnprocessableEntity, button, "licenses", "7", "billing_term", "month", "advisor", "other", "partner_id", typed)
				c.Has(said)
			}
			if body := string(c.Page.Body); !strings.Contains(body, `value="7"`) || !strings.Contains(body, `value="month" checked`) {
				t.Errorf("%q: what was typed is lost", typed)
			}
		}
		c.Click(http.StatusOK, w.PartnerIDCheck(), "partner_id", "8765 4323")
		c.Above("Vistula Advice S.A., Kraków")
		c.See("buy-plan-checked")
		c.Click(http.StatusUnprocessableEntity, w.SiteNext(), "advisor", "none")
		c.Has(w.PartnerOfRecordOtherNotChosen())
		before := s.Dump(t)
		c.Click(http.StatusOK, w.SiteNext(), "advisor", "other")
		c.See("buy-check")
		c.Has("Vistula Advice S.A.", w.BuyNew(), w.SiteLicences()+" 7", w.CostMonth(locale.Money{AmountMinor: 7 * 1900, Currency: "PLN"}), "Skylark Cloud")
		for _, change := range c.Page.Links(w.FrameChange())[1:] { // back to the plan with everything kept
			check := c.Page.URL.String()
			c.Open(http.StatusOK, strings.Split(change, "#")[0])
			if body := string(c.Page.Body); !strings.Contains(body, `value="7"`) || !strings.Contains(body, `value="month" checked`) || !strings.Contains(body, `value="other" checked`) || !strings.Contains(body, `value="87654323"`) {
				t.Errorf("%s: an answer was not kept", change)
			}
			c.Open(http.StatusOK, check)
		}
		c.Click(http.StatusUnprocessableEntity, w.BuyPlaceOrder())
		c.Has(w.BuyAgreeMissing())
		c.See("buy-check-error")
		if s.Dump(t) != before && s.Holds(t, "subscription") != 1 {
			t.Error("something was stored before the order")
		}
		c.Place()
		made := c.Subscriptions()[0]
		if made.Plan != pagetest.Mail || made.Licenses.Bought != 7 || made.PartnerOfRecordID() != pagetest.Advising || made.BillingTerm != catalog.Month || made.BilledBy != subscription.Vendor || made.Price.AmountMinor != 1900 || made.Status != subscription.Active {
			t.Errorf("%+v", made)
		}
		c.Open(http.StatusOK, "/account")
		c.See("account")
		c.Has(w.BuyTitle(), w.AccountBilling(), w.ActivityTitle(), w.PartnersTitle())
		c.Open(http.StatusOK, "/account?view=dashboard")
		c.See("account-dashboard")
		c.Open(http.StatusOK, "/account/subscriptions")
		c.See("subscriptions")
		c.Has(w.CostMonth(locale.Money{AmountMinor: 7 * 1900, Currency: "PLN"}), "Vistula Advice S.A.")
	})
}

func site1900(w locale.Words) string {
	return w.CostLicenceMonth(locale.Money{AmountMinor: 1900, Currency: "PLN"})
}

// TestOrderTwice: the last button pressed twice, by 12 at once, and after the back button, is one order with one receipt; another form is another.
func TestOrderTwice(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	for name, start := range map[string]func(){
		"new": func() {
			c.Open(http.StatusOK, "/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=none")
		},
		"converted": func() {
			c.Open(http.StatusOK, "/account/buy/plan_suite_trial/check?licenses=30&billing_term=year&advisor=keep")
		},
	} {
		start()
		had := len(c.Subscriptions())
		address, form := c.Page.Form(c.W.BuyPlaceOrder())
		form.Set("agree", "yes")
		const presses = 12
		pages, errs := make([]client.Page, presses), make([]error, presses)
		var all sync.WaitGroup
		for i := range presses {
			v := s.Visitor("en")
			v.Plant(s.URL, "__Host-session", *c.Session)
			all.Go(func() { pages[i], errs[i] = v.Post(t.Context(), address, form) })
		}
		all.Wait()
		receipts := map[string]bool{}
		for i := range presses {
			if errs[i] != nil || !strings.HasPrefix(pages[i].URL.Path, "/receipts/red_") {
				t.Fatalf("%s, press %d: %v %d on %s\n%s", name, i, errs[i], pages[i].Status, pages[i].URL, pages[i].Text())
			}
			receipts[pages[i].URL.Path] = true
		}
		want := had
		if name == "new" {
			want++
		}
		if len(receipts) != 1 || len(c.Subscriptions()) != want {
			t.Fatalf("%s: %d receipts, %d subscriptions, not %d", name, len(receipts), len(c.Subscriptions()), want)
		}
		before := s.Dump(t)
		s.Price(pagetest.Mail, 2000, "PL") // whatever changed since
		before = strings.Join([]string{before, s.Dump(t)}, "")[len(before):]
		again, err := c.Post(t.Context(), address, form)
		s.Must(err)
		if !receipts[again.URL.Path] || s.Dump(t) != before {
			t.Errorf("%s, pressed again: %s", name, again.URL)
		}
		s.Price(pagetest.Mail, 1900, "PL")
	}
	start := "/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=none&into=separate"
	c.Open(http.StatusOK, start)
	c.Place()
	if n := len(c.Subscriptions()); n != 3 {
		t.Errorf("another form, %d subscriptions", n)
	}
}

// TestOrderConverts: the order of a plan on trial turns the trial into the paid subscription and keeps its partner of record.
func TestOrderConverts(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	was := c.Subscriptions()[0]
	c.Open(http.StatusOK, "/account/buy/plan_suite_trial")
	c.See("buy-plan-trial")
	c.Has("turns your trial of")
	made := c.Buy(pagetest.Suite, "licenses", "12", "billing_term", "year")
	if made.ID != was.ID || made.Status != subscription.Active || made.PartnerOfRecordID() != pagetest.Asking || made.Licenses.Bought != 12 || len(c.Subscriptions()) != 1 {
		t.Errorf("%+v", made)
	}
	// In grace it is still the same.
	s2 := pagetest.Open(t)
	c = s2.Company("pl")
	was = c.Subscriptions()[0]
	s2.Restart(31 * 24 * time.Hour)
	c.Renew(31 * 24 * time.Hour)
	c.Open(http.StatusOK, "/account/subscriptions/"+string(was.ID))
	c.See("subscription-grace")
	c.Has(c.W.SubscriptionConvert())
	if made := c.Buy(pagetest.Suite, "licenses", "12", "billing_term", "month", "advisor", "none"); made.ID != was.ID || made.PartnerOfRecordID() != "" || made.Status != subscription.Active {
		t.Errorf("%+v", made)
	}
}

// TestOrderAdds: of an owned plan it is asked whether the licences are added or make a separate subscription.
func TestOrderAdds(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	w := c.W
	first := c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "other", "partner_id", string(pagetest.Advising))
	c.Open(http.StatusOK, "/account/buy/plan_mail")
	c.Click(http.StatusUnprocessableEntity, w.SiteNext(), "billing_term", "month", "advisor", "keep")
	c.Has(w.BuyIntoMissing())
	c.See("buy-plan-owned")
	c.Click(http.StatusUnprocessableEntity, w.SiteNext(), "billing_term", "year", "into", string(first.ID))
	c.Has(w.BuyIntoDiffers())
	c.Click(http.StatusUnprocessableEntity, w.SiteNext(), "billing_term", "month", "licenses", "31")
	c.Has(w.BuyLicencesTogether(40, 10))
	c.Click(http.StatusOK, w.SiteNext(), "licenses", "5", "into", "separate") // as it is: a separate one has no partner yet
	c.Has(w.BuyNew(), w.PartnerOfRecordNobody())
	c.Open(http.StatusOK, strings.Split(c.Page.Links(w.FrameChange())[1], "#")[0])
	c.Click(http.StatusOK, w.SiteNext(), "into", string(first.ID))
	c.See("buy-check-added")
	c.Has(w.BuyAddedLicences("10", 5, "15"), w.CostMonth(locale.Money{AmountMinor: 15 * 1900, Currency: "PLN"}))
	c.Place()
	subs := c.Subscriptions()
	if len(subs) != 2 || subs[0].ID != first.ID || subs[0].Licenses.Bought != 15 || subs[0].PartnerOfRecordID() != pagetest.Advising {
		t.Errorf("%+v", subs)
	}
	if made := c.Buy(pagetest.Mail, "licenses", "2", "billing_term", "month", "into", "separate", "advisor", "none"); made.ID == first.ID || made.PartnerOfRecordID() != "" || len(c.Subscriptions()) != 3 {
		t.Errorf("%+v", made)
	}
}

// TestOrderChanged: a price or terms that changed while the customer was reading show the page again with a notice, and nothing is bought.
func TestOrderChanged(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		at := "/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=none"
		c.Open(http.StatusOK, at)
		s.Price(pagetest.Mail, 2100, "PL")
		c.Click(http.StatusConflict, c.W.BuyPlaceOrder(), "agree", "yes")
		c.See("buy-price-changed")
		title, _, _ := locale.Problem(c.W.Language(), "price_changed", nil)
		c.Has(title, c.W.CostMonth(locale.Money{AmountMinor: 3 * 2100, Currency: "PLN"}))
		s.Publish(catalog.CustomerTerms, "2")
		c.Click(http.StatusConflict, c.W.BuyPlaceOrder(), "agree", "yes")
		c.See("buy-terms-changed")
		title, _, _ = locale.Problem(c.W.Language(), "terms_outdated", nil)
		c.Has(title, c.W.TermsAgree("Skylark Cloud", "2"))
		if len(c.Subscriptions()) != 1 {
			t.Fatal("bought at a price, or by terms, that nobody saw")
		}
		c.Place()
		if c.Subscriptions()[0].Price.AmountMinor != 2100 {
			t.Error("at another price")
		}
		// A plan that is sold here no more.
		c.Open(http.StatusOK, at+"&into=separate")
		s.Price(pagetest.Mail, 2100, pagetest.Elsewhere)
		c.Click(http.StatusConflict, c.W.BuyPlaceOrder(), "agree", "yes")
		c.See("buy-closed")
		c.Has(c.W.BuyElsewhere(pagetest.Both("Skylark Mail plan_mail", "Poczta Skylark plan_mail").In(language), c.W.Country("PL")))
		if len(c.Subscriptions()) != 2 {
			t.Error("bought what is not sold")
		}
	})
}

// TestOldFormOfAnAccount: whoever signed in anew in another tab finds what was typed in the first one, which counts once it is pressed again.
func TestOldFormOfAnAccount(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	w, sub := c.W, c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "none")
	c.Open(http.StatusOK, "/account/buy/"+string(pagetest.Mail))
	address, form := c.Page.Form(w.SiteNext())
	form.Set("licenses", "13")
	form.Set("billing_term", "year")
	form.Set("advisor", "none")
	c.Renew(0)
	before := s.Dump(t)
	_, err := c.Post(t.Context(), address, form)
	s.Must(err)
	c.Look(c.Page, http.StatusForbidden, address)
	c.Has(w.SiteOldFormTitle())
	_, again := c.Page.Form(w.SiteNext())
	if again.Get("licenses") != "13" || again.Get("billing_term") != "year" || again.Get("form_token") == form.Get("form_token") || s.Dump(t) != before {
		t.Errorf("%v", again)
	}
	again.Set("into", "separate")
	_, err = c.Post(t.Context(), address, again)
	s.Must(err)
	if c.Look(c.Page, http.StatusOK, address); c.Page.URL.Path != "/account/buy/"+string(pagetest.Mail)+"/check" {
		t.Errorf("leads to %s, with %s:\n%s", c.Page.URL, sub.ID, c.Page.Text())
	}
}

// TestPartnerNotLookedUp: an address that somebody writes tells nothing of a partner; only a form, which is counted, does.
func TestPartnerNotLookedUp(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	for _, at := range []string{"/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=other&partner_id=87654323&seen=x", "/account/subscriptions/partner/check?s=" + site.ULID(string(c.Subscriptions()[0].ID)) + "&what=other&partner_id=87654323&seen=x"} {
		page, err := c.Get(t.Context(), s.URL+at)
		s.Must(err)
		if strings.Contains(page.Text(), "Vistula") {
			t.Errorf("%s tells whose ID it is", at)
		}
	}
	s.Env.ChecksPerCaller = 2
	s.Restart(0)
	c.Open(http.StatusOK, "/account/buy/plan_mail")
	for _, status := range []int{http.StatusOK, http.StatusOK, http.StatusTooManyRequests} {
		c.Open(http.StatusOK, "/account/buy/plan_mail")
		c.Click(status, c.W.PartnerIDCheck(), "partner_id", string(pagetest.Advising))
	}
}

// TestPrices: pages say whether prices are net or gross as the vendor says now, an order that began as the other says so first, and a receipt
// keeps what was agreed.
func TestPrices(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		net, gross := c.W, c.W.Priced(true)
		one := func(w locale.Words) string {
			return w.PerLicense(locale.Cost{Money: locale.Money{AmountMinor: 1900, Currency: "PLN"}})
		}
		says := func(w, not locale.Words) {
			t.Helper()
			c.Has(one(w))
			if strings.Contains(c.Page.Text(), one(not)) {
				t.Errorf("%s says %q too", c.Page.URL, one(not))
			}
		}
		check := "/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=none&into=separate"
		c.Open(http.StatusOK, check)
		says(net, gross)
		old := c.Place()
		c.Open(http.StatusOK, check)
		s.VendorNow(func(v *catalog.Vendor) { v.Prices = catalog.Gross }) // what is agreed to is said of the vendor that was read
		c.Click(http.StatusConflict, c.W.BuyPlaceOrder(), "agree", "yes")
		says(gross, net)
		made := c.Place()
		s.Restart(0)
		for path, w := range map[string]locale.Words{old: net, made: gross} {
			c.Open(http.StatusOK, path)
			c.Has(one(w))
		}
		for _, path := range []string{"/account/buy", "/account/buy/plan_mail", "/account/subscriptions/" + string(c.Subscriptions()[0].ID)} {
			c.Open(http.StatusOK, path)
			says(gross, net)
		}
	})
}

// TestOrderOfKnown: a partner that the customer has a tie with is chosen by its name, without an ID and without a look-up; an address names no
// other.
func TestOrderOfKnown(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		c.Buy(pagetest.Mail, "licenses", "1", "billing_term", "month", "advisor", "other", "partner_id", string(pagetest.Advising))
		s.Env.ChecksPerCaller = 0
		s.Restart(0)
		c.Open(http.StatusOK, "/account/buy/plan_mail")
		c.Has("Baltic Bridge IT sp. z o.o.", "Vistula Advice S.A.", w.PartnerOfRecordOther())
		c.Click(http.StatusUnprocessableEntity, w.SiteNext(), "licenses", "2", "billing_term", "year", "into", "separate", "advisor", string(pagetest.Asking))
		c.Has(w.PartnerOfRecordPlan()) // it is known, and does not advise on this plan
		c.Click(http.StatusOK, w.SiteNext(), "advisor", string(pagetest.Advising))
		c.See("buy-check-known")
		c.Has("Vistula Advice S.A.")
		c.Open(http.StatusOK, strings.Split(c.Page.Links(w.FrameChange())[4], "#")[0])
		if body := string(c.Page.Body); !strings.Contains(body, `value="`+string(pagetest.Advising)+`" checked`) || !strings.Contains(body, "more\" open") {
			t.Error("the way back to the partner does not open it")
		}
		c.Click(http.StatusOK, w.SiteNext())
		c.Place()
		if made := c.Subscriptions()[0]; made.PartnerOfRecordID() != pagetest.Advising || made.BillingTerm != catalog.Year {
			t.Errorf("%+v", made)
		}
		c.Open(http.StatusUnprocessableEntity, "/account/buy/plan_mail/check?licenses=3&billing_term=month&into=separate&advisor="+string(pagetest.Idle))
		c.Has(w.PartnerOfRecordChoose())
		if strings.Contains(c.Page.Text(), "Sleeping") {
			t.Error("an address tells whose ID it is")
		}
		c.Open(http.StatusUnprocessableEntity, "/account/buy/plan_mail/check?billing_term=month&into=separate") // an address that says nothing orders nothing
		c.Has(w.OrderLicencesWrong(1, 40))
	})
}

// TestOrderCounts: what the answers come to stands beside them for each term, and is counted anew without going further or saying what is missing.
func TestOrderCounts(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		cost := func(amount int64, yearly bool) string {
			return w.PerTerm(locale.Cost{Money: locale.Money{AmountMinor: amount, Currency: "PLN"}, Yearly: yearly})
		}
		c.Open(http.StatusOK, "/account/buy/plan_mail")
		c.Has(cost(5*1900, false), cost(5*19000, true))
		c.Click(http.StatusOK, w.BuyCount(), "licenses", "7")
		c.See("buy-plan-counted")
		c.Has(cost(7*1900, false), cost(7*19000, true))
		c.Click(http.StatusOK, w.BuyCount(), "billing_term", "year")
		c.Has(cost(7*19000, true))
		if text := c.Page.Text(); strings.Contains(text, cost(7*1900, false)) || !strings.Contains(string(c.Page.Body), `value="7"`) {
			t.Errorf("the term that was not chosen is counted:\n%s", text)
		}
		c.Click(http.StatusUnprocessableEntity, w.BuyCount(), "licenses", "41", "billing_term", "")
		c.Has(w.OrderLicencesWrong(1, 40))
		if strings.Contains(c.Page.Text(), w.BuyTermMissing()) {
			t.Error("it says what is missing before anybody goes on")
		}
		if c.Has(site1900(w)); strings.Contains(c.Page.Text(), cost(41*1900, false)) {
			t.Error("a count that cannot be had is counted")
		}
		// Added licences are charged as the vendor says.
		made := c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month")
		check := "/account/buy/plan_mail/check?licenses=3&billing_term=month&into=" + string(made.ID)
		ends := made.TermEndsAt.In(calendar.Zone("PL"))
		c.Open(http.StatusOK, check)
		c.Has(w.ChargedProrated(ends), w.OrderInvoice("Skylark Cloud sp. z o.o."))
		s.SetVendor(func(v *catalog.Vendor) { v.LicensesCharged = catalog.NextTerm })
		c.Click(http.StatusConflict, w.BuyPlaceOrder(), "agree", "yes") // what was agreed to is charged otherwise
		c.Has(w.OrderChargeChangedTitle(), w.ChargedNextTerm(ends))
		c.Open(http.StatusOK, check)
		c.Has(w.ChargedNextTerm(ends))
	})
}
