package contactpartners_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/catalog"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const path = "/find-a-partner/contact"

// both is the address of the form to both partners.
const both = path + "?partner=" + string(pagetest.Asking) + "&partner=" + string(pagetest.Advising) + "&country=PL&service=migrate&plan=" + string(pagetest.Suite)

func world(s *pagetest.World) {
	s.Listed(pagetest.Asking, listing.NoShare, nil)
	s.Listed(pagetest.Advising, listing.NoShare, nil)
}

// filled are the fields of a visitor's form that can be sent, with some of them changed.
func filled(changes ...string) []string {
	return append([]string{"company", "Zakład Nowak", "name", "Anna Nowak", "email", "anna@example.com", "country", "PL", "text", "We move 25 people.\nBy March.", "agree", "yes"}, changes...)
}

// kept returns what is kept of a class.
func kept(t *testing.T, s *pagetest.World, class string) (found []map[string]types.AttributeValue) {
	t.Helper()
	for _, item := range s.Items(t) {
		if fixture.Text(item, "class") == class {
			found = append(found, item)
		}
	}
	return found
}

// TestVisitor: a visitor writes to the partners that it chose; nothing is sent before the address is proved, and the answer is the same for any address.
func TestVisitor(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		world(s)
		v := s.Visitor(language)
		w := v.W
		v.Open(http.StatusOK, "/find-a-partner/match?sent=1&country=PL&service=migrate&plan="+string(pagetest.Suite))
		v.Click(http.StatusNotFound, w.MessageChosen())
		v.Has(w.MessageNobodyTitle())
		v.See("contact-nobody")
		v.Open(http.StatusOK, both)
		v.See("contact")
		v.Has(w.MessageTitle(2), pagetest.Baltic, "Vistula Advice S.A.", w.MessageAgree(2, "1"), w.MessageThenMail())
		address, form := v.Page.Form(w.InquirySend())
		if strings.Count(address, "partner=") != 2 || form.Get("country") != "PL" || form.Get("service") != "migrate" || form.Get("plan") != string(pagetest.Suite) || form.Get("agree") != "" || form.Get("may_call") != "" {
			t.Errorf("the form holds %v", form)
		}
		if links := v.Page.Links(w.MessageNotice("1")); len(links) != 1 || !strings.HasSuffix(links[0], "/terms/privacy?version=1") {
			t.Errorf("the notice is at %v", links)
		}
		v.Click(http.StatusUnprocessableEntity, w.InquirySend(), "country", "")
		v.Has(w.RedeemCompanyMissing(), w.RedeemNameMissing(), w.OfferEmailMissing(), w.ApplyCountryMissing(), w.MessageTextMissing(), w.MessageAgreeMissing())
		v.See("contact-errors")
		v.Click(http.StatusUnprocessableEntity, w.InquirySend(), filled("agree", "")...)
		v.Has(w.MessageAgreeMissing())
		v.Click(http.StatusUnprocessableEntity, w.InquirySend(), filled("email", "nowhere", "phone", "12", "text", strings.Repeat("x", 2001))...)
		v.Has(w.OfferEmailWrong(), w.PartnerCompanyPhoneWrong(), w.MessageTextLong(2000))
		if _, form := v.Page.Form(w.InquirySend()); form.Get("company") != "Zakład Nowak" || form.Get("agree") != "yes" || form.Get("service") != "migrate" {
			t.Errorf("what was typed is lost: %v", form)
		}
		if n := len(kept(t, s, "inquiry")); n != 0 {
			t.Errorf("%d inquiries", n)
		}
		again := v.Page
		for range 2 { // pressed twice
			v.Page = again
			v.Click(http.StatusOK, w.InquirySend(), filled("may_call", "yes", "size", "10-49", "phone", "+48 58 555 01 23")...)
			v.Has(w.OfferSentTitle(), w.MessageMailText(), w.MessageMailNext(lead.ConfirmDays))
			v.Lacks("anna@example.com")
		}
		v.See("contact-mail")
		all := kept(t, s, "inquiry")
		if len(all) != 1 || fixture.Text(all[0], "status") != string(lead.Unconfirmed) || fixture.Text(all[0], "text") != "We move 25 people.\nBy March." || len(kept(t, s, "lead")) != 0 {
			t.Fatalf("%v", all)
		}
	})
}

// TestSignedIn: the message of a customer's user leaves at once, in its name; a press more sends nothing more.
func TestSignedIn(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		world(s)
		c := s.Company(language)
		w := c.W
		c.Open(http.StatusOK, both)
		c.See("contact-signed-in")
		c.Has("Zakład Nowak", "Anna Nowak", "owner@example.com", w.MessageThenNowText())
		if _, form := c.Page.Form(w.InquirySend()); form.Has("company") || form.Has("email") || form.Has("country") {
			t.Errorf("it is asked who it is: %v", form)
		}
		c.Click(http.StatusUnprocessableEntity, w.InquirySend(), "agree", "yes")
		c.Has(w.MessageTextMissing())
		again := c.Page
		address, form := c.Page.Form(w.InquirySend()) // who it is cannot be typed
		for name, value := range map[string]string{"text": "We move.", "agree": "yes", "company": "Another", "name": "Another", "email": "else@example.com", "country": "DE"} {
			form.Set(name, value)
		}
		_, err := c.Post(t.Context(), address, form)
		s.Must(err)
		c.Has(w.MessageSentTitle())
		if strings.Contains(s.Dump(t), "else@example.com") {
			t.Error("it is written in another's name")
		}
		for range 2 {
			c.Visitor.Page = again
			c.Click(http.StatusOK, w.InquirySend(), "text", "We move.", "agree", "yes")
			c.Has(w.MessageSentTitle(), w.MessageSentText(), w.MessagesSee())
		}
		c.See("contact-sent")
		if leads := kept(t, s, "lead"); len(leads) != 4 {
			t.Errorf("%d leads", len(leads))
		}
		for n := range lead.MaxOpen - 1 {
			c.Open(http.StatusOK, both)
			status := http.StatusOK
			if n == lead.MaxOpen-2 {
				status = http.StatusConflict
			}
			c.Click(status, w.InquirySend(), "text", "Once more.", "agree", "yes")
		}
		c.See("contact-too-many")
		if _, form := c.Page.Form(w.InquirySend()); form.Get("text") != "Once more." || len(kept(t, s, "lead")) != 2*lead.MaxOpen {
			t.Errorf("what was typed is lost: %v, or a message too many was sent", form)
		}
	})
}

// TestFull: a partner that has too many messages of the writer is left out of the form, and the next press sends to the others. Nothing is lost.
func TestFull(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		world(s)
		c := s.Company(language)
		w := c.W
		for range lead.MaxOpen {
			c.Open(http.StatusOK, path+"?partner="+string(pagetest.Asking))
			c.Click(http.StatusOK, w.InquirySend(), "text", "We move.", "agree", "yes")
		}
		c.Open(http.StatusOK, both)
		c.Click(http.StatusConflict, w.InquirySend(), "text", "Once more.", "agree", "yes")
		c.Has(w.MessageFull(pagetest.Baltic), w.MessageTitle(1), "Vistula Advice S.A.")
		c.See("contact-full")
		if n := len(kept(t, s, "lead")); n != lead.MaxOpen {
			t.Errorf("%d leads", n)
		}
		c.Click(http.StatusOK, w.InquirySend())
		c.Has(w.MessageSentTitle())
		if n := len(kept(t, s, "lead")); n != lead.MaxOpen+1 || s.Holds(t, "inquiry") != lead.MaxOpen+1 {
			t.Errorf("%d leads", n)
		}
		c.Open(http.StatusOK, path+"?partner="+string(pagetest.Asking))
		c.Click(http.StatusConflict, w.InquirySend(), "text", "And more.", "agree", "yes") // nobody is left
		c.Has(pagetest.Baltic)
		c.Lacks(w.MessageFull(pagetest.Baltic))
	})
}

// TestNoticeChanged: who agreed to a privacy notice that is not in force any more reads the new one first, and loses nothing.
func TestNoticeChanged(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	world(s)
	v := s.Visitor("en")
	v.Open(http.StatusOK, both)
	s.Publish(catalog.PrivacyNotice, "2")
	v.Click(http.StatusConflict, v.W.InquirySend(), filled()...)
	v.Has(v.W.MessageAgree(2, "2"))
	_, form := v.Page.Form(v.W.InquirySend())
	if form.Get("agree") != "" || form.Get("privacy") != "2" || form.Get("company") != "Zakład Nowak" {
		t.Errorf("%v", form)
	}
	v.Click(http.StatusOK, v.W.InquirySend(), "agree", "yes")
	if n := len(kept(t, s, "inquiry")); n != 1 {
		t.Errorf("%d inquiries", n)
	}
}

// TestRecipients: a partner that is hidden is not written to, whoever is named with it; nobody is chosen twice, and at most three are.
func TestRecipients(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	world(s)
	v := s.Visitor("en")
	v.Open(http.StatusOK, both)
	s.HideListing(pagetest.Advising, listing.ByPartner, "")
	v.Click(http.StatusUnprocessableEntity, v.W.InquirySend(), filled()...)
	v.Has(v.W.MessageGone(), v.W.MessageTitle(1))
	v.Lacks("Vistula")
	v.Click(http.StatusOK, v.W.InquirySend())
	for _, nobody := range []string{"", "?partner=", "?partner=" + string(pagetest.Advising), "?partner=" + string(pagetest.Stranger), "?partner=x"} {
		v.Open(http.StatusNotFound, path+nobody)
		v.Has(v.W.MessageNobodyText())
	}
	v.Open(http.StatusOK, path+"?partner="+string(pagetest.Asking)+"&partner="+string(pagetest.Asking)+"&partner="+string(pagetest.Stranger))
	v.Has(v.W.MessageTitle(1))
}

// TestForged: only our own form writes to anybody, and an address is asked for a link so often and no more.
func TestForged(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	world(s)
	v := s.Visitor("en")
	v.Open(http.StatusOK, both)
	address, form := v.Page.Form(v.W.InquirySend())
	for _, headers := range [][]string{{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, {"Origin", "", "Sec-Fetch-Site", ""}} {
		got, err := v.Post(t.Context(), address, form, headers...)
		s.Must(err)
		if got.Status != http.StatusForbidden {
			t.Errorf("%q: %d", headers, got.Status)
		}
	}
	v.Open(http.StatusOK, both)
	v.Click(http.StatusForbidden, v.W.InquirySend(), filled("form_token", "x")...)
	if _, again := v.Page.Form(v.W.InquirySend()); again.Get("company") != "Zakład Nowak" || again.Get("text") == "" {
		t.Errorf("what was typed is lost: %v", again)
	}
	if n := len(kept(t, s, "inquiry")); n != 0 {
		t.Errorf("%d inquiries", n)
	}
	for n := 1; ; n++ {
		v := s.Visitor("en")
		v.Open(http.StatusOK, both)
		page, err := v.Press(t.Context(), v.W.InquirySend(), filled()...)
		s.Must(err)
		if page.Status == http.StatusTooManyRequests {
			if _, again := v.Page.Form(v.W.InquirySend()); again.Get("text") == "" || page.Header.Get("Retry-After") == "" {
				t.Errorf("what was typed is lost: %v", url.Values(again))
			}
			if n != s.Env.PostsPerAddress+1 {
				t.Errorf("refused at %d", n)
			}
			break
		}
		if n > 2*s.Env.PostsPerAddress {
			t.Fatal("an address is not counted")
		}
	}
}
