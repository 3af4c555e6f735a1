package partneroffers_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
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

// TestOffer follows an offer: its link, who was invited, and each act, which is done once however often its button is pressed.
func TestOffer(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		made := s.MakeOffer(nil)
		anna, _ := s.Invite(made, "anna@example.com", "pl")
		ola, _ := s.Invite(made, "ola@example.com", "en")
		s.ChangeInvitation(ola.ID, func(inv invitation.Invitation) (invitation.Invitation, error) { return inv.Decline("red_test", s.At) })
		v := s.SignedIn(admin, language)
		w, here := v.W, path+"/"+string(made.ID)
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Open(http.StatusOK, v.Page.Links(w.OfferedName(w.OfferedTrial(), map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language]))[0])
		v.At(here)
		v.Has(made.ID.Reference(), w.PartnerOffersActive(), w.PartnerOfferSent(), "anna@example.com", w.PartnerOfferPending(), "ola@example.com", w.OverviewNo(), w.PartnerOfferWhyAnswered(), "Support agreement", w.SiteAdministration(), w.SiteLicenceCount(25)+", "+w.SiteDays(30))
		body := string(v.Page.Body)
		if !strings.Contains(body, `data-copy="`+s.URL+"/o/"+made.ID.Code()+`"`) || !strings.Contains(body, `src="data:image/svg&#43;xml;base64,`) {
			t.Errorf("neither link nor drawing:\n%s", body)
		}
		v.See("partner-offer")

		address, again := v.Page.Form(w.PartnerOfferResend() + " anna@example.com")
		v.Click(http.StatusOK, w.PartnerOfferResend()+" anna@example.com")
		v.Has(w.PartnerOfferDoneResend())
		_, err := v.Post(t.Context(), address, again)
		s.Must(err)
		if now := s.StoredInvitation(anna.ID); now.Generation != 2 {
			t.Errorf("two presses of one button sent %d mails", now.Generation)
		}
		v.Open(http.StatusOK, here)
		revoking := v.Page.Links(w.PartnerOfferRevoke() + " anna@example.com")[0]
		v.Open(http.StatusOK, revoking)
		v.Has(w.PartnerOfferRevokeTitle(), "anna@example.com", w.PartnerOfferRevokeText())
		v.See("partner-offer-revoke")
		if now := s.StoredInvitation(anna.ID); now.Answer == invitation.Revoked {
			t.Error("who was only asked has revoked")
		}
		v.Click(http.StatusOK, w.PartnerOfferRevokeButton())
		v.Has(w.PartnerOfferDoneRevoke(), w.PartnerOfferWhyRevoked())
		v.Open(http.StatusOK, revoking)
		v.At(here)
		v.Lacks(w.PartnerOfferRevokeTitle())
		if now := s.StoredInvitation(anna.ID); now.Answer != invitation.Revoked {
			t.Errorf("%+v", now)
		}

		v.Click(http.StatusOK, w.PartnerOfferPause())
		v.Has(w.PartnerOfferDonePause(), w.PartnerOffersPaused())
		if now, _, _ := s.Offer(t.Context(), made.ID); now.Status != offer.Paused || now.PauseReason != offer.PausedByPartner {
			t.Errorf("%+v", now)
		}
		v.See("partner-offer-paused")
		v.Click(http.StatusOK, w.PartnerOfferResume())
		v.Has(w.PartnerOfferDoneResume(), w.PartnerOffersActive())

		v.Open(http.StatusOK, here+"/withdraw")
		v.Has(w.PartnerOfferWithdrawTitle(), w.PartnerOfferWithdrawText())
		v.See("partner-offer-withdraw")
		v.Click(http.StatusOK, w.PartnerOfferWithdrawButton(), "tell", "yes")
		v.Has(w.PartnerOfferDoneWithdraw(), w.PartnerOfferWhyEnded(), w.PartnerOffersWithdrawn())
		v.Lacks(w.PartnerOfferLinkLabel())
		if n := strings.Count(string(v.Page.Body), `disabled aria-describedby="why-not"`); n != 3 || s.CountEvents(offer.WithdrawnEvent{}.Type()) != 1 {
			t.Errorf("%d acts are disabled", n)
		}
		v.See("partner-offer-ended")
		v.Open(http.StatusOK, here+"/withdraw")
		v.Lacks(w.PartnerOfferWithdrawTitle())
	})
}

// TestClosed: an offer that nobody can accept, as something in it is not available in its country, says so; what ended says only that.
func TestClosed(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		made := s.MakeOffer(nil)
		v := s.SignedIn(admin, language)
		w, here := v.W, path+"/"+string(made.ID)
		v.Open(http.StatusOK, here+"?lang="+language)
		v.Has(w.PartnerOfferFollow())
		v.Lacks(w.PartnerOfferClosed())
		s.CloseRegion(catalog.FeatureTrials, catalog.FeaturePurchases)
		s.Restart(0)
		v.Open(http.StatusOK, here)
		v.Has(w.PartnerOfferClosed(), w.PartnerOffersActive())
		v.Lacks(w.PartnerOfferFollow())
		v.HasClosed(catalog.FeatureTrials)
		v.See("partner-offer-closed")
		s.Withdraw(made.ID)
		v.Open(http.StatusOK, here)
		v.Lacks(w.PartnerOfferClosed())
	})
}

// TestBiller: who bills a purchase is said to its partner, not as to its customer.
func TestBiller(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	v := s.SignedIn(admin, "en")
	v.Open(http.StatusOK, path+"/"+string(s.Purchase(nil).ID))
	v.Has(v.W.SiteBillerCustomer())
	v.Lacks(v.W.SiteBiller() + " ")
}

// TestRefused: what is no longer so is said, and nothing is written; nothing goes out while an offer is paused or its partner may not.
func TestRefused(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	made := s.MakeOffer(nil)
	anna, _ := s.Invite(made, "anna@example.com", "pl")
	here := path + "/" + string(made.ID)
	v, other := s.SignedIn(admin, "en"), s.SignedIn(admin, "en")
	w := v.W
	v.Open(http.StatusOK, here)
	other.Open(http.StatusOK, here)
	other.Click(http.StatusOK, w.PartnerOfferPause())
	other.Has(w.PartnerOfferWhyPaused())
	before := s.Dump(t)
	v.Click(http.StatusConflict, w.PartnerOfferPause())
	v.Open(http.StatusOK, here)
	if s.Dump(t) != before {
		t.Error("a refused act changed the table")
	}
	if _, form := v.Page.Form(w.PartnerOfferResend() + " anna@example.com"); form.Get("action") == "resend" {
		t.Error("a paused offer's mail can be sent again")
	}
	v.Click(http.StatusOK, w.PartnerOfferResume())
	o := s.Op()
	_, _, err := offer.Change(t.Context(), s.Table, made.ID, offer.PausedEvent{Reason: offer.PausedByReports}, o, func(now offer.Offer, used int) (offer.Offer, error) {
		return now.Pause(offer.PausedByReports, used, o.At)
	})
	s.Must(err)
	v.Open(http.StatusOK, here)
	v.Has(w.PartnerOfferWhyNotYours())
	if _, form := v.Page.Form(w.PartnerOfferResume()); form.Get("action") == "resume" {
		t.Error("the partner can resume what reports paused")
	}
	_, _, err = offer.Change(t.Context(), s.Table, made.ID, offer.ResumedEvent{}, o, func(now offer.Offer, used int) (offer.Offer, error) {
		return now.Resume(offer.PausedByVendor, used, o.At)
	})
	s.Must(err)
	v.Open(http.StatusOK, here)
	s.PartnerStatus(pagetest.Asking, partner.Suspended)
	v.Click(http.StatusConflict, w.PartnerOfferResend()+" anna@example.com")
	if s.StoredInvitation(anna.ID).Generation != 1 {
		t.Error("a suspended partner sent a mail")
	}
}

// TestInvited: an offer whose own link leads nowhere shows none, and how often it was accepted where that is bounded.
func TestInvited(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	made := s.MakeOffer(func(d *offer.Draft) { d.Visibility, d.MaxRedemptions = offer.Invited, 3 })
	v := s.SignedIn(admin, "en")
	v.Open(http.StatusOK, path+"/"+string(made.ID))
	v.Has(v.W.PartnerOfferLinkNone(), v.W.PartnerOfferUsesOf(0, 3), v.W.PartnerOfferNoRecipients())
	v.Lacks("/o/" + made.ID.Code())
	other := s.SignedIn("piotr@"+string(pagetest.Advising)+".example", "en")
	other.Open(http.StatusNotFound, path+"/"+string(made.ID))
	other.Open(http.StatusNotFound, path+"/"+string(made.ID)+"/withdraw")
}

// TestRecipients: who answered, and who can't answer any more as the offer has ended, has no button that can be pressed; whoever withdraws says
// whether the open ones are notified.
func TestRecipients(t *testing.T) {
	t.Parallel()
	for _, notified := range []string{"", "yes"} {
		s := pagetest.Open(t)
		made := s.MakeOffer(nil)
		ola, _ := s.Invite(made, "ola@example.com", "en")
		s.Invite(made, "ewa@example.com", "en")
		s.ChangeInvitation(ola.ID, func(inv invitation.Invitation) (invitation.Invitation, error) { return inv.Decline("red_test", s.At) })
		v, here := s.SignedIn(admin, "en"), path+"/"+string(made.ID)
		pressed := func(mail string) (can []string) {
			v.Open(http.StatusOK, here)
			if _, form := v.Page.Form(v.W.PartnerOfferResend() + " " + mail); form.Get("about") != "" {
				can = append(can, "resend")
			}
			return append(can, v.Page.Links(v.W.PartnerOfferRevoke()+" "+mail)...)
		}
		if ola, ewa := pressed("ola@example.com"), pressed("ewa@example.com"); len(ola) != 0 || len(ewa) != 2 {
			t.Errorf("who declined has %v, who did not answer %v", ola, ewa)
		}
		v.Open(http.StatusOK, here+"/withdraw")
		v.Click(http.StatusOK, v.W.PartnerOfferWithdrawButton(), "tell", notified)
		v.Has(v.W.PartnerOfferWhyRevoked())
		if ewa := pressed("ewa@example.com"); len(ewa) != 0 {
			t.Errorf("after the end %v", ewa)
		}
		found, _, err := s.TenantEvents(t.Context(), event.Partner(string(pagetest.Asking)), event.Filter{Type: offer.WithdrawnEvent{}.Type()}, dynamo.Page{Limit: 1})
		s.Must(err)
		if what, ok := event.As[offer.WithdrawnEvent](found[0].Changes[0]); !ok || (what.Tell == offer.TellRecipients) != (notified != "") {
			t.Errorf("notified %q, recorded %+v", notified, what)
		}
	}
}

// TestRevokeWhose: nobody is asked about an invitation that is not the partner's own, of this offer, or was asked for by a visitor, whose address is
// not the partner's to know.
func TestRevokeWhose(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	made, other := s.MakeOffer(nil), s.MakeOffer(nil)
	anna, _ := s.Invite(made, "anna@example.com", "en")
	visitor, _ := s.Invite(made, "olaf@example.com", "en")
	s.ChangeInvitation(visitor.ID, func(inv invitation.Invitation) (invitation.Invitation, error) {
		inv.Origin = invitation.FromVisitor
		return inv, nil
	})
	v := s.SignedIn(admin, "en")
	for _, where := range []string{
		string(other.ID) + "/revoke/" + anna.ID.Bare(), string(made.ID) + "/revoke/" + visitor.ID.Bare(), string(made.ID) + "/revoke/none", string(made.ID) + "/revoke/" + strings.Repeat("0", 26),
	} {
		v.Open(http.StatusNotFound, path+"/"+where)
		v.Lacks("@example.com")
	}
	stranger := s.SignedIn("piotr@"+string(pagetest.Advising)+".example", "en")
	stranger.Open(http.StatusNotFound, path+"/"+string(made.ID)+"/revoke/"+anna.ID.Bare())
}

// TestHeldBack: where a mail was held back as its address has received too many, the page says so, and when to send it again.
func TestHeldBack(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		made := s.MakeOffer(nil)
		anna, _ := s.Invite(made, "anna@example.com", "pl")
		s.ChangeInvitation(anna.ID, func(inv invitation.Invitation) (invitation.Invitation, error) {
			inv.Delivery, inv.DeliveryReason = invitation.Suppressed, "rate"
			return inv, nil
		})
		v := s.SignedIn(admin, language)
		v.Open(http.StatusOK, path+"/"+string(made.ID)+"?lang="+language)
		v.Has(v.W.PartnerOfferIsSuppressed(), v.W.PartnerOfferReasonRate())
		v.See("partner-offer-held-back")
		v.Click(http.StatusOK, v.W.PartnerOfferResend()+" anna@example.com")
		v.Has(v.W.PartnerOfferDoneResend())
	})
}

// TestAsked: what a partner asks for is said to it, not as to its customer.
func TestAsked(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.SignedIn(admin, "en")
	v.Open(http.StatusOK, path+"/"+string(s.MakeOffer(pagetest.Request(offer.PartnerOfRecord)).ID))
	v.Has(v.W.SiteAskedPartnerOfRecordCustomer())
	v.Lacks(v.W.SiteAskedPartnerOfRecord())
}

// noAccess takes the access to customers from the asking partner's first user.
func noAccess(s *pagetest.World) {
	found, _, err := s.PartnerUsers(context.Background(), pagetest.Asking, "", dynamo.Page{Limit: 1})
	s.Must(err)
	u, o := found[0], s.Op()
	u.CustomerAccess = partner.NoAccess
	s.Must(s.SavePartnerUser(context.Background(), u, 0, event.New(o, event.Partner(string(u.Partner)), event.Of(u.ID, partner.UserUpdatedEvent{})), o))
}

// TestStrangers: who has no access to customers is notified who gives it, and another partner sees its own offers alone.
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
	v.Open(http.StatusForbidden, path+"/"+string(made.ID))
}
