package partnercustomers_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site/offered"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	admin = "piotr@" + string(pagetest.Asking) + ".example"
	path  = "/partner/customers"
)

// suites are the plan's names.
var suites = map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}

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

// TestFind: the form leads to the customer whose user has the whole address, and says the same of every other one; what was typed is kept.
func TestFind(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.CustomersNone(), w.CustomersFind())
		at := tied(s)
		find := func(status int, typed string) {
			t.Helper()
			v.Open(http.StatusOK, path)
			v.Click(status, w.CustomersFindButton(), "find", typed)
		}
		find(http.StatusUnprocessableEntity, "")
		v.Has(w.CustomersFindMissing())
		find(http.StatusUnprocessableEntity, "anna")
		v.Has(w.CustomersFindWrong())
		for _, other := range []string{"nobody@example.com", "*@example.com", admin, "nobody.example"} {
			find(http.StatusUnprocessableEntity, other)
			v.Has(w.CustomersFindNone())
			if _, sent := v.Page.Form(w.CustomersFindButton()); sent.Get("find") != other {
				t.Errorf("what was typed is lost: %v", sent)
			}
		}
		v.See("partner-customers-not-found")
		find(http.StatusOK, "ANNA@example.com")
		v.At(at)
		v.Has("Zakład Nowak")

		as(s, partner.Limited)
		find(http.StatusOK, "anna@example.com")
		v.At(at)
		s.Env.ChecksPerCaller = 0
		s.Restart(0)
		find(http.StatusTooManyRequests, "anna@example.com")
	})
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
		suite := suites[language]
		v.Open(http.StatusOK, path)
		v.Has("Zakład Nowak", w.PartnerOfRecordLabel(), w.DelegatedAdministrationLabel())
		v.See("partner-customers")
		v.Open(http.StatusOK, path+"?kind=reseller")
		v.Lacks("Zakład Nowak")
		v.Open(http.StatusOK, at)
		v.Has("Zakład Nowak", w.PartnersActive(), w.CustomersEndGrant(), w.CustomersLower(), w.CustomersStepDown(), w.CustomersAdvises(1), suite, w.CustomersLicenses(25))
		v.See("partner-customer")

		v.Has(w.CustomersRenew(), w.PartnersExtendOn(), w.CustomersExtendFull(), w.CustomersActsNone())
		v.Open(http.StatusOK, at+"/extend-on") // a full one never goes on by itself
		v.Click(http.StatusConflict, w.PartnersExtendOn())
		v.Has(w.CustomersExtendOnTitle("Zakład Nowak"))

		v.Open(http.StatusOK, at+"/lower")
		v.Has(w.CustomersLowerTitle("Zakład Nowak"))
		v.Click(http.StatusOK, w.CustomersLower())
		v.Has(w.CustomersLowered())
		v.Has(w.CustomersLimitedAlready(), w.CustomersNeedsGrant())
		v.Open(http.StatusOK, at+"/lower")
		v.Click(http.StatusOK, w.CustomersLower()) // once more is the same
		v.Has(w.CustomersLowered())

		v.Has(w.PartnersExtend(w.PartnersExtendNone()), w.OverviewFollow())
		v.Open(http.StatusOK, v.Page.Links(w.PartnersExtendOn() + " Zakład Nowak")[0])
		v.Has(w.CustomersExtendOnTitle("Zakład Nowak"))
		v.Click(http.StatusOK, w.PartnersExtendOn())
		v.Has(w.PartnersExtendedOn(), w.PartnersExtend(w.CustomersExtendMine()))
		v.See("partner-customer-extends")
		v.Open(http.StatusOK, v.Page.Links(w.PartnersExtendOff() + " Zakład Nowak")[0])
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
		v.Has(v.W.CustomersNeedsFull(pagetest.Baltic), v.W.PartnersActive(), v.W.CustomersCancelTrial())
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
		resells(s)
		sub := s.Subscriptions()[0]
		s.ChangeSubscription(sub, func(changed *subscription.Subscription) {
			changed.BilledBy, changed.Status, changed.Trial = string(pagetest.Asking), subscription.Active, false
		})
		_, err := relationship.RequestRemoval(ctx, s.Table, owner.Customer, pagetest.Asking, owner.ID, "", s.Op())
		s.Must(err)
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, at+"?lang="+language)
		v.Has(w.PartnersRequestToday(), w.CustomersDecline(), w.CustomersEndReselling(), w.CustomersStillBilled(suites[language], "Zakład Nowak", "Skylark Cloud"), w.CustomersBillsIt(), w.CustomersCancelPaidWhy())
		v.See("partner-customer-reseller")
		v.Open(http.StatusOK, at+"/decline")
		v.Click(http.StatusUnprocessableEntity, w.CustomersDecline(), "reason", " ")
		v.Has(w.CustomersReasonMissing())
		v.Click(http.StatusOK, w.CustomersDecline(), "reason", "Your term runs until May.")
		v.Has(w.CustomersDeclined())
		v.Open(http.StatusOK, at+"/end-reselling")
		v.Click(http.StatusConflict, w.CustomersEndReselling())
		v.Has(w.CustomersStillBilled(suites[language], "Zakład Nowak", "Skylark Cloud"))
		v.See("partner-customer-billed")
		s.ChangeSubscription(s.Subscriptions()[0], func(changed *subscription.Subscription) { changed.BilledBy = "vendor" })
		v.Click(http.StatusOK, w.CustomersEndReselling())
		v.Has(w.CustomersResellingEnded())

		// With a notice it ends by itself, and there is nothing to decline.
		tie, _, err := s.Relationship(ctx, owner.Customer, pagetest.Asking)
		s.Must(err)
		tie.Reseller, tie.NoticePeriod = true, &offer.NoticePeriod{Days: 30}
		o := s.Op()
		s.Must(s.SaveTie(ctx, tie, event.New(o, event.Customer(string(owner.Customer)), event.Of(relationship.NewID(owner.Customer, pagetest.Asking), relationship.ResellerAddedEvent{})), o))
		_, err = relationship.RequestRemoval(ctx, s.Table, owner.Customer, pagetest.Asking, owner.ID, "", s.Op())
		s.Must(err)
		v.Open(http.StatusOK, at)
		v.Has(w.PartnersNotice(w.SiteDays(30)), w.PartnersEndsIn(30), w.CustomersNoticeTerm())
		v.Has(w.CustomersDeclineNotice())
		v.See("partner-customer-notice")
		v.Open(http.StatusOK, at+"/end-reselling")
		v.Has(w.CustomersEndResellingNotice(), w.CustomersNoticeTerm())
		v.Open(http.StatusOK, at+"/decline")
		v.Click(http.StatusConflict, w.CustomersDecline(), "reason", "No.")
	})
}

// TestCancelTrial: a full administrator ends a trial after a page that says what it means, once however often it is pressed; what it did stands among
// the last acts. Who may not is told why, and refused: without the grant, with less access, as a partner that is suspended, of a paid one.
func TestCancelTrial(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		at := tied(s)
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, at+"?lang="+language)
		cancel := v.Page.Links(w.CustomersCancelTrial() + " " + suites[language])[0]

		as(s, partner.Limited)
		v.Open(http.StatusForbidden, cancel)
		as(s, partner.Full)
		s.PartnerStatus(pagetest.Asking, partner.Suspended)
		v.Open(http.StatusOK, at)
		v.Has(w.OfferWhySuspended("Skylark Cloud"))
		v.See("partner-customer-suspended")
		v.Open(http.StatusConflict, cancel)
		s.PartnerStatus(pagetest.Asking, partner.Active)

		v.Open(http.StatusOK, cancel)
		v.Has(w.CustomersCancelTrialTitle(suites[language], "Zakład Nowak"), w.CustomersCancelTrialTold("Zakład Nowak"))
		v.See("partner-customer-cancel")
		before := v.Page
		v.Click(http.StatusOK, w.CustomersCancelTrial())
		v.Has(w.CustomersTrialCancelled(), w.SubscriptionBadgeCancelled(), w.ActivityCancelled(suites[language]))
		v.See("partner-customer-cancelled")
		v.Page = before
		v.Click(http.StatusOK, w.CustomersCancelTrial())
		v.Has(w.CustomersTrialCancelled())
		if n := s.CountEvents(subscription.CancelledEvent{}.Type()); n != 1 {
			t.Errorf("cancelled %d times", n)
		}
		v.Open(http.StatusOK, cancel) // nothing is left to cancel
		v.At(at)
		v.Open(http.StatusOK, v.Page.Links(w.CustomersActsAll())[0])
		v.Has(w.ActivityCancelled(suites[language]), w.CustomersCustomer(), "Zakład Nowak")
		s.ChangeSubscription(s.Subscriptions()[0], func(sub *subscription.Subscription) { sub.Status, sub.Trial = subscription.Active, false })
		v.Page = before
		v.Click(http.StatusConflict, w.CustomersCancelTrial())
	})
}

// TestCancelNeedsGrant: a limited administrator and a partner of record cancel no trial of the customer.
func TestCancelNeedsGrant(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	_, link := s.Invite(s.MakeOffer(nil), "anna@example.com", "en")
	s.AtCheck(link, "en", "yes").StartTrial(http.StatusOK)
	at := path + "/" + s.Owner().Customer.Bare()
	v := s.SignedIn(admin, "en")
	v.Open(http.StatusOK, at)
	v.Has(v.W.CustomersNeedsGrant())
	ask := offered.MakingFor(offer.DelegatedAdministration, s.Owner().Customer)
	if links := v.Page.Links(v.W.AdminAskFull()); len(links) != 1 || !strings.HasSuffix(links[0], ask) {
		t.Errorf("full administration is asked for by %v", links)
	}
	for _, side := range []relationship.Side{relationship.CustomerSide, relationship.PartnerSide} {
		_, err := relationship.SwitchAutoExtend(context.Background(), s.Table, s.Owner().Customer, pagetest.Asking, side, true, s.Op())
		s.Must(err)
	}
	s.CloseRegion(catalog.FeatureAdministration)
	s.Restart(0)
	v.Open(http.StatusOK, at)
	v.Has(v.W.CustomersNeedsGrant(), v.W.PartnersExtendClosed(""))
	v.Lacks(v.W.AdminAskFull())
	v.HasClosed(catalog.FeatureAdministration)
	s.Unproved(pagetest.Asking)
	v.Open(http.StatusOK, at)
	v.Has(v.W.CustomersNeedsGrant())
	v.Lacks(v.W.AdminAskFull()) // it can make no offer
	sub := string(s.Subscriptions()[0].ID)
	v.Open(http.StatusForbidden, at+"/subscriptions/"+sub[len(sub)-26:]+"/cancel")
	v.Open(http.StatusNotFound, at+"/subscriptions/none/cancel")

	// While the customer disputes it, that is the reason, of the trial's cancellation, too.
	_, grant, err := s.Relationship(context.Background(), s.Owner().Customer, pagetest.Asking)
	s.Must(err)
	_, err = consent.Object(context.Background(), s.Table, s.Owner().Customer, consent.ID(grant.Redemption), s.Owner().ID, "", s.Op())
	s.Must(err)
	v.Open(http.StatusOK, at)
	v.Has(v.W.CustomersCancelTrial(), v.W.CustomersRenewDisputed("Skylark Cloud"))
	v.Lacks(v.W.CustomersNeedsGrant(), v.W.AdminAskFull())
}

// TestRenewal: an administration that ends soon is led to an offer with all filled in; once that is sent the page says so, with the way to the offer.
// A dispute, a program that was left and a company that makes no offers each have their reason.
func TestRenewal(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		at := tied(s)
		s.Restart(340 * 24 * time.Hour)
		s.At = s.At.Add(340 * 24 * time.Hour)
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, at+"?lang="+language)
		v.Has(w.PartnersEndsIn(25), w.SubscriptionBadgeTrialEnded(), w.PartnerOfferFollow())
		v.Lacks(w.CustomersCancelTrial())
		v.Open(http.StatusOK, v.Page.Links(w.CustomersRenew() + " Zakład Nowak")[0])
		for range 4 {
			v.Click(http.StatusOK, w.SiteNext())
		}
		v.Click(http.StatusOK, w.OfferNewSend(1))
		found, _, err := s.Offers(context.Background(), pagetest.Asking, dynamo.Page{Limit: 1}, nil)
		s.Must(err)
		sent, _, err := s.Invitations(context.Background(), found[0].ID, dynamo.Page{Limit: 1}, nil)
		s.Must(err)
		s.Link(sent[0].ID) // mailed
		v.Open(http.StatusOK, at)
		v.Has(found[0].ID.Reference(), w.CustomersRenewAsked(there(s.At), there(sent[0].ExpiresAt)))
		v.See("partner-customer-renewed")

		s.LeaveProgram()
		v.Open(http.StatusOK, at)
		v.Has(w.CustomersNotEnrolled("Skylark Cloud"))
		s.Unproved(pagetest.Asking)
		v.Open(http.StatusOK, at)
		v.Has(w.OfferWhyUnverifiedYours())
		_, grant, err := s.Relationship(context.Background(), s.Owner().Customer, pagetest.Asking)
		s.Must(err)
		_, err = consent.Object(context.Background(), s.Table, s.Owner().Customer, consent.ID(grant.Redemption), s.Owner().ID, "", s.Op())
		s.Must(err)
		v.Open(http.StatusOK, at)
		v.Has(w.CustomersRenewDisputed("Skylark Cloud"), w.PartnersDisputedNow())
		v.See("partner-customer-disputed")
	})
}

// TestClosed: what is not available in the customer's country is greyed, with the vendor's reason and the way to what is available; what runs is as it was.
func TestClosed(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		at := tied(s)
		v := s.SignedIn(admin, language)
		w := v.W
		for f, greyed := range map[catalog.Feature]string{
			catalog.FeatureAdministration: w.CustomersRenew(), catalog.FeaturePurchases: w.PartnerOfferFollow(), catalog.FeaturePartners: w.OverviewFollow(),
		} {
			s.CloseRegion(f)
			s.Restart(0)
			v.Open(http.StatusOK, at+"?lang="+language)
			v.HasClosed(f)
			if links := v.Page.Links(greyed); len(links) != 0 {
				t.Errorf("%s: %q leads to %v", f, greyed, links)
			}
			if links := v.Page.Links(w.AdminAdminister()); len(links) != 1 {
				t.Errorf("%s: the customer is administered at %v", f, links)
			}
			v.See("partner-customer-closed-" + string(f))
		}
	})
}

// there is a time where the customer is.
func there(at time.Time) time.Time { return at.In(calendar.Zone("PL")) }

// TestRemoval: the day of a request is counted, and what comes next is said: who decides, from when.
func TestRemoval(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		at := tied(s)
		resells(s)
		_, err := relationship.RequestRemoval(context.Background(), s.Table, s.Owner().Customer, pagetest.Asking, s.Owner().ID, "We leave.", s.Op())
		s.Must(err)
		asked := s.At
		for days, next := range map[int]func(locale.Words) string{
			9: func(w locale.Words) string {
				return w.CustomersRemovalDecides(there(asked.AddDate(0, 0, 30)), "Skylark Cloud")
			},
			31: func(w locale.Words) string { return w.CustomersRemovalDue("Skylark Cloud") },
		} {
			s.Restart(time.Duration(days) * 24 * time.Hour)
			s.At = asked.AddDate(0, 0, days)
			v := s.SignedIn(admin, language)
			v.Open(http.StatusOK, at+"?lang="+language)
			v.Has(v.W.PartnersRequestDays(days), v.W.PartnersAnswer("We leave."), next(v.W))
		}
	})
}

// resells makes the asking partner the newest customer's reseller.
func resells(s *pagetest.World) {
	ctx, of := context.Background(), s.Owner().Customer
	tie, _, err := s.Relationship(ctx, of, pagetest.Asking)
	s.Must(err)
	tie.Reseller, tie.ResellerSince = true, s.At
	o := s.Op()
	s.Must(s.SaveTie(ctx, tie, event.New(o, event.Customer(string(of)), event.Of(relationship.NewID(of, pagetest.Asking), relationship.ResellerAddedEvent{})), o))
}
