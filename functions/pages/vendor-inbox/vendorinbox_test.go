package vendorinbox_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"

	"liaison/shared/operator"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const path = "/vendor"

// applies is an application that waits.
func applies(s *pagetest.World, name, mail string) partner.Application {
	ctx := context.Background()
	a, err := partner.Apply(ctx, s, partner.Application{
		LegalName: name, RegistrationNumber: "KRS 0000123456", Country: "PL", City: "Zakopane", Website: "https://tatra.example", Phone: "+48 18 555 01 00",
		Contact: partner.Contact{Name: "Jan Góral", Mail: mail, Language: "pl"}, Programs: []string{"cloud_essentials"}, Why: "We look after hotels.",
	}, s.Op())
	s.Must(err)
	secret := s.Op().IDs.Secret()
	s.Must(s.AddApplicationLink(ctx, a, secret, s.Op()))
	a, err = partner.ConfirmApplication(ctx, s, a.ID, secret, s.Op())
	s.Must(err)
	return a
}

// TestApplications: an operator finds a company that applied, sees what it said, and takes it in; another it turns away with a reason.
func TestApplications(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.VendorNone())
		tatra, odra := applies(s, "Tatra Systems s.r.o.", "jan@tatra.example"), applies(s, "Odra Cloud", "ola@odra.example")
		v.Open(http.StatusOK, path)
		v.Has(w.VendorApplication("Tatra Systems s.r.o."), w.VendorWaiting(2), w.VendorDue(tatra.DueAt()))
		v.See("vendor-inbox")
		v.Open(http.StatusOK, path+"/inbox/application/"+string(tatra.ID))
		v.Has("Jan Góral", "jan@tatra.example", "Cloud Essentials", "We look after hotels.", w.VendorApproveHint("Jan Góral"))
		v.See("vendor-application")
		v.Click(http.StatusUnprocessableEntity, w.VendorDecide())
		v.Has(w.VendorDecisionMissing())
		v.Click(http.StatusOK, w.VendorDecide(), "decision", "approve")
		v.Has(w.VendorDone(), w.VendorApproved())
		now, err := s.Application(context.Background(), tatra.ID)
		s.Must(err)
		if now.Status != partner.ApplicationApproved || now.Partner == "" {
			t.Errorf("%+v", now)
		}
		v.Open(http.StatusOK, path+"/inbox/application/"+string(odra.ID))
		v.Click(http.StatusUnprocessableEntity, w.VendorDecide(), "decision", "reject")
		v.Has(w.CustomersReasonMissing())
		v.Click(http.StatusOK, w.VendorDecide(), "decision", "reject", "reason", "No address of its own")
		v.Has(w.VendorRejected(), "No address of its own")
		if now, err = s.Application(context.Background(), odra.ID); err != nil || now.Status != partner.ApplicationRejected || now.Reason != "No address of its own" {
			t.Errorf("%+v, %v", now, err)
		}
	})
}

// TestNameTaken: where a partner's name looks the same the company is not taken in, and the page says why.
func TestNameTaken(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	first, second := applies(s, "Tatra Systems", "jan@tatra.example"), applies(s, "Tatra Systems", "eve@tatra.example")
	for a, status := range map[partner.ApplicationID]int{first.ID: http.StatusOK} {
		v.Open(http.StatusOK, path+"/inbox/application/"+string(a))
		v.Click(status, v.W.VendorDecide(), "decision", "approve")
	}
	v.Open(http.StatusOK, path+"/inbox/application/"+string(second.ID))
	v.Click(http.StatusConflict, v.W.VendorDecide(), "decision", "approve")
}

// TestSomebodyWasFaster: a decision over one that a colleague took meanwhile changes nothing, and the page says so.
func TestSomebodyWasFaster(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	a := applies(s, "Tatra Systems", "jan@tatra.example")
	v.Open(http.StatusOK, path+"/inbox/application/"+string(a.ID))
	_, err := partner.RejectApplication(context.Background(), s, a.ID, "A colleague's reason", s.Op())
	s.Must(err)
	v.Click(http.StatusOK, v.W.VendorDecide(), "decision", "approve")
	v.Has(v.W.VendorBefore(), "A colleague's reason")
}

// signsIn says that a page leads to the sign-in.
func signsIn(t *testing.T, v *pagetest.Visitor, link string) {
	t.Helper()
	got, err := v.Get(t.Context(), link)
	if err != nil || got.URL.Path != "/sign-in" {
		t.Errorf("%s leads to %s: %v", link, got.URL, err)
	}
}

// TestOnlyOperators: people of partners and customers, and whoever is not signed in, see nothing of the vendor's console; a disabled operator is
// signed out with the next request.
func TestOnlyOperators(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	a := applies(s, "Tatra Systems", "jan@tatra.example")
	s.SignUp("anna@example.com")
	_, colleague := s.Staff("Olga", "olga@skylark.example", "en")
	v, marta := s.Staff("Marta Lis", "marta@skylark.example", "en")
	for _, where := range []string{path, path + "/inbox/application/" + string(a.ID)} {
		for _, mail := range []string{"piotr@" + string(pagetest.Asking) + ".example", "anna@example.com"} {
			other := s.SignedIn(mail, "en")
			other.Open(http.StatusForbidden, where)
			other.Has(other.W.VendorElsewhereTitle())
			other.Lacks("Tatra")
		}
		signsIn(t, s.Visitor("en"), s.URL+where)
		v.Open(http.StatusOK, where)
	}
	v.Open(http.StatusOK, "/account")
	v.At(path)
	_, err := operator.Switch(context.Background(), s, marta.ID, true, s.Op())
	s.Must(err)
	signsIn(t, v, s.URL+path)
	if _, err = operator.Switch(context.Background(), s, colleague.ID, true, s.Op()); err == nil {
		t.Error("the last operator was disabled")
	}
}

// TestReadIsAnEvent: what an operator reads of persons on a page is an event, as it is by the API; opening it writes nothing else.
func TestReadIsAnEvent(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	a := applies(s, "Tatra Systems", "jan@tatra.example")
	for _, where := range []string{path, path + "?kind=application", path + "/inbox/application/" + string(a.ID)} {
		stands := func() map[string]string {
			found := map[string]string{}
			for _, one := range s.Items(t) {
				found[fixture.Text(one, "PK")+" "+fixture.Text(one, "SK")] = fixture.Text(one, "op")
			}
			return found
		}
		before := stands()
		v.Open(http.StatusOK, where)
		added := 0
		for key, op := range stands() {
			if before[key] == op {
				continue
			}
			if added++; !strings.HasPrefix(key, "VENDOR EVENT#") {
				t.Errorf("%s writes %s", where, key)
			}
		}
		if added != 1 {
			t.Errorf("%s: %d events", where, added)
		}
	}
}
