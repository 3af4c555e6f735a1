package partneroffernew_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"

	"liaison/shared/dynamo"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// admin signs in the asking partner's first user.
const admin = "piotr@" + string(pagetest.Asking) + ".example"

const path = "/partner/offers/new"

// walk answers the steps of a trial up to the check.
func walk(v *pagetest.Visitor, to string) {
	w := v.W
	v.Open(http.StatusOK, path+"/country?kind=trial")
	v.Click(http.StatusOK, w.SiteNext(), "country", "PL")
	v.At(path + "/plan")
	v.Click(http.StatusOK, w.SiteNext(), "plan", string(pagetest.Suite))
	v.At(path + "/access")
	v.Click(http.StatusOK, w.SiteNext(), "access", "yes", "role", offer.RoleLimited, "days", "30")
	v.At(path + "/message")
	v.Click(http.StatusOK, w.SiteNext(), "message", "As agreed on the phone.", "terms_title", "Support", "terms_text", "We answer within a day.")
	v.At(path + "/recipients")
	visibility := string(offer.Invited)
	if to == "" {
		visibility = string(offer.Public)
	}
	v.Click(http.StatusOK, w.SiteNext(), "visibility", visibility, "recipients", to)
	v.At(path + "/check")
}

// offers are what the asking partner has made.
func offers(s *pagetest.World) []offer.Offer {
	found, _, err := s.Offers(context.Background(), pagetest.Asking, dynamo.Page{Limit: 100}, nil)
	s.Must(err)
	return found
}

// TestTrial walks from the kinds to the offer's page: what was answered makes one offer and one mailing, however often the button is pressed.
func TestTrial(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.OfferNewOffer(), w.OfferedTrial(), w.OfferNewAboutTrial(), w.OfferNewNotEnrolled("Skylark Cloud"))
		v.See("offer-new-kinds")
		walk(v, "anna@example.com, pl\nola@example.com")
		v.Has(w.OfferNewTitleTrial(), w.Country("PL"), "As agreed on the phone.", "anna@example.com", w.SiteDays(30), w.OfferNewSend(2), w.PreviewPage())
		v.See("offer-new-check")
		address, again := v.Page.Form(w.OfferNewSend(2))
		v.Click(http.StatusOK, w.OfferNewSend(2))
		v.At("/partner/offers/ofr_")
		v.Has(w.PartnerOfferDoneSent(), "anna@example.com", "ola@example.com")
		_, err := v.Post(t.Context(), address, again)
		s.Must(err)
		made := offers(s)
		if len(made) != 1 || s.Holds(t, "invitation") != 2 || s.Holds(t, "begun_offer") != 0 {
			t.Fatalf("%d offers, %d invitations", len(made), s.Holds(t, "invitation"))
		}
		of, _, err := s.Offer(context.Background(), made[0].ID)
		s.Must(err)
		if of.Kind != offer.Trial || of.Country != "PL" || of.Plan() != pagetest.Suite || of.DelegatedAdministration.Days != 30 || of.Visibility != offer.Invited ||
			of.PartnerTerms.Title != "Support" || !of.ExpiresAt.After(s.At.AddDate(0, 0, 89)) {
			t.Errorf("%+v", of)
		}
		found, _, err := s.Invitations(context.Background(), of.ID, dynamo.Page{Limit: 10}, nil)
		s.Must(err)
		for _, inv := range found {
			if inv.Mail == "anna@example.com" && inv.Language != "pl" || inv.Answer != invitation.Pending {
				t.Errorf("%+v", inv)
			}
		}
		v.Open(http.StatusOK, path+"/check?offer="+of.ID.Code())
		v.At("/partner/offers/" + string(of.ID))
		if !strings.Contains(string(v.Page.Body), of.ID.Reference()) {
			t.Error("what was made does not lead to its page")
		}
	})
}
