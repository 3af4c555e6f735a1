package pages_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/client"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	invitations "liaison/shared/invitation"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/token"
	"liaison/tests/fixture/typed"
)

// TestStory walks from the personal link to the receipt, and takes the delegated administration back.
func TestStory(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		for _, answer := range []string{"yes", "no"} {
			t.Run(language+"-"+answer, func(t *testing.T) {
				s := open(t)
				inv, link := s.invite(s.offer(nil), "anna@example.com", language)
				v := s.visitor("")
				v.w = s.visitor(language).w
				v.get(http.StatusOK, link)
				if v.Page.URL.Path != "/redeem" || strings.Contains(v.Page.URL.String(), strings.TrimPrefix(link, "/i/")) {
					t.Fatalf("the link leads to %s", v.Page.URL)
				}
				v.has("Baltic Bridge IT sp. z o.o.", "1234 5674", "https://www.baltic.example", "+48 58 555 02 00", v.w.SiteDays(30), v.w.SiteLicenceCount(25),
					v.w.RedeemDelegationQuestion("Baltic Bridge IT sp. z o.o."), v.w.AdministrationLimitedCan(), v.w.AdministrationLimitedCannot(), "Support agreement", "We answer within one working day")
				if strings.Contains(string(v.Page.Body), `value="yes" checked`) || strings.Contains(string(v.Page.Body), `value="no" checked`) {
					t.Error("an answer is chosen beforehand")
				}
				v.see("read")
				v.press(http.StatusUnprocessableEntity, v.w.RedeemNext())
				v.has(v.w.RedeemDelegationMissing())
				v.see("read-error")
				v.press(http.StatusOK, v.w.RedeemNext(), "delegation", answer)
				if v.Page.URL.Path != "/redeem/account" {
					t.Fatalf("Next leads to %s", v.Page.URL)
				}
				v.has(v.w.RedeemOwner(), "anna@example.com")
				v.see("account")
				v.press(http.StatusUnprocessableEntity, v.w.RedeemContinue(), "company", " ", "name", "Anna Nowak")
				v.has(v.w.RedeemCompanyMissing())
				if !strings.Contains(string(v.Page.Body), `value="Anna Nowak"`) {
					t.Error("what was typed is lost")
				}
				v.see("account-error")
				v.press(http.StatusOK, v.w.RedeemContinue(), "company", "Zakład Nowak")
				v.has("Zakład Nowak", "Anna Nowak", v.w.RedeemOwner())
				v.see("check")
				v.press(http.StatusUnprocessableEntity, v.w.RedeemStart(30))
				v.has(v.w.RedeemAgreeMissing())
				v.see("check-error")
				v.start(http.StatusOK)
				if !strings.HasPrefix(v.Page.URL.Path, "/receipts/red_") {
					t.Fatalf("the last button leads to %s", v.Page.URL)
				}
				v.see("receipt-" + answer)
				v.has(v.w.ReceiptTitle(), "Zakład Nowak", "anna@example.com", map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language])
				receipt := v.Page.URL.Path
				if n := s.Holds(t, "customer"); n != 1 {
					t.Fatalf("%d customers", n)
				}
				stored := s.invitation(inv.ID)
				if stored.Answer != invitations.Accepted {
					t.Fatalf("the invitation is %s", stored.Answer)
				}
				read, err := s.Redemption(context.Background(), consent.ID(stored.Redemption))
				s.must(err)
				if got := read.Receipt; got.Via.Language != language || len(got.Terms) != 1 || got.Terms[0].Language != language || got.Terms[0].SHA256 == "" || got.Delegation.Answer != answer {
					t.Errorf("receipt: %+v", got)
				}
				v.has(read.ID.Reference())
				v.get(http.StatusOK, receipt+"?format=json")
				sum := sha256.Sum256(v.Page.Body)
				if string(v.Page.Body) != read.Canonical || hex.EncodeToString(sum[:]) != read.SHA256 || v.Page.Header.Get("Content-Type") != "application/json" {
					t.Error("the download is not the record")
				}
				// The used link leads to the receipt, in any browser.
				again := s.visitor(language)
				again.get(http.StatusOK, link)
				if again.Page.URL.Path != receipt {
					t.Errorf("the used link leads to %s", again.Page.URL)
				}
				if answer == "no" {
					if len(v.Page.Links(v.w.ReceiptTakeLink())) > 0 {
						t.Error("a No can be taken back")
					}
					again.get(http.StatusOK, receipt+"/take-back")
					if again.Page.URL.Path != receipt {
						t.Errorf("take-back leads to %s", again.Page.URL)
					}
					return
				}
				again.get(http.StatusOK, again.Page.Links(again.w.ReceiptTakeLink())[0])
				again.see("take-back")
				again.press(http.StatusUnprocessableEntity, again.w.ReceiptTakeButton())
				again.has(again.w.ReceiptTakeUnsure())
				again.press(http.StatusOK, again.w.ReceiptTakeButton(), "sure", "yes")
				again.see("receipt-taken")
				again.has(again.w.ReceiptTakenBack("Baltic Bridge IT sp. z o.o."))
				owner, _, _ := customer.Under("red", stored.Redemption)
				tie, grant, err := s.Relationship(context.Background(), owner, asking)
				s.must(err)
				if grant.Status != "ended" || grant.Cause != "customer" || tie.PorSubscriptions != 1 {
					t.Errorf("grant %+v, tie %+v", grant, tie)
				}
				again.get(http.StatusOK, receipt+"/take-back")
				if again.Page.URL.Path != receipt {
					t.Errorf("taking back twice leads to %s", again.Page.URL)
				}
			})
		}
	}
}

// TestAdvisor changes the partner of record: another ID, checked; mistyped, unknown, not eligible; none.
func TestAdvisor(t *testing.T) {
	t.Parallel()
	s := open(t)
	_, link := s.invite(s.offer(plain), "anna@example.com", "en")
	v := s.visitor("en")
	v.get(http.StatusOK, link)
	next, check := v.w.RedeemNext(), v.w.RedeemPartnerIDCheck()
	for _, c := range []struct{ typed, said string }{
		{"", v.w.RedeemPartnerIDMissing()},
		{"1234", v.w.RedeemPartnerIDFormat()},
		{"none", v.w.RedeemPartnerIDFormat()},
		{"87654321", v.w.RedeemPartnerIDMistyped()},
		{string(stranger), v.w.RedeemPartnerIDUnknown()},
		{string(idle), v.w.RedeemPartnerIDNotEligible()},
		{string(unrelated), v.w.RedeemPartnerIDPlan()},
		{`"><b>`, v.w.RedeemPartnerIDFormat()},
	} {
		for _, button := range []string{check, next} {
			v.press(http.StatusUnprocessableEntity, button, "advisor", "other", "partner_id", c.typed)
			v.has(c.said)
			if !strings.HasPrefix(string(v.Page.Body[strings.Index(string(v.Page.Body), "<title>"):]), "<title>"+v.w.FrameErrorTitle("")[:6]) {
				t.Errorf("%q: no Error: in the title", c.typed)
			}
		}
	}
	v.see("advisor-error")
	v.press(http.StatusOK, check, "advisor", "offering", "partner_id", "8765 4323")
	v.has("8765 4323 is Vistula Advice S.A., Kraków")
	if body := string(v.Page.Body); !strings.Contains(body[:strings.Index(body, "<h1>")], "Vistula Advice S.A.") {
		t.Error("what was found does not stand at the top, where the page begins anew")
	}
	v.see("advisor-checked")
	v.press(http.StatusUnprocessableEntity, next, "advisor", "offering", "partner_id", "8765 4323")
	v.has(v.w.RedeemAdvisorWhich())
	v.press(http.StatusOK, next, "advisor", "other", "partner_id", "8765-4323")
	v.press(http.StatusOK, v.w.RedeemContinue(), "company", "Nowak", "name", "Anna")
	v.has("Vistula Advice S.A., partner ID 8765 4323")
	// Change leads back to the answer and from there to the check page.
	v.get(http.StatusOK, strings.Split(v.Page.Links(v.w.FrameChange())[3], "#")[0])
	if !strings.Contains(string(v.Page.Body), `value="other" checked`) || !strings.Contains(string(v.Page.Body), `value="87654323"`) {
		t.Error("the answer was not kept")
	}
	v.press(http.StatusOK, next, "advisor", "none", "partner_id", "")
	if v.Page.URL.Path != "/redeem/check" {
		t.Fatalf("leads to %s", v.Page.URL)
	}
	v.has(v.w.RedeemAdvisorNobody())
	v.get(http.StatusOK, strings.Split(v.Page.Links(v.w.FrameChange())[3], "#")[0])
	v.press(http.StatusOK, next, "advisor", "other", "partner_id", "8765 4323")
	v.start(http.StatusOK)
	v.has("Vistula Advice S.A., partner ID 8765 4323")
	if n := s.events(relationship.PartnerOfRecordSetEvent{}.Type()); n != 1 {
		t.Errorf("%d partner_of_record.set", n)
	}
}

// TestPublic walks from the public link to an invitation of the visitor's own.
func TestPublic(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		of := s.offer(nil)
		v := s.visitor(language)
		v.get(http.StatusOK, "/o/"+of.ID.Code()+"?lang="+language)
		v.has("Baltic Bridge IT sp. z o.o.", "1234 5674", of.ID.Reference())
		v.see("offer")
		v.press(http.StatusUnprocessableEntity, v.w.OfferSend(), "email", "anna@")
		v.has(v.w.OfferEmailWrong())
		if !strings.Contains(string(v.Page.Body), `value="anna@"`) {
			t.Error("what was typed is lost")
		}
		v.see("offer-error")
		v.press(http.StatusOK, v.w.OfferSend(), "email", "anna@example.com")
		v.has(v.w.OfferSentTitle())
		v.see("offer-sent")
		first := string(v.Page.Body)
		other := s.visitor(language)
		other.get(http.StatusOK, "/o/"+of.ID.Code()+"?lang="+language)
		other.press(http.StatusOK, other.w.OfferSend(), "email", "somebody.else@example.com")
		if string(other.Page.Body) != first {
			t.Error("the page differs by address")
		}
		if n := s.events(invitations.CreatedEvent{}.Type()); n != 2 || s.Holds(t, "invitation") != 2 {
			t.Errorf("%d invitations made", n)
		}
	}
}

// TestTenCountries: people of ten countries leave their address on the public page and sign up by the link that is mailed to them.
func TestTenCountries(t *testing.T) {
	t.Parallel()
	s := open(t)
	of := s.offer(plain)
	known := map[string]bool{}
	for _, p := range typed.People {
		v := s.visitor("en")
		v.get(http.StatusOK, "/o/"+of.ID.Code())
		v.press(http.StatusOK, v.w.OfferSend(), "email", p.Address.Typed)
		v.has(v.w.OfferSentTitle())
		var inv invitations.ID
		for _, item := range s.Items(t) {
			key, _ := item["PK"].(*types.AttributeValueMemberS)
			if bare, found := strings.CutPrefix(key.Value, "INV#"); found && !known[bare] {
				known[bare], inv = true, invitations.ID("inv_"+bare)
			}
		}
		stored, link := s.link(inv)
		if stored.Mail != p.Address.Stored {
			t.Errorf("%s: %q is stored as %q", p.Country, p.Address.Typed, stored.Mail)
		}
		v.get(http.StatusOK, link)
		v.press(http.StatusOK, v.w.RedeemNext())
		v.has(p.Address.Read())
		v.press(http.StatusOK, v.w.RedeemContinue(), "company", p.Company.Typed, "name", p.Name.Typed)
		v.has(p.Company.Read(), p.Name.Read(), p.Address.Read())
		v.start(http.StatusOK)
		v.has(p.Company.Read(), p.Address.Read())
		record, err := s.Redemption(context.Background(), consent.ID(s.invitation(inv).Redemption))
		s.must(err)
		if by := consent.Digest(record.Person.Salt, p.Address.Read()); record.Person.Mail != p.Address.Stored || record.Person.Name != p.Name.Stored || !strings.Contains(record.Canonical, by) {
			t.Errorf("%s: decided by %+v, in the receipt %s", p.Country, record.Person, record.Canonical)
		}
		owner, _, _ := customer.Under("red", string(record.ID))
		company, err := s.Customer(context.Background(), owner)
		s.must(err)
		if company.Name != p.Company.Stored {
			t.Errorf("%s: the company is stored as %q", p.Country, company.Name)
		}
	}
}

// TestNothingTyped: names of nothing and addresses that no mail reaches are refused at their field, in words; a No takes whatever is typed.
func TestNothingTyped(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		of := s.offer(plain)
		v := s.visitor(language)
		v.get(http.StatusOK, "/o/"+of.ID.Code()+"?lang="+language)
		v.press(http.StatusUnprocessableEntity, v.w.OfferSend(), "email", "żółw@example.com")
		v.has(v.w.OfferEmailLetters())
		inv, link := s.invite(of, "anna@example.com", language)
		v.get(http.StatusOK, link)
		v.press(http.StatusOK, v.w.RedeemNext())
		for _, nothing := range []string{".", "🚀", "—"} {
			v.press(http.StatusUnprocessableEntity, v.w.RedeemContinue(), "company", nothing, "name", nothing)
			v.has(v.w.RedeemCompanyNothing(), v.w.RedeemNameNothing())
		}
		v.press(http.StatusUnprocessableEntity, v.w.RedeemContinue(), "company", "\u3164", "name", "раyраl")
		v.has(v.w.RedeemCompanyMissing(), v.w.RedeemNameMixed())
		const reason = "Dziękuję ❤️ 👩\u200d💻\n\tمی\u200cخواهم"
		v.get(http.StatusOK, link)
		v.get(http.StatusOK, v.Page.Links(v.w.RedeemNoButton())[0])
		v.press(http.StatusOK, v.w.RedeemNoButton(), "reason", "\ufeff"+reason+"\u00ad\u000b.")
		record, err := s.Redemption(context.Background(), consent.ID(s.invitation(inv.ID).Redemption))
		s.must(err)
		if record.Reason != reason+"\n." {
			t.Errorf("the reason is stored as %q", record.Reason)
		}
	}
}

// TestTwice: the last button pressed twice, by the back button, in a second tab, and by 16 at once.
func TestTwice(t *testing.T) {
	t.Parallel()
	s := open(t)
	_, link := s.invite(s.offer(nil), "anna@example.com", "en")
	v := s.atCheck(link, "en", "yes")
	address, form := v.Page.Form(v.w.RedeemStart(30))
	form.Set("agree", "yes")
	const people = 16
	pages, errs := make([]client.Page, people), make([]error, people)
	var all sync.WaitGroup
	rivals := make([]*visitor, people)
	for i := range rivals {
		rivals[i] = s.visitor("en")
		rivals[i].get(http.StatusOK, link)
	}
	for i := range rivals {
		all.Go(func() { pages[i], errs[i] = rivals[i].Post(t.Context(), address, form) })
	}
	all.Wait()
	receipts := map[string]bool{}
	for i := range people {
		if errs[i] != nil || pages[i].Status != http.StatusOK || !strings.HasPrefix(pages[i].URL.Path, "/receipts/") {
			t.Fatalf("rival %d: %d %v on %s", i, pages[i].Status, errs[i], pages[i].URL)
		}
		receipts[pages[i].URL.Path] = true
	}
	if len(receipts) != 1 || s.Holds(t, "customer") != 1 || s.Holds(t, "subscription") != 1 || s.Holds(t, "redemption") != 1 {
		t.Fatalf("%d receipts", len(receipts))
	}
	before := s.Dump(t)
	page, err := v.Post(t.Context(), address, form)
	s.must(err)
	if !receipts[page.URL.Path] {
		t.Errorf("pressed again: %s", page.URL)
	}
	for _, path := range []string{"/redeem", "/redeem/account", "/redeem/check"} {
		v.get(http.StatusOK, path+"?i="+strings.Split(strings.TrimPrefix(link, "/i/"), "_")[0]+"_"+strings.Split(link, "_")[1])
		if !receipts[v.Page.URL.Path] {
			t.Errorf("%s leads to %s", path, v.Page.URL)
		}
	}
	if s.Dump(t) != before {
		t.Error("pressing again changed the table")
	}
}

// TestTabs: two tabs with different answers, a draft left overnight, the double press of Next.
func TestTabs(t *testing.T) {
	t.Parallel()
	s := open(t)
	inv, link := s.invite(s.offer(nil), "anna@example.com", "en")
	v := s.visitor("en")
	v.get(http.StatusOK, link)
	address, form := v.Page.Form(v.w.RedeemNext())
	form.Set("delegation", "yes")
	for range 2 { // the double press
		page, err := v.Post(t.Context(), address, form)
		s.must(err)
		if page.Status != http.StatusOK || page.URL.Path != "/redeem/account" {
			t.Fatalf("leads to %s", page.URL)
		}
	}
	if rev := s.invitation(inv.ID).Draft.Rev; rev != 1 {
		t.Errorf("revision %d", rev)
	}
	// The second tab still shows the first page and answers No: nothing is overwritten unseen.
	form.Set("delegation", "no")
	page, err := v.Post(t.Context(), address, form)
	s.must(err)
	v.Page = page
	v.has(v.w.RedeemStaleTitle())
	if s.invitation(inv.ID).Draft.Delegation != "yes" {
		t.Error("the stale tab won")
	}
	v.press(http.StatusOK, v.w.RedeemNext())
	v.press(http.StatusOK, v.w.RedeemContinue(), "company", "Zakład Nowak", "name", "Anna Nowak")
	address, form = v.Page.Form(v.w.RedeemStart(30))
	form.Set("agree", "yes")
	// The check page stands open in one tab while the answer is changed in another.
	other := s.visitor("en")
	other.get(http.StatusOK, link)
	other.press(http.StatusOK, other.w.RedeemNext(), "delegation", "no")
	other.press(http.StatusOK, other.w.RedeemContinue(), "company", "Zakład Nowak 2")
	if v.Page, err = v.Post(t.Context(), address, form); err != nil {
		t.Fatal(err)
	}
	v.look(v.Page, http.StatusConflict, "a stale check page")
	v.has(v.w.RedeemStaleTitle(), "Zakład Nowak 2")
	v.see("check-stale")
	if s.Holds(t, "customer") != 0 {
		t.Fatal("the stale page made a customer")
	}
	// Overnight, in another browser: everything is there.
	s.start(20 * time.Hour)
	late := s.visitor("en")
	late.get(http.StatusOK, link)
	if !strings.Contains(string(late.Page.Body), `value="no" checked`) {
		t.Error("the answer was not kept overnight")
	}
	late.press(http.StatusOK, late.w.RedeemNext())
	if !strings.Contains(string(late.Page.Body), `value="Zakład Nowak 2"`) {
		t.Error("the company was not kept overnight")
	}
	v.start(http.StatusOK)
	if n := s.Holds(t, "grant"); n != 0 {
		t.Errorf("%d grants: the No became a Yes", n)
	}
}

// TestLanguageSwitch keeps what was typed, and decides nothing.
func TestLanguageSwitch(t *testing.T) {
	t.Parallel()
	s := open(t)
	_, link := s.invite(s.offer(nil), "anna@example.com", "en")
	v := s.visitor("en")
	polish := s.visitor("pl").w
	switched := func(button string, more ...string) {
		t.Helper()
		before := s.Dump(t)
		address, form := v.Page.Form(button)
		for i := 0; i+1 < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		form.Set("lang", "pl")
		var err error
		v.Page, err = v.Post(t.Context(), address, form)
		s.must(err)
		v.look(v.Page, http.StatusOK, "the switch")
		if s.Dump(t) != before {
			t.Error("the switch wrote something")
		}
	}
	v.get(http.StatusOK, link)
	switched(v.w.RedeemNext(), "delegation", "no", "advisor", "other", "partner_id", "8765")
	if body := string(v.Page.Body); !strings.Contains(body, `<html lang="pl">`) || !strings.Contains(body, `value="no" checked`) || !strings.Contains(body, `value="8765"`) {
		t.Error("what was chosen is lost")
	}
	v.press(http.StatusOK, polish.RedeemNext(), "advisor", "offering", "partner_id", "")
	if !strings.Contains(string(v.Page.Body), `<html lang="pl">`) {
		t.Error("the language was forgotten")
	}
	v.get(http.StatusOK, v.Page.URL.String()+"&lang=en")
	switched(v.w.RedeemContinue(), "company", "Zakład <b>", "name", "")
	if !strings.Contains(string(v.Page.Body), `value="Zakład &lt;b&gt;"`) {
		t.Error("what was typed is lost")
	}
	v.press(http.StatusOK, polish.RedeemContinue(), "company", "Zakład Nowak", "name", "Anna Nowak")
	switched(polish.RedeemStart(30), "agree", "yes", "lang", "pl")
	if !strings.Contains(string(v.Page.Body), `value="yes" checked`) {
		t.Error("the tick is lost")
	}
}

// TestLanguageSwitchChanged: the language switch never carries a tick over to newer terms, nor to other subscriptions.
func TestLanguageSwitchChanged(t *testing.T) {
	t.Parallel()
	s := open(t)
	_, link := s.invite(s.offer(plain), "anna@example.com", "en")
	v := s.atCheck(link, "en", "")
	s.publish(catalog.CustomerTerms, "2")
	s.start(0)
	if v.switched(http.StatusConflict, v.w.RedeemStart(30), "pl") {
		t.Error("the tick was carried over to newer terms")
	}
	v.has(v.w.RedeemTermsChangedTitle(), v.w.RedeemAgree("Skylark Cloud", "2"))
	if !v.switched(http.StatusOK, v.w.RedeemStart(30), "en") {
		t.Error("the tick under what counts now is lost")
	}
	v.start(http.StatusOK)
	v.has(v.w.ReceiptTitle(), v.w.ReceiptTerms("Skylark Cloud sp. z o.o.", "2"))

	s = open(t)
	s.sells()
	v = s.member("anna@example.com", "en")
	_, link = s.invite(s.purchase(nil), "anna@example.com", "en")
	v.get(http.StatusOK, link)
	v.press(http.StatusOK, v.w.RedeemNext())
	v.press(http.StatusOK, v.w.RedeemContinue())
	s.orders(s.purchase(nil), "anna@example.com") // the trial is converted meanwhile
	if v.switched(http.StatusConflict, v.w.RedeemOrder(), "pl") {
		t.Error("the tick was carried over to what happens now")
	}
	v.has(v.w.RedeemChangedTitle())
}

// TestNo: a No is recorded with its reason, and no later press makes it a yes.
func TestNo(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		inv, link := s.invite(s.offer(nil), "anna@example.com", language)
		v := s.atCheck(link, language, "yes")
		address, form := v.Page.Form(v.w.RedeemStart(30))
		form.Set("agree", "yes")
		no := s.visitor(language)
		no.get(http.StatusOK, link)
		no.get(http.StatusOK, no.Page.Links(no.w.RedeemNoButton())[0])
		no.see("no")
		no.press(http.StatusUnprocessableEntity, no.w.RedeemNoButton(), "reason", strings.Repeat("x", redemption.MaxReason+1))
		no.press(http.StatusOK, no.w.RedeemNoButton(), "reason", "We have a provider already.")
		no.has(no.w.ReceiptNoTitle())
		no.see("receipt-declined")
		if stored := s.invitation(inv.ID); stored.Answer != invitations.Declined {
			t.Fatalf("the answer is %s", stored.Answer)
		}
		page, err := v.Post(t.Context(), address, form)
		s.must(err)
		if page.Status != http.StatusGone || s.Holds(t, "customer") != 0 || s.events(consent.DeclinedEvent{}.Type()) != 1 {
			t.Errorf("a press after the No: %d", page.Status)
		}
		again := s.visitor(language)
		again.get(http.StatusGone, link)
		again.has(again.w.DeadDeclinedTitle())
		again.see("dead-declined")
	}
}

// TestReport: "I do not know this partner" pauses this invitation and tells the vendor.
func TestReport(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		inv, link := s.invite(s.offer(nil), "anna@example.com", language)
		v := s.visitor(language)
		v.get(http.StatusOK, link+"?step=report")
		v.see("report")
		before := s.Dump(t)
		v.press(http.StatusUnprocessableEntity, v.w.RedeemReportButton()) // as found, which is what a scanner does
		v.has(v.w.RedeemReportUnsure("Baltic Bridge IT sp. z o.o."))
		v.see("report-unsure")
		if s.Dump(t) != before {
			t.Error("reported by whoever presses every button")
		}
		v.press(http.StatusOK, v.w.RedeemReportButton(), "sure", "yes")
		v.has(v.w.RedeemReportedTitle())
		v.see("reported")
		if !s.invitation(inv.ID).Paused || s.events(invitations.ReportedEvent{}.Type()) != 1 {
			t.Error("not paused, or nobody is told")
		}
		v.get(http.StatusGone, link)
		v.has(v.w.DeadReportedTitle())
		v.see("dead-reported")
	}
}

// TestReportedAtOnce: the page after the report reads what it has just written, whatever an eventually consistent read still finds.
func TestReportedAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t)
	inv, link := s.invite(s.offer(nil), "anna@example.com", "en")
	s.serve(behind{s.Table.Table, s.invitation(inv.ID)})
	v := s.visitor("en")
	v.get(http.StatusOK, link+"?step=report")
	v.press(http.StatusOK, v.w.RedeemReportButton(), "sure", "yes")
	v.has(v.w.RedeemReportedTitle())
}

// behind is a table whose eventually consistent reads find an invitation as it was.
type behind struct {
	*dynamo.Table
	was invitations.Invitation
}

func (b behind) Invitation(ctx context.Context, i invitations.ID, fresh bool) (invitations.Invitation, error) {
	if !fresh && i == b.was.ID {
		return b.was, nil
	}
	return b.Table.Invitation(ctx, i, fresh)
}

// TestOthersLink: the cookie of one invitation opens no other, and without one nothing is told.
func TestOthersLink(t *testing.T) {
	t.Parallel()
	s := open(t)
	of := s.offer(nil)
	first, link := s.invite(of, "anna@example.com", "en")
	second, other := s.invite(of, "jan@example.com", "pl")
	v := s.visitor("en")
	v.get(http.StatusNotFound, "/redeem?i="+string(first.ID))
	v.has(v.w.RedeemNoLinkTitle())
	v.see("no-link")
	none := string(v.Page.Body)
	v.get(http.StatusNotFound, "/redeem?i=inv_"+strings.Repeat("0", 26))
	if strings.ReplaceAll(string(v.Page.Body), strings.Repeat("0", 26), first.ID.Bare()) != none {
		t.Error("what exists looks different from what does not")
	}
	v.get(http.StatusOK, link)
	v.get(http.StatusNotFound, "/redeem?i="+string(second.ID))
	v.get(http.StatusOK, other)
	v.get(http.StatusOK, "/redeem?i="+string(first.ID)) // both in one browser, unmixed
	v.get(http.StatusOK, "/redeem?i="+string(second.ID))
	_, secret, _ := token.Split(strings.TrimPrefix(link, "/i/"))
	v.get(http.StatusNotFound, "/i/"+token.Join(string(second.ID), secret))
	v.get(http.StatusNotFound, "/i/"+url.PathEscape("inv_x"))
	v.has(v.w.DeadUnknownTitle())
	v.see("dead-unknown")
}
