package becomeapartner_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"liaison/shared/dynamo"
	"liaison/shared/partner"
	"liaison/shared/token"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const path = "/become-a-partner"

// filled are the fields of a form that can be sent, with some of them changed.
func filled(changes ...string) []string {
	return append([]string{
		"legal_name", "Contoso Consulting", "registration_number", "KRS 0000123456", "country", "PL", "city", "Gdańsk", "website", "contoso.example",
		"phone", "+48 58 555 01 23", "name", "Ewa Król", "email", "ewa@contoso.example", "language", "pl", "programs", "cloud_essentials", "why", "We help.",
	}, changes...)
}

// applied reads every application, the newest first, whole.
func applied(t *testing.T, s *pagetest.World) (all []partner.Application) {
	t.Helper()
	found, _, err := s.Applications(t.Context(), "", dynamo.Page{Limit: 100})
	s.Must(err)
	for _, one := range found {
		a, err := s.Application(t.Context(), one.ID)
		s.Must(err)
		all = append(all, a)
	}
	return all
}

// mailed returns the link that the newest application's contact is mailed.
func mailed(t *testing.T, s *pagetest.World) string {
	t.Helper()
	a, o := applied(t, s)[0], s.Op()
	secret := o.IDs.Secret()
	s.Must(s.AddApplicationLink(t.Context(), a, secret, o))
	return path + "/confirm/" + token.Join(string(a.ID), secret)
}

// TestApply follows a company from the form to the press on the mailed link.
func TestApply(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Visitor(language)
		w := v.W
		v.Open(http.StatusOK, path)
		v.Has(w.ApplyTitle("Skylark Cloud"), w.ApplyCanTrials(), w.ApplyThenMailText(), "Cloud Essentials", w.Country("DE"))
		v.See("apply")
		v.Click(http.StatusUnprocessableEntity, w.ApplyButton())
		v.Has(w.ApplyLegalNameMissing(), w.ApplyNumberMissing(), w.ApplyCountryMissing(), w.ApplyCityMissing(), w.ApplyWebsiteMissing(), w.ApplyPhoneMissing(),
			w.RedeemNameMissing(), w.OfferEmailMissing(), w.ApplyWhyMissing())
		v.See("apply-errors")
		v.Click(http.StatusUnprocessableEntity, w.ApplyButton(), filled("email", "nowhere", "website", "ftp://x.example", "legal_name", "🙂", "phone", "12")...)
		v.Has(w.OfferEmailWrong(), w.ApplyWebsiteWrong(), w.PartnerCompanyPhoneWrong())
		v.Lacks(w.ApplyCityMissing())
		_, form := v.Page.Form(w.ApplyButton())
		for field, want := range map[string]string{"city": "Gdańsk", "email": "nowhere", "country": "PL", "programs": "cloud_essentials", "why": "We help.", "language": "pl"} {
			if got := form.Get(field); got != want {
				t.Errorf("%s holds %q, not %q", field, got, want)
			}
		}
		if all := applied(t, s); len(all) != 0 {
			t.Errorf("applied: %+v", all)
		}
		again := v.Page
		v.Click(http.StatusOK, w.ApplyButton(), filled()...)
		v.Has(w.OfferSentTitle(), w.ApplySentText())
		v.Lacks("ewa@contoso.example")
		v.Page = again // pressed twice
		v.Click(http.StatusOK, w.ApplyButton(), filled()...)
		all := applied(t, s)
		if len(all) != 1 || all[0].Website != "https://contoso.example" || all[0].Contact.Language != "pl" || all[0].Status != partner.ApplicationUnconfirmed || len(all[0].Programs) != 1 {
			t.Fatalf("%+v", all)
		}
		v.Open(http.StatusOK, path) // opened anew the same may be sent once more
		v.Click(http.StatusOK, w.ApplyButton(), filled()...)
		if n := len(applied(t, s)); n != 2 {
			t.Errorf("%d applications", n)
		}

		link := mailed(t, s)
		someone := s.Visitor(language) // opens the mail on another device
		someone.Open(http.StatusOK, link+"?lang="+language)
		someone.Has(w.ApplyConfirmTitle(), "Contoso Consulting", "KRS 0000123456", "ewa@contoso.example")
		someone.See("apply-confirm")
		if a := applied(t, s)[0]; a.Status != partner.ApplicationUnconfirmed {
			t.Fatalf("opening the link made it %s", a.Status)
		}
		ready := someone.Page
		for range 2 {
			someone.Page = ready
			someone.Click(http.StatusOK, w.ApplyConfirmButton())
			someone.Has(w.ApplyReceivedTitle(), map[string]string{
				"en": "The application of Contoso Consulting is with Skylark Cloud.", "pl": "Wniosek firmy Contoso Consulting trafił do firmy Skylark Cloud.",
			}[language])
		}
		someone.See("apply-received")
		if a := applied(t, s)[0]; a.Status != partner.ApplicationWaiting || a.ConfirmedAt.IsZero() {
			t.Errorf("%+v", a)
		}
		s.Restart(30 * 24 * time.Hour)
		someone.Open(http.StatusOK, link)
		someone.Has(w.ApplyReceivedTitle())
	})
}

// TestDeadLink: a link that was never ours, or of another secret, is none; one that was not pressed in time says so, and does nothing.
func TestDeadLink(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.Visitor("en")
	v.Open(http.StatusOK, path)
	v.Click(http.StatusOK, v.W.ApplyButton(), filled("language", "en")...)
	link := mailed(t, s)
	for _, dead := range []string{path + "/confirm/x", link[:len(link)-1] + "0", path + "/confirm/app_01kaj2a7b9d1f3h5k7n9q1s3v5_" + link[len(link)-26:]} {
		if dead == link {
			continue
		}
		v.Open(http.StatusNotFound, dead)
		v.Has(v.W.UnavailableUnknownTitle(), v.W.ApplyAgain())
	}
	v.Open(http.StatusOK, strings.ToUpper(link)+".") // as programs spoil links
	v.Has(v.W.ApplyConfirmTitle())
	s.Restart(8 * 24 * time.Hour)
	v.Click(http.StatusGone, v.W.ApplyConfirmButton())
	v.Has(v.W.ApplyExpiredTitle())
	if a := applied(t, s)[0]; a.Status != partner.ApplicationUnconfirmed {
		t.Errorf("it is %s", a.Status)
	}
	v.Open(http.StatusGone, link)
}

// TestForged: only our own form applies, and only the link's own page confirms.
func TestForged(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.Visitor("en")
	v.Open(http.StatusOK, path)
	v.Click(http.StatusForbidden, v.W.ApplyButton(), filled("form_token", "x")...)
	if _, form := v.Page.Form(v.W.ApplyButton()); form.Get("legal_name") != "Contoso Consulting" || form.Get("why") != "We help." || form.Get("country") != "PL" {
		t.Errorf("what was typed is lost: %v", form)
	}
	v.Open(http.StatusOK, path)
	v.Click(http.StatusOK, v.W.ApplyButton(), filled("language", "en")...)
	v.Open(http.StatusOK, mailed(t, s))
	v.Click(http.StatusForbidden, v.W.ApplyConfirmButton(), "form_token", "x")
	if all := applied(t, s); len(all) != 1 || all[0].Status != partner.ApplicationUnconfirmed {
		t.Errorf("%+v", all)
	}
}

// TestCounted: an address gets no more than so many mails asked for in a minute, whatever browser asks.
func TestCounted(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	for i := 0; ; i++ {
		v := s.Visitor("en")
		v.Open(http.StatusOK, path)
		page, err := v.Press(t.Context(), v.W.ApplyButton(), filled("language", "en")...)
		s.Must(err)
		if page.Status == http.StatusTooManyRequests {
			break
		}
		if i > 2*s.Env.PostsPerAddress {
			t.Fatal("an address is not counted")
		}
	}
}
