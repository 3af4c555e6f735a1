package partneroffers_test

import (
	"context"
	"net/http"
	"os"
	"testing"
	"time"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// admin signs in the asking partner's first user.
const admin = "piotr@" + string(pagetest.Asking) + ".example"

const path = "/partner/offers"

// TestList: each offer stands in the tab of its state, however it is stored; the filter and the pages keep the tab.
func TestList(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.ConsoleOffers(), w.PartnerOffersNoneActive(), w.PartnerOffersNoneText())
		v.See("partner-offers-none")
		running := s.MakeOffer(nil)
		stopped := s.MakeOffer(func(d *offer.Draft) { d.Visibility = offer.Invited })
		s.Pause(stopped.ID)
		reported := s.MakeOffer(nil)
		s.ChangeOffer(reported.ID, func(o offer.Offer, used int) (offer.Offer, error) { return o.Pause(offer.PausedByReports, used, s.At) })
		gone := s.MakeOffer(nil)
		s.Withdraw(gone.ID)
		soon := s.MakeOffer(func(d *offer.Draft) { d.ExpiresAt = s.At.AddDate(0, 0, 2) })
		asked := s.MakeOffer(pagetest.Request(offer.PartnerOfRecord))

		v.Open(http.StatusOK, path)
		plan := map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language]
		v.Has(w.OfferedName(w.OfferedTrial(), plan), running.ID.Reference(), soon.ID.Reference(), asked.ID.Reference(), w.PartnerOfRecordLabel(), w.PartnerOffersActive(), w.PartnerOffersPublic(), w.Country("PL"))
		v.Lacks(stopped.ID.Reference(), gone.ID.Reference())
		v.See("partner-offers")
		v.Open(http.StatusOK, path+"?kind=partner_of_record")
		v.Has(asked.ID.Reference())
		v.Lacks(running.ID.Reference())
		v.Open(http.StatusOK, path+"?state=paused")
		v.Has(stopped.ID.Reference(), reported.ID.Reference(), w.PartnerOffersInvited(), w.PartnerOffersPausedReported())
		v.Lacks(running.ID.Reference(), gone.ID.Reference())
		v.See("partner-offers-paused")
		v.Open(http.StatusOK, path+"?state=paused&kind=reseller")
		v.Has(w.PartnerOffersNonePaused())
		v.Open(http.StatusOK, path+"?state=ended")
		v.Has(gone.ID.Reference(), w.PartnerOffersWithdrawn())
		v.Lacks(soon.ID.Reference())

		s.Restart(3 * 24 * time.Hour)
		s.At = s.At.AddDate(0, 0, 3)
		late := s.SignedIn(admin, language)
		late.Open(http.StatusOK, path+"?state=ended&lang="+language)
		late.Has(soon.ID.Reference(), w.PartnerOffersExpired())
	})
}

// TestPages: the list goes on where a page ended, in its tab; a cursor of another list begins anew.
func TestPages(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	first := s.MakeOffer(nil)
	s.At = s.At.Add(time.Second)
	for range 25 {
		s.MakeOffer(nil)
	}
	v := s.SignedIn(admin, "en")
	v.Open(http.StatusOK, path)
	v.Lacks(first.ID.Reference(), v.W.SiteNewest())
	v.Open(http.StatusOK, v.Page.Links(v.W.SiteOlder())[0])
	v.Has(first.ID.Reference(), v.W.SiteNewest())
	v.Lacks(v.W.SiteOlder())
	v.Open(http.StatusOK, path+"?cursor=made-up")
	v.Has(v.W.SiteOlder())
}

// noAccess takes the access to customers from the asking partner's first user.
func noAccess(s *pagetest.World) {
	found, _, err := s.PartnerUsers(context.Background(), pagetest.Asking, "", dynamo.Page{Limit: 1})
	s.Must(err)
	u, o := found[0], s.Op()
	u.CustomerAccess = partner.NoAccess
	s.Must(s.SavePartnerUser(context.Background(), u, 0, event.New(o, event.Partner(string(u.Partner)), event.Of(u.ID, partner.UserUpdatedEvent{})), o))
}

// TestStrangers: who has no access to customers is told who gives it, and another partner sees its own offers alone.
func TestStrangers(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	made := s.MakeOffer(nil)
	other := s.SignedIn("piotr@"+string(pagetest.Advising)+".example", "en")
	other.Open(http.StatusOK, path)
	other.Lacks(made.ID.Reference())
	noAccess(s)
	v := s.SignedIn(admin, "en")
	v.Open(http.StatusForbidden, path)
	v.Has(v.W.ConsoleRoleWho(pagetest.Baltic))
}
