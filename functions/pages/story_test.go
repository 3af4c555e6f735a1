package pages_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/calendar"
	"liaison/shared/consent"
	"liaison/shared/customer"
	invitations "liaison/shared/invitation"
	"liaison/tests/fixture/pagetest"
	"liaison/tests/fixture/typed"
)

// TestStory walks from the personal link to the receipt, and takes the delegated administration back.
func TestStory(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		for _, answer := range []string{"yes", "no"} {
			t.Run(language+"-"+answer, func(t *testing.T) {
				s := pagetest.Open(t)
				inv, link := s.Invite(s.MakeOffer(nil), "anna@example.com", language)
				v := s.Visitor("")
				v.W = s.Visitor(language).W
				v.Open(http.StatusOK, link)
				if v.Page.URL.Path != "/redeem" || strings.Contains(v.Page.URL.String(), strings.TrimPrefix(link, "/i/")) {
					t.Fatalf("the link leads to %s", v.Page.URL)
				}
				v.Has("Baltic Bridge IT sp. z o.o.", "1234 5674", "https://www.baltic.example", "+48 58 555 02 00", v.W.SitePrice(), v.W.SiteFree(),
					v.W.RedeemSeparate(), v.W.RedeemAccessNext(), "Support agreement", "We answer within one working day")
				v.Has(v.W.FrameStep(1, 4) + ": " + v.W.RedeemStepOffer())
				v.See("read")
				v.Click(http.StatusOK, v.W.SiteNext())
				v.At("/redeem/access")
				v.Has(v.W.DelegatedAdministrationQuestion("Baltic Bridge IT sp. z o.o."), v.W.DelegatedAdministrationFree(), v.W.DelegatedAdministrationRevoke(),
					v.W.DelegatedAdministrationLasts(365, s.At.In(calendar.Zone("PL")).AddDate(0, 0, 365)))
				v.Has(strings.Split(v.W.DelegatedAdministrationLimitedCanList()+"\n"+v.W.DelegatedAdministrationLimitedCannotList(), "\n")...)
				if strings.Contains(string(v.Page.Body), `value="yes" checked`) || strings.Contains(string(v.Page.Body), `value="no" checked`) {
					t.Error("an answer is chosen beforehand")
				}
				v.See("access")
				v.Click(http.StatusUnprocessableEntity, v.W.SiteNext())
				v.Has(v.W.DelegatedAdministrationMissing())
				v.See("access-error")
				v.Click(http.StatusOK, v.W.SiteNext(), "delegation", answer)
				if v.Page.URL.Path != "/redeem/account" {
					t.Fatalf("Next leads to %s", v.Page.URL)
				}
				v.Has(v.W.RedeemOwner(), "anna@example.com")
				v.See("account")
				v.Click(http.StatusUnprocessableEntity, v.W.SiteNext(), "company", " ", "name", "Anna Nowak")
				v.Has(v.W.RedeemCompanyMissing())
				if !strings.Contains(string(v.Page.Body), `value="Anna Nowak"`) {
					t.Error("what was typed is lost")
				}
				v.See("account-error")
				v.Click(http.StatusOK, v.W.SiteNext(), "company", "Zakład Nowak")
				v.Has("Zakład Nowak", "Anna Nowak", v.W.RedeemOwnerRoles())
				v.See("check")
				v.Click(http.StatusUnprocessableEntity, v.W.RedeemStart(30))
				v.Has(v.W.RedeemAgreeMissing())
				v.See("check-error")
				v.StartTrial(http.StatusOK)
				if !strings.HasPrefix(v.Page.URL.Path, "/receipts/red_") {
					t.Fatalf("the last button leads to %s", v.Page.URL)
				}
				v.See("receipt-" + answer)
				v.See("receipt")
				v.Has(v.W.ReceiptTitle(30), "Zakład Nowak", v.W.ReceiptNextPassword(), v.W.ReceiptNextPasswordLink("anna@example.com"), map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language])
				receipt := v.Page.URL.Path
				if n := s.Holds(t, "customer"); n != 1 {
					t.Fatalf("%d customers", n)
				}
				stored := s.StoredInvitation(inv.ID)
				if stored.Answer != invitations.Accepted {
					t.Fatalf("the invitation is %s", stored.Answer)
				}
				read, err := s.Redemption(context.Background(), consent.ID(stored.Redemption))
				s.Must(err)
				if got := read.Receipt; got.Via.Language != language || len(got.Terms) != 1 || got.Terms[0].Language != language || got.Terms[0].SHA256 == "" || got.DelegatedAdministration.Answer != answer {
					t.Errorf("receipt: %+v", got)
				}
				v.Has(read.ID.Reference())
				v.Open(http.StatusOK, receipt+"?format=json")
				sum := sha256.Sum256(v.Page.Body)
				if string(v.Page.Body) != read.Canonical || hex.EncodeToString(sum[:]) != read.SHA256 || v.Page.Header.Get("Content-Type") != "application/json" {
					t.Error("the download is not the record")
				}
				// The used link leads to the receipt, in any browser.
				again := s.Visitor(language)
				again.Open(http.StatusOK, link)
				if again.Page.URL.Path != receipt {
					t.Errorf("the used link leads to %s", again.Page.URL)
				}
				if answer == "no" {
					if len(v.Page.Links(v.W.ReceiptTakeLink())) > 0 {
						t.Error("a No can be taken back")
					}
					again.Open(http.StatusOK, receipt+"/take-back")
					if again.Page.URL.Path != receipt {
						t.Errorf("take-back leads to %s", again.Page.URL)
					}
					return
				}
				again.Open(http.StatusOK, again.Page.Links(again.W.ReceiptTakeLink())[0])
				again.See("take-back")
				again.Click(http.StatusUnprocessableEntity, again.W.ReceiptTakeButton())
				again.Has(again.W.ReceiptTakeUnsure())
				again.Click(http.StatusOK, again.W.ReceiptTakeButton(), "sure", "yes")
				again.See("receipt-taken")
				again.Has(again.W.ReceiptTakenBack("Baltic Bridge IT sp. z o.o."))
				owner, _, _ := customer.Under("red", stored.Redemption)
				tie, grant, err := s.Relationship(context.Background(), owner, pagetest.Asking)
				s.Must(err)
				if grant.Status != "ended" || grant.Cause != "customer" || tie.PartnerOfRecordSubscriptions != 1 {
					t.Errorf("grant %+v, tie %+v", grant, tie)
				}
				again.Open(http.StatusOK, receipt+"/take-back")
				if again.Page.URL.Path != receipt {
					t.Errorf("taking back twice leads to %s", again.Page.URL)
				}
			})
		}
	}
}

// TestTenCountries: people of ten countries leave their address on the public page and sign up by the link that is mailed to them.
func TestTenCountries(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	of := s.MakeOffer(pagetest.Plain)
	known := map[string]bool{}
	for _, p := range typed.People {
		v := s.Visitor("en")
		v.Open(http.StatusOK, "/o/"+of.ID.Code())
		v.Click(http.StatusOK, v.W.OfferSend(), "email", p.Address.Typed)
		v.Has(v.W.OfferSentTitle())
		var inv invitations.ID
		for _, item := range s.Items(t) {
			key, _ := item["PK"].(*types.AttributeValueMemberS)
			if bare, found := strings.CutPrefix(key.Value, "INV#"); found && !known[bare] {
				known[bare], inv = true, invitations.ID("inv_"+bare)
			}
		}
		stored, link := s.Link(inv)
		if stored.Mail != p.Address.Stored {
			t.Errorf("%s: %q is stored as %q", p.Country, p.Address.Typed, stored.Mail)
		}
		v.Open(http.StatusOK, link)
		v.Click(http.StatusOK, v.W.SiteNext())
		v.Has(p.Address.Read())
		v.Click(http.StatusOK, v.W.SiteNext(), "company", p.Company.Typed, "name", p.Name.Typed)
		v.Has(p.Company.Read(), p.Name.Read(), p.Address.Read())
		v.StartTrial(http.StatusOK)
		v.Has(p.Company.Read(), p.Address.Read())
		record, err := s.Redemption(context.Background(), consent.ID(s.StoredInvitation(inv).Redemption))
		s.Must(err)
		if by := consent.Digest(record.Person.Salt, p.Address.Read()); record.Person.Mail != p.Address.Stored || record.Person.Name != p.Name.Stored || !strings.Contains(record.Canonical, by) {
			t.Errorf("%s: decided by %+v, in the receipt %s", p.Country, record.Person, record.Canonical)
		}
		owner, _, _ := customer.Under("red", string(record.ID))
		company, err := s.Customer(context.Background(), owner)
		s.Must(err)
		if company.Name != p.Company.Stored {
			t.Errorf("%s: the company is stored as %q", p.Country, company.Name)
		}
	}
}
