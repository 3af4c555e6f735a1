package redeem_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"liaison/infra/local/client"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/dynamo"
	invitations "liaison/shared/invitation"
	offers "liaison/shared/offer"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestPartnerOfRecord changes the partner of record: another ID, checked; mistyped, unknown, not eligible; none.
func TestPartnerOfRecord(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	_, link := s.Invite(s.MakeOffer(pagetest.Plain), "anna@example.com", "en")
	v := s.Visitor("en")
	v.Open(http.StatusOK, link)
	next, check := v.W.SiteNext(), v.W.PartnerIDCheck()
	for _, c := range []struct{ typed, said string }{
		{"", v.W.PartnerIDOtherRequired()},
		{"1234", v.W.PartnerIDFormat()},
		{"none", v.W.PartnerIDFormat()},
		{"87654321", v.W.PartnerIDMistyped()},
		{string(pagetest.Stranger), v.W.PartnerIDUnknown()},
		{string(pagetest.Idle), v.W.PartnerIDNotEligible()},
		{string(pagetest.Unrelated), v.W.PartnerIDPlan()},
		{`"><b>`, v.W.PartnerIDFormat()},
	} {
		for _, button := range []string{check, next} {
			v.Click(http.StatusUnprocessableEntity, button, "advisor", "other", "partner_id", c.typed)
			v.Has(c.said)
			if !strings.HasPrefix(string(v.Page.Body[strings.Index(string(v.Page.Body), "<title>"):]), "<title>"+v.W.FrameErrorTitle("")[:6]) {
				t.Errorf("%q: no Error: in the title", c.typed)
			}
		}
	}
	v.See("advisor-error")
	v.Click(http.StatusOK, check, "advisor", "offering", "partner_id", "8765 4323")
	v.Has("8765 4323 is Vistula Advice S.A., Kraków")
	if body := string(v.Page.Body); !strings.Contains(body[:strings.Index(body, "<h1>")], "Vistula Advice S.A.") {
		t.Error("what was found does not stand at the top, where the page begins anew")
	}
	v.See("advisor-checked")
	v.Click(http.StatusUnprocessableEntity, next, "advisor", "offering", "partner_id", "8765 4323")
	v.Has(v.W.PartnerOfRecordOtherNotChosen())
	v.Click(http.StatusOK, next, "advisor", "other", "partner_id", "8765-4323")
	v.Click(http.StatusOK, v.W.SiteNext(), "company", "Nowak", "name", "Anna")
	v.Has("Vistula Advice S.A., partner ID 8765 4323")
	// Change leads back to the answer and from there to the check page.
	v.Open(http.StatusOK, strings.Split(v.Page.Links(v.W.FrameChange())[3], "#")[0])
	if !strings.Contains(string(v.Page.Body), `value="other" checked`) || !strings.Contains(string(v.Page.Body), `value="87654323"`) {
		t.Error("the answer was not kept")
	}
	v.Click(http.StatusOK, next, "advisor", "none", "partner_id", "")
	if v.Page.URL.Path != "/redeem/check" {
		t.Fatalf("leads to %s", v.Page.URL)
	}
	v.Has(v.W.PartnerOfRecordNobody())
	v.Open(http.StatusOK, strings.Split(v.Page.Links(v.W.FrameChange())[3], "#")[0])
	v.Click(http.StatusOK, next, "advisor", "other", "partner_id", "8765 4323")
	v.StartTrial(http.StatusOK)
	v.Has("Vistula Advice S.A., partner ID 8765 4323")
	if n := s.CountEvents(relationship.PartnerOfRecordSetEvent{}.Type()); n != 1 {
		t.Errorf("%d partner_of_record.set", n)
	}
}

// TestNothingTyped: names of nothing and addresses that no mail reaches are refused at their field, in words; a No takes whatever is typed.
func TestNothingTyped(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		of := s.MakeOffer(pagetest.Plain)
		v := s.Visitor(language)
		v.Open(http.StatusOK, "/o/"+of.ID.Code()+"?lang="+language)
		v.Click(http.StatusUnprocessableEntity, v.W.OfferSend(), "email", "żółw@example.com")
		v.Has(v.W.OfferEmailLetters())
		inv, link := s.Invite(of, "anna@example.com", language)
		v.Open(http.StatusOK, link)
		v.Click(http.StatusOK, v.W.SiteNext())
		for _, nothing := range []string{".", "🚀", "—"} {
			v.Click(http.StatusUnprocessableEntity, v.W.SiteNext(), "company", nothing, "name", nothing)
			v.Has(v.W.RedeemCompanyNothing(), v.W.RedeemNameNothing())
		}
		v.Click(http.StatusUnprocessableEntity, v.W.SiteNext(), "company", "\u3164", "name", "раyраl")
		v.Has(v.W.RedeemCompanyMissing(), v.W.RedeemNameMixed())
		const reason = "Dziękuję ❤️ 👩\u200d💻\n\tمی\u200cخواهم"
		v.Open(http.StatusOK, link)
		v.Open(http.StatusOK, v.Page.Links(v.W.RedeemDecline())[0])
		v.Click(http.StatusOK, v.W.RedeemNoButton(), "reason", "\ufeff"+reason+"\u00ad\u000b.")
		record, err := s.Redemption(context.Background(), consent.ID(s.StoredInvitation(inv.ID).Redemption))
		s.Must(err)
		if record.Reason != reason+"\n." {
			t.Errorf("the reason is stored as %q", record.Reason)
		}
	})
}

// TestTwice: the last button pressed twice, by the back button, in a second tab, and by 16 at once.
func TestTwice(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	_, link := s.Invite(s.MakeOffer(nil), "anna@example.com", "en")
	v := s.AtCheck(link, "en", "yes")
	address, form := v.Page.Form(v.W.RedeemStart(30))
	form.Set("agree", "yes")
	const people = 16
	pages, errs := make([]client.Page, people), make([]error, people)
	var all sync.WaitGroup
	rivals := make([]*pagetest.Visitor, people)
	for i := range rivals {
		rivals[i] = s.Visitor("en")
		rivals[i].Open(http.StatusOK, link)
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
	s.Must(err)
	if !receipts[page.URL.Path] {
		t.Errorf("pressed again: %s", page.URL)
	}
	for _, path := range []string{"/redeem", "/redeem/account", "/redeem/check"} {
		v.Open(http.StatusOK, path+"?i="+strings.Split(strings.TrimPrefix(link, "/i/"), "_")[0]+"_"+strings.Split(link, "_")[1])
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
	s := pagetest.Open(t)
	inv, link := s.Invite(s.MakeOffer(nil), "anna@example.com", "en")
	v := s.Visitor("en")
	v.Open(http.StatusOK, link)
	v.Click(http.StatusOK, v.W.SiteNext())
	v.At("/redeem/access")
	address, form := v.Page.Form(v.W.SiteNext())
	form.Set("delegation", "yes")
	for range 2 { // the double press
		page, err := v.Post(t.Context(), address, form)
		s.Must(err)
		if page.Status != http.StatusOK || page.URL.Path != "/redeem/account" {
			t.Fatalf("leads to %s", page.URL)
		}
	}
	if rev := s.StoredInvitation(inv.ID).Draft.Rev; rev != 2 {
		t.Errorf("revision %d", rev)
	}
	// The second tab still shows the question and answers No: nothing is overwritten unseen.
	form.Set("delegation", "no")
	page, err := v.Post(t.Context(), address, form)
	s.Must(err)
	v.Page = page
	v.Has(v.W.RedeemStaleTitle())
	if s.StoredInvitation(inv.ID).Draft.DelegatedAdministration != "yes" {
		t.Error("the stale tab won")
	}
	v.Click(http.StatusOK, v.W.SiteNext(), "company", "Zakład Nowak", "name", "Anna Nowak")
	address, form = v.Page.Form(v.W.RedeemStart(30))
	form.Set("agree", "yes")
	// The check page stands open in one tab while the answer is changed in another.
	other := s.Visitor("en")
	other.Open(http.StatusOK, link)
	other.Click(http.StatusOK, other.W.SiteNext())
	other.Click(http.StatusOK, other.W.SiteNext(), "delegation", "no")
	other.Click(http.StatusOK, other.W.SiteNext(), "company", "Zakład Nowak 2")
	if v.Page, err = v.Post(t.Context(), address, form); err != nil {
		t.Fatal(err)
	}
	v.Look(v.Page, http.StatusConflict, "a stale check page")
	v.Has(v.W.RedeemStaleTitle(), "Zakład Nowak 2")
	v.See("check-stale")
	if s.Holds(t, "customer") != 0 {
		t.Fatal("the stale page made a customer")
	}
	// Overnight, in another browser: everything is there.
	s.Restart(20 * time.Hour)
	late := s.Visitor("en")
	late.Open(http.StatusOK, link)
	late.Click(http.StatusOK, late.W.SiteNext())
	if !strings.Contains(string(late.Page.Body), `value="no" checked`) {
		t.Error("the answer was not kept overnight")
	}
	late.Click(http.StatusOK, late.W.SiteNext())
	if !strings.Contains(string(late.Page.Body), `value="Zakład Nowak 2"`) {
		t.Error("the company was not kept overnight")
	}
	v.StartTrial(http.StatusOK)
	if n := s.Holds(t, "grant"); n != 0 {
		t.Errorf("%d grants: the No became a Yes", n)
	}
}

// TestLanguageSwitch keeps what was typed, and decides nothing.
func TestLanguageSwitch(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	_, link := s.Invite(s.MakeOffer(nil), "anna@example.com", "en")
	v := s.Visitor("en")
	polish := s.Visitor("pl").W
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
		s.Must(err)
		v.Look(v.Page, http.StatusOK, "the switch")
		if s.Dump(t) != before {
			t.Error("the switch wrote something")
		}
	}
	v.Open(http.StatusOK, link)
	switched(v.W.SiteNext(), "advisor", "other", "partner_id", "8765")
	if body := string(v.Page.Body); !strings.Contains(body, `<html lang="pl">`) || !strings.Contains(body, `value="other" checked`) || !strings.Contains(body, `value="8765"`) {
		t.Error("what was chosen is lost")
	}
	v.Click(http.StatusOK, polish.SiteNext(), "advisor", "offering", "partner_id", "")
	if !strings.Contains(string(v.Page.Body), `<html lang="pl">`) {
		t.Error("the language was forgotten")
	}
	v.Open(http.StatusOK, v.Page.URL.String()+"&lang=en")
	switched(v.W.SiteNext(), "delegation", "no")
	if !strings.Contains(string(v.Page.Body), `value="no" checked`) {
		t.Error("the answer is lost")
	}
	v.Click(http.StatusOK, polish.SiteNext())
	v.Open(http.StatusOK, v.Page.URL.String()+"&lang=en")
	switched(v.W.SiteNext(), "company", "Zakład <b>", "name", "")
	if !strings.Contains(string(v.Page.Body), `value="Zakład &lt;b&gt;"`) {
		t.Error("what was typed is lost")
	}
	v.Click(http.StatusOK, polish.SiteNext(), "company", "Zakład Nowak", "name", "Anna Nowak")
	switched(polish.RedeemStart(30), "agree", "yes", "lang", "pl")
	if !strings.Contains(string(v.Page.Body), `value="yes" checked`) {
		t.Error("the tick is lost")
	}
}

// TestLanguageSwitchChanged: the language switch never carries a tick over to newer terms, nor to other subscriptions.
func TestLanguageSwitchChanged(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	_, link := s.Invite(s.MakeOffer(pagetest.Plain), "anna@example.com", "en")
	v := s.AtCheck(link, "en", "")
	s.Publish(catalog.CustomerTerms, "2")
	s.Restart(0)
	if v.Switch(http.StatusConflict, v.W.RedeemStart(30), "pl") {
		t.Error("the tick was carried over to newer terms")
	}
	v.Has(v.W.RedeemTermsChangedTitle(), v.W.RedeemAgree(), v.W.TermsVendor("Skylark Cloud", "Warunki korzystania z usług", "2"))
	if !v.Switch(http.StatusOK, v.W.RedeemStart(30), "en") {
		t.Error("the tick under what counts now is lost")
	}
	v.StartTrial(http.StatusOK)
	v.Has(v.W.ReceiptTitle(30), pagetest.Terms(v.W, "2"))

	s = pagetest.Open(t)
	s.Sells()
	v = s.Member("anna@example.com", "en")
	_, link = s.Invite(s.Purchase(nil), "anna@example.com", "en")
	v.Open(http.StatusOK, link)
	v.Click(http.StatusOK, v.W.SiteNext())
	v.Click(http.StatusOK, v.W.SiteNext())
	s.Accept(s.Purchase(nil), "anna@example.com", true) // the trial is converted meanwhile
	if v.Switch(http.StatusConflict, v.W.RedeemOrder(), "pl") {
		t.Error("the tick was carried over to what happens now")
	}
	v.Has(v.W.RedeemChangedTitle())
}

// TestSteps: the way counts what this offer asks of this person, and a step that is not answered sends back to it, whatever address is typed.
func TestSteps(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	counts := func(v *pagetest.Visitor, want int) {
		t.Helper()
		_, way, _ := strings.Cut(string(v.Page.Body), `<ol class="steps">`)
		way, _, _ = strings.Cut(way, "</ol>")
		if n := strings.Count(way, "<li"); n != want || strings.Count(way, `aria-current="step"`) != 1 {
			t.Errorf("%s counts %d steps, not %d", v.Page.URL, n, want)
		}
	}
	inv, link := s.Invite(s.MakeOffer(nil), "anna@example.com", "en")
	v := s.Visitor("en")
	v.Open(http.StatusOK, link)
	counts(v, 4)
	leads := func(path, to string) {
		t.Helper()
		v.Open(http.StatusOK, path+"?i="+string(inv.ID))
		if v.Page.URL.Path != to {
			t.Errorf("%s leads to %s, not %s", path, v.Page.URL.Path, to)
		}
	}
	leads("/redeem/access", "/redeem")
	leads("/redeem/check", "/redeem")
	v.Click(http.StatusOK, v.W.SiteNext())
	leads("/redeem/account", "/redeem/access")
	leads("/redeem/check", "/redeem/access")
	v.Click(http.StatusOK, v.W.SiteNext(), "delegation", "no")
	leads("/redeem/check", "/redeem/account")
	v.Click(http.StatusOK, v.W.SiteNext(), "company", "Nowak", "name", "Anna")
	counts(v, 4)

	inv, link = s.Invite(s.MakeOffer(pagetest.Plain), "anna@example.com", "en")
	v.Open(http.StatusOK, link)
	counts(v, 3)
	v.Click(http.StatusOK, v.W.SiteNext())
	v.At("/redeem/account")
	leads("/redeem/access", "/redeem/account")

	v = s.Member("ewa@example.com", "en")
	inv, link = s.Invite(s.MakeOffer(pagetest.Request(offers.Reseller)), "ewa@example.com", "en")
	v.Open(http.StatusOK, link)
	counts(v, 2)
	v.Click(http.StatusOK, v.W.SiteNext())
	v.At("/redeem/check")
	leads("/redeem/account", "/redeem/check")
}

// TestNo: a No is recorded with its reason, and no later press makes it a yes.
func TestNo(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		inv, link := s.Invite(s.MakeOffer(nil), "anna@example.com", language)
		v := s.AtCheck(link, language, "yes")
		address, form := v.Page.Form(v.W.RedeemStart(30))
		form.Set("agree", "yes")
		no := s.Visitor(language)
		no.Open(http.StatusOK, link)
		no.Open(http.StatusOK, no.Page.Links(no.W.RedeemDecline())[0])
		no.See("no")
		no.Click(http.StatusUnprocessableEntity, no.W.RedeemNoButton(), "reason", strings.Repeat("x", redemption.MaxReason+1))
		no.Click(http.StatusOK, no.W.RedeemNoButton(), "reason", "We have a provider already.")
		no.Has(no.W.ReceiptNoTitle())
		no.See("receipt-declined")
		if stored := s.StoredInvitation(inv.ID); stored.Answer != invitations.Declined {
			t.Fatalf("the answer is %s", stored.Answer)
		}
		page, err := v.Post(t.Context(), address, form)
		s.Must(err)
		if page.Status != http.StatusGone || s.Holds(t, "customer") != 0 || s.CountEvents(consent.DeclinedEvent{}.Type()) != 1 {
			t.Errorf("a press after the No: %d", page.Status)
		}
		again := s.Visitor(language)
		again.Open(http.StatusGone, link)
		again.Has(again.W.UnavailableDeclinedTitle())
		again.See("dead-declined")
	})
}

// TestReport: "I do not know this partner" pauses this invitation and tells the vendor.
func TestReport(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		inv, link := s.Invite(s.MakeOffer(nil), "anna@example.com", language)
		v := s.Visitor(language)
		v.Open(http.StatusOK, link+"?step=report")
		v.See("report")
		before := s.Dump(t)
		v.Click(http.StatusUnprocessableEntity, v.W.RedeemReportButton()) // as found, which is what a scanner does
		v.Has(v.W.RedeemReportUnsure("Baltic Bridge IT sp. z o.o."))
		v.See("report-unsure")
		if s.Dump(t) != before {
			t.Error("reported by whoever presses every button")
		}
		v.Click(http.StatusOK, v.W.RedeemReportButton(), "sure", "yes")
		v.Has(v.W.RedeemReportedTitle())
		v.See("reported")
		if !s.StoredInvitation(inv.ID).Paused || s.CountEvents(invitations.ReportedEvent{}.Type()) != 1 {
			t.Error("not paused, or nobody is told")
		}
		v.Open(http.StatusGone, link)
		v.Has(v.W.UnavailableReportedTitle())
		v.See("dead-reported")
	})
}

// TestReportedAtOnce: the page after the report reads what it has just written, whatever an eventually consistent read still finds.
func TestReportedAtOnce(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	inv, link := s.Invite(s.MakeOffer(nil), "anna@example.com", "en")
	s.Serve(behind{s.Table.Table, s.StoredInvitation(inv.ID)})
	v := s.Visitor("en")
	v.Open(http.StatusOK, link+"?step=report")
	v.Click(http.StatusOK, v.W.RedeemReportButton(), "sure", "yes")
	v.Has(v.W.RedeemReportedTitle())
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
