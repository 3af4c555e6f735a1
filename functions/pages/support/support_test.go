package support_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/offer"
	"liaison/shared/relationship"
	"liaison/shared/support"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	path = "/account/support"
	day  = 24 * time.Hour
	hint = "<script>alert(1)</script>"
)

// all are a customer's requests, the newest first.
func all(c pagetest.Company) []support.Request {
	found, _, err := c.ServiceRequestsOf(context.Background(), c.ID, dynamo.Page{Limit: 100}, nil)
	c.Must(err)
	return found
}

// ask opens a request by the form and stands on its page.
func ask(v *pagetest.Visitor, subject string, more ...string) {
	v.Open(http.StatusOK, path+"/new")
	v.Click(http.StatusOK, v.W.SupportSend(), append([]string{"subject", subject, "message", "Since 8:00.\n" + hint}, more...)...)
	v.At(path + "/srq_")
}

// answers writes as the vendor.
func answers(s *pagetest.World, language, at, text string) {
	v, _ := s.Staff("Marta Lis", "marta-"+s.Op().NewID()+"@skylark.example", language)
	v.Open(http.StatusOK, strings.Replace(at, "/account", "/vendor", 1))
	v.Click(http.StatusOK, v.W.SupportAnswerSend(), "message", text)
}

// TestSupport walks a request: nothing yet, the form with what is wrong with it, the request, an answer on each side, its end and its return.
func TestSupport(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		c.Open(http.StatusOK, "/account")
		c.Open(http.StatusOK, c.Page.Links(w.SupportTitle())[0])
		c.Has(w.SupportNone(), w.SupportNoneText("Skylark Cloud"), w.SupportLead("Zakład Nowak", "Skylark Cloud"))
		c.See("support-none")
		c.Open(http.StatusOK, c.Page.Links(w.SupportNew())[0])
		c.Has(w.ServiceRequestLow(), w.ServiceRequestNormal(), w.ServiceRequestHigh(), w.ServiceRequestCritical())
		c.See("support-new")
		c.Click(http.StatusUnprocessableEntity, w.SupportSend())
		c.Has(w.SupportSubjectMissing(), w.SupportMessageMissing())
		c.See("support-new-errors")
		c.Click(http.StatusUnprocessableEntity, w.SupportSend(), "subject", strings.Repeat("x", support.MaxSubject+1), "message", "Kept, as typed.", "severity", "urgent", "subscription", "sub_x")
		c.Has("Kept, as typed.")
		if len(all(c)) > 0 {
			t.Error("a form with errors opens a request")
		}
		c.Click(http.StatusOK, w.SupportSend(), "subject", "Mail does not arrive", "message", "Since 8:00.\n"+hint, "severity", "high", "subscription", string(c.Subscriptions()[0].ID))
		c.Visitor.At(path + "/srq_")
		at := c.Page.URL.Path
		c.Has("Mail does not arrive", w.SupportSent("Skylark Cloud"), w.SupportOpen(), w.SupportHigh(), w.SupportWaitsVendor("Skylark Cloud"), "Anna Nowak", w.SupportCustomer(),
			pagetest.Both("Skylark Suite", "Pakiet Skylark").In(language), hint)
		if !strings.Contains(string(c.Page.Body), "<p class=\"pre\">Since 8:00.\n&lt;script&gt;") {
			t.Errorf("what was typed is not a text of its lines:\n%s", c.Page.Body)
		}
		c.See("support-open")

		answers(s, language, at, "Which address?")
		c.Open(http.StatusOK, at)
		c.Has("Which address?", w.SupportVendor(), w.SupportAnswered(), w.SupportWaitsYou("Skylark Cloud"))
		c.Lacks(w.SupportSent("Skylark Cloud"), "Marta Lis")
		c.See("support-answered")
		c.Click(http.StatusUnprocessableEntity, w.SupportAnswerSend(), "message", " ")
		c.Has(w.SupportMessageMissing())
		c.See("support-errors")
		c.Click(http.StatusUnprocessableEntity, w.SupportAnswerSend(), "message", strings.Repeat("x", support.MaxText+1))
		c.Click(http.StatusOK, w.SupportAnswerSend(), "message", "All of them.")
		c.Has(w.SupportAnswerSent(), "All of them.", w.SupportOpen())
		c.Click(http.StatusOK, w.SupportSeveritySave(), "severity", "critical")
		c.Has(w.SupportSeverityChanged(), w.SupportCritical())
		c.Click(http.StatusOK, w.SupportClose())
		c.Has(w.SupportIsClosed(), w.SupportClosed(), w.SupportWhyClosed(), w.SupportAnswerReopens())
		c.Lacks(w.SupportClose())
		c.See("support-closed")
		c.Click(http.StatusOK, w.SupportReopen())
		c.Has(w.SupportIsReopened(), w.SupportOpen())
		if r := all(c)[0]; r.Severity != support.Critical || r.Comments != 3 || r.Status != support.Open || r.Subscription != c.Subscriptions()[0].ID {
			t.Errorf("%+v", r)
		}
		c.Click(http.StatusOK, w.SupportClose())
		ask(c.Visitor, "Another")
		c.Open(http.StatusOK, path)
		c.Has("Another", "Mail does not arrive", w.SiteListed(2))
		c.See("support")
		c.Open(http.StatusOK, path+"?state=closed")
		c.Has("Mail does not arrive", w.SupportState()+": "+w.SupportClosed(), w.SiteListed(1))
		c.Lacks("Another")
		c.See("support-filtered")
		c.Open(http.StatusOK, path+"?state=answered")
		c.Has(w.SupportNoneSo())
		c.See("support-none-so")
	})
}

// TestFinal: what is closed for too long is read, and its acts are there with their reason.
func TestFinal(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		ask(c.Visitor, "Mail")
		at := c.Page.URL.Path
		c.Click(http.StatusOK, w.SupportClose())
		stale := c.Tab()
		stale.Open(http.StatusOK, at)
		s.Restart((support.ReopenDays + 1) * day)
		c.Renew((support.ReopenDays + 1) * day)
		c.Open(http.StatusOK, at)
		c.Has(w.SupportWhyFinal(support.ReopenDays), w.SupportAnswerSend(), w.SupportReopen())
		c.Lacks(w.SupportAnswer(), w.SupportAnswerReopens())
		c.See("support-final")
		if n := strings.Count(string(c.Page.Body), " disabled"); n != 3 {
			t.Errorf("%d acts are disabled, not 3", n)
		}
		stale.Plant(c.URL, "__Host-session", *c.Session)
		stale.Click(http.StatusForbidden, w.SupportAnswerSend(), "message", "Too late, and kept.")
		stale.Has("Too late, and kept.", w.SupportWhyFinal(support.ReopenDays))
	})
}

// TestWhoSees: a user sees its own, a service administrator all, and nobody of another company any.
func TestWhoSees(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	plain, other, service := c.Colleague("jan@example.com"), c.Colleague("ewa@example.com", customer.BillingAdmin), c.Colleague("ola@example.com", customer.ServiceAdmin)
	plain.Open(http.StatusOK, path+"/new")
	plain.Lacks(plain.W.SupportSubscriptionOptional())
	ask(plain, "Mail does not arrive")
	at := plain.Page.URL.Path
	for v, sees := range map[*pagetest.Visitor]bool{plain: true, service: true, c.Visitor: true, other: false} {
		v.Open(http.StatusOK, path)
		status := http.StatusOK
		if sees {
			v.Has("Mail does not arrive")
		} else {
			v.Has(v.W.SupportNone(), v.W.SupportOwnLead("Skylark Cloud"))
			status = http.StatusNotFound
		}
		v.Open(status, at)
	}
	piotr := s.SignedIn("piotr@"+string(pagetest.Asking)+".example", "en")
	for _, where := range []string{path, path + "/new", at} {
		piotr.Open(http.StatusForbidden, where)
	}
	for _, none := range []string{"/none", "/srq_x", at[len(path):] + "x"} {
		c.Open(http.StatusNotFound, path+none)
	}
}

// TestOnBehalf: a partner asks on behalf of the customer that it administers, under the banner; it reads and answers what the customer asked, and neither
// closes nor changes that. Another customer's request is not there.
func TestOnBehalf(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		given := func(d *offer.Draft) {
			pagetest.Plain(d)
			d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleLimited}
		}
		begin := func(mail string) {
			_, link := s.Invite(s.MakeOffer(given), mail, "en")
			s.AtCheck(link, "en", "yes").StartTrial(http.StatusOK)
		}
		begin("anna@example.com")
		owner := s.Owner()
		at := "/partner/admin/" + owner.Customer.Bare() + "/support"
		anna := s.SignedIn("anna@example.com", "en")
		ask(anna, "The customer's own")
		mine := anna.Page.URL.Path
		v := s.SignedIn("piotr@"+string(pagetest.Asking)+".example", language)
		w := v.W
		v.Open(http.StatusOK, "/partner/admin/"+owner.Customer.Bare()+"?lang="+language)
		v.Has(w.AdminSupportAbout("Zakład Nowak"))
		v.Open(http.StatusOK, v.Page.Links(w.SupportTitle())[0])
		v.At(at)
		v.Has("The customer's own", w.SupportLead("Zakład Nowak", "Skylark Cloud"))
		v.See("admin-support")

		v.Open(http.StatusOK, strings.Replace(mine, path, at, 1))
		v.Has(w.SupportWhyNotYours("Zakład Nowak", "Skylark Cloud"))
		if !strings.Contains(string(v.Page.Body), w.AdminLeave()) {
			t.Error("no banner says for whom the partner acts")
		}
		v.See("admin-support-theirs")
		if _, form := v.Page.Form(w.SupportClose()); form != nil {
			t.Error("a partner may close what the customer opened")
		}
		v.Click(http.StatusOK, w.SupportAnswerSend(), "message", "We look into it.")
		v.Has(w.SupportAnswerSent())
		anna.Open(http.StatusOK, mine)
		anna.Has("We look into it.", pagetest.Baltic)

		v.Open(http.StatusOK, at)
		v.Open(http.StatusOK, v.Page.Links(w.SupportNew())[0])
		v.See("admin-support-new")
		v.Click(http.StatusUnprocessableEntity, w.SupportSend(), "message", "Kept.")
		v.Has(w.SupportSubjectMissing(), "Kept.")
		v.Click(http.StatusOK, w.SupportSend(), "subject", "On behalf", "severity", "low")
		v.At(at + "/srq_")
		asked := v.Page.URL.Path
		v.Click(http.StatusOK, w.SupportClose())
		v.Has(w.SupportIsClosed())
		anna.Open(http.StatusOK, strings.Replace(asked, at, path, 1))
		anna.Has("On behalf", pagetest.Baltic)

		begin("other@example.com")
		v.Open(http.StatusOK, "/partner/customers")
		all := v.Page.Links(w.AdminAdminister() + " Zakład Nowak")
		for _, one := range all {
			if !strings.HasSuffix(one+"/support", at) {
				v.Open(http.StatusOK, one+"/support")
				v.Open(http.StatusNotFound, strings.Replace(asked, at, one+"/support", 1))
			}
		}
		if len(all) != 2 {
			t.Errorf("administered are %v", all)
		}
		v.Open(http.StatusNotFound, "/partner/admin/zzzzzzzzzzzz/support")
		_, err := relationship.EndGrant(t.Context(), s.Table, owner.Customer, pagetest.Asking, relationship.ByCustomer, "", s.Op())
		s.Must(err)
		for _, where := range []string{at, at + "/new", asked} {
			v.Open(http.StatusForbidden, where)
			v.Has(w.AdminNoneTitle("Zakład Nowak"))
		}
	})
}

// TestTwice: a form that is sent twice does its thing once, and one of a page that is not how it stands any more does nothing.
func TestTwice(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	w := c.W
	again := func(address string, form url.Values, status int) {
		t.Helper()
		got, err := c.Post(t.Context(), address, form)
		s.Must(err)
		if got.Status != status {
			t.Errorf("%d for the second press, not %d:\n%s", got.Status, status, got.Text())
		}
	}
	c.Open(http.StatusOK, path+"/new")
	to, form := c.Page.Form(w.SupportSend())
	form.Set("subject", "Mail")
	form.Set("message", "None.")
	again(to, form, http.StatusOK)
	again(to, form, http.StatusOK)
	if n := len(all(c)); n != 1 {
		t.Fatalf("%d requests", n)
	}
	c.Open(http.StatusOK, path+"/"+string(all(c)[0].ID))
	to, form = c.Page.Form(w.SupportAnswerSend())
	form.Set("message", "Still none.")
	_, closing := c.Page.Form(w.SupportClose())
	again(to, form, http.StatusOK)
	again(to, form, http.StatusOK)
	if r := all(c)[0]; r.Comments != 2 {
		t.Errorf("%d comments", r.Comments)
	}
	got, err := c.Post(t.Context(), to, closing)
	s.Must(err)
	if got.Status != http.StatusConflict || !strings.Contains(got.Text(), w.SupportChanged()) || all(c)[0].Status != support.Open {
		t.Errorf("%d, %s:\n%s", got.Status, all(c)[0].Status, got.Text())
	}
	c.Open(http.StatusOK, to)
	_, closing = c.Page.Form(w.SupportClose())
	again(to, closing, http.StatusOK)
	again(to, closing, http.StatusOK)
	if n := s.CountEvents(support.ClosedEvent{}.Type()); n != 1 || all(c)[0].Status != support.Closed {
		t.Errorf("%d times closed, %s", n, all(c)[0].Status)
	}
}

// TestTooMany: a customer has so many that are not closed at most, and what was typed is kept.
func TestTooMany(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		ask(c.Visitor, "Mail")
		s.Set(t, "CUSTOMER#"+c.ID.Bare(), "REQUESTS", &types.AttributeValueMemberN{Value: "100"}, "used")
		c.Open(http.StatusOK, path+"/new")
		c.Click(http.StatusConflict, c.W.SupportSend(), "subject", "More", "message", "Kept.")
		c.Has("Kept.")
		c.See("support-many")
	})
}

// TestPages leads from the newest to the older and back, with the filter kept.
func TestPages(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	w := c.W
	for range 26 {
		ask(c.Visitor, "Mail")
	}
	c.Open(http.StatusOK, path+"?state=open")
	c.Has(w.SiteListedMore(25))
	c.Lacks(w.SiteNewest())
	c.Open(http.StatusOK, c.Page.Links(w.SiteOlder())[0])
	c.Has(w.SiteListed(1))
	c.Open(http.StatusOK, c.Page.Links(w.SiteNewest())[0])
	c.Open(http.StatusOK, path+"?cursor=x")
	c.Has(w.SiteOlder())
}
