package account_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"liaison/shared/customer"
	"liaison/shared/locale"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestAccountStates renders what is rare: nothing bought yet, read-only, and a partner that acts for nobody.
func TestAccountStates(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		c.Buy(pagetest.Mail, "licenses", "3", "billing_term", "month", "advisor", "none")
		for _, view := range []string{"", "?view=dashboard"} {
			c.Open(http.StatusOK, "/account"+view)
			c.Has(c.W.SubscriptionBadgeTrial(30), c.W.CostMonth(locale.Money{AmountMinor: 3 * 1900, Currency: "PLN"}), c.W.AccountBilledBy(c.W.SiteLicenceCount(3), "Skylark Cloud"), c.W.AccountReceipts())
			if len(c.Page.Links(c.W.BuyTitle())) != 1 {
				t.Error("there is not one way to buy")
			}
		}
		c.ChangeSubscription(c.Subscriptions()[0], func(s *subscription.Subscription) { s.Status = subscription.Deleted })
		c.ChangeSubscription(c.Subscriptions()[1], func(s *subscription.Subscription) { s.Status = subscription.Deleted })
		c.Open(http.StatusOK, "/account")
		c.See("account-nothing")
		c.Has(c.W.SubscriptionNone(), c.W.BuyTitle())
		c.Open(http.StatusOK, "/account/subscriptions")
		c.Has(c.W.SubscriptionDeleted())
		c.Open(http.StatusOK, "/account/subscriptions/partner")
		c.See("partner-none")
		c.Has(c.W.PartnerOfRecordNoSubscription())
		stored, err := s.Customer(t.Context(), c.ID)
		s.Must(err)
		s.SetCustomer("status", string(customer.ReadOnly))
		if again, err := s.Customer(t.Context(), stored.ID); err == nil && again.Status == customer.ReadOnly {
			ask := c.W.CustomerReadOnly("Skylark Cloud (help@skylark.example, +48 22 555 01 00, " + c.W.Hours("Mon-Fri 8:00-18:00 CET") + ")")
			for _, path := range []string{"/account", "/account/buy", "/account/buy/plan_mail"} {
				c.Open(http.StatusOK, path)
				c.Has(ask)
				if strings.Contains(c.Page.Text(), c.W.SubscriptionNone()) || path == "/account" && len(c.Page.Links(c.W.BuyTitle())) > 0 {
					t.Errorf("%s lets a customer that can only be read buy:\n%s", path, c.Page.Text())
				}
			}
			c.See("buy-read-only")
			c.Open(http.StatusOK, "/account/subscriptions")
			if len(c.Page.Links(c.W.BuyTitle())) > 0 {
				t.Error("the list lets a customer that can only be read buy")
			}
		} else {
			t.Errorf("%+v %v", again, err)
		}
	})
}

// TestWhoMay: who lacks the right reads who has it; people of nobody, and strangers' subscriptions, see nothing.
func TestWhoMay(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		trial := c.Subscriptions()[0]
		at := "/account/subscriptions/" + string(trial.ID)
		c.Open(http.StatusNotFound, strings.Replace(at, c.ID.Bare(), "000000000000", 1))
		c.Open(http.StatusNotFound, "/account/subscriptions/x")
		c.Open(http.StatusOK, at+"/cancel")
		address, form := c.Page.Form(w.CancelTrialButton())
		c.SetRoles(c.OwnerID, customer.UserAdmin)
		for path, status := range map[string]int{
			"/account/buy": 200, "/account/buy/plan_mail": 200, "/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=none": 403, "/account/subscriptions": 200, at: 200, at + "/cancel": 403, at + "/licenses": 403,
			at + "/undo": 403, at + "/billing": 403, "/account/subscriptions/partner": 403, "/account/subscriptions/partner/check": 403, "/account/activity": 200, "/account": 200,
		} {
			c.Open(status, path)
			if path != "/account/activity" && path != "/account" {
				c.Has(w.CustomerRoleBilling("Zakład Nowak"))
			}
			c.See("reader" + strings.NewReplacer("/", "-", "?", "-").Replace(strings.TrimPrefix(path, at)))
		}
		page, err := c.Post(t.Context(), address, form)
		s.Must(err)
		if page.Status != http.StatusForbidden || c.Subscriptions()[0].Status != subscription.Trialing {
			t.Errorf("cancelled without the role: %d", page.Status)
		}
		c.SetRoles(c.OwnerID)
		for path, status := range map[string]int{"/account/buy": 200, "/account/subscriptions": 403, at: 403, "/account/activity": 403, "/account": 200} {
			c.Open(status, path)
		}
		c.SetRoles(c.OwnerID, customer.BillingAdmin)
		c.Open(http.StatusOK, at+"/cancel")
		c.Buy(pagetest.Mail, "licenses", "1", "billing_term", "month", "advisor", "none")
	})
}
