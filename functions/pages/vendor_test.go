package pages_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/listing"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/suppression"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

// vendorPartner is the page of the asking partner in the vendor's console.
const vendorPartner = "/vendor/partners/" + string(pagetest.Asking)

// vendorListing is its entry in the marketplace there.
const vendorListing = "/vendor/listings/" + string(pagetest.Asking)

// vendorEntry has the asking partner hide what was published of its entry, and submit other words.
func vendorEntry(s *pagetest.World) {
	s.WriteListing(pagetest.Asking, nil)
	s.SubmitListing(pagetest.Asking)
	s.PublishListing(pagetest.Asking)
	s.HideListing(pagetest.Asking, listing.ByPartner, "")
	s.WriteListing(pagetest.Asking, func(c *listing.Content) { c.Headline = "Other words" })
	s.SubmitListing(pagetest.Asking)
}

// vendorPlan, vendorProgram and vendorFeature are the pages of a plan, of a program and of a feature there.
const (
	vendorPlan    = "/vendor/plans/" + string(pagetest.Suite)
	vendorProgram = "/vendor/programs/cloud_essentials"
	vendorFeature = "/vendor/availability/trial_invitations"
)

// vendorApplication is an application that waits for the vendor.
func vendorApplication(s *pagetest.World) partner.ApplicationID {
	ctx := context.Background()
	a, err := partner.Apply(ctx, s, partner.Application{
		LegalName: "Tatra Systems", RegistrationNumber: "KRS 0000123456", Country: "PL", City: "Zakopane", Website: "https://tatra.example",
		Phone: "+48 18 555 01 00", Contact: partner.Contact{Name: "Jan Góral", Mail: "jan@tatra.example"}, Why: "We look after hotels.",
	}, s.Op())
	s.Must(err)
	secret := s.Op().IDs.Secret()
	s.Must(s.AddApplicationLink(ctx, a, secret, s.Op()))
	_, err = partner.ConfirmApplication(ctx, s, a.ID, secret, s.Op())
	s.Must(err)
	return a.ID
}

// spareRegion adds a region without a country, which may be removed.
func spareRegion(s *pagetest.World) {
	ctx := context.Background()
	now, err := s.Availability(ctx)
	s.Must(err)
	more := now
	more.Regions = append(slices.Clone(now.Regions), catalog.Region{ID: "spare", Name: pagetest.Both("Spare", "Zapasowy")})
	_, err = catalog.PutAvailability(ctx, s, now, more, s.Op())
	s.Must(err)
}

// TestVendorOpeningWritesNothing opens every page of the vendor's console by GET and HEAD: nothing is written but that the operator read, and
// nothing at all by who is not signed in (infra/design/trust.md, rule 1).
func TestVendorOpeningWritesNothing(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	a, held, asked := string(vendorApplication(s)), string(c.Hold().ID), strings.Replace(asks(c), "/account", "/vendor", 1)
	s.CloseRegion()
	spareRegion(s)
	vendorEntry(s)
	signed, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	stranger := s.Visitor("en")
	stands := func() map[string]bool {
		found := map[string]bool{}
		for _, one := range s.Items(t) {
			if sk := fixture.Text(one, "SK"); !strings.HasPrefix(sk, "EVENT#") {
				found[fixture.Text(one, "PK")+" "+sk+" "+fixture.Text(one, "op")] = true
			}
		}
		return found
	}
	before := stands()
	for _, path := range []string{"/vendor", "/vendor?kind=application", "/vendor?kind=none", "/vendor/partners", "/vendor/partners?cursor=x", vendorPartner, vendorPartner + "/none", vendorPartner + "/suspend", vendorPartner + "/trust", vendorPartner + "/close", vendorPartner + "/verify", vendorPartner + "/programs", vendorPartner + "/programs/cloud_essentials", vendorPartner + "/programs/cloud_essentials/end", vendorPartner + "/plans", vendorPartner + "/plans/" + string(pagetest.Suite), vendorPartner + "/plans/" + string(pagetest.Suite) + "/end", "/vendor/partners/none", "/vendor/terms", "/vendor/terms/customer", "/vendor/terms/customer?version=1&in=pl", "/vendor/terms/customer/new", "/vendor/terms/none", "/vendor/brand", "/vendor/brand?done=saved", "/vendor/suppressions", "/vendor/suppressions?email=nobody", "/vendor/suppressions?email=anna@example.com", "/vendor/suppressions/lift", "/vendor/suppressions/lift?email=anna@example.com", "/vendor/plans", "/vendor/plans?country=PL&cursor=x", "/vendor/plans/new", vendorPlan, vendorPlan + "/edit", "/vendor/plans/none", "/vendor/plans/none/edit", "/vendor/programs", "/vendor/programs?new=yes", vendorProgram, vendorProgram + "/edit", "/vendor/programs/none", "/vendor/availability", vendorFeature, vendorFeature + "?region=eu_central", "/vendor/availability/none", "/vendor/availability/region", "/vendor/availability/region/eu_central", "/vendor/availability/region/none", "/vendor/availability/region/spare/remove", "/vendor/availability/region/eu_central/remove", "/vendor/availability/region/none/remove", "/vendor/operators", "/vendor/operators?cursor=x", "/vendor/operators/new", "/vendor/operators/none", "/vendor/inbox/application/" + a, "/vendor/inbox/application/none", "/vendor/inbox/deletion/" + held, "/vendor/inbox/none/" + a, "/vendor/listings", "/vendor/listings?state=published&cursor=x", vendorListing, vendorListing + "/hide", vendorListing + "/show", "/vendor/listings/none", "/vendor/inbox/listing/" + string(pagetest.Asking), "/vendor/support", "/vendor/support?state=open&severity=low", "/vendor/support/none", asked} {
		for _, v := range []*pagetest.Visitor{stranger, signed} {
			all := s.Dump(t)
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
				s.Must(err)
				for _, c := range v.Cookies(s.URL) {
					r.AddCookie(c)
				}
				got, err := http.DefaultTransport.RoundTrip(r)
				s.Must(err)
				got.Body.Close()
				if got.StatusCode >= 500 || v == stranger && got.StatusCode != http.StatusSeeOther {
					t.Errorf("%s %s: %d", method, path, got.StatusCode)
				}
			}
			if v == stranger && s.Dump(t) != all {
				t.Errorf("%s: opened by a stranger it changed the table", path)
			}
		}
	}
	for key := range stands() {
		if !before[key] {
			t.Errorf("opening pages wrote %s", key)
		}
	}
}

// TestVendorForgery sends every form of the vendor's console as somebody else would: always 403, and nothing is decided.
func TestVendorForgery(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	a, held, asked := string(vendorApplication(s)), string(c.Hold().ID), strings.Replace(asks(c), "/account", "/vendor", 1)
	s.CloseRegion()
	spareRegion(s)
	vendorEntry(s)
	v, marta := s.Staff("Marta Lis", "marta@skylark.example", "en")
	other := s.SignedIn("marta@skylark.example", "en")
	w := v.W
	o, hash := s.Op(), dynamo.AddressHash("anna@example.com")
	_, err := suppression.Stop(context.Background(), s, hash, suppression.Bounced, event.New(o, event.Vendor(), event.Of(hash, event.AddressSuppressedEvent{})), o)
	s.Must(err)
	for _, form := range []struct {
		path, button string
		fields       url.Values
	}{
		{"/vendor/inbox/application/" + a, w.VendorDecide(), url.Values{"decision": {"approve"}}},
		{"/vendor/inbox/deletion/" + held, w.VendorDecide(), url.Values{"decision": {"delete"}, "reason": {"Eve says so"}}},
		{asked, w.SupportAnswerSend(), url.Values{"message": {"Eve says so"}}},
		{asked, w.SupportSeveritySave(), url.Values{"severity": {"low"}}},
		{asked, w.SupportResolve(), nil},
		{"/vendor/inbox/listing/" + string(pagetest.Asking), w.VendorDecide(), url.Values{"decision": {"publish"}}},
		{vendorListing + "/hide", w.ListingVendorHide(), url.Values{"reason": {"Eve says so"}}},
		{vendorListing + "/show", w.ListingVendorShow(), nil},
		{vendorPartner + "/suspend", w.VendorPartnersSuspendName(pagetest.Baltic), url.Values{"reason": {"Eve says so"}}},
		{vendorPartner + "/trust", w.VendorPartnersTrustName(pagetest.Baltic), nil},
		{vendorPartner + "/close", w.VendorPartnersCloseName(pagetest.Baltic), url.Values{"reason": {"Eve says so"}}},
		{vendorPartner + "/programs/cloud_essentials", w.PartnerUsersSave(), url.Values{"to": {"2031-01-01"}}},
		{vendorPartner + "/programs/cloud_essentials/end", w.VendorPartnersLeaveName(pagetest.Baltic, "Cloud Essentials"), nil},
		{vendorPartner + "/plans/" + string(pagetest.Suite) + "/end", w.VendorPartnersWithdrawName("Skylark Suite", pagetest.Baltic), nil},
		{"/vendor/terms/customer/new", w.VendorTermsPreview(), url.Values{"version": {"66"}, "action": {"publish"}}},
		{"/vendor/brand", w.VendorBrandPreview(), url.Values{"accent": {"#ff0000"}, "action": {"save"}}},
		{"/vendor/suppressions/lift?email=anna@example.com", w.VendorSuppressionsLift(), nil},
		{vendorPlan + "/edit", w.SiteNext(), url.Values{"trial_days": {"365"}, "step": {"check"}, "action": {"save"}}},
		{"/vendor/programs?new=yes", w.SiteNext(), url.Values{"id": {"eve"}, "name_en": {"Eve"}, "name_pl": {"Ewa"}, "step": {"check"}, "action": {"save"}}},
		{vendorProgram + "/edit", w.SiteNext(), url.Values{"rights": {"reselling"}, "step": {"check"}, "action": {"save"}}},
		{vendorFeature, w.SiteNext(), url.Values{"eu_central-state": {"on"}, "step": {"check"}, "action": {"save"}}},
		{"/vendor/availability/region", w.SiteNext(), url.Values{"id": {"eve"}, "name_en": {"Eve"}, "name_pl": {"Ewa"}, "step": {"check"}, "action": {"save"}}},
		{"/vendor/availability/region/eu_central", w.SiteNext(), url.Values{"countries": {""}, "step": {"check"}, "action": {"save"}}},
		{"/vendor/availability/region/spare/remove", w.AvailabilityRegionRemove(), nil},
		{"/vendor/operators/new", w.PartnerUsersSend(), url.Values{"name": {"Eve"}, "email": {"eve@example.com"}, "language": {"en"}}},
		{"/vendor/operators/" + site.ULID(string(marta.ID)), w.PartnerUsersDisableName("Marta Lis"), nil},
	} {
		v.Open(http.StatusOK, form.path)
		address, values := v.Page.Form(form.button)
		for name, value := range form.fields {
			values[name] = value
		}
		other.Open(http.StatusOK, form.path)
		_, theirs := other.Page.Form(form.button)
		for name, forged := range map[string]string{"without a token": "", "of another session": theirs.Get("form_token"), "made up": "AAAA"} {
			sent := url.Values{}
			for k, value := range values {
				sent[k] = value
			}
			sent.Set("form_token", forged)
			page, err := v.Post(t.Context(), address, sent)
			s.Must(err)
			if page.Status != http.StatusForbidden {
				t.Errorf("%s %s: %d", form.path, name, page.Status)
			}
		}
		before := s.Dump(t)
		page, err := s.Visitor("en").Post(t.Context(), address, values)
		s.Must(err)
		if page.Status == http.StatusOK && page.URL.Path != "/sign-in" {
			t.Errorf("%s signed out: %d on %s", form.path, page.Status, page.URL)
		}
		if s.Dump(t) != before {
			t.Errorf("%s: a stranger's form changed the table", form.path)
		}
		piotr := s.SignedIn(consoleUser, "en")
		if page, err = piotr.Post(t.Context(), address, values); err != nil || page.Status != http.StatusForbidden {
			t.Errorf("%s by a partner: %d, %v", form.path, page.Status, err)
		}
	}
	if now, err := s.Application(context.Background(), partner.ApplicationID(a)); err != nil || now.Status != partner.ApplicationWaiting {
		t.Errorf("%+v, %v", now, err)
	}
}
