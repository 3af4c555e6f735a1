package vendorpartners_test

import (
	"context"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	path = "/vendor/partners"
	of   = path + "/" + string(pagetest.Asking)
)

func stored(s *pagetest.World) partner.Partner {
	found, err := s.Partner(context.Background(), pagetest.Asking)
	s.Must(err)
	return found
}

// TestActs follows a partner through what operators do to it, as the API would: suspended, reinstated, trusted and not, closed for good.
func TestActs(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		at := func(act string) { v.Open(http.StatusOK, of+"/"+act) }
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(pagetest.Baltic, pagetest.Asking.Spoken(), w.VendorPartnersActive(), w.VendorPartnersSuspended())
		v.See("vendor-partners")
		v.Open(http.StatusOK, of)
		v.Has(w.VendorPartnersActive(), w.VendorPartnersCapOn(), w.VendorPartnersPlans(), w.PartnerCompanyVerification(), "Cloud Essentials")
		v.Lacks(w.VendorPartnersReinstate(), w.VendorPartnersUntrust(), w.VendorPartnersNothing())
		v.See("vendor-partner")

		at("suspend")
		v.Has(w.VendorPartnersSuspendLinks())
		v.See("vendor-partner-suspend")
		v.Click(http.StatusUnprocessableEntity, w.VendorPartnersSuspendName(pagetest.Baltic))
		v.Has(w.CustomersReasonMissing())
		v.Click(http.StatusUnprocessableEntity, w.VendorPartnersSuspendName(pagetest.Baltic), "reason", strings.Repeat("x", 501))
		v.Has(w.PartnersReasonLong(500))
		if stored(s).Status != partner.Active {
			t.Error("suspended without a reason")
		}
		v.Click(http.StatusOK, w.VendorPartnersSuspendName(pagetest.Baltic), "reason", "Too many complaints.")
		v.Has(w.VendorPartnersTold(), w.VendorPartnersSuspended(), "Too many complaints.")
		if now := stored(s); now.Status != partner.Suspended || now.StatusReason != "Too many complaints." {
			t.Errorf("%+v", now)
		}
		at("suspend")
		v.At(of)

		at("reinstate")
		v.Click(http.StatusOK, w.VendorPartnersReinstateName(pagetest.Baltic))
		v.Has(w.VendorPartnersTold(), w.VendorPartnersActive())
		at("trust")
		v.Click(http.StatusOK, w.VendorPartnersTrustName(pagetest.Baltic))
		v.Has(w.PartnerUsersSaved(), w.VendorPartnersCapOff())
		if now := stored(s); now.Status != partner.Active || !now.Trusted {
			t.Errorf("%+v", now)
		}
		at("untrust")
		v.Click(http.StatusOK, w.VendorPartnersUntrustName(pagetest.Baltic))
		v.Has(w.VendorPartnersCapOn())

		at("close")
		v.Has(w.VendorPartnersCloseFinal(), w.VendorPartnersCloseTies())
		v.See("vendor-partner-close")
		v.Click(http.StatusUnprocessableEntity, w.VendorPartnersCloseName(pagetest.Baltic))
		v.Click(http.StatusOK, w.VendorPartnersCloseName(pagetest.Baltic), "reason", "Wound up.")
		v.Has(w.VendorPartnersClosed(), "Wound up.")
		v.Lacks(w.VendorPartnersActs())
		if now := stored(s); now.Status != partner.Closed || now.StepAt.IsZero() || now.Trusted {
			t.Errorf("%+v", now)
		}
	})
}

// TestSomebodyWasFaster: an act over what a colleague did meanwhile changes nothing, and the page says so.
func TestSomebodyWasFaster(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	v.Open(http.StatusOK, of+"/suspend")
	_, err := partner.Suspend(context.Background(), s, pagetest.Asking, "A colleague's reason", s.Op())
	s.Must(err)
	v.Click(http.StatusOK, v.W.VendorPartnersSuspendName(pagetest.Baltic), "reason", "Mine")
	v.Has(v.W.VendorBefore(), "A colleague's reason")
}

// TestFilters: a state, a part of the name, and the ID however it is spaced narrow the list.
func TestFilters(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	for query, one := range map[string]bool{
		"?search=baltic+bri": true, "?search=1234+5674": true, "?search=1234-5674&state=active": true,
		"?search=baltic&state=suspended": false, "?search=nobody": false,
	} {
		v.Open(http.StatusOK, path+query)
		if found := v.Page.Links(pagetest.Baltic); (len(found) == 1) != one {
			t.Errorf("%s: %v", query, found)
		}
		if !one {
			v.Has(v.W.VendorPartnersNone())
		}
	}
	v.Open(http.StatusOK, path+"?state=suspended")
	if all := v.Page.Links(pagetest.Baltic); len(all) != 0 || !slices.Contains([]int{1}, strings.Count(string(v.Page.Body), `<tr role="row"><th scope="row"`)) {
		t.Errorf("the suspended are\n%s", v.Page.Text())
	}
	v.Open(http.StatusOK, path+"?cursor=nothing")
	v.At(path)
}

// TestOnlyOperators: people of partners see nothing of it, and there is nothing where no partner or act is.
func TestOnlyOperators(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	piotr := s.SignedIn("piotr@"+string(pagetest.Asking)+".example", "en")
	for _, where := range []string{path, of, of + "/suspend", of + "/close"} {
		piotr.Open(http.StatusForbidden, where)
		piotr.Has(piotr.W.VendorElsewhereTitle())
	}
	for _, where := range []string{path + "/none", path + "/" + string(pagetest.Stranger), of + "/none", path + "/none/close"} {
		v.Open(http.StatusNotFound, where)
	}
}
