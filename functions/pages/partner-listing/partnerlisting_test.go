package partnerlisting_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"liaison/shared/listing"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	user = "piotr@" + string(pagetest.Asking) + ".example"
	path = "/partner/listing"
	logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 28"><path d="M2 26 14 2l12 24z" fill="#0f6b3c"/><circle cx="44" cy="14" r="12" fill="#0f6b3c"/></svg>`
)

// TestWrite writes a listing from nothing: the form says what is wrong, keeps what was typed and the file, saves a draft, and asks for publication.
func TestWrite(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.SignedIn(user, language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.ListingNoneTitle(), w.ListingNeedVerifiedDone(), w.ListingNeedReadText(3), w.ListingOrderDraw())
		v.See("partner-listing-first")
		v.Open(http.StatusOK, path+"/edit")
		v.Has(map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language])
		v.See("partner-listing-form")
		v.Click(http.StatusUnprocessableEntity, w.ListingSaveAndSubmit(), "logo", logo, "countries", "Polska, Nowhere")
		v.Has(w.ListingHeadlineMissing(), w.ListingTextMissing(), w.ListingServicesMissing(), w.ListingRolesMissing(), w.ListingLanguagesMissing(), w.CatalogCountriesUnknown("Nowhere"), w.ListingFormNew())
		v.See("partner-listing-form-errors")
		v.Click(http.StatusUnprocessableEntity, w.ListingSave(), "headline", strings.Repeat("x", listing.MaxHeadline+1), "text", strings.Repeat("y", listing.MaxText+1), "countries", "PL")
		v.Has(w.ListingTextCount(listing.MaxText + 1))
		if s.Listing(pagetest.Asking).Version != 0 {
			t.Fatal("what is wrong was saved")
		}
		v.Click(http.StatusOK, w.ListingSave(), "headline", "Poczta i pliki", "text", "Przenosimy pocztę w weekend.\nPotem jesteśmy pod telefonem.", "services", "migrate", "roles", "advice")
		v.Has(w.ListingDoneSaved(), w.ListingDraft(), w.ListingLineDraft(), "Poczta i pliki")
		now := s.Listing(pagetest.Asking)
		if now.Review != listing.Unsent || !strings.HasPrefix(now.Content.Logo, "partner-") || !strings.Contains(string(v.Page.Body), "/assets/"+now.Content.Logo) || len(now.Content.Countries) != 1 {
			t.Fatalf("%+v", now)
		}
		v.See("partner-listing-draft")
		v.Click(http.StatusUnprocessableEntity, w.ListingSubmit()) // no language yet
		v.Has(w.ListingLanguagesMissing())
		v.Click(http.StatusOK, w.ListingSaveAndSubmit(), "languages", "pl", "logo_none", "yes")
		v.Has(w.ListingDoneSubmitted("Skylark Cloud"), w.ListingSubmitted())
		v.Lacks(w.ListingSubmit())
		if now = s.Listing(pagetest.Asking); now.Review != listing.Waiting || now.Content.Logo != "" || now.Published != nil {
			t.Errorf("%+v", now)
		}
		v.See("partner-listing-submitted")
	})
}

// TestStates shows how the listing stands, with what may be done in each state.
func TestStates(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.SignedIn(user, language)
		w := v.W
		s.WriteListing(pagetest.Asking, nil)
		s.SubmitListing(pagetest.Asking)
		s.ReturnListing(pagetest.Asking, "Who is it for?")
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.ListingDraft(), w.ListingSentBackTitle("Skylark Cloud"), "Who is it for?", w.ListingSubmit())
		v.Lacks(w.ListingHide())
		v.See("partner-listing-sent-back")
		v.Click(http.StatusOK, w.ListingSubmit())
		v.Has(w.ListingDoneSubmitted("Skylark Cloud"))
		v.Lacks("Who is it for?")
		s.PublishListing(pagetest.Asking)
		v.Open(http.StatusOK, path)
		v.Has(w.ListingPublished(), w.ListingHide())
		if links := v.Page.Links(w.ListingPublicHeading()); len(links) != 1 || !strings.HasSuffix(links[0], "/find-a-partner/"+string(pagetest.Asking)) {
			t.Errorf("leads to %v", links)
		}
		v.Lacks(w.ListingSubmit(), w.ListingShow())
		v.See("partner-listing-published")

		v.Open(http.StatusOK, path+"/hide")
		v.Has(w.ListingHideTitle())
		v.See("partner-listing-hide")
		v.Click(http.StatusOK, w.ListingHide())
		v.Has(w.ListingDoneHidden(), w.ListingHidden(), w.ListingHiddenByPartnerText())
		v.Lacks(w.ListingPublicHeading())
		v.See("partner-listing-hidden")
		v.Open(http.StatusOK, path+"/show")
		v.Click(http.StatusOK, w.ListingShow())
		v.Has(w.ListingDoneShown(), w.ListingPublished())

		v.Open(http.StatusOK, path+"/edit")
		v.Click(http.StatusOK, w.ListingSave(), "headline", "Another headline")
		v.Has(w.ListingDraft(), w.ListingSubmit(), w.ListingHide(), "Another headline")
		if now := s.Listing(pagetest.Asking); now.Published == nil || now.Published.Headline == "Another headline" {
			t.Errorf("%+v", now)
		}
		v.See("partner-listing-changes")
		s.HideListing(pagetest.Asking, listing.ByVendor, "A name that is not yours.")
		v.Open(http.StatusOK, path)
		v.Has(w.ListingHiddenByVendorText("Skylark Cloud"), w.ListingReasonIs("A name that is not yours."))
		v.Lacks(w.ListingShow(), w.ListingHide())
		v.See("partner-listing-hidden-by-vendor")
		v.Open(http.StatusOK, path+"/edit")
		v.Click(http.StatusOK, w.ListingSave(), "headline", "Mail and files for offices of 10 to 200 people")
		v.Has(w.ListingDoneSame())
	})
}

// TestPreview shows the card and the page as customers see them, in either language whatever the reader's.
func TestPreview(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.SignedIn(user, language)
		s.WriteListing(pagetest.Asking, nil)
		v.Open(http.StatusOK, path+"/preview?in=pl&lang="+language)
		v.Has(v.W.ListingPreviewResults(), "Migracja danych", "angielski, polski", "Niemcy", "We move mail and files", "Pakiet Skylark", "+48 58 555 02 00")
		v.See("partner-listing-preview-pl")
		v.Open(http.StatusOK, path+"/preview?in=en")
		v.Has("Migration", "English, Polish", "Germany", "Skylark Suite")
		v.See("partner-listing-preview-en")
	})
}

// TestUnverified: a partner whose profile is not verified writes its listing and cannot ask for publication; the page says why.
func TestUnverified(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Unproved(pagetest.Asking)
		v := s.SignedIn(user, language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.ListingNeedVerifiedOpen(), w.ListingVerify())
		v.Open(http.StatusOK, path+"/edit")
		v.Has(w.ListingUnverified())
		v.Lacks(w.ListingSaveAndSubmit())
		v.Click(http.StatusOK, w.ListingSave(), "headline", "Mail")
		v.Has(w.ListingDoneSaved(), w.ListingUnverified())
		v.See("partner-listing-unverified")
		s.PartnerStatus(pagetest.Asking, partner.Suspended)
		v.Open(http.StatusOK, path+"/edit")
		v.Click(http.StatusConflict, w.ListingSave(), "headline", "Files")
		v.Has(w.ListingWhySuspended(pagetest.Baltic))
		if now := s.Listing(pagetest.Asking); now.Content.Headline != "Mail" {
			t.Errorf("%+v", now)
		}
	})
}

// TestOvertaken: a form that was shown before a colleague saved saves nothing and keeps what was typed; once more it saves.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.WriteListing(pagetest.Asking, nil)
	v := s.SignedIn(user, "en")
	v.Open(http.StatusOK, path+"/edit")
	s.WriteListing(pagetest.Asking, func(c *listing.Content) { c.Headline = "A colleague's" })
	v.Click(http.StatusConflict, v.W.ListingSave(), "headline", "Mine")
	v.Has(v.W.ListingOvertakenText())
	if now := s.Listing(pagetest.Asking); now.Content.Headline != "A colleague's" {
		t.Errorf("%+v", now)
	}
	v.Click(http.StatusOK, v.W.ListingSave())
	if now := s.Listing(pagetest.Asking); now.Content.Headline != "Mine" {
		t.Errorf("%+v", now)
	}
}

// TestFile: a file that is no picture, or too large, is said beside its field, and the rest is kept.
func TestFile(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.SignedIn(user, "en")
	for _, one := range []struct {
		file   string
		status int
	}{
		{"GIF89a", http.StatusUnprocessableEntity},
		{`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, http.StatusUnprocessableEntity},
		{strings.Repeat("x", 33<<10), http.StatusUnprocessableEntity},
		{strings.Repeat("x", 300<<10), http.StatusRequestEntityTooLarge},
	} {
		v.Open(http.StatusOK, path+"/edit")
		v.Click(one.status, v.W.ListingSave(), "headline", "Mail", "logo", one.file)
		if body := string(v.Page.Body); !strings.Contains(body, `id="logo-error"`) || !strings.Contains(body, `value="Mail"`) {
			t.Errorf("%.20s: no error beside the field, or what was typed is lost", one.file)
		}
	}
	if s.Listing(pagetest.Asking).Version != 0 || s.Holds(t, "picture") != 0 {
		t.Error("something was saved")
	}
}
