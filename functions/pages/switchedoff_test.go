package pages_test

import (
	"context"
	"net/http"
	"testing"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	offers "liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/tests/fixture/pagetest"
)

// TestSwitchedOff: delegated administration that is no longer available is neither offered nor given, by what stood before or by what was begun, while
// one that runs is used as before (decision 84; the job of the grants gives it no more time).
func TestSwitchedOff(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	ctx := context.Background()
	full := func(d *offers.Draft) {
		pagetest.Plain(d)
		d.DelegatedAdministration = &offers.AskedGrant{Role: offers.RoleFull}
	}
	_, link := s.Invite(s.MakeOffer(full), "anna@example.com", "en")
	s.AtCheck(link, "en", "yes").StartTrial(http.StatusOK)
	of := s.Owner().Customer
	_, standing := s.Invite(s.MakeOffer(full), "ola@example.com", "en")
	_, begun := s.Invite(s.MakeOffer(full), "ewa@example.com", "en")
	last := s.AtCheck(begun, "en", "no")

	s.CloseRegion(catalog.FeatureAdministration)
	s.Restart(0)
	_, err := offers.Make(ctx, s.Table, offers.Draft{
		Kind: offers.DelegatedAdministration, Partner: pagetest.Asking, Access: partner.Full, Country: "PL", Language: "en",
		DelegatedAdministration: &offers.AskedGrant{Role: offers.RoleLimited},
	}, s.Op())
	if !fault.Is(err, fault.FeatureUnavailable) {
		t.Errorf("an offer is made: %v", err)
	}
	ola := s.Visitor("en")
	ola.Open(http.StatusGone, standing)
	ola.Has(ola.W.UnavailableRegionTitle(), ola.W.UnavailableRegionReason("closed"))
	last.StartTrial(http.StatusGone)
	last.Has(last.W.UnavailableRegionTitle())
	if n := s.Holds(t, "customer"); n != 1 {
		t.Errorf("%d customers", n)
	}

	v := s.SignedIn("piotr@"+string(pagetest.Asking)+".example", "en")
	at := "/partner/admin/" + of.Bare() + "/users"
	v.Open(http.StatusOK, at+"/new")
	v.Click(http.StatusOK, v.W.CustomerUsersCreate(), "name", "Jan Nowak", "email", "jan@nowak.example")
	v.Open(http.StatusOK, at)
	v.Has("jan@nowak.example")
	if _, grant, err := s.Relationship(ctx, of, pagetest.Asking); err != nil || grant.StatusAt(s.At) != relationship.Active {
		t.Errorf("%+v %v", grant, err)
	}
}
