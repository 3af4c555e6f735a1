package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"liaison/infra/local/sample"
	"liaison/infra/local/story"
	"liaison/shared/contract"
)

// TestMarket is the story of a customer who knows nobody, by pages alone, three people with a browser each: a partner writes its listing and the
// vendor publishes it; a visitor comes by the front page and the match to it and writes; the partner answers and makes an offer of it, and the
// visitor's Yes wins the lead. Then somebody who orders is helped to the same partner, and comes back with all that was typed.
func TestMarket(t *testing.T) {
	for _, w := range []way{{language: "en"}, {language: "pl", noScripts: true, narrow: true}} {
		t.Run(fmt.Sprint(w), func(t *testing.T) {
			maria, of := lists(t, w)
			anna := seeks(t, w, of)
			wins(t, maria, anna)
			helped(t, w, of)
		})
	}
}

// lists returns the administrator of a new partner, whose listing the vendor published, and the partner.
func lists(t *testing.T, on way) (*person, contract.Partner) {
	maria, staff := meets(t, on, set.Address("maria")), meets(t, on, set.System.Identity.OperatorName)
	w, said := maria.W, contract.Language(on.language)
	var of contract.Partner
	set.Must(t, set.Program.Operator, http.StatusCreated, http.MethodPost, "/v1/partners", contract.PartnerCreate{
		LegalName: "Lagoon " + on.String(), Country: sample.Country, City: "Hel", Website: "https://lagoon.example", Phone: "+48 58 555 04 00", Email: maria.address, Language: &said,
		Administrator: contract.Administrator{Name: "Maria Bursztyn", Email: maria.address, Language: &said},
	}, &of)
	set.Must(t, set.Program.Operator, http.StatusOK, http.MethodPost, "/v1/partners/"+of.PartnerID+"/verify", contract.PartnerVerify{}, nil)
	set.Must(t, set.Program.Operator, http.StatusOK, http.MethodPut, "/v1/partners/"+of.PartnerID+"/authorisations/"+sample.TrialPlan,
		contract.PartnerAuthorise{Countries: []string{sample.Country}}, nil)

	maria.Open(maria.reads().Link(maria.URL("/set-password/")))
	maria.fills(w.PasswordButton(), "password", story.Passphrase)
	maria.signsIn("/partner/listing", story.Passphrase)
	maria.stands(w.ListingTitle(), 0)
	maria.Press(w.ListingWrite())
	maria.Press(w.ListingSaveAndSubmit())
	maria.stands(w.ListingEdit(), 6)
	maria.Fill("headline", "Mail for hotels on the coast")
	maria.Fill("text", "We move mail, train your people and stay.")
	for name, value := range map[string]string{"services": "develop", "roles": "advice", "industries": "hospitality", "plans": sample.TrialPlan, "languages": "pl"} {
		maria.Choose(name, value)
	}
	maria.Choose("services", "migrate")
	maria.fills(w.ListingSaveAndSubmit(), "countries", sample.Country)
	maria.says(w.ListingSubmitted())

	staff.signsIn("/vendor", set.System.Identity.OperatorPassword)
	staff.Press(w.ListingOf(of.LegalName))
	staff.says("Mail for hotels on the coast")
	staff.chooses(w.VendorDecide(), "decision", "publish")
	staff.says(w.VendorDone())
	set.Settle(t)
	maria.reads() // that it is published
	maria.Open(maria.URL("/partner/listing"))
	maria.says(w.ListingPublished())
	return maria, of
}

// seeks leads somebody who knows no partner from the front page to one, and sends a message to it, with the mistakes that a page should catch.
func seeks(t *testing.T, on way, of contract.Partner) *person {
	anna := meets(t, on, set.Address("anna"))
	w := anna.W
	anna.Open(anna.URL("/"))
	anna.Press(w.MarketplaceTitle())
	anna.stands(w.MarketplaceTitle(), 0)
	anna.Press(w.MarketplaceMatch())
	anna.Press(w.MarketplaceMatchButton())
	anna.stands(w.MarketplaceMatchTitle(), 2)
	anna.Choose("service", "develop")
	anna.Pick("country", sample.Country)
	anna.Pick("plan", sample.TrialPlan)
	anna.Press(w.MarketplaceMatchButton())
	anna.stands(w.MarketplaceMatchTitle(), 0)
	anna.says(of.LegalName, w.MarketplaceWhyAll(), w.MarketplaceWhySeat(w.Country(sample.Country)))
	anna.Choose("partner", of.PartnerID)
	anna.Press(w.MessageChosen())
	if s := anna.stands(w.MessageTitle(1), 0); s.Values["service"] != "develop" || s.Values["country"] != sample.Country || s.Values["plan"] != sample.TrialPlan || s.Values["agree"] != "" {
		t.Errorf("what was said before is not filled in: %v", s.Values)
	}
	anna.fills(w.InquirySend(), "company", "Hotel "+on.String(), "text", "We are 40 people and want to move our mail.")
	anna.stands(w.MessageTitle(1), 3)
	anna.Fill("name", "Anna Nowak")
	anna.Fill("email", anna.address)
	anna.chooses(w.InquirySend(), "agree", "yes")
	anna.stands(w.OfferSentTitle(), 0)
	anna.Open(anna.reads().Link(anna.URL("/find-a-partner/messages/")))
	anna.stands(w.InquiryConfirmTitle(), 0)
	anna.Press(w.InquirySend())
	anna.stands(w.InquirySentTitle(), 0)
	anna.says(of.LegalName, w.InquiryWaiting())
	return anna
}

// wins has the partner answer what came and make an offer of it, and the sender say yes.
func wins(t *testing.T, maria, anna *person) {
	w := maria.W
	maria.Open(maria.reads().Link(maria.URL("/partner/leads/")))
	lead := maria.Standing().URL
	maria.says("We are 40 people and want to move our mail.", anna.address)
	maria.Press(w.LeadsAnswer())
	maria.fills(w.LeadsAnswer(), "answer", "We can begin in January.")
	maria.says(w.LeadsActive(), w.LeadsYourAnswer())
	anna.Open(anna.reads().Link(anna.URL("/find-a-partner/messages/")))
	anna.says(w.InquiryAnswered(), "We can begin in January.")

	maria.Press(w.LeadsOfferTrial())
	maria.Press(w.SiteNext())
	maria.Press(w.SiteNext())
	maria.chooses(w.SiteNext(), "access", "no")
	maria.Press(w.SiteNext())
	maria.Press(w.SiteNext())
	maria.Press(w.OfferNewSend(1))
	maria.says(w.PartnerOfferDoneSent())

	anna.Open(anna.reads().Link(anna.URL("/i/")))
	anna.Press(w.SiteNext())
	anna.fills(w.SiteNext(), "company", "Hotel", "name", "Anna Nowak")
	anna.chooses(w.RedeemStart(30), "agree", "yes")
	anna.stands(w.ReceiptTitle(30), 0)
	set.Settle(t)
	maria.Open(lead)
	maria.says(w.LeadsWon())
}

// helped leads a customer's owner from an order, and then from subscriptions, to the partner and back: what was typed stands there, with its ID.
func helped(t *testing.T, on way, of contract.Partner) {
	v, hand, stands := begins(t, on)
	v.Owner()
	suite, mail := "Skylark Suite", "Skylark Mail"
	if on.language == "pl" {
		suite, mail = "Pakiet Skylark", "Skylark Poczta"
	}
	chosen := func(heading, plan string, want map[string]string) {
		t.Helper()
		hand.Press(v.W.MarketplaceHelp())
		if s := stands(v.W.MarketplaceTitle(), 0); !s.Says(v.W.MarketplaceChoosing()) || s.Says(v.W.SiteSignIn()) || s.Values["country"] != sample.Country || s.Values["plan"] != plan {
			t.Errorf("the search does not know the order: %+v", s)
		}
		hand.Press(v.W.MarketplaceMatch())
		hand.Choose("service", "develop")
		hand.Press(v.W.MarketplaceMatchButton())
		hand.Press(of.LegalName)
		hand.Press(v.W.MarketplaceMatchTitle())
		if s := stands(v.W.MarketplaceMatchTitle(), 0); !s.Says(of.LegalName) || s.Values["service"] != "develop" {
			t.Errorf("the partner's page leads back to another match: %+v", s)
		}
		hand.Press(of.LegalName)
		hand.Press(v.W.MarketplaceChoose())
		s := stands(heading, 0)
		for name, value := range want {
			if strings.ReplaceAll(s.Values[name], " ", "") != value {
				t.Errorf("%s is %q, not %q: %v", name, s.Values[name], value, s.Values)
			}
		}
	}
	v.Open(v.URL("/account/buy/" + sample.TrialPlan))
	hand.Fill("licenses", "7")
	hand.Choose("billing_term", "month")
	chosen(v.Standing().Heading, sample.TrialPlan, map[string]string{"licenses": "7", "billing_term": "month", "advisor": "other", "partner_id": of.PartnerID})
	hand.Press(v.W.SiteNext())
	if s := stands(v.W.BuyCheckTitle(), 0); !s.Says(of.LegalName) {
		t.Errorf("the order does not name the partner:\n%s", s.Text)
	}

	v.Open(v.URL("/account/subscriptions/partner"))
	for _, one := range v.Standing().Boxes["s"] {
		hand.Choose("s", one)
	}
	chosen(v.W.PartnerOfRecordTitle(), "", map[string]string{"what": "other", "partner_id": of.PartnerID})
	hand.Press(v.W.SiteNext())
	if s := stands(v.W.PartnerOfRecordCheckTitle(), 0); !s.Says(of.LegalName) || !s.Says(suite) || !s.Says(mail) {
		t.Errorf("what was chosen before is lost:\n%s", s.Text)
	}
}
