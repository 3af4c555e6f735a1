package vendorsupport_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/support"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	path = "/vendor/support"
	day  = 24 * time.Hour
)

// ask opens a request as the customer's owner and returns its page of the vendor's.
func ask(c pagetest.Company, subject, severity string) string {
	c.Open(http.StatusOK, "/account/support/new")
	c.Click(http.StatusOK, c.W.SupportSend(), "subject", subject, "message", "Since 8:00.", "severity", severity)
	return strings.Replace(c.Page.URL.Path, "/account", "/vendor", 1)
}

func reads(s *pagetest.World) int { return s.CountEvents(event.OperatorReadEvent{}.Type()) }

// TestAnswering: an operator finds who waits longest, answers, sets the severity, resolves and opens again; each look is an event.
func TestAnswering(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.SupportVendorNone())
		v.See("vendor-support-none")
		first := ask(c, "The first", "low")
		second := ask(c, "The second", "critical")
		order := func(before, after string) {
			t.Helper()
			v.Open(http.StatusOK, path)
			text := v.Page.Text()
			if a, b := strings.Index(text, before), strings.Index(text, after); a < 0 || b < 0 || a > b {
				t.Errorf("%q does not stand before %q:\n%s", before, after, text)
			}
		}
		order("The first", "The second")
		v.Has("Zakład Nowak", w.SiteListed(2), w.SupportLow(), w.SupportCritical())
		v.See("vendor-support")
		before := reads(s)
		v.Open(http.StatusOK, v.Page.Links("The first")[0])
		v.At(first)
		v.Has("Since 8:00.", "Zakład Nowak", w.SupportResolve())
		v.Lacks(w.SupportClose())
		v.See("vendor-support-open")
		if n := reads(s) - before; n != 1 {
			t.Errorf("%d events of a look", n)
		}
		v.Click(http.StatusUnprocessableEntity, w.SupportAnswerSend())
		v.Has(w.SupportMessageMissing())
		v.Click(http.StatusOK, w.SupportAnswerSend(), "message", "Which address?")
		v.Has(w.SupportAnswerSent(), w.SupportAnswered(), w.SupportWaitsCustomer())
		order("The second", "The first")
		v.Open(http.StatusOK, path+"?severity=critical&state=open")
		v.Has("The second")
		v.Lacks("The first")
		v.Open(http.StatusOK, path+"?state=resolved")
		v.Has(w.SupportNoneSo())

		v.Open(http.StatusOK, second)
		v.Click(http.StatusOK, w.SupportSeveritySave(), "severity", "normal")
		v.Has(w.SupportSeverityChanged())
		v.Click(http.StatusOK, w.SupportResolve())
		v.Has(w.SupportIsResolved(), w.SupportResolved(), w.SupportReopen())
		v.See("vendor-support-resolved")
		c.Open(http.StatusOK, strings.Replace(second, "/vendor", "/account", 1))
		c.Has(w.SupportResolved(), w.SupportClose(), w.SupportReopen())
		c.See("support-resolved")
		v.Click(http.StatusOK, w.SupportReopen())
		v.Has(w.SupportIsReopened())
		c.Open(http.StatusOK, strings.Replace(first, "/vendor", "/account", 1))
		c.Click(http.StatusOK, w.SupportAnswerSend(), "message", "That one.")
		order("The second", "The first") // which was opened before, and waits for a shorter time
		found, _, err := s.ServiceRequestsOf(context.Background(), c.ID, dynamo.Page{Limit: 10}, nil)
		s.Must(err)
		if found[0].Severity != support.Normal || found[0].Status != support.Open || found[1].Status != support.Open {
			t.Errorf("%+v", found)
		}
	})
}

// TestOnlyOperators: people of customers and partners see nothing of it, and there is nothing where none is.
func TestOnlyOperators(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	at := ask(c, "Mail", "low")
	piotr := s.SignedIn("piotr@"+string(pagetest.Asking)+".example", "en")
	for _, where := range []string{path, at} {
		c.Open(http.StatusForbidden, where)
		piotr.Open(http.StatusForbidden, where)
	}
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	before := reads(s)
	for _, none := range []string{"/none", "/srq_x", at[len(path):] + "x"} {
		v.Open(http.StatusNotFound, path+none)
	}
	if reads(s) != before {
		t.Error("a look at nothing is noted")
	}
}
