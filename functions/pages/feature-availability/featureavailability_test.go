package featureavailability_test

import (
	"context"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"liaison/shared/catalog"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const path = "/feature-availability"

// put writes the document, for processes that start then.
func put(s *pagetest.World, made catalog.Availability) {
	now, err := s.Availability(context.Background())
	s.Must(err)
	_, err = catalog.PutAvailability(context.Background(), s, now, made, s.Op())
	s.Must(err)
	s.Restart(0)
}

var (
	centre = catalog.Region{ID: "centre", Name: pagetest.Both("Centre", "Centrum"), Countries: []string{"PL", "CZ"}}
	west   = catalog.Region{ID: "west", Name: pagetest.Both("The West", "Zachód"), Countries: []string{"DE"}}
)

// TestWhere shows each feature in each region with the vendor's reason in the reader's language, and which plans are left out; in a country that is
// chosen or linked to, only how it stands there.
func TestWhere(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Visitor(language)
		w := v.W
		in := func(en, pl string) string { return pagetest.Both(en, pl)[language] }
		page := v.Open(http.StatusOK, path)
		v.Has(w.AvailabilityPageTitle(), w.AvailabilityNone())
		v.Lacks(w.AvailabilityRegions(), w.AvailabilityOn())
		if strings.Contains(string(page.Body), "Version 0") || strings.Contains(string(page.Body), "Wersja 0") {
			t.Error("a version of no document")
		}
		v.See("feature-availability-none")
		v.Open(http.StatusOK, path+"?country=FR")
		v.Has(w.AvailabilityAllInCountry(w.Country("FR")), w.AvailabilityOfNoRegion())

		put(s, catalog.Availability{Regions: []catalog.Region{centre, west}})
		v.Open(http.StatusOK, path)
		v.Has(w.AvailabilityNone(), w.AvailabilityRegions(), w.Country("PL")+", "+w.Country("CZ"), w.AvailabilityChanged(1, time.Now().UTC()))
		v.Lacks(w.AvailabilityOn())
		v.See("feature-availability-regions")

		put(s, catalog.Availability{Regions: []catalog.Region{centre, west}, Gaps: []catalog.Gap{
			{Feature: catalog.FeatureTrials, Region: "centre", Plan: pagetest.Suite, Reason: pagetest.Both("Not yet certified.", "Jeszcze bez certyfikatu.")},
			{Feature: catalog.FeatureTrials, Region: "centre", Plan: "plan_gone"},
			{Feature: catalog.FeaturePartners, Region: "west", Reason: pagetest.Both("The law forbids it.", "Zabrania tego prawo.")},
		}})
		v.Open(http.StatusOK, path)
		v.Has(in("Centre", "Centrum"), w.AvailabilitySome(), w.AvailabilityNotFor(in("Skylark Suite", "Pakiet Skylark")+", plan_gone"),
			w.AvailabilityReasonSaid(in("Not yet certified.", "Jeszcze bez certyfikatu.")), w.AvailabilityReasonSaid(in("The law forbids it.", "Zabrania tego prawo.")), w.AvailabilityElsewhere())
		v.Lacks(w.AvailabilityNone(), in("Jeszcze bez certyfikatu.", "Not yet certified."))
		// Without the partner program nothing of it is to be had.
		if n := strings.Count(string(v.Page.Body), w.AvailabilityOff()); n != len(catalog.Features) {
			t.Errorf("%d features are not available in the west", n)
		}
		for _, f := range catalog.Features {
			if strings.Count(string(v.Page.Body), `id="`+string(f)+`"`) != 1 {
				t.Errorf("no link leads to %s", f)
			}
		}
		v.See("feature-availability")

		v.Click(http.StatusOK, w.ActivityShow(), "country", "PL")
		v.At(path)
		v.Has(w.AvailabilityInCountry(w.Country("PL")), w.AvailabilityOfRegion(in("Centre", "Centrum")), w.AvailabilitySome())
		v.Lacks(w.AvailabilityOff(), in("The West", "Zachód"))
		v.See("feature-availability-country")
		v.Open(http.StatusOK, catalog.Missing{Feature: catalog.FeatureTrials, Country: "DE"}.Page())
		v.Has(w.AvailabilityInCountry(w.Country("DE")), w.AvailabilityReasonSaid(in("The law forbids it.", "Zabrania tego prawo.")))
		for typed, says := range map[string]string{
			in("poland", "polska"): w.AvailabilityInCountry(w.Country("PL")), "FR": w.AvailabilityAllInCountry(w.Country("FR")),
			"Atlantis": w.AvailabilityElsewhere(), "X": w.AvailabilityElsewhere(),
		} {
			v.Open(http.StatusOK, path+"?country="+typed)
			v.Has(says)
		}
	})
}

// TestMany: a few regions stand beside each other, and a link to a feature leads to one place.
func TestMany(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	made := catalog.Availability{Gaps: []catalog.Gap{{Feature: catalog.FeatureReselling, Region: "r0"}}}
	for i := range 6 {
		name := "R" + strconv.Itoa(i)
		made.Regions = append(made.Regions, catalog.Region{ID: "r" + strconv.Itoa(i), Name: pagetest.Both(name, name)})
	}
	put(s, made)
	v := s.Visitor("en")
	v.Open(http.StatusOK, path)
	if body := string(v.Page.Body); strings.Count(body, `<table class="table"`) != 2 || strings.Count(body, `id="reselling"`) != 1 {
		t.Error("not two tables, or a feature is there twice")
	}
}
