package partneragreement_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"testing"

	"liaison/shared/catalog"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	admin = "piotr@" + string(pagetest.Asking) + ".example"
	path  = "/partner/agreement"
)

func company(s *pagetest.World) partner.Partner {
	found, err := s.Partner(context.Background(), pagetest.Asking)
	s.Must(err)
	return found
}

// TestSign follows the agreement from the first version to the second.
func TestSign(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.PartnerStatus(pagetest.Asking, partner.AgreementPending)
		s.Unproved(pagetest.Asking)
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.PartnerAgreementToSign(), w.PartnerAgreementPending(), w.PartnerAgreementAccept("1", pagetest.Baltic))
		v.See("partner-agreement")
		v.Click(http.StatusUnprocessableEntity, w.PartnerAgreementSign())
		v.Has(w.PartnerAgreementAcceptMissing(), w.RedeemNameMissing())
		v.Click(http.StatusUnprocessableEntity, w.PartnerAgreementSign(), "name", "Piotr Zieliński")
		v.Has(w.PartnerAgreementAcceptMissing())
		if _, form := v.Page.Form(w.PartnerAgreementSign()); form.Get("name") != "Piotr Zieliński" {
			t.Errorf("the name is not kept: %v", form)
		}
		if now := company(s); now.Status != partner.AgreementPending || now.Agreement.Version != "" {
			t.Errorf("signed without the box: %+v", now.Agreement)
		}
		v.Click(http.StatusOK, w.PartnerAgreementSign(), "name", "Piotr Zieliński", "accept", "yes")
		v.Has(w.PartnerAgreementDone(), w.PartnerAgreementNext(), w.PartnerAgreementSigned(), "Piotr Zieliński")
		v.Lacks(w.PartnerAgreementAccept("1", pagetest.Baltic))
		v.See("partner-agreement-signed")
		now := company(s)
		if now.Status != partner.Active || now.Agreement.Version != "1" || now.Agreement.Language != language || now.Agreement.SHA256 == "" {
			t.Errorf("%+v %+v", now.Status, now.Agreement)
		}

		s.Publish(catalog.PartnerAgreement, "2")
		v.Open(http.StatusOK, path)
		v.Has(w.PartnerAgreementNewer("2", "1"), w.PartnerAgreementToSign())
		s.Publish(catalog.PartnerAgreement, "3")
		v.Click(http.StatusConflict, w.PartnerAgreementSign(), "name", "Piotr Zieliński", "accept", "yes")
		v.Has(w.PartnerAgreementOutdated(), w.PartnerAgreementAccept("3", pagetest.Baltic))
		v.See("partner-agreement-outdated")
		if now := company(s); now.Agreement.Version != "1" {
			t.Errorf("signed in the older form: %+v", now.Agreement)
		}
		v.Click(http.StatusOK, w.PartnerAgreementSign(), "accept", "yes")
		if now := company(s); now.Agreement.Version != "3" {
			t.Errorf("%+v", now.Agreement)
		}
	})
}

// TestSwitch: another language keeps the name, and the text that is signed is the one that is read.
func TestSwitch(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.SignedIn(admin, "en")
	v.Open(http.StatusOK, path+"?lang=en")
	v.Switch(http.StatusOK, v.W.PartnerAgreementSign(), "pl")
	if now := company(s); now.Agreement.Version != "" {
		t.Errorf("signed by a change of language: %+v", now.Agreement)
	}
	v.Click(http.StatusOK, v.W.PartnerAgreementSign(), "name", "Piotr", "accept", "yes")
	if now := company(s); now.Agreement.Language != "pl" {
		t.Errorf("%+v", now.Agreement)
	}
}

// TestOnlyAdministrators: who is no global administrator reads the agreement, and cannot sign it.
func TestOnlyAdministrators(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		boss := s.SignedIn(admin, "en")
		boss.Open(http.StatusOK, "/partner/users/new")
		boss.Click(http.StatusOK, boss.W.PartnerUsersSend(), "name", "Ewa", "email", "ewa@baltic.example", "own", "yes", "own_role", "user_admin", "support", "no")
		v := s.SignedIn("ewa@baltic.example", language)
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(v.W.PartnerAgreementOnlyAdmin(pagetest.Baltic))
		v.Lacks(v.W.PartnerAgreementSign())
		token := site.Token(v.Session(), "agreement") // as no page gave it
		page, err := v.Post(t.Context(), s.URL+path, url.Values{"form_token": {token}, "name": {"Ewa"}, "accept": {"yes"}, "version": {"1"}, "language": {"pl"}})
		if now := company(s); err != nil || page.Status != http.StatusForbidden || now.Agreement.Version != "" {
			t.Errorf("%d %v %+v", page.Status, err, now.Agreement)
		}
	})
}
