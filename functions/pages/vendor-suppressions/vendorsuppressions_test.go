package vendorsuppressions_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"testing"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/suppression"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	path = "/vendor/suppressions"
	anna = "anna@example.com"
	of   = path + "?email=" + anna
	lift = path + "/lift?email=" + anna
)

// stop stops the offer mail to an address, as the mail service or the recipient does.
func stop(s *pagetest.World, address, reason string) {
	o, hash := s.Op(), dynamo.AddressHash(address)
	_, err := suppression.Stop(context.Background(), s, hash, reason, event.New(o, event.Vendor(), event.Of(hash, event.AddressSuppressedEvent{})), o)
	s.Must(err)
}

// stopped is why an address gets no offer mail.
func stopped(s *pagetest.World, address string) string {
	reason, err := s.Suppressed(context.Background(), address)
	s.Must(err)
	return reason
}

// TestLift looks an address up, sees every cause, and lets mail go there again; each look and the lift are events.
func TestLift(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		stop(s, anna, suppression.Bounced)
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.VendorSuppressionsLead())
		v.See("vendor-suppressions")
		v.Click(http.StatusUnprocessableEntity, w.VendorSuppressionsFind(), "email", "anna")
		v.Has(w.PartnerUsersEmailWrong())
		v.See("vendor-suppressions-wrong")
		v.Click(http.StatusUnprocessableEntity, w.VendorSuppressionsFind(), "email", " ")
		v.Has(w.PartnerUsersEmailMissing())
		if n := s.CountEvents(event.OperatorReadEvent{}.Type()); n != 0 {
			t.Errorf("%d reads are noted, and nothing was looked at", n)
		}
		v.Click(http.StatusOK, w.VendorSuppressionsFind(), "email", "ola@example.com")
		v.Has(w.VendorSuppressionsNone(), "ola@example.com")
		v.Lacks(w.VendorSuppressionsLift())
		v.Click(http.StatusOK, w.VendorSuppressionsFind(), "email", " Anna@EXAMPLE.com")
		v.Has(w.VendorSuppressionsStopped(), w.VendorSuppressionsBounced())
		v.See("vendor-suppressions-found")
		if n := s.CountEvents(event.OperatorReadEvent{}.Type()); n != 2 {
			t.Errorf("%d reads of two addresses are noted", n)
		}
		v.Open(http.StatusOK, lift)
		v.Has(w.VendorSuppressionsLiftName(anna), w.VendorSuppressionsFollowsHeld(), w.VendorSuppressionsFollowsNext(), w.VendorSuppressionsFollowsLost())
		v.Lacks(w.VendorSuppressionsWish())
		v.See("vendor-suppressions-lift")
		address, pressed := v.Page.Form(w.VendorSuppressionsLift())
		v.Click(http.StatusOK, w.VendorSuppressionsLift())
		v.Has(w.VendorSuppressionsLifted(anna), w.VendorSuppressionsNone())
		if again, err := v.Post(t.Context(), address, pressed); err != nil || again.Status != http.StatusOK {
			t.Errorf("the second press: %d %v", again.Status, err)
		}
		if reason, n := stopped(s, anna), s.CountEvents(event.SuppressionLiftedEvent{}.Type()); reason != "" || n != 1 {
			t.Errorf("stopped for %q, %d events", reason, n)
		}
		v.Open(http.StatusOK, lift)
		v.At(path)

		// One more bounce suppresses again, as the page said.
		stop(s, anna, suppression.Bounced)
		v.Open(http.StatusOK, of+"&done=lifted")
		v.Has(w.VendorSuppressionsStopped())
		v.Lacks(w.VendorSuppressionsLifted(anna))
	})
}

// TestWish: what the recipient stopped itself, or called unwanted, is lifted only on its wish; and what stopped the mails after the page was opened
// is shown before anything is lifted.
func TestWish(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		stop(s, anna, suppression.Unsubscribed)
		v.Open(http.StatusOK, lift+"&lang="+language)
		v.Has(w.VendorSuppressionsWish(), w.VendorSuppressionsUnsubscribed())
		v.Lacks(w.VendorSuppressionsFollowsHeld())
		stop(s, anna, suppression.Complaint)
		v.Click(http.StatusConflict, w.VendorSuppressionsLift())
		v.Has(w.VendorSuppressionsMeanwhile(), w.VendorSuppressionsComplaint(), w.VendorSuppressionsUnsubscribed())
		v.See("vendor-suppressions-meanwhile")
		if reason := stopped(s, anna); reason != suppression.Complaint {
			t.Errorf("stopped for %q", reason)
		}
		v.Click(http.StatusOK, w.VendorSuppressionsLift())
		if reason := stopped(s, anna); reason != "" {
			t.Errorf("stopped for %q", reason)
		}
	})
}

// TestOnlyOperators: people of partners see nothing of it, and a page about no address leads back.
func TestOnlyOperators(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	piotr := s.SignedIn("piotr@"+string(pagetest.Asking)+".example", "en")
	stop(s, anna, suppression.Bounced)
	for _, where := range []string{path, of, lift} {
		piotr.Open(http.StatusForbidden, where)
		piotr.Has(piotr.W.VendorElsewhereTitle())
	}
	v.Open(http.StatusOK, path+"/lift?email=nobody")
	v.At(path)
	v.Open(http.StatusOK, lift)
	address, form := v.Page.Form(v.W.VendorSuppressionsLift())
	form.Set("email", "ola@example.com") // the token is of one address
	page, err := v.Post(t.Context(), address, form)
	s.Must(err)
	if page.Status != http.StatusForbidden {
		t.Errorf("the form of another address: %d", page.Status)
	}
	if page, err = v.Post(t.Context(), address, url.Values{}); err != nil || page.Status != http.StatusForbidden {
		t.Errorf("an empty form: %d %v", page.Status, err)
	}
	if stopped(s, anna) == "" {
		t.Error("a forged form lifted it")
	}
}
