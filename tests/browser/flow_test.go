package browser

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"liaison/shared/contract"
	"liaison/shared/locale"
	"liaison/tests/browser/chrome"
	"liaison/tests/browser/states"
	"liaison/tests/fixture"
)

// way is how somebody goes through the story.
type way struct {
	language  string
	noScripts bool
	keyboard  bool
	narrow    bool
	yes       bool // to delegated administration
}

func (w way) String() string {
	said := w.language
	for _, one := range []struct {
		word string
		is   bool
	}{{"-no-scripts", w.noScripts}, {"-keyboard", w.keyboard}, {"-narrow-dark", w.narrow}, {"-yes", w.yes}} {
		if one.is {
			said += one.word
		}
	}
	return said
}

// ways are all of them with LIAISON_TEST_ALL, otherwise each language with and without scripts and once by keyboard.
func ways() []way {
	if !fixture.All() {
		return []way{
			{language: "en", yes: true},
			{language: "en", noScripts: true, narrow: true},
			{language: "pl", narrow: true, yes: true, keyboard: true},
			{language: "pl", noScripts: true},
		}
	}
	var all []way
	for i := range 32 {
		is := func(bit int) bool { return i>>bit&1 == 1 }
		w := way{language: "en", noScripts: is(1), keyboard: is(2), narrow: is(3), yes: is(4)}
		if is(0) {
			w.language = "pl"
		}
		all = append(all, w)
	}
	return all
}

// TestStory walks from the mail to the receipt, with every mistake on the way that a page should catch.
func TestStory(t *testing.T) {
	for _, w := range ways() {
		t.Run(fmt.Sprint(w), func(t *testing.T) { through(t, w) })
	}
}

// begins opens a browser as the way says, and returns the visitor, the hand to use, and what holds the page against its heading and its number
// of errors, which have the focus and are told in the title.
func begins(t *testing.T, w way) (v *states.Visit, hand chrome.Hand, stands func(heading string, errors int) chrome.Standing) {
	o := chrome.Options{Language: w.language, NoScripts: w.noScripts, Dark: w.narrow}
	if w.narrow {
		o.Width = chrome.Narrow
	}
	v = set.Visit(t, w.language, set.Browser.Page(t, o))
	hand = v.Page
	if w.keyboard {
		hand = v.Keyboard()
	}
	return v, hand, func(heading string, errors int) chrome.Standing {
		t.Helper()
		s := v.Standing()
		if !strings.Contains(s.Heading, heading) || len(s.Errors) != errors || s.Language != w.language || s.Scrolls {
			t.Fatalf("not before %q with %d errors: %+v", heading, errors, s)
		}
		if errors > 0 && (!v.Focused(summary) || !strings.HasPrefix(s.Title, v.W.FrameErrorTitle(s.Heading))) {
			t.Errorf("the focus is on %q, the title is %q", s.Focus, s.Title)
		}
		return s
	}
}

func through(t *testing.T, w way) {
	v, hand, stands := begins(t, w)
	of := set.Offer(t, w.language, nil)
	inv := v.To(of, "")
	title, question := v.W.OfferTitle(map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[w.language], 30), v.W.DelegatedAdministrationQuestion("Baltic Bridge IT sp. z o.o.")
	v.Open(inv.Link)
	if s := stands(title, 0); strings.Contains(s.URL, "/i/") || s.Values["delegation"] != "" {
		t.Errorf("on %s with %v chosen", s.URL, s.Values)
	}
	hand.Press(v.W.SiteNext())
	stands(question, 0)
	hand.Press(v.W.SiteNext())
	stands(question, 1)
	if w.yes {
		hand.Choose("delegation", "yes")
	} else if !w.keyboard {
		hand.Choose("delegation", "no")
	} else { // No is one arrow below Yes, as in any group of radios
		hand.Choose("delegation", "yes")
		v.Keyboard().Down()
	}
	hand.Press(v.W.SiteNext())
	stands(v.W.RedeemAccountTitle(), 0)
	hand.Press(v.W.SiteNext())
	stands(v.W.RedeemAccountTitle(), 2)
	hand.Fill("company", "Zakład "+w.String())
	hand.Fill("name", "Anna Nowak")
	if w.keyboard {
		v.Keyboard().Enter() // in a field: it presses the form's own button, not the language switch
	} else {
		hand.Press(v.W.SiteNext())
	}
	if s := stands(v.W.RedeemCheckTitle(), 0); !strings.Contains(s.Text, "Zakład "+w.String()) || s.Values["agree"] != "" {
		t.Errorf("what was typed is not to be checked: %+v", s)
	}
	hand.Press(v.W.RedeemStart(30))
	stands(v.W.RedeemCheckTitle(), 1)
	hand.Choose("agree", "yes")
	hand.Press(v.W.RedeemStart(30))
	receipt := stands(v.W.ReceiptTitle(30), 0).URL
	if !strings.Contains(receipt, "/receipts/") {
		t.Errorf("the receipt is at %s", receipt)
	}
	if w.yes {
		hand.Press(v.W.ReceiptTakeLink())
		hand.Choose("sure", "yes")
		hand.Press(v.W.ReceiptTakeButton())
		if s := stands(v.W.ReceiptTitle(30), 0); !strings.Contains(s.Text, v.W.ReceiptTakenBack("Baltic Bridge IT sp. z o.o.")) {
			t.Errorf("nothing says that it was taken back:\n%s", s.Text)
		}
	}
	v.Forget()
	v.Open(inv.Link)
	if s := v.Standing(); !strings.HasPrefix(receipt, s.URL) {
		t.Errorf("the used link leads to %s", s.URL)
	}
	set.Settle(t)
	var list contract.RedemptionPage
	set.Must(t, set.Program.Partner, http.StatusOK, http.MethodGet, "/v1/redemptions", nil, &list)
	for _, r := range list.Data {
		if r.OfferID != nil && *r.OfferID == of.ID && r.Answer == contract.RedemptionAnswerAccepted {
			return
		}
	}
	t.Error("the partner does not see the yes")
}

// TestAccount goes by links and buttons alone from the account through an order, a partner of record for both subscriptions at once, and asking
// the reseller to go, with the mistakes that a page should catch: by keyboard, and without scripts.
func TestAccount(t *testing.T) {
	for _, w := range []way{{language: "en", keyboard: true}, {language: "pl", noScripts: true, narrow: true}} {
		t.Run(fmt.Sprint(w), func(t *testing.T) { manages(t, w) })
	}
}

func manages(t *testing.T, w way) {
	v, hand, stands := begins(t, w)
	v.Owner()
	hand.Press(v.W.BuyTitle())
	stands(v.W.BuyTitle(), 0)
	hand.Press(v.W.BuyChoose()) // the first card
	hand.Fill("licenses", "0")
	hand.Press(v.W.SiteNext())
	stands("Skylark Arch", 2)
	hand.Fill("licenses", "12")
	hand.Choose("billing_term", "month")
	if w.keyboard {
		v.Keyboard().Unfold(v.W.PartnerOfRecordLabel())
		hand.Choose("advisor", "none")
	}
	hand.Press(v.W.SiteNext())
	stands(v.W.BuyCheckTitle(), 0)
	hand.Press(v.W.BuyPlaceOrder())
	stands(v.W.BuyCheckTitle(), 1)
	hand.Choose("agree", "yes")
	hand.Press(v.W.BuyPlaceOrder())
	if s := v.Standing(); !strings.Contains(s.URL, "/receipts/") {
		t.Fatalf("the order leads to %s", s.URL)
	}

	hand.Press(v.W.SiteAccountLink())
	hand.Press(v.W.AccountBilling())
	hand.Press(v.W.SubscriptionsPartner())
	stands(v.W.PartnerOfRecordTitle(), 0)
	hand.Press(v.W.SiteNext())
	s := stands(v.W.PartnerOfRecordTitle(), 2)
	if len(s.Boxes["s"]) != 3 {
		t.Fatalf("subscriptions to choose from: %v", s.Boxes)
	}
	for _, one := range s.Boxes["s"][1:] { // the adviser may advise on the suite, and not on the mail plan
		hand.Choose("s", one)
	}
	if w.keyboard { // another partner is one arrow below the one that is known
		hand.Choose("what", v.Program.PartnerID)
		v.Keyboard().Down()
	} else {
		hand.Choose("what", "other")
	}
	hand.Fill("partner_id", v.Candidate)
	hand.Press(v.W.SiteNext())
	stands(v.W.PartnerOfRecordCheckTitle(), 0)
	hand.Press(v.W.PartnerOfRecordRequestButton("Vistula Advice S.A."))
	if s := stands(v.W.PartnerOfRecordResultTitle(1, 2), 0); !strings.Contains(s.Text, v.W.PartnerOfRecordBadgeFailed()) {
		t.Errorf("the result is not one changed and one failed:\n%s", s.Text)
	}

	v.Open(v.URL("/account"))
	hand.Press(v.W.PartnersTitle())
	hand.Press(v.W.PartnersAsk())
	stands(v.W.PartnersAskTitle("Baltic Bridge IT sp. z o.o."), 0)
	hand.Press(v.W.PartnersAsk())
	if s := stands(v.W.PartnersTitle(), 0); !strings.Contains(s.Text, v.W.PartnersAsked()) {
		t.Errorf("nothing says that the reseller was asked:\n%s", s.Text)
	}
}

// TestLanguageSwitch: whatever was typed or chosen still stands there in the other language.
func TestLanguageSwitch(t *testing.T) {
	v := set.Visit(t, "en", set.Browser.Page(t, chrome.Options{Language: "en", NoScripts: true}))
	turn := func(what string) {
		t.Helper()
		for _, to := range []string{"pl", "en"} {
			before := v.Standing()
			v.Press(locale.LanguageName(locale.Language(to)))
			if s := v.Standing(); s.Language != to || !maps.Equal(s.Values, before.Values) || len(s.Values) == 0 || s.Status != http.StatusOK {
				t.Errorf("%s in %s: %+v, not %v", what, to, s, before.Values)
			}
		}
	}
	inv := v.Invited()
	v.Open(set.Public(inv.Offer))
	v.Fill("email", "anna@exa")
	turn("the public link")
	v.Open(inv.Link)
	v.Press(v.W.RedeemDecline())
	v.Fill("reason", "Too dear")
	turn("the refusal")
	v.Open(inv.Link)
	v.Choose("advisor", "other")
	v.Fill("partner_id", "1234")
	turn("the offer")
	v.Choose("advisor", "none")
	v.Fill("partner_id", "")
	v.Press(v.W.SiteNext())
	v.Choose("delegation", "no")
	turn("the question")
	v.Press(v.W.SiteNext())
	v.Fill("company", "Zakład")
	v.Fill("name", "Anna")
	v.Choose("language", "pl")
	turn("the account")
	v.Press(v.W.SiteNext())
	v.Choose("agree", "yes")
	turn("the check")
	if s := v.Standing(); !strings.Contains(s.URL, "/redeem/check") {
		t.Errorf("stands on %s", s.URL)
	}
}

// TestBothTabs: two invitations in two tabs of one browser don't mix.
func TestBothTabs(t *testing.T) {
	page := set.Browser.Page(t, chrome.Options{Language: "en"})
	v := set.Visit(t, "en", page)
	first, second := v.Invited(), v.Invited()
	v.Open(first.Link)
	one := v.Standing().URL
	v.Open(second.Link)
	v.Press(v.W.SiteNext())
	v.Choose("delegation", "no")
	v.Press(v.W.SiteNext())
	v.Open(one)
	v.Press(v.W.SiteNext())
	if s := v.Standing(); s.Values["delegation"] != "" || !strings.Contains(s.URL, first.ID) {
		t.Errorf("%+v", s)
	}
}
