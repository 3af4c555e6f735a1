package redeem_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"liaison/shared/catalog"
	invitations "liaison/shared/invitation"
	offers "liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/redemption"
	"liaison/tests/fixture/pagetest"
)

// TestStepsKept: a draft that is not whole, or no longer, leads to the step that it lacks, whoever wrote it.
func TestStepsKept(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	v := s.Member("anna@example.com", "en")
	leads := func(of offers.Offer, draft invitations.Draft, to string) {
		t.Helper()
		inv, link := s.Invite(of, "anna@example.com", "en")
		_, err := s.SaveDraft(context.Background(), inv.ID, draft, s.Op())
		s.Must(err)
		v.Open(http.StatusOK, link)
		v.Open(http.StatusOK, "/redeem/check?i="+string(inv.ID))
		if at := v.Page.URL.Path; at != to {
			t.Errorf("%+v leads to %s, not %s", draft, at, to)
		}
	}
	alone := s.MakeOffer(func(d *offers.Draft) {
		pagetest.Request(offers.DelegatedAdministration)(d)
		d.DelegatedAdministration = &offers.AskedGrant{Role: offers.RoleLimited}
	})
	leads(alone, invitations.Draft{Terms: "1"}, "/redeem")
	leads(alone, invitations.Draft{Terms: "1", DelegatedAdministration: "yes"}, "/redeem/check")

	bought := s.Purchase(nil)
	licensed := invitations.Draft{Terms: "1", Items: []invitations.Choice{{Licenses: 30}}}
	leads(bought, licensed, "/redeem/check")
	v.Has(v.W.RedeemDecline())
	if !strings.Contains(string(v.Page.Body), `class="done"><span><a href="/redeem/account?`) {
		t.Error("a finished step is no link")
	}
	s.ChangePlan(pagetest.Suite, func(p *catalog.Plan) { p.Licenses.Max = 20 })
	leads(bought, licensed, "/redeem/account")
}

// TestReplaces: where another partner administers, the only yes is one that names it, and a yes to another question replaces nobody.
func TestReplaces(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	v := s.Member("anna@example.com", "en")
	ask := func(change func(*offers.Draft)) {
		t.Helper()
		_, link := s.Invite(s.MakeOffer(func(d *offers.Draft) {
			pagetest.Request(offers.DelegatedAdministration)(d)
			d.DelegatedAdministration = &offers.AskedGrant{Role: offers.RoleLimited}
			change(d)
		}), "anna@example.com", "en")
		v.Open(http.StatusOK, link)
	}
	ask(func(*offers.Draft) {})
	if n := strings.Count(v.Page.Text(), "365"); n != 1 {
		t.Errorf("for how long is said %d times", n)
	}
	v.Click(http.StatusOK, v.W.SiteNext(), "delegation", "yes")
	v.Click(http.StatusOK, v.W.RedeemAuthorize(pagetest.Baltic), "agree", "yes")
	ask(func(d *offers.Draft) { d.Partner = pagetest.Advising })
	v.Has(v.W.DelegatedAdministrationReplace())
	if said := string(v.Page.Body); strings.Contains(said, `value="yes"`) || !strings.Contains(said, `value="`+redemption.Replacing(pagetest.Asking)+`"`) {
		t.Error("a yes would replace a partner that it does not name")
	}
}

// TestSum: beside the steps between stands whose offer it is, what it brings and costs, and how the separate question was answered so far; the
// first step and the check say it themselves.
func TestSum(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Sells()
		v := s.Visitor(language)
		w, plan := v.W, map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language]
		beside := func(of string, want ...string) {
			t.Helper()
			_, after, _ := strings.Cut(pagetest.Spaced(string(v.Page.Body)), `<aside class="card sticky" aria-labelledby="sum">`)
			said, _, found := strings.Cut(after, "</aside>")
			for at, one := range append([]string{pagetest.Baltic}, want...) {
				if i := strings.Index(said, pagetest.Spaced(one)); i < 0 {
					t.Errorf("%s: %q is not beside it, in its turn (%d): %s", of, one, at, said)
				} else {
					said = said[i:]
				}
			}
			if !found {
				t.Errorf("%s: nothing is beside it", of)
			}
		}
		alone := func(of string) {
			t.Helper()
			if strings.Contains(string(v.Page.Body), `id="sum"`) {
				t.Errorf("%s: it is said twice", of)
			}
		}
		_, link := s.Invite(s.MakeOffer(nil), "anna@example.com", language)
		v.Open(http.StatusOK, link)
		v.Click(http.StatusOK, w.SiteNext())
		beside("access", plan, w.SiteLicenceCount(25)+", "+w.SiteDays(30), w.RedeemStepAccess(), w.RedeemSumOpen(), w.SitePrice(), w.SiteFree())
		v.Click(http.StatusOK, w.SiteNext(), "delegation", "no")
		beside("account", plan, w.RedeemStepAccess(), ">"+w.RedeemSumNo()+"<", w.SiteFree())
		v.Open(http.StatusOK, v.Page.Links(w.FrameBack())[0])
		v.Click(http.StatusOK, w.SiteNext(), "delegation", "yes")
		beside("account", ">"+w.RedeemSumYes()+"<")
		v.Click(http.StatusOK, w.SiteNext(), "company", "Zakład Nowak", "name", "Anna Nowak")
		v.At("/redeem/check")
		alone("check")

		_, link = s.Invite(s.Purchase(twoPlans), "piotr@example.com", language)
		v.Open(http.StatusOK, link)
		alone("offer")
		v.Click(http.StatusOK, w.SiteNext())
		beside("account of a purchase", plan, w.SiteLicenceCount(12), w.SiteTotal(), month(w, 12*4900), year(w, 3*19000))
	})
}

// TestStepForms: each step's form is refused without its token, and keeps nothing.
func TestStepForms(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	inv, link := s.Invite(s.MakeOffer(nil), "anna@example.com", "en")
	v := s.Visitor("en")
	v.Open(http.StatusOK, link)
	for _, c := range []struct {
		button string
		fields []string
	}{
		{v.W.SiteNext(), nil},
		{v.W.SiteNext(), []string{"delegation", "no"}},
		{v.W.SiteNext(), []string{"company", "Nowak", "name", "Anna", "language", "en"}},
		{v.W.RedeemStart(30), []string{"agree", "yes"}},
	} {
		address, form := v.Page.Form(c.button)
		form.Set(page.TokenField, "another")
		before := s.StoredInvitation(inv.ID).Draft.Rev
		answer, err := v.Post(t.Context(), address, form)
		s.Must(err)
		if answer.Status != http.StatusForbidden || s.StoredInvitation(inv.ID).Draft.Rev != before {
			t.Errorf("%s without its token: %d", address, answer.Status)
		}
		v.Click(http.StatusOK, c.button, c.fields...)
	}
}
