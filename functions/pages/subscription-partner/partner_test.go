package subscriptionpartner_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestPartnerOfRecord names a partner for several subscriptions, with one result each, and removes it again.
func TestPartnerOfRecord(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		trial := c.Subscriptions()[0]
		mail := c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "other", "partner_id", string(pagetest.Advising))
		ended := c.Buy(pagetest.Mail, "licenses", "1", "billing_term", "month", "into", "separate", "advisor", "none")
		c.ChangeSubscription(ended, func(s *subscription.Subscription) { s.Status, s.EndedAt = subscription.Cancelled, c.World.At })
		at := "/account/subscriptions/partner"
		c.Open(http.StatusOK, at)
		c.See("partner")
		c.Has(w.PartnerOfRecordEnded())
		c.Click(http.StatusUnprocessableEntity, w.SiteNext())
		c.Has(w.PartnerOfRecordWhichSubscriptionsMissing(), w.PartnerOfRecordChoose())
		c.See("partner-error")
		if _, first, _ := strings.Cut(string(c.Page.Body), `id="s"`); strings.Contains(first[:strings.Index(first, ">")], "disabled") {
			t.Error("the error leads to a box that cannot be chosen")
		}
		for typed, said := range map[string]string{"": w.PartnerIDRequired(), "87654321": w.PartnerIDMistyped(), string(pagetest.Stranger): w.PartnerIDUnknown(), string(pagetest.Idle): w.PartnerOfRecordNotEligible()} {
			c.Click(http.StatusUnprocessableEntity, w.PartnerIDCheck(), "partner_id", typed)
			c.Has(said)
		}
		c.Click(http.StatusOK, w.PartnerIDCheck(), "partner_id", string(pagetest.Advising))
		c.Above("Vistula Advice S.A., Kraków")
		c.See("partner-checked")
		address, form := c.Page.Form(w.SiteNext())
		form["s"] = []string{site.ULID(string(trial.ID)), site.ULID(string(mail.ID)), site.ULID(string(ended.ID))}
		form.Set("what", "other")
		var err error
		c.Visitor.Page, err = c.Post(t.Context(), address, form)
		s.Must(err)
		c.Look(c.Page, http.StatusOK, "the check")
		c.See("partner-check")
		c.Has(w.PartnerOfRecordCheckLead(1, 3), w.PartnerOfRecordChanges("Baltic Bridge IT sp. z o.o.", "Vistula Advice S.A."), w.PartnerOfRecordNow("Vistula Advice S.A."), w.PartnerOfRecordEnded())
		c.Has(w.PartnerOfRecordBadgeChanges(), w.PartnerOfRecordBadgeUnchanged(), w.PartnerOfRecordBadgeFails(), string(trial.ID))
		address, form = c.Page.Form(w.PartnerOfRecordRequestButton("Vistula Advice S.A."))
		for range 2 {
			c.Visitor.Page, err = c.Post(t.Context(), address, form)
			s.Must(err)
			c.Look(c.Page, http.StatusOK, "the result")
			c.Has(w.PartnerOfRecordResultTitle(1, 3), w.PartnerOfRecordBadgeChanged(), w.PartnerOfRecordBadgeUnchanged(), w.PartnerOfRecordBadgeFailed())
		}
		c.See("partner-result")
		if links := c.Page.Links(w.ReceiptNamed("")[:6]); len(links) != 1 || !strings.Contains(links[0], "/receipts/red_") {
			t.Errorf("receipts %v", links)
		}
		if n := s.CountEvents(relationship.PartnerOfRecordChangedEvent{}.Type()); n != 1 {
			t.Errorf("%d changes", n)
		}
		c.Open(http.StatusOK, "/account/subscriptions/"+string(trial.ID))
		c.See("subscription-trial")
		c.Has(w.SubscriptionsHistory(), "Baltic Bridge", "Vistula Advice")
		c.Open(http.StatusOK, at+"?s="+site.ULID(string(trial.ID)))
		c.Click(http.StatusOK, w.SiteNext(), "what", "none")
		c.See("partner-remove")
		c.Click(http.StatusOK, w.PartnerOfRecordRemoveButton())
		c.Has(w.PartnerOfRecordResultTitle(1, 1))
		for _, sub := range c.Subscriptions() {
			if sub.ID == trial.ID && sub.PartnerOfRecordID() != "" {
				t.Errorf("%+v", sub)
			}
		}
	})
}

// TestPartnerByName: partners that the customer knows are chosen by name, without an ID; nobody learns of another by an address or a form.
func TestPartnerByName(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	at, trial := "/account/subscriptions/partner", c.Subscriptions()[0]
	c.Open(http.StatusOK, at)
	c.Has("Baltic Bridge IT sp. z o.o.", c.W.PartnerOfRecordOther(), c.W.PartnerOfRecordNone())
	c.Lacks("Vistula Advice")
	c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "other", "partner_id", string(pagetest.Advising))
	chosen := at + "?s=" + site.ULID(string(trial.ID))
	c.Open(http.StatusOK, chosen)
	c.Click(http.StatusUnprocessableEntity, c.W.SiteNext(), "what", string(pagetest.Idle))
	c.Has(c.W.PartnerOfRecordChoose())
	c.Click(http.StatusUnprocessableEntity, c.W.SiteNext(), "what", string(pagetest.Advising), "partner_id", "1234")
	c.Has(c.W.PartnerOfRecordOtherNotChosen())
	c.Click(http.StatusOK, c.W.SiteNext(), "what", string(pagetest.Advising), "partner_id", "")
	c.Has(c.W.PartnerOfRecordChanges("Baltic Bridge IT sp. z o.o.", "Vistula Advice S.A."))
	address := c.Page.URL
	c.Click(http.StatusOK, c.W.PartnerOfRecordRequestButton("Vistula Advice S.A."))
	c.Has(c.W.PartnerOfRecordResultTitle(1, 1), c.W.PartnerOfRecordResultNamed("Vistula Advice S.A."))

	query := address.Query()
	for _, written := range []string{string(pagetest.Idle), "none of these"} {
		query.Set("what", written)
		c.Open(http.StatusOK, at+"/check?"+query.Encode())
		c.Visitor.At(at)
		c.Lacks(c.W.PartnerOfRecordCheckTitle())
	}
	query.Set("what", string(pagetest.Advising))
	query.Set("seen", "x")
	c.Open(http.StatusOK, at+"/check?"+query.Encode())
	c.Lacks(c.W.PartnerOfRecordCheckTitle())
}

// TestPartnerNotDone: a result page of an act that was not done says so, and leads back to the check.
func TestPartnerNotDone(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	c.Open(http.StatusOK, "/account/subscriptions/partner/check?what=none&s="+site.ULID(string(c.Subscriptions()[0].ID))+"&done="+strings.Repeat("0", 26))
	c.Has(c.W.PartnerOfRecordResultTitle(0, 1), c.W.PartnerOfRecordNotDone())
	c.Open(http.StatusOK, c.Page.Links(c.W.PartnerOfRecordTryAgain())[0])
	c.Click(http.StatusOK, c.W.PartnerOfRecordRemoveButton())
	c.Has(c.W.PartnerOfRecordResultTitle(1, 1))
}

// TestPartnerOfMany: more subscriptions than one act takes go in steps, each with its receipt.
func TestPartnerOfMany(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	many := []string{}
	for range 27 {
		c.Open(http.StatusOK, "/account/buy/plan_mail/check?licenses=1&billing_term=month&advisor=none&into=separate")
		c.Place()
	}
	for _, sub := range c.Subscriptions() {
		if sub.Plan == pagetest.Mail {
			many = append(many, site.ULID(string(sub.ID)))
		}
	}
	c.Open(http.StatusOK, "/account/subscriptions/partner?s="+strings.Join(many, ",")+"&what=other&partner_id=87654323")
	address, form := c.Page.Form(c.W.SiteNext())
	if len(form["s"]) != len(many) {
		t.Fatalf("%d chosen", len(form["s"]))
	}
	var err error
	c.Visitor.Page, err = c.Post(t.Context(), address, form)
	s.Must(err)
	c.Look(c.Page, http.StatusOK, "the check")
	c.Has(c.W.PartnerOfRecordSteps(25, 2))
	c.Click(http.StatusOK, c.W.PartnerOfRecordRequestButton("Vistula Advice S.A."))
	c.Has(c.W.PartnerOfRecordResultTitle(27, 27))
	if links := c.Page.Links("Receipt"); len(links) != 2 {
		t.Errorf("receipts %v", links)
	}
}
