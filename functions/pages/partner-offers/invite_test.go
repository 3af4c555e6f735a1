package partneroffers_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

// lines are so many addresses, one a line.
func lines(n int) string {
	made := make([]string, n)
	for i := range made {
		made[i] = fmt.Sprintf("r%d@example.com", i)
	}
	return strings.Join(made, "\n")
}

// sends goes on with the lists that were started, until they are done or steps are over.
func sends(s *pagetest.World, of offer.ID, steps int) {
	ctx := context.Background()
	lists, err := s.Bulks(ctx, of)
	s.Must(err)
	for _, b := range lists {
		rows, err := s.BulkRows(ctx, of, b.ID, s.At)
		s.Must(err)
		for ; b.Status == invitation.BulkSending && steps > 0; steps-- {
			o := s.Op()
			o.ID = op.Name(b.ID, fmt.Sprint(b.Invited))
			b, err = invitation.SendOn(ctx, s, b, rows, op.Actor{Kind: op.PartnerUser, ID: string(b.By)}, o)
			s.Must(err)
		}
	}
}

// TestInvite: more people are invited to an offer that stands: a few at once, many in the background, whose progress the offer's page says until it
// ends or is stopped.
func TestInvite(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		made := s.MakeOffer(nil)
		s.Invite(made, "anna@example.com", "pl")
		v := s.SignedIn(admin, language)
		w, here := v.W, path+"/"+string(made.ID)
		v.Open(http.StatusOK, here+"?lang="+language)
		v.Open(http.StatusOK, v.Page.Links(w.InvitedMore())[0])
		v.At(here + "/invite")
		v.See("partner-offer-invite")
		v.Click(http.StatusUnprocessableEntity, w.InvitedCheck())
		v.Has(w.InvitedMissing())
		v.Click(http.StatusOK, w.InvitedCheck(), "recipients", "anna@example.com, pl, Anna\nola@example.com, pl, Ola Nowak\nnobody")
		v.Has(w.InvitedCounts(w.InvitedRead(3), 1), w.InvitedFlawInvited(), w.InvitedFlawAddress(), "Ola Nowak")
		v.See("partner-offer-invite-list")
		review := v.Page.URL.RequestURI()
		address, again := v.Page.Form(w.OfferNewSend(1))
		v.Click(http.StatusOK, w.OfferNewSend(1))
		v.At(here)
		v.Has(w.PartnerOfferDoneInvite(), "ola@example.com", "Ola Nowak", w.InvitedProgress(1, 1), w.InvitedSent())
		v.Lacks(w.InvitedRefresh())
		_, err := v.Post(t.Context(), address, again)
		s.Must(err)
		if n := s.Holds(t, "invitation"); n != 2 {
			t.Errorf("two presses of one button: %d invitations", n)
		}

		v.Open(http.StatusOK, review)
		v.At(here)
		v.Lacks(w.InvitedRows())
		v.Open(http.StatusOK, here+"/invite")
		v.Click(http.StatusOK, w.InvitedCheck(), "file", "email;name\n"+strings.ReplaceAll(lines(100), "\n", ";\n"))
		v.Has(w.InvitedCounts(w.InvitedRead(100), 100))
		address, again = v.Page.Form(w.OfferNewSend(100))
		v.Click(http.StatusOK, w.OfferNewSend(100))
		v.Has(w.InvitedProgress(0, 100), w.InvitedSending(), w.InvitedSendingText())
		_, err = v.Post(t.Context(), address, again)
		s.Must(err)
		sends(s, made.ID, 1)
		v.Open(http.StatusOK, v.Page.Links(w.InvitedRefresh())[0])
		v.Has(w.InvitedProgress(40, 100))
		v.See("partner-offer-sending")
		s.Pause(made.ID)
		sends(s, made.ID, 1)
		v.Open(http.StatusOK, here)
		v.Has(w.InvitedProgress(40, 100), w.InvitedStopped(), w.PartnerOfferWhyPaused())
		v.Lacks(w.InvitedRefresh())
		v.See("partner-offer-stopped")
		if s.CountEvents(invitation.BulkStartedEvent{}.Type()) != 1 || s.Holds(t, "invitation") != 42 {
			t.Errorf("%d starts, %d invitations", s.CountEvents(invitation.BulkStartedEvent{}.Type()), s.Holds(t, "invitation"))
		}
		v.Open(http.StatusOK, here+"/invite")
		v.At(here)
	})
}

// TestInviteRefused: what stands in the way of the button is said before and after it is pressed, and the list stays.
func TestInviteRefused(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Env.InvitationsPerDay = 50
	s.Restart(0)
	made := s.MakeOffer(func(d *offer.Draft) { d.MaxRedemptions = 60 })
	v := s.SignedIn(admin, "en")
	w, here := v.W, path+"/"+string(made.ID)+"/invite"
	v.Open(http.StatusOK, here)
	v.Click(http.StatusOK, w.InvitedCheck(), "recipients", lines(61))
	v.Has(v.W.InvitedLeft(50))
	first := v.Page.URL.RequestURI()
	address, form := v.Page.Form(w.InvitedCheckAgain())
	form.Set("action", "send")
	page, err := v.Post(t.Context(), address, form)
	s.Must(err)
	v.Look(page, http.StatusUnprocessableEntity, "more than can accept")
	v.Click(http.StatusUnprocessableEntity, w.InvitedCheckAgain(), "recipients", "\"x")
	v.Has(w.InvitedWrongQuotes(1, 1), w.InvitedRead(61))

	v.Open(http.StatusOK, here)
	v.Click(http.StatusOK, w.InvitedCheck(), "recipients", lines(51))
	v.Has(v.W.InvitedLeft(50), "Limit a day: 50.")
	address, form = v.Page.Form(w.InvitedCheckAgain())
	form.Set("action", "send")
	page, err = v.Post(t.Context(), address, form)
	s.Must(err)
	v.Look(page, http.StatusTooManyRequests, "more than the day has left")
	if page.Header.Get("Retry-After") == "" {
		t.Error("it is not said when it fits")
	}
	v.Has(w.InvitedRead(51))

	v.Open(http.StatusOK, here)
	v.Click(http.StatusOK, w.InvitedCheck(), "recipients", "nobody")
	v.Has(w.InvitedNobody())

	stranger := s.SignedIn("piotr@"+string(pagetest.Advising)+".example", "en")
	stranger.Open(http.StatusNotFound, first)
	if s.Holds(t, "invitation") != 0 || s.CountEvents((invitation.BulkStartedEvent{}).Type()) != 0 {
		t.Error("something was sent")
	}
	for _, item := range s.Items(t) {
		if fixture.Text(item, "class") == "bulk" {
			s.Set(t, fixture.Text(item, "PK"), fixture.Text(item, "SK"), &types.AttributeValueMemberS{Value: "usr_" + string(pagetest.Asking) + "_colleague"}, "by")
		}
	}
	v.Open(http.StatusOK, first)
	v.At(path + "/" + string(made.ID))
	v.Lacks("r0@example.com")
	s.PartnerStatus(pagetest.Asking, partner.Suspended)
	v.Open(http.StatusOK, path+"/"+string(made.ID))
	v.Has(w.OfferWhySuspended("Skylark Cloud"))
	v.Open(http.StatusOK, here)
	v.At(path + "/" + string(made.ID))
}
