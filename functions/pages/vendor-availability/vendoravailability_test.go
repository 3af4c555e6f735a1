package vendoravailability_test

import (
	"context"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	path   = "/vendor/availability"
	trials = path + "/trial_invitations"
)

func stored(s *pagetest.World) catalog.Availability {
	found, err := s.Availability(context.Background())
	s.Must(err)
	return found
}

// put writes the document behind the page's back.
func put(s *pagetest.World, change func(*catalog.Availability)) {
	next := stored(s)
	change(&next)
	_, err := catalog.PutAvailability(context.Background(), s, stored(s), next, s.Op())
	s.Must(err)
}

// regions are Poland in one, Germany in another, and a third without a country.
func regions(s *pagetest.World) {
	put(s, func(a *catalog.Availability) {
		a.Regions = []catalog.Region{
			{ID: "centre", Name: pagetest.Both("Centre", "Centrum"), Countries: []string{"PL"}},
			{ID: "west", Name: pagetest.Both("West", "Zachód"), Countries: []string{"DE"}},
			{ID: "spare", Name: pagetest.Both("Spare", "Zapasowy")},
		}
	})
}

// TestClose closes a feature in one region with a reason: which offers that stops is said before it is saved, and which come back when it is opened.
func TestClose(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.AvailabilityNone())
		v.See("vendor-availability-none")
		regions(s)
		s.MakeOffer(nil)
		s.MakeOffer(pagetest.Plain)
		withdrawn := s.MakeOffer(nil)
		s.ChangeOffer(withdrawn.ID, func(o offer.Offer, used int) (offer.Offer, error) { return o.Withdraw(used, s.At) })
		s.MakeOffer(pagetest.Request(offer.PartnerOfRecord))
		v.Open(http.StatusOK, path)
		v.Has(w.AvailabilityTrials(), w.AvailabilityOn(), w.Country("PL"), w.AvailabilityNoCountries())
		v.Lacks(w.AvailabilityOff())
		v.See("vendor-availability")
		v.Open(http.StatusOK, trials+"?region=centre")
		v.Lacks(w.Country("DE"))
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "centre-state", "off", "centre-reason_en", "Not now.")
		v.Has(w.CatalogIn(w.AvailabilityReason(), "Polski") + ":")
		v.Click(http.StatusOK, w.SiteNext(), "centre-reason_pl", "Nie teraz.")
		name := map[string]string{"en": "Centre", "pl": "Centrum"}[language]
		v.Has(w.AvailabilityThenOff(name), w.AvailabilityThenGoesOn(), w.Country("PL"), w.AvailabilityStopped()+" "+w.OffersCount(2), w.AvailabilityConcerned()+" "+w.ProgramsPartners(1),
			w.AvailabilityCountedAll(), w.CatalogBefore(w.AvailabilityOn()))
		v.Lacks(w.AvailabilityResumed())
		v.See("vendor-availability-check")
		check := v.Page
		for range 2 {
			v.Page = check
			v.Click(http.StatusOK, w.AvailabilitySave())
			v.At(path)
			v.Has(w.PartnerUsersSaved(), w.AvailabilityOff(), w.AvailabilityReasonSaid(map[string]string{"en": "Not now.", "pl": "Nie teraz."}[language]))
		}
		v.See("vendor-availability-off")
		if now := stored(s); now.Version != 2 || len(now.Gaps) != 1 || now.Gaps[0].Feature != catalog.FeatureTrials || now.Gaps[0].Reason["pl"] != "Nie teraz." {
			t.Errorf("%+v", now)
		}
		v.Open(http.StatusOK, trials+"?region=centre")
		v.Click(http.StatusOK, w.SiteNext())
		v.Has(w.CatalogSame())
		v.Open(http.StatusOK, trials)
		v.Click(http.StatusOK, w.SiteNext(), "centre-state", "on", "west-state", "off")
		v.Has(w.AvailabilityThenOn(name), w.AvailabilityStopped()+" "+w.OffersCount(0), w.AvailabilityResumed()+" "+w.OffersCount(2))
		v.Click(http.StatusOK, w.AvailabilitySave())
		if now := stored(s); len(now.Gaps) != 1 || now.Gaps[0].Region != "west" || now.Gaps[0].Reason != nil {
			t.Errorf("%+v", now)
		}
	})
}

// TestPlans closes a feature for some plans alone; what was said of other regions, and of a plan by the API, stays as it was.
func TestPlans(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		s.Price(pagetest.Mail, 1900, "PL")
		regions(s)
		own := []catalog.Gap{
			{Feature: catalog.FeatureTrials, Region: "west", Plan: pagetest.Suite, Reason: pagetest.Both("Suite", "Pakiet")},
			{Feature: catalog.FeatureTrials, Region: "west", Plan: pagetest.Mail, Reason: pagetest.Both("Mail", "Poczta")},
			{Feature: catalog.FeatureReselling, Region: "centre"},
		}
		put(s, func(a *catalog.Availability) { a.Gaps = own })
		s.MakeOffer(nil)
		v.Open(http.StatusOK, trials+"?lang="+language)
		v.See("vendor-availability-form")
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "centre-state", "some")
		v.Has(w.AvailabilityPlansMissing())
		v.Choose(http.StatusOK, w.SiteNext(), "centre-plans", string(pagetest.Suite))
		name := map[string]string{"en": "Centre", "pl": "Centrum"}[language]
		v.Has(w.AvailabilitySome(), w.AvailabilityThenSome(name), w.AvailabilityStopped()+" "+w.OffersCount(1))
		v.See("vendor-availability-plans")
		v.Click(http.StatusOK, w.AvailabilitySave())
		v.Has(w.AvailabilitySome(), w.AvailabilityNotFor(map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language]))
		now := stored(s)
		if len(now.Gaps) != 4 || !(catalog.Availability{Gaps: now.Gaps[:3]}).Equal(catalog.Availability{Gaps: own}) || now.Gaps[3].Plan != pagetest.Suite || now.Gaps[3].Region != "centre" {
			t.Errorf("%+v", now.Gaps)
		}
		v.Open(http.StatusOK, trials+"?region=centre")
		v.Choose(http.StatusOK, w.SiteNext(), "centre-plans", string(pagetest.Mail))
		v.Has(w.AvailabilityResumed() + " " + w.OffersCount(1))
	})
}

// TestRegions makes a region and moves a country; one country is in one region alone.
func TestRegions(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		v.Open(http.StatusOK, path+"/region?lang="+language)
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "id", "X", "countries", "Atlantis")
		v.Has(w.ProgramsIDWrong(), w.CatalogCountriesUnknown("Atlantis"), w.CatalogIn(w.AvailabilityRegionName(), "Polski")+":")
		v.See("vendor-region-errors")
		v.Click(http.StatusOK, w.SiteNext(), "id", "centre", "name_en", "Centre", "name_pl", "Centrum", "countries", "Polska, cz")
		v.Has(w.AvailabilityThenNew(), w.Country("CZ"), w.AvailabilityStopped()+" "+w.OffersCount(0))
		v.See("vendor-region-check")
		check := v.Page
		for range 2 {
			v.Page = check
			v.Click(http.StatusOK, w.AvailabilityRegionMake())
			v.Has(w.PartnerUsersSaved(), w.Country("PL")+", "+w.Country("CZ"))
		}
		if now := stored(s); now.Version != 1 || len(now.Regions) != 1 || !slices.Equal(now.Regions[0].Countries, []string{"PL", "CZ"}) {
			t.Errorf("%+v", now)
		}
		v.Open(http.StatusOK, path+"/region")
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "id", "centre", "name_en", "Other", "name_pl", "Inny", "countries", "PL, PL")
		v.Has(w.AvailabilityRegionIDTaken())
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "id", "west", "countries", "DE, DE")
		v.Has(w.CatalogCountriesTwice(w.Country("DE")))
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "countries", "DE, PL")
		v.Has(w.AvailabilityRegionTaken(w.Country("PL")))

		put(s, func(a *catalog.Availability) {
			a.Gaps = []catalog.Gap{{Feature: catalog.FeatureTrials, Region: "centre"}}
		})
		put(s, func(a *catalog.Availability) { a.Regions[0].Countries = []string{"CZ"} })
		s.MakeOffer(nil)
		v.Open(http.StatusOK, path+"/region/centre")
		v.Click(http.StatusOK, w.SiteNext(), "countries", "PL", "name_en", "Heart")
		v.Has(w.AvailabilityThenJoins(w.Country("PL")), w.AvailabilityThenLeaves(w.Country("CZ")), w.AvailabilityThenName(), w.AvailabilityStopped()+" "+w.OffersCount(1))
		v.Click(http.StatusOK, w.FrameChange())
		v.Click(http.StatusOK, w.SiteNext(), "countries", "")
		v.Has(w.AvailabilityNoCountries())
		v.Click(http.StatusOK, w.AvailabilityRegionSave())
		if now := stored(s); len(now.Regions[0].Countries) != 0 || now.Regions[0].Name["en"] != "Heart" || len(now.Gaps) != 1 {
			t.Errorf("%+v", now)
		}
	})
}

// TestRemove takes a region away that no country is in, with what was closed in it; one that has countries, and the last one, stay and say why.
func TestRemove(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		regions(s)
		put(s, func(a *catalog.Availability) {
			a.Gaps = []catalog.Gap{
				{Feature: catalog.FeatureTrials, Region: "spare", Reason: pagetest.Both("Not now.", "Nie teraz.")}, {Feature: catalog.FeatureReselling, Region: "west"},
			}
		})
		v.Open(http.StatusOK, path+"/region/centre?lang="+language)
		v.Has(w.AvailabilityRegionHas(w.Country("PL")))
		v.See("vendor-region-stays")
		v.Open(http.StatusOK, path+"/region/centre/remove")
		v.At(path + "/region/centre")
		v.Open(http.StatusOK, path+"/region/spare")
		v.Lacks(w.AvailabilityRegionLast())
		if to := v.Page.Links(w.AvailabilityRegionRemove()); len(to) != 1 {
			t.Fatalf("the way to remove it: %v", to)
		}
		v.Open(http.StatusOK, path+"/region/spare/remove")
		v.Has(w.AvailabilityThenRemoved(), w.AvailabilityNoCountries(), w.AvailabilityOff(), map[string]string{"en": "Not now.", "pl": "Nie teraz."}[language])
		v.See("vendor-region-remove")
		check := v.Page
		v.Click(http.StatusOK, w.FrameChange())
		v.At(path + "/region/spare")

		v.Page = check
		put(s, func(a *catalog.Availability) { a.Regions[2].Countries = []string{"FR"} })
		v.Click(http.StatusOK, w.AvailabilityRegionRemove())
		v.At(path + "/region/spare")
		v.Has(w.AvailabilityRegionHas(w.Country("FR")))
		put(s, func(a *catalog.Availability) { a.Regions[2].Countries = nil })
		v.Page = check
		v.Click(http.StatusConflict, w.AvailabilityRegionRemove())
		v.Has(w.CatalogOvertakenTitle())
		if now := stored(s); len(now.Regions) != 3 {
			t.Errorf("%+v", now)
		}

		v.Open(http.StatusOK, path+"/region/spare/remove")
		check = v.Page
		for range 2 {
			v.Page = check
			v.Click(http.StatusOK, w.AvailabilityRegionRemove())
			v.At(path)
			v.Has(w.PartnerUsersSaved())
		}
		if now := stored(s); now.Version != 5 || len(now.Regions) != 2 || len(now.Gaps) != 1 || now.Gaps[0].Region != "west" {
			t.Errorf("%+v", now)
		}
		put(s, func(a *catalog.Availability) {
			*a = catalog.Availability{Regions: []catalog.Region{{ID: "only", Name: pagetest.Both("Only", "Jedyny")}}}
		})
		v.Open(http.StatusOK, path+"/region/only")
		v.Has(w.AvailabilityRegionLast())
	})
}

// TestStale: what a colleague saved meanwhile is not written over unseen, and what was typed is kept.
func TestStale(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	regions(s)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	w := v.W
	v.Open(http.StatusOK, trials)
	v.Click(http.StatusOK, w.SiteNext(), "centre-state", "off")
	put(s, func(a *catalog.Availability) {
		a.Gaps = []catalog.Gap{{Feature: catalog.FeatureTrials, Region: "west"}}
	})
	v.Click(http.StatusConflict, w.AvailabilitySave())
	v.Has(w.CatalogOvertakenTitle())
	v.See("vendor-availability-overtaken")
	if now := stored(s); now.Version != 2 || now.Gaps[0].Region != "west" {
		t.Errorf("%+v", now)
	}
	v.Open(http.StatusOK, path+"/region/spare")
	v.Click(http.StatusOK, w.SiteNext(), "name_en", "Mine")
	put(s, func(a *catalog.Availability) { a.Gaps = nil })
	v.Click(http.StatusConflict, w.AvailabilityRegionSave())
	v.Has(w.CatalogOvertakenTitle())
	if !strings.Contains(string(v.Page.Body), `value="Mine"`) {
		t.Error("what was typed is gone")
	}
}

// between changes the document right before it is saved.
type between struct {
	pagetest.Table
	first func()
}

// SaveAvailability implements catalog.Store.
func (b *between) SaveAvailability(ctx context.Context, a catalog.Availability, happened event.Event, o op.Op) error {
	b.first()
	return b.Table.SaveAvailability(ctx, a, happened, o)
}

// TestRace: who is overtaken between the read and the write is told so, too.
func TestRace(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	regions(s)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	s.Serve(&between{s.Table.Table, func() { put(s, func(a *catalog.Availability) { a.Regions[2].Countries = []string{"FR"} }) }})
	v.Open(http.StatusOK, trials)
	v.Click(http.StatusOK, v.W.SiteNext(), "centre-state", "off")
	v.Click(http.StatusConflict, v.W.AvailabilitySave())
	v.Has(v.W.CatalogOvertakenTitle())
}

// TestCounted: where there are more partners than are looked through, the page says so. What was used up, and what a suspended partner offers, stops
// for nobody.
func TestCounted(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	regions(s)
	s.Sells()
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	w := v.W
	s.Accept(s.Purchase(nil), "anna@example.com", false)
	s.Purchase(nil)
	closes := func() {
		v.Open(http.StatusOK, path+"/purchase_offers?region=centre")
		v.Click(http.StatusOK, w.SiteNext(), "centre-state", "off")
	}
	closes()
	v.Has(w.AvailabilityStopped() + " " + w.OffersCount(1))
	s.PartnerStatus(pagetest.Asking, partner.Suspended)
	closes()
	v.Has(w.AvailabilityStopped()+" "+w.OffersCount(0), w.AvailabilityCountedAll())
	s.ManyPartners(51)
	closes()
	v.Has(w.AvailabilityCounted(50, 100), w.AvailabilityStopped()+" "+w.AvailabilityAtLeast(w.OffersCount(0)))
}

// TestAffected: before delegated administration is closed its page counts the offers that ask for it, the running ones that get no more time, and their
// partners, and names the plans; in a region without customers, and of another feature, there is nothing of that.
func TestAffected(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		s.Sells()
		regions(s)
		of := s.MakeOffer(nil)
		_, link := s.Invite(of, "anna@example.com", "en")
		s.AtCheck(link, "en", "yes").StartTrial(http.StatusOK)
		_, link = s.Invite(s.MakeOffer(pagetest.Plain), "ola@example.com", "en")
		s.AtCheck(link, "en", "").StartTrial(http.StatusOK)
		suite, mail := map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language], map[string]string{"en": "Skylark Mail", "pl": "Poczta Skylark"}[language]
		both := w.AvailabilityPlansConcerned() + " " + min(suite, mail) + ", " + max(suite, mail)
		closes := func(feature, region string) {
			t.Helper()
			v.Open(http.StatusOK, path+"/"+feature+"?region="+region+"&lang="+language)
			v.Click(http.StatusOK, w.SiteNext(), region+"-state", "off")
		}
		closes("delegated_administration", "centre")
		v.Has(w.AvailabilityStopped()+" "+w.OffersCount(1), w.AvailabilityGrants()+" 1", w.AvailabilityConcerned()+" "+w.ProgramsPartners(1), both, w.AvailabilityCountedAll())
		v.See("vendor-availability-affected")
		closes("partner_features", "centre")
		v.Has(w.AvailabilityStopped()+" "+w.OffersCount(2), w.AvailabilityGrants()+" 1", both)
		closes("trial_invitations", "centre")
		v.Has(w.AvailabilityStopped()+" "+w.OffersCount(2), w.AvailabilityPlansConcerned()+" "+suite)
		v.Lacks(w.AvailabilityGrants(), mail)
		closes("delegated_administration", "west")
		v.Has(w.AvailabilityStopped() + " " + w.OffersCount(0))
		v.Lacks(w.AvailabilityGrants(), w.AvailabilityConcerned())

		// A country that joins a region where it is closed is affected, too.
		put(s, func(a *catalog.Availability) {
			a.Regions[0].Countries, a.Gaps = nil, []catalog.Gap{{Feature: catalog.FeatureAdministration, Region: "centre"}}
		})
		v.Open(http.StatusOK, path+"/region/centre")
		v.Click(http.StatusOK, w.SiteNext(), "countries", "PL")
		v.Has(w.AvailabilityGrants()+" 1", both)
		endGrant(s)
		v.Open(http.StatusOK, path+"/region/centre")
		v.Click(http.StatusOK, w.SiteNext(), "countries", "PL")
		v.Lacks(w.AvailabilityGrants())
	})
}

// endGrant ends the one delegated administration.
func endGrant(s *pagetest.World) {
	ties, _, err := s.Relationships(context.Background(), pagetest.Asking, dynamo.Page{Limit: 10}, nil)
	s.Must(err)
	for _, tie := range ties {
		if tie.Administration != nil {
			_, err := relationship.EndGrant(context.Background(), s.Table, tie.Customer, tie.Partner, relationship.ByPartner, "", s.Op())
			s.Must(err)
		}
	}
}

// TestManyRegions: each table has a few regions, and what is beyond the document's bounds is said.
func TestManyRegions(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	put(s, func(a *catalog.Availability) {
		for i := range catalog.MaxRegions {
			a.Regions = append(a.Regions, catalog.Region{ID: "r" + strconv.Itoa(i), Name: pagetest.Both("R"+strconv.Itoa(i), "R"+strconv.Itoa(i))})
		}
	})
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	v.Open(http.StatusOK, path)
	if n := strings.Count(string(v.Page.Body), `<table class="table"`); n != 13 {
		t.Errorf("%d tables", n)
	}
	v.Open(http.StatusOK, path+"/region")
	v.Click(http.StatusUnprocessableEntity, v.W.SiteNext(), "id", "more", "name_en", "More", "name_pl", "Więcej")
	v.Has(v.W.AvailabilityRegionMany(catalog.MaxRegions))
}

// TestKept: the language changes on both pages of both forms, and an old form keeps what was typed.
func TestKept(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	regions(s)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	v.Open(http.StatusOK, trials)
	v.Click(http.StatusOK, v.W.SiteNext(), "centre-state", "off")
	v.Switch(http.StatusOK, v.W.AvailabilitySave(), "pl")
	v.Has(v.W.AvailabilityCheck(), "Centrum")
	v.Click(http.StatusOK, v.W.FrameChange())
	v.Switch(http.StatusOK, v.W.SiteNext(), "en")
	address, form := v.Page.Form(v.W.SiteNext())
	if form.Get("centre-state") != "off" {
		t.Errorf("%v", form)
	}
	form.Set("form_token", "old")
	page, err := v.Post(t.Context(), address, form)
	s.Must(err)
	v.Page = page
	v.Look(page, http.StatusForbidden, "an old form")
	if _, again := v.Page.Form(v.W.SiteNext()); again.Get("centre-state") != "off" {
		t.Errorf("%v", again)
	}
	v.Open(http.StatusOK, path+"/region")
	v.Click(http.StatusOK, v.W.SiteNext(), "id", "east", "name_en", "East", "name_pl", "Wschód")
	v.Switch(http.StatusOK, v.W.AvailabilityRegionMake(), "pl")
	v.Click(http.StatusOK, v.W.FrameChange())
	v.Switch(http.StatusOK, v.W.SiteNext(), "en")
	if _, form := v.Page.Form(v.W.SiteNext()); form.Get("id") != "east" || stored(s).Version != 1 {
		t.Errorf("%v", form)
	}
}

// TestOnlyOperators: people of partners see nothing of it, and there is nothing where no feature or region is.
func TestOnlyOperators(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	piotr := s.SignedIn("piotr@"+string(pagetest.Asking)+".example", "en")
	for _, where := range []string{path, trials, path + "/region", path + "/region/centre"} {
		piotr.Open(http.StatusForbidden, where)
		piotr.Has(piotr.W.VendorElsewhereTitle())
	}
	for _, where := range []string{trials, path + "/magic", path + "/region/centre"} {
		v.Open(http.StatusNotFound, where)
	}
	regions(s)
	v.Open(http.StatusNotFound, trials+"?region=none")
}
