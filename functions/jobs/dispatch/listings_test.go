package dispatch_test

import (
	"slices"
	"testing"

	"liaison/shared/listing"
	"liaison/shared/locale"
	"liaison/shared/partner"
	"liaison/tests/fixture"
)

// found says whether the marketplace's index has the world's partner under a term, and among those that are published.
func found(t *testing.T, w fixture.World, term listing.Term) (under, published bool) {
	t.Helper()
	postings, facts, err := w.Listings().Postings(t.Context(), []listing.Term{term})
	if err != nil {
		t.Fatal(err)
	}
	_, published = facts[w.Partner]
	return slices.Contains(postings[term], w.Partner), published
}

// TestIndexed: the index follows what becomes of a listing and of its partner, however often an event comes.
func TestIndexed(t *testing.T) {
	s := open(t)
	s.settle(t)
	see := func(what string, term listing.Term, want bool) {
		t.Helper()
		if under, published := found(t, s.World, term); under != want || published != want {
			t.Errorf("%s: under %s %v, published %v, want %v", what, term, under, published, want)
		}
	}
	content := listing.Content{
		Headline: "Moves mail", Text: "We migrate.", Services: []listing.Service{"migrate"}, Countries: []string{"PL"}, Languages: []string{"pl"}, Roles: []listing.Role{"advice"},
	}
	of, err := s.Table.Partner(t.Context(), s.Partner)
	if err != nil {
		t.Fatal(err)
	}
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		records := s.Streamed(t)
		for range 2 { // each event comes twice
			if answer := s.handle(t, fixture.ToBatch(t, records)); len(answer.Failures) > 0 {
				t.Fatalf("failures %v\n%s", answer.Failures, s.Log)
			}
		}
	}
	table := s.Listings()
	must(listing.Put(t.Context(), table, of, listing.Listing{}, content, nil, s.Op("listings")))
	must(listing.Ask(t.Context(), table, of, s.Op("listings")))
	see("submitted", "service:migrate", false)
	must(listing.LetThrough(t.Context(), table, s.Partner, s.Op("listings")))
	see("published", "service:migrate", true)
	must(listing.Hide(t.Context(), table, s.Partner, listing.ByPartner, "", s.Op("listings")))
	see("hidden", "service:migrate", false)
	must(listing.Show(t.Context(), table, s.Partner, listing.ByPartner, s.Op("listings")))
	see("shown", "word:mail", true)
	must(partner.Suspend(t.Context(), s.Table, s.Partner, "Asked for.", s.Op("listings")))
	see("suspended", "country:PL", false)
	must(partner.Reinstate(t.Context(), s.Table, s.Partner, "", s.Op("listings")))
	see("reinstated", "country:PL", true)

	// Other content takes the place of what was published, and only when it is.
	stands, err := table.Listing(t.Context(), s.Partner)
	if err != nil {
		t.Fatal(err)
	}
	content.Services = []listing.Service{"train"}
	must(listing.Put(t.Context(), table, of, stands, content, nil, s.Op("listings")))
	see("mended", "service:migrate", true)
	must(listing.Ask(t.Context(), table, of, s.Op("listings")))
	must(listing.LetThrough(t.Context(), table, s.Partner, s.Op("listings")))
	if under, published := found(t, s.World, "service:migrate"); under || !published {
		t.Errorf("published anew: still under the old service %v, published %v", under, published)
	}
}

// TestListingDecided: a partner is told once that its listing was sent back, published and hidden by the vendor; not what it hid itself, nor what is
// overtaken before the mail leaves.
func TestListingDecided(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.settle(t)
	table, w := s.Listings(), locale.In(locale.English)
	of, err := table.Partner(t.Context(), s.Partner)
	if err != nil {
		t.Fatal(err)
	}
	had := map[string]int{s.Mail: len(s.box.To(t, s.Mail))}
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ask := func() { t.Helper(); must(listing.Ask(t.Context(), table, of, s.Op("listings"))) }
	must(listing.Put(t.Context(), table, of, listing.Listing{}, listing.Content{
		Headline: "Moves mail", Text: "We migrate.", Services: []listing.Service{"migrate"}, Countries: []string{"PL"}, Languages: []string{"pl"}, Roles: []listing.Role{"advice"},
	}, nil, s.Op("listings")))
	ask()
	must(listing.Return(t.Context(), table, s.Partner, "Who is it for?", s.Op("listings")))
	s.twice(t)
	says(t, s.next(t, had, map[string]int{s.Mail: 1})[s.Mail], w.MailListingSentBackSubject(of.LegalName), "Who is it for?", "/partner/listing")
	ask()
	must(listing.Return(t.Context(), table, s.Partner, "Too soon.", s.Op("listings")))
	ask() // overtakes the mail that it was sent back
	must(listing.LetThrough(t.Context(), table, s.Partner, s.Op("listings")))
	s.twice(t)
	says(t, s.next(t, had, map[string]int{s.Mail: 1})[s.Mail], w.MailListingPublishedSubject(of.LegalName), w.MailListingPublishedNext())
	must(listing.Hide(t.Context(), table, s.Partner, listing.ByPartner, "", s.Op("listings")))
	s.twice(t)
	s.next(t, had, nil)
	must(listing.Hide(t.Context(), table, s.Partner, listing.ByVendor, "The name is another's.", s.Op("listings")))
	s.twice(t)
	says(t, s.next(t, had, map[string]int{s.Mail: 1})[s.Mail], w.MailListingHiddenSubject(of.LegalName), "The name is another's.")
}
