package offer_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	invitations "liaison/shared/invitation"
	"liaison/shared/locale"
	offers "liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestPublic walks from the public link to an invitation of the visitor's own.
func TestPublic(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		of := s.MakeOffer(nil)
		v := s.Visitor(language)
		v.Open(http.StatusOK, "/o/"+of.ID.Code()+"?lang="+language)
		v.Has("Baltic Bridge IT sp. z o.o.", "1234 5674", of.ID.Reference())
		v.See("offer")
		v.Click(http.StatusUnprocessableEntity, v.W.OfferSend(), "email", "anna@")
		v.Has(v.W.OfferEmailWrong())
		if !strings.Contains(string(v.Page.Body), `value="anna@"`) {
			t.Error("what was typed is lost")
		}
		v.See("offer-error")
		v.Click(http.StatusOK, v.W.OfferSend(), "email", "anna@example.com")
		v.Has(v.W.OfferSentTitle())
		v.See("offer-sent")
		first := string(v.Page.Body)
		other := s.Visitor(language)
		other.Open(http.StatusOK, "/o/"+of.ID.Code()+"?lang="+language)
		other.Click(http.StatusOK, other.W.OfferSend(), "email", "somebody.else@example.com")
		if string(other.Page.Body) != first {
			t.Error("the page differs by address")
		}
		if n := s.CountEvents(invitations.CreatedEvent{}.Type()); n != 2 || s.Holds(t, "invitation") != 2 {
			t.Errorf("%d invitations made", n)
		}
	})
}

// TestDeadOffers shows each way a public link dies.
func TestDeadOffers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		kill   func(s *pagetest.World, of offers.Offer)
		title  func(w locale.Words) string
	}{
		"expired":   {410, func(s *pagetest.World, _ offers.Offer) { s.Restart(91 * 24 * time.Hour) }, locale.Words.UnavailableOfferExpiredTitle},
		"withdrawn": {410, func(s *pagetest.World, of offers.Offer) { s.Withdraw(of.ID) }, locale.Words.UnavailableWithdrawnTitle},
		"paused":    {410, func(s *pagetest.World, of offers.Offer) { s.Pause(of.ID) }, locale.Words.UnavailablePausedTitle},
		"used up": {410, func(s *pagetest.World, of offers.Offer) {
			_, link := s.Invite(of, "first@example.com", "en")
			s.AtCheck(link, "en", "").StartTrial(http.StatusOK)
		}, locale.Words.UnavailableUsedUpTitle},
		"partner":  {410, func(s *pagetest.World, _ offers.Offer) { s.PartnerStatus(pagetest.Asking, partner.Suspended) }, locale.Words.UnavailablePartnerTitle},
		"replaced": {410, func(s *pagetest.World, of offers.Offer) { s.MakeOffer(func(d *offers.Draft) { d.Replaces = of.ID }) }, locale.Words.UnavailableReplacedTitle},
		"plan":     {410, func(s *pagetest.World, _ offers.Offer) { s.WithdrawPlan() }, locale.Words.UnavailablePlanTitle},
	} {
		t.Run(name, func(t *testing.T) {
			s := pagetest.Open(t)
			of := s.MakeOffer(func(d *offers.Draft) { pagetest.Plain(d); d.MaxRedemptions = 1 })
			open := s.Visitor("en")
			open.Open(http.StatusOK, "/o/"+of.ID.Code())
			c.kill(s, of)
			if name == "plan" {
				s.Restart(0)
			}
			before := s.Holds(t, "invitation")
			open.Click(c.status, open.W.OfferSend(), "email", "late@example.com")
			open.Has(c.title(open.W))
			if s.Holds(t, "invitation") != before {
				t.Error("an invitation was made")
			}
			v := s.Visitor("pl")
			v.Open(c.status, "/o/"+of.ID.Code()+"?lang=pl")
			v.Has(c.title(v.W))
			if name == "replaced" {
				v.Open(http.StatusOK, v.Page.Links(v.W.UnavailableReplacedLink())[0])
			}
		})
	}
	s := pagetest.Open(t)
	hidden := s.MakeOffer(func(d *offers.Draft) { d.Visibility = offers.Invited })
	v := s.Visitor("en")
	v.Open(http.StatusNotFound, "/o/"+hidden.ID.Code())
	without := string(v.Page.Body)
	v.Open(http.StatusNotFound, "/o/"+string(pagetest.Asking)+"_"+strings.Repeat("0", 26))
	if strings.ReplaceAll(string(v.Page.Body), string(pagetest.Asking)+"_"+strings.Repeat("0", 26), hidden.ID.Code()) != without {
		t.Error("a hidden offer differs from none")
	}
	_, link := s.Invite(hidden, "anna@example.com", "en")
	v.Open(http.StatusOK, link)
}

// TestRates: posts of a public link, ten a minute an address and sixty a client.
func TestRates(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Env.PostsPerAddress, s.Env.PostsPerClient = 2, 4
	now := time.Now()
	s.Restart(now.Truncate(time.Minute).Add(time.Minute).Sub(now)) // a minute begins, so that no window ends meanwhile
	of := s.MakeOffer(nil)
	v := s.Visitor("en")
	for i, c := range []struct {
		mail   string
		status int
	}{{"a.nna+x@example.com", 200}, {"anna@example.com", 200}, {"ANNA+y@example.com", 429}, {"jan@example.com", 200}, {"ewa@example.com", 429}} {
		v.Open(http.StatusOK, "/o/"+of.ID.Code())
		page := v.Click(c.status, v.W.OfferSend(), "email", c.mail)
		if c.status == 429 {
			if page.Header.Get("Retry-After") == "" || page.Header.Get("RateLimit") == "" {
				t.Errorf("post %d: headers %v", i, page.Header)
			}
			v.See("rate")
		}
	}
	if n := s.Holds(t, "invitation"); n != 3 {
		t.Errorf("%d invitations", n)
	}
}
