package invitation_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"liaison/shared/catalog"
	invitations "liaison/shared/invitation"
	"liaison/shared/locale"
	offers "liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/token"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestOthersLink: the cookie of one invitation opens no other, and without one nothing is told.
func TestOthersLink(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	of := s.MakeOffer(nil)
	first, link := s.Invite(of, "anna@example.com", "en")
	second, other := s.Invite(of, "jan@example.com", "pl")
	v := s.Visitor("en")
	v.Open(http.StatusNotFound, "/redeem?i="+string(first.ID))
	v.Has(v.W.RedeemNoLinkTitle())
	v.See("no-link")
	none := string(v.Page.Body)
	v.Open(http.StatusNotFound, "/redeem?i=inv_"+strings.Repeat("0", 26))
	if strings.ReplaceAll(string(v.Page.Body), strings.Repeat("0", 26), first.ID.Bare()) != none {
		t.Error("what exists looks different from what does not")
	}
	v.Open(http.StatusOK, link)
	v.Open(http.StatusNotFound, "/redeem?i="+string(second.ID))
	v.Open(http.StatusOK, other)
	v.Open(http.StatusOK, "/redeem?i="+string(first.ID)) // both in one browser, unmixed
	v.Open(http.StatusOK, "/redeem?i="+string(second.ID))
	_, secret, _ := token.Split(strings.TrimPrefix(link, "/i/"))
	v.Open(http.StatusNotFound, "/i/"+token.Join(string(second.ID), secret))
	v.Open(http.StatusNotFound, "/i/"+url.PathEscape("inv_x"))
	v.Has(v.W.UnavailableUnknownTitle())
	v.See("dead-unknown")
}

// TestDeadLinks shows each way a personal link dies, with its date, its reason and, where somebody can help, "ask for a new link".
func TestDeadLinks(t *testing.T) {
	t.Parallel()
	type state struct {
		name   string
		status int
		ask    bool
		kill   func(s *pagetest.World, of offers.Offer, inv invitations.Invitation)
		title  func(w locale.Words) string
	}
	for _, c := range []state{
		{"expired", 410, true, func(s *pagetest.World, _ offers.Offer, _ invitations.Invitation) { s.Restart(31 * 24 * time.Hour) }, locale.Words.UnavailableExpiredTitle},
		{"revoked", 410, true, func(s *pagetest.World, _ offers.Offer, inv invitations.Invitation) {
			s.ChangeInvitation(inv.ID, func(i invitations.Invitation) (invitations.Invitation, error) { return i.Revoke(s.At) })
		}, locale.Words.UnavailableRevokedTitle},
		{"superseded", 410, true, func(s *pagetest.World, of offers.Offer, inv invitations.Invitation) {
			s.ChangeInvitation(inv.ID, func(i invitations.Invitation) (invitations.Invitation, error) { return i.Resend(of, 30, s.At) })
			s.Link(inv.ID)
		}, locale.Words.UnavailableSupersededTitle},
		{"withdrawn", 410, true, func(s *pagetest.World, of offers.Offer, _ invitations.Invitation) { s.Withdraw(of.ID) }, locale.Words.UnavailableWithdrawnTitle},
		{"paused", 410, true, func(s *pagetest.World, of offers.Offer, _ invitations.Invitation) { s.Pause(of.ID) }, locale.Words.UnavailablePausedTitle},
		{"replaced", 410, true, func(s *pagetest.World, of offers.Offer, _ invitations.Invitation) {
			s.MakeOffer(func(d *offers.Draft) { d.Replaces = of.ID })
		}, locale.Words.UnavailableReplacedTitle},
		{"partner-not-active", 410, false, func(s *pagetest.World, _ offers.Offer, _ invitations.Invitation) {
			s.PartnerStatus(pagetest.Asking, partner.Suspended)
		}, locale.Words.UnavailablePartnerTitle},
		{"plan-withdrawn", 410, true, func(s *pagetest.World, _ offers.Offer, _ invitations.Invitation) { s.WithdrawPlan(); s.Restart(0) }, locale.Words.UnavailablePlanTitle},
		{"region", 410, true, func(s *pagetest.World, _ offers.Offer, _ invitations.Invitation) { s.CloseRegion(); s.Restart(0) }, locale.Words.UnavailableRegionTitle},
	} {
		for _, language := range []string{"en", "pl"} {
			t.Run(c.name+"-"+language, func(t *testing.T) {
				s := pagetest.Open(t)
				of := s.MakeOffer(nil)
				inv, link := s.Invite(of, "anna@example.com", language)
				open := s.Visitor("")
				open.W = s.Visitor(language).W
				open.Open(http.StatusOK, link)
				c.kill(s, of, inv)
				v := s.Visitor("")
				v.W = open.W
				for _, one := range []*pagetest.Visitor{v, open} {
					where := link
					if one == open {
						where = "/redeem?i=" + string(inv.ID) // the page that was open meanwhile
					}
					one.Open(c.status, where)
					one.Has(c.title(one.W))
					if _, form := one.Page.Form(one.W.UnavailableAsk()); (form != nil) != c.ask {
						t.Errorf("asking for a new link: %v", form != nil)
					}
				}
				v.See("dead-" + c.name)
				if c.name != "superseded" { // that one leads on to the newer mail
					v.Has(v.W.UnavailableNothingChanged())
				}
				if c.name == "region" {
					closed := catalog.Missing{Feature: catalog.FeatureTrials, Country: "PL"}
					if links := v.Page.Links(v.W.AvailabilitySee()); len(links) != 1 || !strings.HasSuffix(links[0], closed.Page()) {
						t.Errorf("what is available is told at %v", links)
					}
					v.Has(v.W.UnavailableRegionReason(pagetest.Both("closed", "zamknięte")[language]))
				}
				if c.name == "replaced" && len(v.Page.Links(v.W.UnavailableReplacedLink())) != 1 {
					t.Error("no way to the newer offer")
				}
				if body := string(v.Page.Body); c.name == "replaced" && strings.Index(body, ">"+v.W.UnavailableReplacedLink()) > strings.Index(body, ">"+v.W.UnavailableAsk()) {
					t.Error("the newer offer stands last")
				}
				if !c.ask {
					v.Has(v.W.FrameHelp(), v.W.SiteHours()) // the vendor is whom to ask
					if strings.Contains(v.Page.Text(), "Baltic") {
						t.Error("not neutral")
					}
					return
				}
				v.Has("Baltic Bridge IT sp. z o.o.", v.W.FrameVerified(), v.W.UnavailableAskNote(pagetest.Baltic))
				for _, one := range []*pagetest.Visitor{v, open} { // asked twice, told once
					one.Click(http.StatusOK, one.W.UnavailableAsk())
					one.Has(one.W.UnavailableAskedTitle())
				}
				v.See("asked")
				if n := s.CountEvents(invitations.RenewalAskedEvent{}.Type()); n != 1 {
					t.Errorf("%d asks", n)
				}
			})
		}
	}
}

// TestEndedWithOffer shows what became of the offer, also once its end was written to the invitation.
func TestEndedWithOffer(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.Visitor("en")
	for _, c := range []struct {
		end   func(of offers.ID)
		title string
	}{
		{s.Withdraw, v.W.UnavailableWithdrawnTitle()},
		{func(of offers.ID) { s.MakeOffer(func(d *offers.Draft) { d.Replaces = of }) }, v.W.UnavailableReplacedTitle()},
	} {
		of := s.MakeOffer(nil)
		inv, link := s.Invite(of, "anna@example.com", "en")
		c.end(of.ID)
		s.ChangeInvitation(inv.ID, func(i invitations.Invitation) (invitations.Invitation, error) {
			ended, _, err := s.Offer(context.Background(), of.ID)
			s.Must(err)
			i, ok := i.EndWith(ended, 0, s.At)
			if !ok {
				t.Fatal("it did not end")
			}
			return i, nil
		})
		v.Open(http.StatusGone, link)
		v.Has(c.title)
	}
}
