package vendorlistings_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"liaison/shared/listing"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	path = "/vendor/listings"
	own  = path + "/" + string(pagetest.Asking)
)

// TestList shows every listing with its state and filters them by it.
func TestList(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.ListingNoneListedText())
		s.WriteListing(pagetest.Asking, nil)
		s.SubmitListing(pagetest.Asking)
		s.PublishListing(pagetest.Asking)
		s.WriteListing(pagetest.Advising, nil)
		v.Open(http.StatusOK, path)
		v.Has(pagetest.Baltic, "Vistula Advice S.A.", w.ListingPublished(), w.ListingDraft(), w.SiteListed(2), w.ListingNever())
		v.See("vendor-listings")
		v.Open(http.StatusOK, path+"?state=published")
		v.Has(pagetest.Baltic, w.SiteListed(1))
		v.Lacks("Vistula Advice S.A.")
		v.Open(http.StatusOK, path+"?state=none&cursor=x")
		v.Has(w.SiteListed(2))
	})
}

// TestHide hides a listing for a reason, over what its partner did, and shows it again.
func TestHide(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		s.WriteListing(pagetest.Asking, nil)
		v.Open(http.StatusOK, own+"?lang="+language)
		v.Has(w.ListingPublicNone(), w.ListingDraft())
		v.Lacks(w.ListingVendorHide(), w.ListingToDecide())
		v.Open(http.StatusOK, own+"/hide") // nothing was ever published
		v.At(own)
		v.Lacks(w.ListingVendorHideText())
		s.SubmitListing(pagetest.Asking)
		v.Open(http.StatusOK, own)
		v.Has(w.ListingToDecide())
		s.PublishListing(pagetest.Asking)
		s.WriteListing(pagetest.Asking, func(c *listing.Content) { c.Headline, c.Expertise = "Other words", nil })
		v.Open(http.StatusOK, own)
		v.Has(w.ListingPublicHeading(), "Other words", w.CatalogChanged(), w.CatalogBefore("Mail and files for offices of 10 to 200 people"))
		v.See("vendor-listing")

		v.Open(http.StatusOK, own+"/hide")
		v.Has(w.ListingVendorHideTitle(pagetest.Baltic))
		v.Click(http.StatusUnprocessableEntity, w.ListingVendorHide())
		v.Has(w.CustomersReasonMissing())
		v.See("vendor-listing-hide-errors")
		v.Click(http.StatusUnprocessableEntity, w.ListingVendorHide(), "reason", strings.Repeat("x", 501))
		v.Click(http.StatusOK, w.ListingVendorHide(), "reason", "The name is another company's.")
		v.Has(w.ListingVendorDoneHidden(), w.ListingVendorHiddenTitle(), "The name is another company's.")
		v.Lacks(w.ListingVendorHide(), w.ListingPublicHeading())
		if now := s.Listing(pagetest.Asking); now.HiddenBy != listing.ByVendor || now.HideReason != "The name is another company's." {
			t.Errorf("%+v", now)
		}
		v.See("vendor-listing-hidden")
		v.Open(http.StatusOK, own+"/show")
		v.Has(w.ListingVendorShowTitle(pagetest.Baltic))
		v.Click(http.StatusOK, w.ListingVendorShow())
		v.Has(w.ListingVendorDoneShown(), w.ListingVendorHide())
		if now := s.Listing(pagetest.Asking); now.HiddenBy != "" {
			t.Errorf("%+v", now)
		}
		s.HideListing(pagetest.Asking, listing.ByPartner, "")
		v.Open(http.StatusOK, own)
		v.Has(w.ListingVendorHiddenByPartner(), w.ListingVendorHide(), w.ListingVendorShow())
	})
}

// TestNobodyElse: a partner that has none, and what is no partner, have no page.
func TestNobodyElse(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	for _, of := range []string{string(pagetest.Asking), string(pagetest.Stranger), "none"} {
		v.Open(http.StatusNotFound, path+"/"+of)
		v.Open(http.StatusNotFound, path+"/"+of+"/hide")
		v.Open(http.StatusNotFound, path+"/"+of+"/show")
	}
}
