package vendorinbox_test

import (
	"net/http"
	"testing"

	"liaison/shared/listing"
	"liaison/tests/fixture/pagetest"
)

// atEntry is where a partner's submitted listing is decided.
const atEntry = path + "/inbox/listing/" + string(pagetest.Asking)

// TestListing: what a partner submitted is read, sent back with a reason and published; what is other than was published is marked.
func TestListing(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		v.Open(http.StatusNotFound, atEntry+"?lang="+language)
		s.WriteListing(pagetest.Asking, nil)
		v.Open(http.StatusNotFound, atEntry) // nothing was ever submitted
		s.SubmitListing(pagetest.Asking)
		v.Open(http.StatusOK, path)
		v.Has(w.ListingOf(pagetest.Baltic), w.ListingSubmitted())
		v.Open(http.StatusOK, atEntry)
		v.Has("We move mail and files at a weekend.", w.ListingPublishHint(pagetest.Baltic), w.ListingReasonIf())
		v.Lacks(w.CatalogChanged())
		v.See("vendor-inbox-listing")
		v.Click(http.StatusUnprocessableEntity, w.VendorDecide(), "decision", "send_back")
		v.Has(w.CustomersReasonMissing())
		v.Click(http.StatusOK, w.VendorDecide(), "decision", "send_back", "reason", "Who is it for?")
		v.Has(w.VendorDone(), w.ListingNotWaiting())
		if now := s.Listing(pagetest.Asking); now.Review != listing.Unsent || now.Reason != "Who is it for?" {
			t.Errorf("%+v", now)
		}
		s.SubmitListing(pagetest.Asking)
		v.Open(http.StatusOK, atEntry)
		v.Click(http.StatusOK, w.VendorDecide(), "decision", "publish")
		v.Has(w.VendorDone(), w.ListingPublished())
		if now := s.Listing(pagetest.Asking); now.Published == nil || now.Review != listing.Passed {
			t.Errorf("%+v", now)
		}
		v.Open(http.StatusOK, path)
		v.Lacks(w.ListingOf(pagetest.Baltic))

		s.WriteListing(pagetest.Asking, func(c *listing.Content) { c.Headline, c.Countries = "Other words", []string{"PL"} })
		s.SubmitListing(pagetest.Asking)
		v.Open(http.StatusOK, atEntry)
		v.Has(w.CatalogChanged(), "Other words", w.CatalogBefore("Mail and files for offices of 10 to 200 people"))
		v.See("vendor-inbox-listing-changes")
	})
}

// TestListingMeanwhile: a decision on what the partner changed and submitted again meanwhile is none; one on what it took back, or a colleague decided,
// neither.
func TestListingMeanwhile(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	w := v.W
	s.WriteListing(pagetest.Asking, nil)
	s.SubmitListing(pagetest.Asking)
	v.Open(http.StatusOK, atEntry)
	address, form := v.Page.Form(w.VendorDecide())
	form.Set("decision", "publish")
	s.WriteListing(pagetest.Asking, func(c *listing.Content) { c.Headline = "Cheap watches" })
	s.SubmitListing(pagetest.Asking)
	page, err := v.Post(t.Context(), address, form)
	s.Must(err)
	v.Page = page
	if page.Status != http.StatusConflict || s.Listing(pagetest.Asking).Published != nil {
		t.Errorf("%d: %+v", page.Status, s.Listing(pagetest.Asking))
	}
	v.Has(w.ListingMeanwhile(), "Cheap watches")
	s.WriteListing(pagetest.Asking, func(c *listing.Content) { c.Headline = "Mail" })
	v.Click(http.StatusOK, w.VendorDecide(), "decision", "publish")
	v.Has(w.ListingBefore(), w.ListingNotWaiting())
	if now := s.Listing(pagetest.Asking); now.Published != nil {
		t.Errorf("%+v", now)
	}
}
