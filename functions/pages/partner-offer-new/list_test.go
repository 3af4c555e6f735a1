package partneroffernew_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/dynamo"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

// csv is a file with so many good rows, and with wrong ones after them.
func csv(good int, wrong ...string) string {
	rows := []string{"Name;E-mail;Language"}
	for i := range good {
		rows = append(rows, fmt.Sprintf("Recipient %d;r%d@example.com;pl", i, i))
	}
	return strings.Join(append(rows, wrong...), "\r\n") + "\r\n"
}

// toRecipients answers the steps of a request up to the recipients.
func toRecipients(v *pagetest.Visitor) {
	v.Open(http.StatusOK, path+"/country?kind=partner_of_record")
	v.Click(http.StatusOK, v.W.SiteNext(), "country", "PL")
	v.Click(http.StatusOK, v.W.SiteNext())
	v.At(path + "/recipients")
}

// TestList: a file is shown row by row before anything is sent, the wrong rows first; they are mended or left out, and one press makes the offer,
// starts the list and counts all of it, once.
func TestList(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		toRecipients(v)
		v.Click(http.StatusOK, w.SiteNext(), "file", csv(60, "Ola;ola@example;pl", "Jan;R3@example.com;pl", "Ewa;ewa@example.com;fr", "=1+1;x@example.com;"), "visibility", string(offer.Invited))
		v.At(path + "/recipients")
		v.Has(w.InvitedCounts(w.InvitedRead(64), 60), w.InvitedFlawAddress(), w.InvitedFlawTwice(), w.InvitedFlawLanguage("en, pl"), w.InvitedFlawFormula(), "r5@example.com", w.InvitedMoreRows(), w.InvitedMend())
		v.Lacks("r6@example.com", w.InvitedFirst(), w.InvitedLeft(500))
		v.See("offer-new-list")
		_, form := v.Page.Form(w.InvitedCheckAgain())
		if form.Get("visibility") != string(offer.Invited) || !strings.Contains(form.Get("recipients"), "ola@example, pl, Ola") {
			t.Errorf("what was typed is lost: %v", form)
		}
		v.Open(http.StatusOK, v.Page.Links(w.InvitedMoreRows())[0])
		v.Has("r6@example.com", w.InvitedFirst())
		v.Open(http.StatusOK, path+"/check?offer="+form.Get("offer"))
		v.At(path + "/recipients")
		v.Click(http.StatusOK, w.InvitedCheckAgain(), "recipients", "ola@example.com, pl, Ola")
		v.Has(w.InvitedCounts(w.InvitedRead(61), 61))
		v.Lacks(w.InvitedMend())
		if s.Holds(t, "invitation") != 0 || len(offers(s)) != 0 {
			t.Fatal("something was sent before it was pressed")
		}
		v.Click(http.StatusOK, w.InvitedGoOn(61))
		v.At(path + "/check")
		v.Has(w.InvitedListed(61), w.OfferNewSend(61), "r0@example.com")
		v.See("offer-new-check-list")
		address, again := v.Page.Form(w.OfferNewSend(61))
		v.Click(http.StatusOK, w.OfferNewSend(61))
		v.At("/partner/offers/ofr_")
		v.Has(w.PartnerOfferDoneSent(), w.InvitedLists(), w.InvitedProgress(0, 61), w.InvitedSending(), w.InvitedRefresh())
		v.See("partner-offer-sending")
		_, err := v.Post(t.Context(), address, again)
		s.Must(err)
		if len(offers(s)) != 1 || s.CountEvents(invitation.BulkStartedEvent{}.Type()) != 1 || s.Holds(t, "begun_offer") != 0 || s.Holds(t, "invitation") != 0 {
			t.Errorf("%d offers, %d starts", len(offers(s)), s.CountEvents(invitation.BulkStartedEvent{}.Type()))
		}
	})
}

// TestListFew: of a list with up to 40 good rows these go on as if they were typed, with their names.
func TestListFew(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.SignedIn(admin, "en")
	w := v.W
	toRecipients(v)
	v.Click(http.StatusOK, w.SiteNext(), "file", csv(2, "Ola;ola@example;pl"), "visibility", string(offer.Invited))
	v.Has(w.InvitedCounts(w.InvitedRead(3), 2))
	v.Click(http.StatusOK, w.InvitedCheckAgain(), "file", csv(2, "Eve;eve@example;pl")) // instead: what was to be mended of the first goes with it
	v.Has(w.InvitedCounts(w.InvitedRead(3), 2), "eve@example")
	v.Lacks("ola@example")
	v.Click(http.StatusOK, w.InvitedGoOn(2))
	v.At(path + "/check")
	v.Click(http.StatusOK, w.OfferNewSend(2))
	v.Has(w.PartnerOfferDoneSent(), "r0@example.com", "Recipient 0 · Polski", "Recipient 1")
	v.Lacks(w.InvitedLists(), "ola@example")
	found, _, err := s.Invitations(context.Background(), offers(s)[0].ID, dynamo.Page{Limit: 10}, nil)
	s.Must(err)
	if len(found) != 2 || found[0].Language != "pl" || found[0].Name == "" {
		t.Errorf("%+v", found)
	}

	toRecipients(v)
	v.Click(http.StatusOK, w.SiteNext(), "file", "anna@example.com\nola@example.com", "visibility", string(offer.Invited))
	v.At(path + "/check")
}

// TestListWrong: what cannot be read is said by row and column; what was typed beside it stays, and so does a list that stands.
func TestListWrong(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Env.InvitationsPerDay = 50
	s.Restart(0)
	v := s.SignedIn(admin, "en")
	w := v.W
	toRecipients(v)
	v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "file", "a@example.com;pl;\"Anna", "visibility", string(offer.Public), "recipients", "typed@example.com", "most", "70")
	v.Has(w.InvitedWrongQuotes(1, 3))
	_, form := v.Page.Form(w.SiteNext())
	if form.Get("recipients") != "typed@example.com" || form.Get("visibility") != string(offer.Public) || form.Get("most") != "70" {
		t.Errorf("what was typed is lost: %v", form)
	}
	v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "file", strings.Repeat("a@example.com\n", invitation.MaxBulk+1))
	v.Has(w.InvitedWrongRows(invitation.MaxBulk + 2))
	v.Click(http.StatusRequestEntityTooLarge, w.SiteNext(), "file", strings.Repeat("x", 300<<10))

	toRecipients(v)
	v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "visibility", string(offer.Invited), "recipients", "anna@example.com, fr, Anna")
	v.Has(w.InvitedRowWrong("anna@example.com", w.InvitedFlawLanguage("en, pl")))
	v.Click(http.StatusOK, w.SiteNext(), "file", csv(60), "recipients", "", "visibility", "")
	v.Has(w.InvitedCounts(w.InvitedRead(60), 60), w.InvitedLeft(50))
	v.Click(http.StatusUnprocessableEntity, w.InvitedGoOn(60))
	v.Has(w.OfferNewWhoMissing(), w.InvitedCounts(w.InvitedRead(60), 60))
	v.Click(http.StatusUnprocessableEntity, w.InvitedGoOn(60), "visibility", string(offer.Invited), "most", "59")
	v.Has(w.OfferNewMostFew(60))
	v.Click(http.StatusUnprocessableEntity, w.InvitedCheckAgain(), "recipients", "\x00", "most", "")
	v.Has(w.InvitedWrongControl(1, 1), w.InvitedCounts(w.InvitedRead(60), 60))
	v.Click(http.StatusOK, w.InvitedGoOn(60), "recipients", "")
	v.At(path + "/check")
	refused := v.Click(http.StatusTooManyRequests, w.OfferNewSend(60))
	if v.Has(w.OfferNewNotNow()); refused.Header.Get("Retry-After") == "" {
		t.Error("it is not said when it fits")
	}
	if s.Holds(t, "offer") != 0 {
		t.Error("an offer was made whose list does not fit into the day")
	}
	_, err := partner.Trust(context.Background(), s, pagetest.Asking, true, s.Op())
	s.Must(err)
	v.Click(http.StatusOK, w.OfferNewSend(60))
	v.Has(w.InvitedProgress(0, 60))
}

// TestListGone: a list that is kept no longer is asked for once more, and another's is nobody's.
func TestListGone(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.SignedIn(admin, "en")
	w := v.W
	toRecipients(v)
	v.Click(http.StatusOK, w.SiteNext(), "file", csv(60), "visibility", string(offer.Invited))
	v.Click(http.StatusOK, w.InvitedGoOn(60))
	v.At(path + "/check")
	here := v.Page.URL.RequestURI()
	for _, item := range s.Items(t) {
		if sk := fixture.Text(item, "SK"); strings.HasPrefix(sk, "BULK#") {
			s.Set(t, fixture.Text(item, "PK"), sk, &types.AttributeValueMemberN{Value: "1"}, "ttl")
		}
	}
	v.Open(http.StatusOK, here)
	v.At(path + "/recipients")
	v.Lacks(w.InvitedRows())
}
