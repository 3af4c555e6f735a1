package pages_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/provisioning"
	"liaison/shared/site"
	"liaison/shared/subscription"
	"liaison/tests/fixture/pagetest"
)

// TestSwitchAfterChange: the language switch keeps the tick of an agreement, and never carries it over to another price or newer terms.
func TestSwitchAfterChange(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		open   func(c pagetest.Company)
		button func(w locale.Words) string
	}{
		"order": {
			func(c pagetest.Company) {
				c.Open(http.StatusOK, "/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=none&into=separate")
			},
			locale.Words.BuyPlaceOrder,
		},
		"billing": {func(c pagetest.Company) {
			c.ChangeSubscription(c.Subscriptions()[0], func(s *subscription.Subscription) { s.BilledBy = string(pagetest.Advising) })
			c.Open(http.StatusOK, "/account/subscriptions/"+string(c.Subscriptions()[0].ID)+"/billing")
		}, func(w locale.Words) string { return w.BillingButton("Skylark Cloud") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := pagetest.Open(t)
			v := s.Company("en")
			v.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "none")
			c.open(v)
			if !v.Switch(http.StatusOK, c.button(v.W), "pl") {
				t.Error("the tick is lost though nothing changed")
			}
			for i, changed := range []struct {
				code   string
				change func()
			}{
				{"price_changed", func() { s.Price(pagetest.Mail, 2100, "PL") }},
				{"terms_outdated", func() { s.Publish(catalog.CustomerTerms, "2") }},
			} {
				changed.change()
				if v.Switch(http.StatusConflict, c.button(v.W), []string{"en", "pl"}[i]) {
					t.Errorf("%s: the tick was carried over", changed.code)
				}
				title, _, _ := locale.Problem(v.W.Language(), changed.code, nil)
				v.Has(title)
				v.Click(http.StatusUnprocessableEntity, c.button(v.W))
			}
			if !v.Switch(http.StatusOK, c.button(v.W), "en") {
				t.Error("the tick under what counts now is lost")
			}
		})
	}
}

// TestAccountOpeningWritesNothing opens every page of the account by GET and HEAD: the table is byte-equal (infra/design/trust.md, rule 1).
func TestAccountOpeningWritesNothing(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "none")
	paths := paths(c) // makes what some show
	before := s.Dump(t)
	for _, path := range paths {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			for _, signed := range []bool{true, false} {
				r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
				s.Must(err)
				if signed {
					r.AddCookie(&http.Cookie{Name: "__Host-session", Value: *c.Session})
				}
				got, err := http.DefaultTransport.RoundTrip(r)
				s.Must(err)
				got.Body.Close()
				if got.StatusCode >= 500 || !signed && got.StatusCode != http.StatusSeeOther {
					t.Errorf("%s %s: %d", method, path, got.StatusCode)
				}
			}
		}
	}
	if s.Dump(t) != before {
		t.Error("opening pages changed the table")
	}
}

// paths are all pages of a company that owns something.
func paths(c pagetest.Company) []string {
	var paths []string
	sales := group(c.Visitor, "/account")
	domain := named(c)
	for _, sub := range c.Subscriptions() {
		at := "/account/subscriptions/" + string(sub.ID)
		paths = append(paths, at, at+"?done=cancel", at+"/licenses", at+"/licenses?licenses=3", at+"/cancel", at+"/undo", at+"/billing", "/account/subscriptions/partner/check?what=none&s="+site.ULID(string(sub.ID)),
			"/account/subscriptions/partner/check?what=none&s="+site.ULID(string(sub.ID))+"&done="+strings.Repeat("0", 26), "/account/subscriptions/partner?s="+site.ULID(string(sub.ID)))
	}
	return append(paths, "/account", "/account?view=dashboard", "/account/buy", "/account/buy/plan_mail", "/account/buy/plan_far", "/account/buy/plan_suite_trial", "/account/buy/plan_none",
		"/account/buy/plan_mail/check", "/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=none&into=separate", "/account/subscriptions", "/account/subscriptions?format=csv", "/account/partners?format=csv", "/account/users?format=csv", "/account/receipts?format=csv", "/account/subscriptions/partner", "/account/subscriptions/partner/check",
		"/account/activity", "/account/activity?format=csv", "/account/activity?cursor=x", "/account/agreements", "/account/agreements?cursor=x", "/account/offers", "/account/offers?ended=1", "/account/receipts", "/account/receipts?cursor=x", "/account/receipts/red_x", "/account/messages", "/account/messages?cursor=x", "/account/messages/inq_x", "/account/mail", "/account/settings", "/account/settings/you", "/account/settings/billing-owner", "/account/settings/company", "/account/export", "/account/export/part?n=1&begun=x", "/account/export/file",
		"/account/groups", "/account/groups?cursor=x", "/account/groups/new", "/account/groups/none", sales, sales+"?cursor=x", sales+"/add", sales+"/add?search=a", sales+"/edit", sales+"/delete",
		"/account/domains", "/account/domains/new", "/account/domains/none", domain, domain+"?done=checked", domain+"/remove", "/account/users", "/account/users?search=a&status=deleted", "/account/users?cursor=x", "/account/users/new", "/account/users/none", "/account/users/setup", "/account/users/setup?state=done", "/account/users/setup?cursor=x", "/account/imports", "/account/imports?cursor=x", "/account/imports/none", "/account/imports/sample/users", "/account/imports/sample/none", userPath(c.OwnerID, "/mailbox"), userPath(c.OwnerID, "/licenses"), userPath(c.OwnerID, "/remove-mailbox"), "/account/support", "/account/support?state=open", "/account/support?cursor=x", "/account/support/new", "/account/support/none", asks(c), userPath(c.OwnerID, ""), userPath(c.OwnerID, "/edit"), userPath(c.OwnerID, "/reset-password"), userPath(c.OwnerID, "/delete"))
}

// userPath is where a customer's administrators see one of its users, with what follows.
func userPath(of customer.UserID, after string) string {
	return "/account/users/" + site.ULID(string(of)) + after
}

// fails has what the vendor's systems set up for a subscription fail.
func fails(s *pagetest.World, of subscription.Subscription) {
	ctx, owner := context.Background(), of.Customer
	s.Must(provisioning.RequestSubscription(ctx, s.Table, of.ID, "", s.Op()))
	_, ulid, _ := of.ID.Customer()
	task, err := provisioning.ClaimTask(ctx, s.Table, provisioning.NewID(owner, ulid), s.Op())
	s.Must(err)
	_, err = provisioning.ReportTask(ctx, s.Table, task.ID, provisioning.Report{Lease: task.Lease.ID, State: provisioning.Failed, Reason: "No room."}, s.Op())
	s.Must(err)
}

// TestAccountForgery sends every form of the account as somebody else would: always 403, and nothing is written (infra/design/trust.md, rule 2).
func TestAccountForgery(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	w := c.W
	asked := asks(c)
	sales, filled := group(c.Visitor, "/account"), group(c.Visitor, "/account")
	c.Open(http.StatusOK, filled+"/add")
	c.Click(http.StatusOK, w.GroupsAddOne()+" Anna Nowak")
	mail := c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "none")
	ending := c.Buy(pagetest.Mail, "licenses", "1", "billing_term", "month", "into", "separate", "advisor", "none")
	_, err := subscription.Cancel(t.Context(), s.Table, c.ID, ending.ID, "", s.Op())
	s.Must(err)
	resold := c.Buy(pagetest.Mail, "licenses", "1", "billing_term", "month", "into", "separate", "advisor", "none")
	c.ChangeSubscription(resold, func(s *subscription.Subscription) { s.BilledBy = string(pagetest.Advising) })
	s.Invite(s.MakeOffer(pagetest.Plain), "owner@example.com", "en")
	c.Colleague("jan@example.com")
	domain := named(c)
	jan, _, err := s.FindCustomerUsers(t.Context(), c.ID, "", func(u customer.User) bool { return u.ID != c.OwnerID }, dynamo.Page{Limit: 1})
	s.Must(err)
	fails(s, mail)
	at := func(s subscription.Subscription, step string) string {
		return "/account/subscriptions/" + string(s.ID) + step
	}
	for path, button := range map[string]string{
		"/account/buy/plan_suite_trial": w.SiteNext(), "/account/buy/plan_mail": w.PartnerIDCheck(), "/account/buy/plan_suite_trial/check?licenses=3&billing_term=month&advisor=keep": w.BuyPlaceOrder(),
		at(mail, "/licenses"): w.SiteNext(), at(mail, "/licenses?licenses=3"): w.LicencesButton(), at(mail, "/cancel"): w.CancelPaidButton(), at(ending, "/undo"): w.UndoButton(),
		at(resold, "/billing"): w.BillingButton("Skylark Cloud"), "/account/subscriptions/partner": w.SiteNext(), "/account/offers": w.OffersOpen(), "/account/settings/you": w.SettingsSave(), "/account/settings/billing-owner": w.SettingsOwnerTitle(), "/account/settings/company": w.SettingsSave(), "/account/export": w.ExportBegin(),
		"/account/groups/new": w.GroupsCreate(), sales + "/edit": w.PartnerUsersSave(), sales + "/delete": w.GroupsDeleteName("Group 1"), sales + "/add": w.GroupsAddOne() + " Anna Nowak", filled: w.GroupsRemove() + " Anna Nowak",
		"/account/support/new": w.SupportSend(), asked: w.SupportAnswerSend(), asked + "?": w.SupportClose(), asked + "?a": w.SupportSeveritySave(),
		"/account/domains/new": w.DomainsAdd(), domain: w.DomainsCheck(), domain + "/remove": w.DomainsRemoveName("contoso.example"),
		"/account/users/new": w.CustomerUsersCreate(), userPath(jan[0].ID, "/edit"): w.PartnerUsersSave(), userPath(jan[0].ID, "/delete"): w.CustomerUsersDeleteName("Jan"), userPath(jan[0].ID, "/reset-password"): w.CustomerUsersResetButton(), userPath(jan[0].ID, "/disable"): w.PartnerUsersDisableName("Jan"),
		userPath(jan[0].ID, ""): w.CustomerLicensesSave(), userPath(jan[0].ID, "/mailbox"): w.MailboxSet(), "/account/users/setup": w.SetupRetry(), "/account/imports": w.ImportsRead(),
		"/account/subscriptions/partner/check?what=none&s=" + trialOf(c): w.PartnerOfRecordRemoveButton(),
	} {
		c.Open(http.StatusOK, path)
		address, form := c.Page.Form(button)
		if form == nil {
			t.Fatalf("no button %q on %s:\n%s", button, path, c.Page.Text())
		}
		form.Set("agree", "yes")
		before := s.Dump(t)
		refused := func(what, address string, form url.Values, headers ...string) {
			t.Helper()
			page, err := c.Post(t.Context(), address, form, headers...)
			s.Must(err)
			if page.Status != http.StatusForbidden {
				t.Errorf("%s, %s: %d on %s", path, what, page.Status, page.URL)
			}
		}
		changed := func(name, value string) url.Values {
			next := url.Values{}
			for one := range form {
				next[one] = form[one]
			}
			next.Set(name, value)
			return next
		}
		refused("no header", address, form, "Origin", "", "Sec-Fetch-Site", "")
		refused("cross-site", address, form, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
		refused("another origin", address, form, "Origin", "https://evil.example", "Sec-Fetch-Site", "")
		refused("no token", address, changed("form_token", ""))
		refused("another secret's token", address, changed("form_token", page.FormToken([]byte("x"), "choose")))
		for _, shown := range []string{"key", "terms", "amount", "currency", "seen"} {
			if form.Has(shown) {
				refused("another "+shown, address, changed(shown, strings.Repeat("1", 26)))
			}
		}
		if strings.Contains(address, "licenses=3") {
			refused("another number", strings.Replace(address, "licenses=3", "licenses=9", 1), form)
		}
		if s.Dump(t) != before {
			t.Errorf("%s: a refused form wrote something", path)
		}
	}
}

// group makes a group below a path and returns where it is: "Group 1", then "Group 2".
func group(v *pagetest.Visitor, below string) string {
	v.Open(http.StatusOK, below+"/groups")
	name := "Group 1"
	if strings.Contains(v.Page.Text(), name) {
		name = "Group 2"
	}
	v.Open(http.StatusOK, below+"/groups/new")
	v.Click(http.StatusOK, v.W.GroupsCreate(), "name", name)
	return v.Page.URL.Path
}

// asks opens a service request and returns the path of its page.
func asks(c pagetest.Company) string {
	c.Open(http.StatusOK, "/account/support/new")
	c.Click(http.StatusOK, c.W.SupportSend(), "subject", "Mail does not arrive", "message", "Since 8:00.")
	return c.Page.URL.Path
}

// named adds a domain, and returns where it is.
func named(c pagetest.Company) string {
	c.Open(http.StatusOK, "/account/domains/new")
	c.Click(http.StatusOK, c.W.DomainsAdd(), "name", "contoso.example")
	return c.Page.URL.Path
}

// trialOf returns the last part of the trial's id.
func trialOf(c pagetest.Company) string {
	for _, sub := range c.Subscriptions() {
		if sub.Status == subscription.Trialing {
			return site.ULID(string(sub.ID))
		}
	}
	return ""
}
