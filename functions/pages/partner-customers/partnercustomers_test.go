package partnercustomers_test

import (
	"context"
	"net/http"
	"os"
	"testing"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	admin = "piotr@" + string(pagetest.Asking) + ".example"
	path  = "/partner/customers"
)

// full asks for full administration.
func full(d *offer.Draft) {
	pagetest.Plain(d)
	d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleFull}
}

// tied makes a customer that said yes to all, and returns where the partner sees it.
func tied(s *pagetest.World) string {
	_, link := s.Invite(s.MakeOffer(full), "anna@example.com", "en")
	s.AtCheck(link, "en", "yes").StartTrial(http.StatusOK)
	return path + "/" + s.Owner().Customer.Bare()
}

// as gives the partner's first user another access to customers.
func as(s *pagetest.World, access partner.CustomerAccess) {
	found, _, err := s.PartnerUsers(context.Background(), pagetest.Asking, "", dynamo.Page{Limit: 1})
	s.Must(err)
	u, o := found[0], s.Op()
	u.CustomerAccess = access
	s.Must(s.SavePartnerUser(context.Background(), u, 0, event.New(o, event.Partner(string(u.Partner)), event.Of(u.ID, partner.UserUpdatedEvent{})), o))
}

// TestCustomer goes from the list to the customer, lowers the administration, ends it, and steps down; each asks once more, and the customer goes
// on to be listed.
func TestCustomer(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.CustomersNone())
		at := tied(s)
		suite := map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language]
		v.Open(http.StatusOK, path)
		v.Has("Zakład Nowak", w.PartnerOfRecordLabel(), w.DelegatedAdministrationLabel())
		v.See("partner-customers")
		v.Open(http.StatusOK, path+"?kind=reseller")
		v.Lacks("Zakład Nowak")
		v.Open(http.StatusOK, at)
		v.Has("Zakład Nowak", w.PartnersActive(), w.CustomersEndGrant(), w.CustomersLower(), w.CustomersStepDown(), w.CustomersAdvises(1), suite, w.CustomersLicenses(25))
		v.See("partner-customer")

		v.Lacks(w.PartnersExtendOn())
		v.Open(http.StatusOK, at+"/extend-on") // a full one never goes on by itself
		v.Click(http.StatusConflict, w.PartnersExtendOn())
		v.Has(w.CustomersExtendOnTitle("Zakład Nowak"))

		v.Open(http.StatusOK, at+"/lower")
		v.Has(w.CustomersLowerTitle("Zakład Nowak"))
		v.Click(http.StatusOK, w.CustomersLower())
		v.Has(w.CustomersLowered())
		v.Lacks(w.CustomersLower() + " ")
		v.Open(http.StatusOK, at+"/lower")
		v.Click(http.StatusOK, w.CustomersLower()) // once more is the same
		v.Has(w.CustomersLowered())

		v.Has(w.PartnersExtend(w.PartnersExtendNone()), w.OverviewFollow())
		v.Open(http.StatusOK, v.Page.Links(w.PartnersExtendOn())[0])
		v.Has(w.CustomersExtendOnTitle("Zakład Nowak"))
		v.Click(http.StatusOK, w.PartnersExtendOn())
		v.Has(w.PartnersExtendedOn(), w.PartnersExtend(w.CustomersExtendMine()))
		v.See("partner-customer-extends")
		v.Open(http.StatusOK, v.Page.Links(w.PartnersExtendOff())[0])
		v.Click(http.StatusOK, w.PartnersExtendOff())
		v.Has(w.PartnersExtendedOff(), w.PartnersExtend(w.PartnersExtendNone()))

		v.Open(http.StatusOK, at+"/end-administration")
		v.See("partner-customer-end")
		v.Click(http.StatusOK, w.CustomersEndGrant())
		v.Has(w.CustomersGrantEnded())
		v.Lacks(w.CustomersEndGrant())
		v.Open(http.StatusOK, at+"/end-administration") // nothing is left to end
		v.At(at)

		v.Open(http.StatusOK, at+"/step-down")
		v.Click(http.StatusOK, w.CustomersStepDown())
		v.Has(w.CustomersSteppedDown(), w.CustomersAllEnded(), w.CustomersNoSubscriptions())
		v.Lacks(suite)
		v.Open(http.StatusOK, path)
		v.Has("Zakład Nowak", w.CustomersEnded())
		tie, grant, err := s.Relationship(context.Background(), s.Owner().Customer, pagetest.Asking)
		s.Must(err)
		if len(tie.Kinds(s.At)) != 0 || grant.Status != relationship.Ended || grant.Cause != relationship.ByPartner {
			t.Errorf("%+v %+v", tie, grant)
		}
	})
}

// TestLimited: who has limited access sees what holds, and which acts it lacks the right to, with the reason; their pages are refused.
func TestLimited(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		at := tied(s)
		as(s, partner.Limited)
		v := s.SignedIn(admin, language)
		v.Open(http.StatusOK, at+"?lang="+language)
		v.Has(v.W.CustomersNeedsFull(), v.W.PartnersActive())
		v.See("partner-customer-limited")
		for _, act := range []string{"/end-administration", "/lower", "/extend-on", "/extend-off", "/step-down", "/end-reselling", "/decline"} {
			v.Open(http.StatusForbidden, at+act)
		}
		as(s, partner.NoAccess)
		v.Open(http.StatusForbidden, path)
		v.Open(http.StatusForbidden, at)
	})
}

// TestForeign: another partner's customer looks like none, as does what has another shape.
func TestForeign(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	at := tied(s)
	v := s.SignedIn("piotr@"+string(pagetest.Unrelated)+".example", "en")
	for _, wrong := range []string{at, at + "/lower", path + "/x", path + "/000000000000", at + "/nothing"} {
		v.Open(http.StatusNotFound, wrong)
	}
}

// TestReseller: a request to end is answered with a reason, which is needed; the tie ends only once nothing is billed, and the page says so.
func TestReseller(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		at := tied(s)
		ctx, owner := context.Background(), s.Owner()
		tie, _, err := s.Relationship(ctx, owner.Customer, pagetest.Asking)
		s.Must(err)
		tie.Reseller, tie.ResellerSince = true, s.At
		o := s.Op()
		s.Must(s.SaveTie(ctx, tie, event.New(o, event.Customer(string(owner.Customer)), event.Of(relationship.NewID(owner.Customer, pagetest.Asking), relationship.ResellerAddedEvent{})), o))
		sub := s.Subscriptions()[0]
		s.ChangeSubscription(sub, func(changed *subscription.Subscription) {
			changed.BilledBy, changed.Status, changed.Trial = string(pagetest.Asking), subscription.Active, false
		})
		_, err = relationship.RequestRemoval(ctx, s.Table, owner.Customer, pagetest.Asking, owner.ID, "", s.Op())
		s.Must(err)
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, at+"?lang="+language)
		v.Has(w.CustomersRemovalAsked(), w.CustomersDecline(), w.CustomersEndReselling())
		v.Open(http.StatusOK, at+"/decline")
		v.Click(http.StatusUnprocessableEntity, w.CustomersDecline(), "reason", " ")
		v.Has(w.CustomersReasonMissing())
		v.Click(http.StatusOK, w.CustomersDecline(), "reason", "Your term runs until May.")
		v.Has(w.CustomersDeclined())
		v.Open(http.StatusOK, at+"/end-reselling")
		v.Click(http.StatusConflict, w.CustomersEndReselling())
		v.See("partner-customer-billed")
		s.ChangeSubscription(s.Subscriptions()[0], func(changed *subscription.Subscription) { changed.BilledBy = "vendor" })
		v.Click(http.StatusOK, w.CustomersEndReselling())
		v.Has(w.CustomersResellingEnded())

		// With a notice it ends by itself, and there is nothing to decline.
		tie, _, err = s.Relationship(ctx, owner.Customer, pagetest.Asking)
		s.Must(err)
		tie.Reseller, tie.NoticePeriod = true, &offer.NoticePeriod{Days: 30}
		o = s.Op()
		s.Must(s.SaveTie(ctx, tie, event.New(o, event.Customer(string(owner.Customer)), event.Of(relationship.NewID(owner.Customer, pagetest.Asking), relationship.ResellerAddedEvent{})), o))
		_, err = relationship.RequestRemoval(ctx, s.Table, owner.Customer, pagetest.Asking, owner.ID, "", s.Op())
		s.Must(err)
		v.Open(http.StatusOK, at)
		v.Has(w.PartnersNotice(w.SiteDays(30)), w.PartnersEndsIn(30), w.CustomersNoticeTerm())
		v.Lacks(w.CustomersDecline())
	})
}
