package receipt_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/site/receipted"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

const list = "/account/receipts"

// receipts are a customer's, the newest first.
func receipts(t *testing.T, s *pagetest.World, c customer.ID) []consent.Receipt {
	t.Helper()
	found, _, err := s.RedemptionsOf(t.Context(), c, dynamo.Page{Limit: 100}, nil)
	s.Must(err)
	return found
}

// TestReceipts lists every receipt of a customer, each with how what it is of stands now; each leads to its page without a link's token.
func TestReceipts(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w, suite := c.W, pagetest.Both("Skylark Suite", "Pakiet Skylark").In(language)
		c.Open(http.StatusOK, "/account")
		c.Open(http.StatusOK, c.Page.Links(w.AccountAllReceipts())[0])
		c.See("receipts")
		c.Has(w.ReceiptTrialOf(suite), w.ReceiptsOffered(pagetest.Baltic), w.ReceiptRunning())
		c.Lacks(w.ReceiptsNone(), w.SiteNewest(), w.SiteOlder(), w.ReceiptViaAccount())

		trial := c.Subscriptions()[0]
		mail := c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "none")
		c.Open(http.StatusOK, list)
		c.Has(w.ReceiptsOrder(pagetest.Both("Skylark Mail plan_mail", "Poczta Skylark plan_mail").In(language)), w.ReceiptViaAccount(), w.ReceiptActive())
		_, err := subscription.Cancel(t.Context(), s.Table, c.ID, trial.ID, "", s.Op())
		s.Must(err)
		c.ChangeSubscription(mail, func(s *subscription.Subscription) { s.Status = subscription.Suspended })
		c.Open(http.StatusOK, list)
		c.Has(w.ReceiptOver(), w.ReceiptStopped())
		c.Lacks(w.ReceiptRunning(), w.ReceiptActive())

		all := receipts(t, s, c.ID)
		if len(all) != 2 {
			t.Fatalf("%d receipts", len(all))
		}
		for _, r := range all {
			c.Open(http.StatusOK, list)
			reference := consent.ID(r.ID).Reference()
			at := slices.DeleteFunc(c.Page.Targets(), func(to string) bool { return !strings.HasSuffix(to, receipted.Path(consent.ID(r.ID))) })
			if len(at) != 1 || !strings.Contains(c.Page.Text(), reference) {
				t.Fatalf("%s %s: %v\n%s", r.ID, reference, at, c.Page.Text())
			}
			c.Open(http.StatusOK, at[0])
			c.Has(reference, w.ReceiptGranted(), w.ReceiptsTitle())
			c.Lacks(w.ReceiptKeepNo(), w.ReceiptKeepText(), w.ReceiptKeepAlone(), w.ReceiptNextMail(), w.ReceiptTakeLink())
			if said := strings.Contains(c.Page.Text(), w.ReceiptKeepAccount()); said != r.AnswersOffer() {
				t.Errorf("says that the partner holds it, too: %v", said)
			}
			stored, err := s.Redemption(t.Context(), consent.ID(r.ID))
			s.Must(err)
			file, err := c.Get(t.Context(), c.Page.Links(w.ReceiptDownload())[0])
			s.Must(err)
			if string(file.Body) != stored.Canonical || file.Header.Get("Content-Type") != "application/json" || !strings.Contains(file.Header.Get("Content-Disposition"), "attachment") {
				t.Errorf("%v %s", file.Header, file.Body)
			}
		}
	})
}

// TestReceiptsWho: an administrator sees the company's; who has no role what it decided itself; nobody a stranger's.
func TestReceiptsWho(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w, one := c.W, list+"/"+receipts(t, s, c.ID)[0].ID
		reader, nobody := c.Colleague("ewa@example.com", customer.PasswordAdmin), c.Colleague("jan@example.com")
		reader.Open(http.StatusOK, list)
		reader.Has(w.ReceiptsOffered(pagetest.Baltic))
		reader.Lacks(w.ReceiptsOwnText())
		reader.Open(http.StatusOK, one)
		nobody.Open(http.StatusOK, list)
		nobody.See("receipts-none")
		nobody.Has(w.ReceiptsOwnNone(), w.ReceiptsOwnText())
		nobody.Lacks(w.ReceiptsOffered(pagetest.Baltic))
		nobody.Open(http.StatusNotFound, one)
		nobody.Open(http.StatusNotFound, one+"?format=json")
		c.SetRoles(c.OwnerID)
		c.Open(http.StatusOK, list)
		c.Has(w.ReceiptsOwnText(), w.ReceiptsOffered(pagetest.Baltic))
		c.Open(http.StatusOK, one)
		other := s.Member("other@example.com", language)
		other.Open(http.StatusNotFound, one)
		for _, wrong := range []string{"/x", "/red_i" + strings.Repeat("0", 26), "/red_" + c.ID.Bare() + "_" + strings.Repeat("0", 26)} {
			c.Open(http.StatusNotFound, list+wrong)
		}
	})
}

// TestReceiptTakeBack: only who may end delegated administration is led from its receipt to where that is asked once more.
func TestReceiptTakeBack(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	v, id, now := authorized(s, "en")
	w, owner := v.W, s.Owner()
	for _, roles := range [][]customer.Role{{customer.BillingAdmin}, {}} {
		s.SetRoles(owner.ID, roles...)
		v.Open(http.StatusOK, receipted.Path(id))
		v.Has(w.ReceiptGrantedTitle(pagetest.Baltic))
		v.Lacks(w.ReceiptTakeLink())
	}
	s.SetRoles(owner.ID, customer.GlobalAdmin)
	v.Open(http.StatusOK, list)
	v.Has(w.DelegatedAdministrationLabel(), w.ReceiptActive())
	v.Open(http.StatusOK, receipted.Path(id))
	v.Open(http.StatusOK, v.Page.Links(w.ReceiptTakeLink())[0])
	v.Click(http.StatusOK, w.PartnersRemoveButton(pagetest.Baltic))
	if _, grant := now(); grant.EndedAt.IsZero() {
		t.Errorf("%+v", grant)
	}
	v.Open(http.StatusOK, list)
	v.Has(w.ReceiptTaken())
	v.Open(http.StatusOK, receipted.Path(id))
	v.Has(w.ReceiptAdministrationTakenTitle())
	v.Lacks(w.ReceiptTakeLink())
}

// TestReceiptsPages leads from the newest to the older and back.
func TestReceiptsPages(t *testing.T) {
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
	c.Open(http.StatusOK, list)
	c.Lacks(w.SiteNewest())
	c.Open(http.StatusOK, c.Page.Links(w.SiteOlder())[0])
	c.Lacks(w.SiteOlder())
	c.Has(w.ReceiptsOffered(pagetest.Baltic))
	c.Open(http.StatusOK, c.Page.Links(w.SiteNewest())[0])
	c.Has(w.SiteOlder())
}
