package agreements_test

import (
	"maps"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const path = "/account/agreements"

// receipts are a customer's, the newest first.
func receipts(t *testing.T, c pagetest.Company) []consent.Receipt {
	t.Helper()
	found, _, err := c.RedemptionsOf(t.Context(), c.ID, dynamo.Page{Limit: 100}, nil)
	c.Must(err)
	return found
}

// TestAgreements lists what was accepted by an offer and without one, each version with its document, what it is for, and its receipt.
func TestAgreements(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		s.Publish(catalog.CustomerTerms, "2")
		s.Restart(0)
		c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "none")
		c.Open(http.StatusOK, "/account")
		c.Open(http.StatusOK, c.Page.Links(w.AgreementsTitle())[0])
		c.See("agreements")
		c.Has(w.AgreementsLead("Zakład Nowak"), pagetest.Both("Skylark Suite", "Pakiet Skylark").In(language), pagetest.Both("Skylark Mail plan_mail", "Poczta Skylark plan_mail").In(language), w.AgreementsOffered(pagetest.Baltic))
		c.Lacks(w.AgreementsNothing(), w.SiteNewest(), w.SiteOlder(), w.ReceiptPartnerTerms())
		if n := strings.Count(c.Page.Text(), w.AgreementsOffered(pagetest.Baltic)); n != 1 {
			t.Errorf("%d rows name the partner, not only that of its offer:\n%s", n, c.Page.Text())
		}
		list := c.Page
		for _, version := range []string{"1", "2"} {
			to := list.Links(w.ReceiptTerms("Skylark Cloud sp. z o.o.", version))
			if len(to) != 1 || !strings.HasSuffix(to[0], "/terms/customer?version="+version) {
				t.Fatalf("version %s leads to %v", version, to)
			}
			c.Open(http.StatusOK, to[0])
		}
		for _, r := range receipts(t, c) {
			c.Open(http.StatusOK, list.Links(w.ReceiptNamed(consent.ID(r.ID).Reference()))[0])
			c.Has(consent.ID(r.ID).Reference())
		}
	})
}

// TestAgreementsPartner shows a partner's own terms as a row of their own, and leads nowhere from it: only the record holds what they were.
func TestAgreementsPartner(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	_, link := s.Invite(s.MakeOffer(nil), "anna@example.com", "en")
	s.AtCheck(link, "en", "no").StartTrial(http.StatusOK)
	v := s.SignedIn("anna@example.com", "en")
	v.Open(http.StatusOK, path)
	v.Has(v.W.ReceiptPartnerTerms())
	if links := v.Page.Links(v.W.ReceiptPartnerTerms()); len(links) > 0 {
		t.Errorf("the partner's terms lead to %v", links)
	}
}

// TestAgreementsWho: an administrator sees what the company accepted; who has no role what it accepted itself.
func TestAgreementsWho(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		reader, nobody := c.Colleague("ewa@example.com", customer.UserAdmin), c.Colleague("jan@example.com")
		reader.Open(http.StatusOK, path)
		reader.Has(w.AgreementsLead("Zakład Nowak"), w.AgreementsOffered(pagetest.Baltic))
		nobody.Open(http.StatusOK, path)
		nobody.See("agreements-none")
		nobody.Has(w.AgreementsOwnNothing())
		nobody.Lacks(w.AgreementsOffered(pagetest.Baltic))
		c.SetRoles(c.OwnerID)
		c.Open(http.StatusOK, path)
		c.Has(w.AgreementsOwnLead(), w.AgreementsOffered(pagetest.Baltic))
	})
}

// TestAgreementsPages leads from the newest to the older and back.
func TestAgreementsPages(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	w := c.W
	var more []map[string]types.AttributeValue
	for _, item := range s.Items(t) {
		if fixture.Text(item, "class") == "redemption" {
			for range 25 {
				one := maps.Clone(item)
				one["SK"] = &types.AttributeValueMemberS{Value: "RED#" + s.Op().NewID()}
				more = append(more, one)
			}
		}
	}
	s.Fill(t, more)
	c.Open(http.StatusOK, path)
	c.Lacks(w.SiteNewest())
	c.Open(http.StatusOK, c.Page.Links(w.SiteOlder())[0])
	c.Lacks(w.SiteOlder())
	c.Has(w.AgreementsOffered(pagetest.Baltic))
	c.Open(http.StatusOK, c.Page.Links(w.SiteNewest())[0])
	c.Has(w.SiteOlder())
}
