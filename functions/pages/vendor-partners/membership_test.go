package vendorpartners_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/partner"
	"liaison/tests/fixture/pagetest"
)

// accelerate is a program that the partner is not in.
func accelerate(s *pagetest.World) {
	_, err := catalog.PutProgram(context.Background(), s, catalog.Program{
		Name: "cloud_accelerate", Title: pagetest.Both("Cloud Accelerate", "Cloud Accelerate"), Rights: []catalog.Right{catalog.Reselling},
	}, func(catalog.Program) error { return nil }, s.Op())
	s.Must(err)
}

func held(s *pagetest.World, plan catalog.PlanID) partner.Authorisation {
	all, err := s.Authorisations(context.Background(), pagetest.Asking)
	s.Must(err)
	for _, one := range all {
		if one.Plan == plan {
			return one
		}
	}
	return partner.Authorisation{}
}

// fresh says whether the moment is one of this test: the page's clock runs.
func fresh(s *pagetest.World, t time.Time) bool {
	return !t.Before(s.At) && t.Before(s.At.Add(time.Hour))
}

// TestPrograms puts a partner into a program until a day, which is its last in the partner's country, changes the day and takes it out again.
func TestPrograms(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		accelerate(s)
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		v.Open(http.StatusOK, of+"/programs?lang="+language)
		v.Lacks("Cloud Essentials")
		v.See("vendor-partner-program")
		v.Click(http.StatusUnprocessableEntity, w.SiteNext())
		v.Has(w.VendorPartnersProgramMissing())
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "member", "none")
		v.Click(http.StatusOK, w.SiteNext(), "member", "cloud_accelerate")
		v.At(of + "/programs/cloud_accelerate")
		v.Lacks(w.VendorPartnersLeave())
		v.Click(http.StatusUnprocessableEntity, w.PartnerUsersSave(), "to", "soon")
		v.Has(w.ActivitySinceWrong())
		if _, form := v.Page.Form(w.PartnerUsersSave()); form.Get("to") != "soon" {
			t.Errorf("what was typed is %q", form.Get("to"))
		}
		v.Click(http.StatusUnprocessableEntity, w.PartnerUsersSave(), "to", s.At.AddDate(0, 0, -3).Format(time.DateOnly))
		v.Has(w.VendorPartnersToWrong())
		v.See("vendor-partner-program-errors")
		zone := calendar.Zone("PL")
		last := time.Date(2031, 3, 30, 0, 0, 0, 0, zone)
		v.Click(http.StatusOK, w.PartnerUsersSave(), "to", "2031-03-30")
		v.Has(w.PartnerUsersSaved(), "Cloud Accelerate", w.VendorPartnersFromTo(s.At.In(zone), last))
		now := stored(s).Enrolments
		i := slices.IndexFunc(now, func(e partner.Enrolment) bool { return e.Program == "cloud_accelerate" })
		if i < 0 || !fresh(s, now[i].From) || !now[i].To.Equal(last.AddDate(0, 0, 1).Add(-time.Millisecond)) {
			t.Fatalf("%+v", now)
		}

		// Saved as it stands, nothing moves.
		before := now[i]
		v.Open(http.StatusOK, of+"/programs/cloud_accelerate")
		v.Click(http.StatusOK, w.PartnerUsersSave())
		if now = stored(s).Enrolments; now[i] != before {
			t.Errorf("%+v", now)
		}

		v.Open(http.StatusOK, of+"/programs/cloud_accelerate/end")
		v.Has(w.VendorPartnersLeaveGoesOn())
		v.See("vendor-partner-program-end")
		v.Click(http.StatusOK, w.VendorPartnersLeaveName(pagetest.Baltic, "Cloud Accelerate"))
		v.Lacks("Cloud Accelerate")
		if now = stored(s).Enrolments; len(now) != 1 {
			t.Errorf("%+v", now)
		}
		v.Open(http.StatusOK, of+"/programs/cloud_accelerate/end")
		v.At(of)
		v.Open(http.StatusNotFound, of+"/programs/none")
	})
}

// TestPlans lets a partner offer one more plan in some of its countries, and takes it away.
func TestPlans(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Sells()
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		at := of + "/plans/" + string(pagetest.Mail)
		v.Open(http.StatusOK, at+"?lang="+language)
		v.See("vendor-partner-plan")
		_, form := v.Page.Form(w.PartnerUsersSave())
		if got := form["countries"]; !slices.Equal(got, []string{"PL"}) {
			t.Errorf("chosen are %v", got)
		}
		v.Click(http.StatusUnprocessableEntity, w.PartnerUsersSave(), "countries", "XX")
		v.Has(w.VendorPartnersCountriesMissing())
		v.See("vendor-partner-plan-errors")
		v.Click(http.StatusOK, w.PartnerUsersSave(), "countries", pagetest.Elsewhere)
		v.Has(w.Country(pagetest.Elsewhere))
		if now := held(s, pagetest.Mail); !slices.Equal(now.Countries, []string{pagetest.Elsewhere}) || !now.To.IsZero() {
			t.Errorf("%+v", now)
		}
		v.Open(http.StatusOK, at+"/end")
		v.Click(http.StatusOK, w.VendorPartnersWithdrawName(map[string]string{"en": "Skylark Mail", "pl": "Poczta Skylark"}[language], pagetest.Baltic))
		if now := held(s, pagetest.Mail); now.Version != 0 {
			t.Errorf("%+v", now)
		}
		v.Open(http.StatusOK, of+"/plans")
		v.Click(http.StatusOK, w.SiteNext(), "member", string(pagetest.Mail))
		v.At(at)
		v.Click(http.StatusOK, w.PartnerUsersSave(), "countries", "PL", "from", "2031-01-01")
		if now := held(s, pagetest.Mail); !now.From.Equal(time.Date(2031, 1, 1, 0, 0, 0, 0, calendar.Zone("PL"))) {
			t.Errorf("%+v", now)
		}
		v.Open(http.StatusNotFound, of+"/plans/plan_none")
	})
}

// TestVouchedUnread: what the partner changed after the operator had read it is not vouched for; the page shows it as it is now.
func TestVouchedUnread(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	before := stored(s).Verification
	v.Open(http.StatusOK, of)
	v.Open(http.StatusOK, v.Page.Links(v.W.VendorPartnersVerify())[0])
	_, err := partner.Change(context.Background(), s, pagetest.Asking, partner.ProfileChangedEvent{Fields: []string{"website"}}, s.Op(), func(p partner.Partner) (partner.Partner, error) {
		p.Website = "https://miracles.example"
		return p, nil
	})
	s.Must(err)
	v.Click(http.StatusOK, v.W.VendorPartnersVerifyName(pagetest.Baltic))
	v.Has(v.W.ListingMeanwhile(), "miracles.example")
	if now := stored(s).Verification; now != before {
		t.Errorf("%+v", now)
	}
	v.Open(http.StatusOK, v.Page.Links(v.W.VendorPartnersVerify())[0])
	v.Click(http.StatusOK, v.W.VendorPartnersVerifyName(pagetest.Baltic))
	v.Has(v.W.PartnerUsersSaved())
	if now := stored(s).Verification; !fresh(s, now.ConfirmedAt) {
		t.Errorf("%+v", now)
	}
}

// TestVouched: an operator vouches for a profile, with or without a note; a partner that left is let into nothing.
func TestVouched(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, marta := s.Staff("Marta Lis", "marta@skylark.example", "en")
	v.Open(http.StatusOK, of+"/verify")
	v.Has(v.W.VendorPartnersVerifyUntil(), v.W.VendorPartnersVerifyNote())
	v.Lacks(v.W.VendorPartnersReasonHint())
	v.Click(http.StatusOK, v.W.VendorPartnersVerifyName(pagetest.Baltic), "reason", "Called back.")
	v.Has(v.W.PartnerUsersSaved())
	if now := stored(s).Verification; now.By != string(marta.ID) || !fresh(s, now.ConfirmedAt) {
		t.Errorf("%+v", now)
	}
	accelerate(s)
	v.Open(http.StatusOK, of+"/programs/cloud_accelerate")
	_, err := partner.Close(context.Background(), s, pagetest.Asking, "Wound up.", s.Op())
	s.Must(err)
	v.Click(http.StatusOK, v.W.PartnerUsersSave())
	v.Has(v.W.VendorBefore())
	v.Lacks(v.W.VendorPartnersProgramAdd())
	v.Open(http.StatusOK, of+"/programs")
	v.At(of)
}
