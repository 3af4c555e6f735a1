package pages_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/boot"
	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	invitations "liaison/shared/invitation"
	"liaison/shared/locale"
	offers "liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/subscription"
	"liaison/shared/suppression"
	"liaison/shared/token"
)

// TestOpeningWritesNothing opens every page three times by GET and HEAD: the table is byte-equal (infra/design/trust.md, rule 1).
func TestOpeningWritesNothing(t *testing.T) {
	t.Parallel()
	s := open(t)
	of := s.offer(nil)
	gone := s.offer(nil)
	s.withdraw(gone.ID)
	inv, link := s.invite(of, "anna@example.com", "en")
	_, accepted := s.invite(of, "used@example.com", "en")
	done := s.atCheck(accepted, "en", "yes")
	receipt := done.start(http.StatusOK).URL.Path
	_, expired := s.invite(of, "late@example.com", "en")
	half := s.atCheck(link, "en", "yes")
	_, secret, _ := token.Split(strings.TrimPrefix(link, "/i/"))
	i := "?i=" + string(inv.ID)
	paths := []string{
		"/", "/o/" + of.ID.Code(), "/o/" + of.ID.Code() + "?sent=1", "/o/" + gone.ID.Code(), "/o/x", link, accepted, expired, link + "?step=report", "/redeem" + i, "/redeem" + i + "&step=no",
		"/redeem" + i + "&step=report", "/redeem" + i + "&notice=stale", "/redeem/account" + i, "/redeem/check" + i, "/redeem/check" + i + "&notice=stale", receipt, receipt + "?format=json", receipt + "?taken=1",
		receipt + "/take-back", "/receipts/x", "/unsubscribe/" + token.Join(string(inv.ID), token.Derive(secret, token.Unsubscribe)), "/unsubscribe/" + token.Join(string(inv.ID), secret),
		"/terms/customer", "/terms/partner", "/terms/privacy?version=1", "/terms/customer?version=9", "/terms/none", "/nothing", "/redeem/nothing",
	}
	before := s.Dump(t)
	for _, v := range []*visitor{half, s.visitor("pl")} {
		for _, path := range paths {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				for range 3 {
					r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, nil)
					s.must(err)
					for name, value := range map[string]string{"i_" + inv.ID.Bare(): secret} {
						if v == half {
							r.AddCookie(&http.Cookie{Name: "__Host-" + name, Value: value})
						}
					}
					got, err := http.DefaultTransport.RoundTrip(r)
					s.must(err)
					if got.StatusCode >= 500 || method == http.MethodHead && got.ContentLength > 0 {
						t.Errorf("%s %s: %d", method, path, got.StatusCode)
					}
					got.Body.Close()
				}
			}
		}
	}
	if s.Dump(t) != before {
		t.Error("opening pages changed the table")
	}
}

// TestForgery sends every form as somebody else would: always 403, and nothing is written (infra/design/trust.md, rule 2).
func TestForgery(t *testing.T) {
	t.Parallel()
	s := open(t)
	of := s.offer(nil)
	inv, link := s.invite(of, "anna@example.com", "en")
	_, accepted := s.invite(of, "used@example.com", "en")
	receipt := s.atCheck(accepted, "en", "yes").start(http.StatusOK).URL.Path
	_, secret, _ := token.Split(strings.TrimPrefix(link, "/i/"))
	second, dead := s.invite(of, "dead@example.com", "en")
	s.save(second.ID, func(i invitations.Invitation) (invitations.Invitation, error) { return i.Revoke(s.at) })
	v := s.atCheck(link, "en", "yes")
	w := v.w
	stranger, strangers := s.invite(of, "stranger@example.com", "en")
	other := s.atCheck(strangers, "en", "yes")
	i := "?i=" + string(inv.ID)
	type form struct{ name, path, button string }
	for _, f := range []form{
		{"offer", "/o/" + of.ID.Code(), w.OfferSend()},
		{"read", "/redeem" + i, w.RedeemNext()},
		{"partner check", "/redeem" + i, w.RedeemPartnerIDCheck()},
		{"no", "/redeem" + i + "&step=no", w.RedeemNoButton()},
		{"report", "/redeem" + i + "&step=report", w.RedeemReportButton()},
		{"account", "/redeem/account" + i, w.RedeemContinue()},
		{"check", "/redeem/check" + i, w.RedeemStart(30)},
		{"take back", receipt + "/take-back", w.ReceiptTakeButton()},
		{"unsubscribe", "/unsubscribe/" + token.Join(string(inv.ID), token.Derive(secret, token.Unsubscribe)), w.UnsubscribeStop()},
		{"ask", dead, w.DeadAsk()},
	} {
		status := http.StatusOK
		if f.name == "ask" {
			status = http.StatusGone
		}
		v.get(status, f.path)
		address, values := v.Page.Form(f.button)
		if values == nil {
			t.Fatalf("%s: no button on %s", f.name, f.path)
		}
		values.Set("agree", "yes")
		values.Set("email", "anna@example.com")
		values.Set("sure", "yes")
		before := s.Dump(t)
		refused := func(what string, form url.Values, headers ...string) {
			t.Helper()
			page, err := v.Post(t.Context(), address, form, headers...)
			s.must(err)
			if page.Status != http.StatusForbidden {
				t.Errorf("%s, %s: %d on %s", f.name, what, page.Status, page.URL)
			}
			v.look(page, page.Status, f.name)
		}
		changed := func(token string) url.Values {
			form := url.Values{}
			for name := range values {
				form.Set(name, values.Get(name))
			}
			form.Set("form_token", token)
			return form
		}
		refused("no header", values, "Origin", "", "Sec-Fetch-Site", "")
		refused("cross-site", values, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
		refused("same-site", values, "Origin", "http://api.example", "Sec-Fetch-Site", "same-site")
		refused("another origin", values, "Origin", "https://evil.example", "Sec-Fetch-Site", "")
		refused("origin null", values, "Origin", "null", "Sec-Fetch-Site", "")
		refused("no token", changed(""))
		refused("cut token", changed(values.Get("form_token")[:20]))
		step := map[string]string{"read": "account", "partner check": "account"}[f.name]
		if step == "" {
			step = "read"
		}
		refused("another step's token", changed(site.Token(secret, step, string(inv.ID))))
		_, theirs, _ := token.Split(strings.TrimPrefix(strangers, "/i/"))
		refused("another link's token", changed(site.Token(theirs, "read", string(stranger.ID))))
		get, err := v.Get(t.Context(), address+map[bool]string{true: "&", false: "?"}[strings.Contains(address, "?")]+values.Encode())
		s.must(err)
		if get.Status != status {
			t.Errorf("%s, GET as POST: %d", f.name, get.Status)
		}
		if s.Dump(t) != before {
			t.Fatalf("%s: something was written", f.name)
		}
	}
	// The check page's token is of one revision and one version of the terms.
	address, values := other.Page.Form(w.RedeemStart(30))
	values.Set("agree", "yes")
	for _, name := range []string{"rev", "terms"} {
		kept := values.Get(name)
		values.Set(name, "7")
		page, err := other.Post(t.Context(), address, values)
		s.must(err)
		if page.Status != http.StatusForbidden {
			t.Errorf("%s changed: %d", name, page.Status)
		}
		values.Set(name, kept)
	}
}

// TestOldForm: a form whose token is too old, or another session's, is refused and shown again with what was typed and a token that counts;
// what confirms something is not ticked by itself.
func TestOldForm(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		of := s.offer(nil)
		inv, link := s.invite(of, "anna@example.com", language)
		v := s.atCheck(link, language, "no")
		w, i := v.w, "?i="+string(inv.ID)
		for _, c := range []struct {
			path, button string
			typed        []string
		}{
			{"/o/" + of.ID.Code() + "?lang=" + language, w.OfferSend(), []string{"email", "ewa@example.com"}},
			{"/redeem" + i, w.RedeemNext(), []string{"advisor", "other", "partner_id", "4444 4444", "delegation", "yes"}},
			{"/redeem/account" + i, w.RedeemContinue(), []string{"company", "Zakład \"Nowy\" <b>", "name", "Ewa", "language", "pl"}},
			{"/redeem" + i + "&step=no", w.RedeemNoButton(), []string{"reason", "Zbyt drogo i zbyt późno"}},
			{"/redeem/check" + i, w.RedeemStart(30), []string{"agree", "yes"}},
			{"/redeem" + i + "&step=report", w.RedeemReportButton(), []string{"sure", "yes"}},
		} {
			v.get(http.StatusOK, c.path)
			address, form := v.Page.Form(c.button)
			if form == nil {
				t.Fatalf("no button %q on %s:\n%s", c.button, v.Page.URL, v.Page.Text())
			}
			fresh := form.Get("form_token")
			for n := 0; n < len(c.typed); n += 2 {
				form.Set(c.typed[n], c.typed[n+1])
			}
			form.Set("form_token", site.Token("another secret", "read", string(inv.ID)))
			before := s.Dump(t)
			_, err := v.Post(t.Context(), address, form)
			s.must(err)
			v.look(v.Page, http.StatusForbidden, c.path)
			v.has(w.SiteOldFormTitle(), w.SiteOldFormText())
			v.see("old-form-" + c.typed[0])
			_, again := v.Page.Form(c.button)
			if again.Get("form_token") != fresh {
				t.Errorf("%s: no token that counts", c.path)
			}
			for n := 0; n < len(c.typed); n += 2 {
				want := c.typed[n+1]
				if c.typed[n] == "agree" || c.typed[n] == "sure" {
					want = ""
				}
				if got := again.Get(c.typed[n]); got != want {
					t.Errorf("%s: %s is %q, not %q", c.path, c.typed[n], got, want)
				}
			}
			if s.Dump(t) != before {
				t.Errorf("%s: something was written", c.path)
			}
		}
		v.get(http.StatusOK, "/redeem/account"+i)
		address, form := v.Page.Form(w.RedeemContinue())
		form.Set("company", "Zakład Inny")
		form.Set("form_token", "old")
		_, err := v.Post(t.Context(), address, form)
		s.must(err)
		v.press(http.StatusOK, w.RedeemContinue()) // what was typed is sent by the page that was shown again
		v.has("Zakład Inny", w.RedeemCheckTitle())
	}
}

// TestOldFormOfAnAccount: whoever signed in anew in another tab finds what was typed in the first one, which counts once it is pressed again.
func TestOldFormOfAnAccount(t *testing.T) {
	t.Parallel()
	s := open(t)
	c := s.company("en")
	w, sub := c.w, c.order(mailPlan, "licenses", "10", "billing_term", "month", "advisor", "none")
	c.get(http.StatusOK, "/account/buy/"+string(mailPlan))
	address, form := c.Page.Form(w.RedeemNext())
	form.Set("licenses", "13")
	form.Set("billing_term", "year")
	form.Set("advisor", "none")
	c.signIn(c.visitor)
	before := s.Dump(t)
	_, err := c.Post(t.Context(), address, form)
	s.must(err)
	c.look(c.Page, http.StatusForbidden, address)
	c.has(w.SiteOldFormTitle())
	_, again := c.Page.Form(w.RedeemNext())
	if again.Get("licenses") != "13" || again.Get("billing_term") != "year" || again.Get("form_token") == form.Get("form_token") || s.Dump(t) != before {
		t.Errorf("%v", again)
	}
	again.Set("into", "separate")
	_, err = c.Post(t.Context(), address, again)
	s.must(err)
	if c.look(c.Page, http.StatusOK, address); c.Page.URL.Path != "/account/buy/"+string(mailPlan)+"/check" {
		t.Errorf("leads to %s, with %s:\n%s", c.Page.URL, sub.ID, c.Page.Text())
	}
}

// TestDeadLinks shows each way a personal link dies, with its date, its reason and, where somebody can help, "ask for a new link".
func TestDeadLinks(t *testing.T) {
	t.Parallel()
	type state struct {
		name   string
		status int
		ask    bool
		kill   func(s *world, of offers.Offer, inv invitations.Invitation)
		title  func(w locale.Words) string
	}
	for _, c := range []state{
		{"expired", 410, true, func(s *world, _ offers.Offer, _ invitations.Invitation) { s.start(31 * 24 * time.Hour) }, locale.Words.DeadExpiredTitle},
		{"revoked", 410, true, func(s *world, _ offers.Offer, inv invitations.Invitation) {
			s.save(inv.ID, func(i invitations.Invitation) (invitations.Invitation, error) { return i.Revoke(s.at) })
		}, locale.Words.DeadRevokedTitle},
		{"superseded", 410, true, func(s *world, of offers.Offer, inv invitations.Invitation) {
			s.save(inv.ID, func(i invitations.Invitation) (invitations.Invitation, error) { return i.Resend(of, 30, s.at) })
			s.link(inv.ID)
		}, locale.Words.DeadSupersededTitle},
		{"withdrawn", 410, true, func(s *world, of offers.Offer, _ invitations.Invitation) { s.withdraw(of.ID) }, locale.Words.DeadWithdrawnTitle},
		{"paused", 410, true, func(s *world, of offers.Offer, _ invitations.Invitation) { s.pause(of.ID) }, locale.Words.DeadPausedTitle},
		{"replaced", 410, true, func(s *world, of offers.Offer, _ invitations.Invitation) {
			s.offer(func(d *offers.Draft) { d.Replaces = of.ID })
		}, locale.Words.DeadReplacedTitle},
		{"partner-not-active", 410, false, func(s *world, _ offers.Offer, _ invitations.Invitation) { s.status(asking, partner.Suspended) }, locale.Words.DeadUnavailableTitle},
		{"plan-withdrawn", 410, true, func(s *world, _ offers.Offer, _ invitations.Invitation) { s.plan(catalog.PlanWithdrawn); s.start(0) }, locale.Words.DeadPlanTitle},
		{"region", 410, true, func(s *world, _ offers.Offer, _ invitations.Invitation) { s.closeRegion(); s.start(0) }, locale.Words.DeadRegionTitle},
	} {
		for _, language := range []string{"en", "pl"} {
			t.Run(c.name+"-"+language, func(t *testing.T) {
				s := open(t)
				of := s.offer(nil)
				inv, link := s.invite(of, "anna@example.com", language)
				open := s.visitor("")
				open.w = s.visitor(language).w
				open.get(http.StatusOK, link)
				c.kill(s, of, inv)
				v := s.visitor("")
				v.w = open.w
				for _, one := range []*visitor{v, open} {
					where := link
					if one == open {
						where = "/redeem?i=" + string(inv.ID) // the page that was open meanwhile
					}
					one.get(c.status, where)
					one.has(c.title(one.w))
					if _, form := one.Page.Form(one.w.DeadAsk()); (form != nil) != c.ask {
						t.Errorf("asking for a new link: %v", form != nil)
					}
				}
				v.see("dead-" + c.name)
				if c.name == "replaced" && len(v.Page.Links(v.w.DeadReplacedLink())) != 1 {
					t.Error("no way to the newer offer")
				}
				if body := string(v.Page.Body); c.name == "replaced" && strings.Index(body, ">"+v.w.DeadReplacedLink()) > strings.Index(body, ">"+v.w.DeadAsk()) {
					t.Error("the newer offer stands last")
				}
				if !c.ask {
					if strings.Contains(v.Page.Text(), "Baltic") {
						t.Error("not neutral")
					}
					return
				}
				v.has("Baltic Bridge IT sp. z o.o.")
				for _, one := range []*visitor{v, open} { // asked twice, told once
					one.press(http.StatusOK, one.w.DeadAsk())
					one.has(one.w.DeadAskedTitle())
				}
				v.see("asked")
				if n := s.events(invitations.RenewalAskedEvent{}.Type()); n != 1 {
					t.Errorf("%d asks", n)
				}
			})
		}
	}
}

// TestDeadOffers shows each way a public link dies.
func TestDeadOffers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		kill   func(s *world, of offers.Offer)
		title  func(w locale.Words) string
	}{
		"expired":   {410, func(s *world, _ offers.Offer) { s.start(91 * 24 * time.Hour) }, locale.Words.DeadOfferExpiredTitle},
		"withdrawn": {410, func(s *world, of offers.Offer) { s.withdraw(of.ID) }, locale.Words.DeadWithdrawnTitle},
		"paused":    {410, func(s *world, of offers.Offer) { s.pause(of.ID) }, locale.Words.DeadPausedTitle},
		"used up": {410, func(s *world, of offers.Offer) {
			_, link := s.invite(of, "first@example.com", "en")
			s.atCheck(link, "en", "").start(http.StatusOK)
		}, locale.Words.DeadUsedUpTitle},
		"partner":  {410, func(s *world, _ offers.Offer) { s.status(asking, partner.Suspended) }, locale.Words.DeadUnavailableTitle},
		"replaced": {410, func(s *world, of offers.Offer) { s.offer(func(d *offers.Draft) { d.Replaces = of.ID }) }, locale.Words.DeadReplacedTitle},
		"plan":     {410, func(s *world, _ offers.Offer) { s.plan(catalog.PlanWithdrawn) }, locale.Words.DeadPlanTitle},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			of := s.offer(func(d *offers.Draft) { plain(d); d.MaxRedemptions = 1 })
			open := s.visitor("en")
			open.get(http.StatusOK, "/o/"+of.ID.Code())
			c.kill(s, of)
			if name == "plan" {
				s.start(0)
			}
			before := s.Holds(t, "invitation")
			open.press(c.status, open.w.OfferSend(), "email", "late@example.com")
			open.has(c.title(open.w))
			if s.Holds(t, "invitation") != before {
				t.Error("an invitation was made")
			}
			v := s.visitor("pl")
			v.get(c.status, "/o/"+of.ID.Code()+"?lang=pl")
			v.has(c.title(v.w))
			if name == "replaced" {
				v.get(http.StatusOK, v.Page.Links(v.w.DeadReplacedLink())[0])
			}
		})
	}
	s := open(t)
	hidden := s.offer(func(d *offers.Draft) { d.Visibility = offers.Invited })
	v := s.visitor("en")
	v.get(http.StatusNotFound, "/o/"+hidden.ID.Code())
	without := string(v.Page.Body)
	v.get(http.StatusNotFound, "/o/"+string(asking)+"_"+strings.Repeat("0", 26))
	if strings.ReplaceAll(string(v.Page.Body), string(asking)+"_"+strings.Repeat("0", 26), hidden.ID.Code()) != without {
		t.Error("a hidden offer differs from none")
	}
	_, link := s.invite(hidden, "anna@example.com", "en")
	v.get(http.StatusOK, link)
}

// TestBetween changes the world between reading and pressing: the right page and status, and nothing half done.
func TestBetween(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		change func(s *world, of offers.Offer)
		title  func(w locale.Words) string
	}{
		"withdrawn":     {410, func(s *world, of offers.Offer) { s.withdraw(of.ID) }, locale.Words.DeadWithdrawnTitle},
		"paused":        {410, func(s *world, of offers.Offer) { s.pause(of.ID) }, locale.Words.DeadPausedTitle},
		"expired":       {410, func(s *world, _ offers.Offer) { s.start(91 * 24 * time.Hour) }, locale.Words.DeadExpiredTitle},
		"suspended":     {410, func(s *world, _ offers.Offer) { s.status(asking, partner.Suspended) }, locale.Words.DeadUnavailableTitle},
		"plan":          {410, func(s *world, _ offers.Offer) { s.plan(catalog.PlanWithdrawn) }, locale.Words.DeadPlanTitle},
		"region":        {410, func(s *world, _ offers.Offer) { s.closeRegion() }, locale.Words.DeadRegionTitle},
		"enrolment":     {410, func(s *world, _ offers.Offer) { s.leave() }, locale.Words.DeadEnrolmentTitle},
		"authorisation": {410, func(s *world, _ offers.Offer) { s.deauthorise() }, locale.Words.DeadCountryTitle},
		"terms":         {409, func(s *world, _ offers.Offer) { s.publish(catalog.CustomerTerms, "2") }, locale.Words.RedeemTermsChangedTitle},
		"address taken": {409, func(s *world, _ offers.Offer) { s.user("ANNA@example.com") }, locale.Words.RedeemSignInTitle},
		"used up": {410, func(s *world, of offers.Offer) {
			_, l := s.invite(of, "first@example.com", "en")
			s.atCheck(l, "en", "no").start(200)
		}, locale.Words.DeadUsedUpTitle},
		"reported":       {410, func(s *world, _ offers.Offer) { s.report() }, locale.Words.DeadReportedTitle},
		"other advisor":  {422, func(s *world, _ offers.Offer) { s.status(advising, partner.Suspended) }, locale.Words.RedeemAdvisorGone},
		"nothing at all": {200, func(*world, offers.Offer) {}, locale.Words.ReceiptTitle},
	} {
		for _, language := range []string{"en", "pl"} {
			t.Run(name+"-"+language, func(t *testing.T) {
				s := open(t)
				// A place left over: the offer may be accepted twice where somebody else takes one, so that "used up" comes of the count.
				of := s.offer(func(d *offers.Draft) {
					if name == "used up" {
						d.MaxRedemptions = 1
					}
				})
				inv, link := s.invite(of, "anna@example.com", language)
				s.last = inv.ID
				v := s.visitor(language)
				v.get(http.StatusOK, link)
				v.press(http.StatusOK, v.w.RedeemNext(), "delegation", "yes", "advisor", "other", "partner_id", string(advising))
				v.press(http.StatusOK, v.w.RedeemContinue(), "company", "Zakład Nowak", "name", "Anna Nowak")
				before := s.Holds(t, "customer")
				c.change(s, of)
				if name == "used up" || name == "address taken" {
					before = 1
				}
				v.start(c.status)
				v.has(c.title(v.w))
				v.see("between-" + strings.ReplaceAll(name, " ", "-"))
				if c.status == http.StatusOK {
					return
				}
				if n := s.Holds(t, "customer"); n != before {
					t.Fatalf("%d customers, %d before", n, before)
				}
				stored := s.invitation(inv.ID)
				if stored.Answer != invitations.Pending || stored.Draft.Company != "Zakład Nowak" {
					t.Errorf("the invitation is %s, the draft %+v", stored.Answer, stored.Draft)
				}
				switch name {
				case "terms":
					v.has(v.w.RedeemAgreeBoth("Skylark Cloud", "2", "Baltic Bridge IT sp. z o.o."))
					v.start(http.StatusOK)
					v.has(v.w.ReceiptTitle(), v.w.ReceiptTerms("Skylark Cloud sp. z o.o.", "2"))
				case "other advisor":
					v.get(http.StatusOK, "/redeem?i="+string(inv.ID)+"&from=check")
					v.press(http.StatusOK, v.w.RedeemNext(), "advisor", "none", "partner_id", "")
					v.start(http.StatusOK)
				case "suspended", "reported", "address taken": // there is nobody to ask, or nothing to ask for
				default:
					v.press(http.StatusOK, v.w.DeadAsk())
					v.has(v.w.DeadAskedTitle())
					if n := s.events(invitations.RenewalAskedEvent{}.Type()); n != 1 {
						t.Errorf("the partner is asked %d times", n)
					}
				}
			})
		}
	}
}

// TestAskForRights: a partner that lost what its offer needs is asked for a new link where "Next" found out, by visitors and by members; where
// it got it back meanwhile, the offer is shown again.
func TestAskForRights(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(*world){"enrolment": (*world).leave, "authorisation": (*world).deauthorise} {
		for _, mail := range []string{"anna@example.com", "new@example.com"} {
			t.Run(name+"-"+mail, func(t *testing.T) {
				s := open(t)
				s.sells()
				v := s.member("anna@example.com", "en")
				if mail != "anna@example.com" {
					v = s.visitor("en")
				}
				_, link := s.invite(s.purchase(func(d *offers.Draft) { d.Delegation = &offers.Delegation{Role: offers.RoleLimited} }), mail, "en")
				v.get(http.StatusOK, link)
				held, err := s.Partner(t.Context(), asking)
				s.must(err)
				lose(s)
				v.press(http.StatusGone, v.w.RedeemNext(), "delegation", "yes")
				page := v.Page
				v.press(http.StatusOK, v.w.DeadAsk())
				v.has(v.w.DeadAskedTitle())
				if n := s.events(invitations.RenewalAskedEvent{}.Type()); n != 1 {
					t.Errorf("the partner is asked %d times", n)
				}
				if name == "enrolment" {
					now, err := s.Partner(t.Context(), asking)
					s.must(err)
					now.Enrolments = held.Enrolments
					s.must(s.SavePartner(t.Context(), now, nil, nil, event.New(s.op(), event.Partner(string(asking)), event.Of(asking, partner.ProgramJoinedEvent{})), s.op()))
					v.Page = page
					v.press(http.StatusOK, v.w.DeadAsk())
					v.has(v.w.RedeemDelegationQuestion(baltic))
				}
			})
		}
	}
}

// TestKnownAddress: somebody whose address is a user already is told to sign in before anything is typed in vain.
func TestKnownAddress(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		s.user("anna@example.com")
		inv, link := s.invite(s.offer(plain), "Anna@Example.com", language)
		v := s.visitor(language)
		v.get(http.StatusOK, link)
		v.press(http.StatusConflict, v.w.RedeemNext())
		v.has(v.w.RedeemSignInTitle())
		v.see("sign-in")
		if to := v.Page.Links(v.w.SignInAgain()); len(to) != 1 || !strings.HasSuffix(to[0], "/sign-in?return="+url.QueryEscape("/redeem?i="+string(inv.ID))) {
			t.Errorf("the way to the sign-in and back: %v", to)
		}
	}
}

// TestStrangersReport: "I do not know this partner" stands wherever the link leads somebody who can't say yes, and works there.
func TestStrangersReport(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status   int
		stranger func(s *world) *visitor
	}{
		"not signed in": {409, func(s *world) *visitor { return s.visitor("en") }},
		"elsewhere":     {409, func(s *world) *visitor { return s.signedIn("piotr@"+string(advising)+".example", "en") }},
		"wrong account": {403, func(s *world) *visitor { return s.member("ewa@example.com", "en") }},
		"other country": {403, func(s *world) *visitor {
			v := s.member("anna@example.com", "en")
			s.profile("country", "DE")
			return v
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			s.sells()
			v := c.stranger(s)
			inv, link := s.invite(s.offer(request(offers.Reseller)), "anna@example.com", "en")
			v.get(c.status, link)
			to := v.Page.Links(v.w.RedeemReportLink())
			if len(to) != 1 {
				t.Fatalf("%d ways to say so", len(to))
			}
			v.get(http.StatusOK, to[0])
			v.press(http.StatusOK, v.w.RedeemReportButton(), "sure", "yes")
			v.has(v.w.RedeemReportedTitle())
			if !s.invitation(inv.ID).Paused {
				t.Error("not paused")
			}
		})
	}
}

// TestSignedInElsewhere: who is signed in as a partner's user reads so where a customer's user has to answer, and is led to another account.
func TestSignedInElsewhere(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		t.Run(language, func(t *testing.T) {
			s := open(t)
			s.sells()
			s.user("anna@example.com")
			_, request := s.invite(s.offer(request(offers.Reseller)), "anna@example.com", language)
			_, trial := s.invite(s.offer(plain), "anna@example.com", language)
			mail := "piotr@" + string(advising) + ".example"
			v := s.signedIn(mail, language)
			v.get(http.StatusConflict, request)
			led := func() {
				t.Helper()
				v.has(v.w.RedeemElsewhere(mail))
				if to := v.Page.Links(v.w.RedeemWrongAccountOther()); len(to) != 1 || !strings.HasSuffix(to[0], "&as=other") {
					t.Errorf("the way to another account: %v", to)
				}
			}
			led()
			v.see("signed-in-elsewhere")
			v.get(http.StatusOK, trial)
			v.press(http.StatusConflict, v.w.RedeemNext())
			led()
		})
	}
}

// TestKnownAddressKeeps: what somebody answered before the sign-in stands in the form after it; wrong answers are said first.
func TestKnownAddressKeeps(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		s.sells()
		s.user("anna@example.com")
		_, link := s.invite(s.purchase(func(d *offers.Draft) { d.Delegation = &offers.Delegation{Role: offers.RoleLimited} }), "anna@example.com", language)
		v := s.visitor(language)
		v.get(http.StatusOK, link)
		v.press(http.StatusUnprocessableEntity, v.w.RedeemNext(), "advisor", "other", "partner_id", string(advising))
		v.has(v.w.RedeemDelegationMissing())
		v.press(http.StatusConflict, v.w.RedeemNext(), "delegation", "no")
		v.has(v.w.RedeemSignInTitle())
		v = s.signedIn("anna@example.com", language)
		v.get(http.StatusOK, link)
		_, form := v.Page.Form(v.w.RedeemNext())
		if form.Get("delegation") != "no" || form.Get("advisor") != "other" || form.Get("partner_id") != string(advising) {
			t.Errorf("the answers are lost: %v", form)
		}
		v.press(http.StatusOK, v.w.RedeemNext())
		v.at("/redeem/account")
	}
}

// TestAskAdministrator: who is signed in but may not answer asks the partner to write to an administrator; the partner is told once, however
// often it is asked, and with which of the two reasons.
func TestAskAdministrator(t *testing.T) {
	t.Parallel()
	for reason, c := range map[string]struct {
		signed string
		title  func(w locale.Words) string
	}{
		"role":    {"anna@example.com", locale.Words.RedeemRoleTitle},
		"account": {"ewa@example.com", locale.Words.RedeemWrongAccountTitle},
	} {
		for _, language := range []string{"en", "pl"} {
			t.Run(reason+"-"+language, func(t *testing.T) {
				s := open(t)
				v := s.member(c.signed, language)
				w := v.w
				if reason == "role" {
					s.roles(customer.UserAdmin)
				}
				inv, link := s.invite(s.offer(nil), "anna@example.com", language)
				before := s.events(event.Type(reason))
				for n := range 2 {
					v.get(http.StatusForbidden, link)
					v.has(c.title(w))
					v.see("not-yours-" + reason)
					if n == 0 {
						address, form := v.Page.Form(w.RedeemAdministratorAsk(baltic))
						form.Set("form_token", "")
						page, err := v.Post(t.Context(), address, form)
						s.must(err)
						if page.Status != http.StatusForbidden || s.events(invitations.RenewalAskedEvent{}.Type()) != 0 {
							t.Errorf("asked without the form's token: %d", page.Status)
						}
						v.get(http.StatusForbidden, link)
					}
					v.press(http.StatusOK, w.RedeemAdministratorAsk(baltic))
					v.has(w.RedeemAdministratorAskedTitle(), w.RedeemAdministratorAskedText(baltic))
					v.see("asked-administrator")
				}
				if s.events(invitations.RenewalAskedEvent{}.Type()) != 1 || s.events(event.Type(reason)) != before+1 {
					t.Error("the partner is not told once, or not why")
				}
				// The link that dies later can still be asked for.
				s.save(inv.ID, func(i invitations.Invitation) (invitations.Invitation, error) { return i.Revoke(s.at) })
				v.get(http.StatusGone, link)
				v.press(http.StatusOK, w.DeadAsk())
				v.has(w.DeadAskedTitle())
				if n := s.events(invitations.RenewalAskedEvent{}.Type()); n != 2 {
					t.Errorf("%d asks", n)
				}
			})
		}
	}
}

// TestStepByHand: whoever is not signed in and types the name of a step into the address of a request that needs an account is told to sign in.
func TestStepByHand(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.sells()
	for _, kind := range []offers.Kind{offers.Reseller, offers.PartnerOfRecord} {
		inv, link := s.invite(s.offer(request(kind)), "anna@example.com", "en")
		_, err := s.SaveDraft(context.Background(), inv.ID, invitations.Draft{Terms: "1"}, s.op()) // a member's, who has signed out since
		s.must(err)
		v := s.visitor("en")
		v.get(http.StatusConflict, link)
		for _, path := range []string{"/redeem", "/redeem/account", "/redeem/check"} {
			for _, step := range []string{"reported", "no", "report", "other"} {
				if path == "/redeem" && (step == "no" || step == "report") {
					continue // these need no account
				}
				v.get(http.StatusConflict, path+"?i="+string(inv.ID)+"&step="+step)
				v.has(v.w.RedeemMemberTitle())
			}
		}
	}
}

// TestRates: posts of a public link, ten a minute an address and sixty a client.
func TestRates(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.env.PostsPerAddress, s.env.PostsPerClient = 2, 4
	s.start(0)
	of := s.offer(nil)
	v := s.visitor("en")
	for i, c := range []struct {
		mail   string
		status int
	}{{"a.nna+x@example.com", 200}, {"anna@example.com", 200}, {"ANNA+y@example.com", 429}, {"jan@example.com", 200}, {"ewa@example.com", 429}} {
		v.get(http.StatusOK, "/o/"+of.ID.Code())
		page := v.press(c.status, v.w.OfferSend(), "email", c.mail)
		if c.status == 429 {
			if page.Header.Get("Retry-After") == "" || page.Header.Get("RateLimit") == "" {
				t.Errorf("post %d: headers %v", i, page.Header)
			}
			v.see("rate")
		}
	}
	if n := s.Holds(t, "invitation"); n != 3 {
		t.Errorf("%d invitations", n)
	}
}

// TestUnsubscribe stops the mails of one address by the page and by one click, and starts them again.
func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		inv, link := s.invite(s.offer(nil), "anna@example.com", language)
		_, secret, _ := token.Split(strings.TrimPrefix(link, "/i/"))
		path := "/unsubscribe/" + token.Join(string(inv.ID), token.Derive(secret, token.Unsubscribe))
		reason := func() string {
			r, err := s.Suppressed(context.Background(), "anna@example.com")
			s.must(err)
			return r
		}
		v := s.visitor(language)
		v.get(http.StatusOK, path)
		v.has(v.w.UnsubscribeTitle(), "anna@example.com")
		v.see("unsubscribe")
		v.press(http.StatusOK, v.w.UnsubscribeStop())
		v.has(v.w.UnsubscribeStoppedTitle())
		v.see("unsubscribed")
		if reason() != suppression.Unsubscribed {
			t.Fatal("not stopped")
		}
		v.press(http.StatusOK, v.w.UnsubscribeStart())
		v.has(v.w.UnsubscribeStarted("anna@example.com"))
		if reason() != "" {
			t.Fatal("not started again")
		}
		forms := []struct{ media, body string }{
			{"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"},
			{"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"}, // a program that repeats itself
			{"multipart/form-data; boundary=cut", "--cut\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--cut--\r\n"},
			{"application/x-www-form-urlencoded", ""},
			{"multipart/form-data", ""},
			{"", ""},
		}
		for i, form := range forms { // a mail program: no cookie, no origin, no form token
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+path, strings.NewReader(form.body))
			s.must(err)
			if form.media != "" {
				r.Header.Set("Content-Type", form.media)
			}
			got, err := http.DefaultTransport.RoundTrip(r)
			s.must(err)
			got.Body.Close()
			if got.StatusCode != http.StatusOK || reason() != suppression.Unsubscribed {
				t.Fatalf("one click as %q with %q: %d, %q", form.media, form.body, got.StatusCode, reason())
			}
			if i == 0 {
				continue
			}
			v.get(http.StatusOK, path)
			v.press(http.StatusOK, v.w.UnsubscribeStart())
		}
		if n := s.events(event.UnsubscribedEvent{}.Type()); n != 6 {
			t.Errorf("%d events of stopping", n)
		}
		const plain = "application/x-www-form-urlencoded"
		for form, media := range map[string]string{
			"action=stop": plain, "action=stop&form_token=": plain, "action=stop&form_token=" + site.Token("another secret", "stop", string(inv.ID)): plain,
			"--cut\r\nContent-Disposition: form-data; name=\"action\"\r\n\r\nstop\r\n--cut--\r\n": "multipart/form-data; boundary=cut",
		} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+path, strings.NewReader(form))
			s.must(err)
			r.Header.Set("Content-Type", media)
			got, err := http.DefaultTransport.RoundTrip(r)
			s.must(err)
			got.Body.Close()
			if got.StatusCode != http.StatusForbidden || reason() != "" {
				t.Errorf("our form without its token, %q: %d %q", form, got.StatusCode, reason())
			}
		}
		v.get(http.StatusOK, path)
		v.press(http.StatusOK, v.w.UnsubscribeStop())
		// Nobody starts them again by one click, or, after a complaint, by a button that said nothing of it.
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+path, strings.NewReader("List-Unsubscribe=One-Click&action=start"))
		s.must(err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		got, err := http.DefaultTransport.RoundTrip(r)
		s.must(err)
		got.Body.Close()
		if reason() != suppression.Unsubscribed {
			t.Error("started by one click")
		}
		o := s.op()
		v.get(http.StatusOK, path)
		s.must(s.Suppress(context.Background(), "anna@example.com", suppression.Complaint, event.New(o, event.Vendor(), event.Of(inv.ID, invitations.ComplainedEvent{})), o))
		v.press(http.StatusOK, v.w.UnsubscribeStart())
		today := v.w.Date(s.at)
		v.has(v.w.UnsubscribeComplained("anna@example.com", today))
		if reason() != suppression.Complaint {
			t.Error("the complaint was lifted")
		}
		o.ID = o.NewID()
		s.must(s.Suppress(context.Background(), "anna@example.com", suppression.Bounced, event.New(o, event.Vendor(), event.Of(inv.ID, invitations.BouncedEvent{})), o))
		v.get(http.StatusOK, path)
		v.has(v.w.UnsubscribeComplained("anna@example.com", today), v.w.UnsubscribeBounced("anna@example.com", today), v.w.UnsubscribeAgain())
		v.see("unsubscribe-bounced")
		before := s.Dump(t)
		if v.get(http.StatusOK, path); s.Dump(t) != before || reason() == "" {
			t.Error("opening the link changed something")
		}
		v.press(http.StatusOK, v.w.UnsubscribeStart())
		v.has(v.w.UnsubscribeStarted("anna@example.com"))
		if reason() != "" || s.events(event.SuppressionLiftedEvent{}.Type()) != 1 {
			t.Errorf("the person's own press leaves %q, with %d events", reason(), s.events(event.SuppressionLiftedEvent{}.Type()))
		}
		v.get(http.StatusNotFound, "/unsubscribe/"+token.Join(string(inv.ID), secret))
	}
}

// TestStatic: the front page, the documents, 404 and 405.
func TestStatic(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.publish(catalog.CustomerTerms, "2")
	s.start(0)
	for _, language := range []string{"en", "pl"} {
		v := s.visitor(language)
		v.get(http.StatusOK, "/")
		v.has(v.w.HomeTitle("Skylark Cloud"))
		v.see("home")
		for _, d := range catalog.Documents {
			v.get(http.StatusOK, "/terms/"+string(d))
		}
		v.get(http.StatusOK, "/terms/customer")
		v.see("terms")
		if !strings.Contains(string(v.Page.Body), "<li>") {
			t.Error("the terms are not rendered")
		}
		v.get(http.StatusOK, "/terms/customer?version=1")
		v.has(v.w.TermsOld())
		v.get(http.StatusNotFound, "/terms/customer?version=9")
		v.get(http.StatusNotFound, "/terms/other")
		v.get(http.StatusNotFound, "/nothing")
		v.see("not-found")
	}
	english := locale.In(locale.English)
	for path, allow := range map[string]string{"/": "GET, HEAD", "/o/x": "GET, HEAD, POST", "/redeem": "GET, HEAD, POST", "/receipts/x": "GET, HEAD", "/nothing": "GET, HEAD"} {
		for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodOptions, "PROPFIND"} {
			r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, nil)
			s.must(err)
			got, err := http.DefaultTransport.RoundTrip(r)
			s.must(err)
			body, err := io.ReadAll(got.Body)
			s.must(err)
			got.Body.Close()
			if said := string(body); !strings.Contains(said, english.SiteNotThatWayText()) || !strings.Contains(said, `href="`+path+`"`) || strings.Contains(said, "HEAD") {
				t.Errorf("%s %s leads a person nowhere:\n%s", method, path, said)
			}
			if got.StatusCode != http.StatusMethodNotAllowed || got.Header.Get("Allow") != allow || got.Header.Get("X-Frame-Options") == "" {
				t.Errorf("%s %s: %d, Allow %q", method, path, got.StatusCode, got.Header.Get("Allow"))
			}
		}
	}
}

// TestHostile feeds what no honest person types: safe display or a clear refusal, never a 500.
func TestHostile(t *testing.T) {
	t.Parallel()
	s := open(t)
	_, link := s.invite(s.offer(plain), "anna@example.com", "en")
	v := s.visitor("en")
	v.get(http.StatusOK, link)
	v.press(http.StatusOK, v.w.RedeemNext())
	for _, name := range []string{"<script>alert(1)</script>\u0301\u0301", "a\ufffd", strings.Repeat("ż", 10000), "Раypal", "\x00", "\xff\xfe", "\u202e.", " ", strings.Repeat("\u0301", 3000)} {
		v.press(http.StatusUnprocessableEntity, v.w.RedeemContinue(), "company", name, "name", name)
		if strings.Contains(string(v.Page.Body), "<script>alert") {
			t.Error("markup came through")
		}
	}
	v.see("account-hostile")
	v.press(http.StatusOK, v.w.RedeemContinue(), "company", "\u202e<b>Nowak</b> & \"Sons\"\r\nBcc: x@y\x00", "name", "Zażółć Gęślą-Jaźń")
	v.has(`<b>Nowak</b> & "Sons" Bcc: x@y`)
	if strings.Contains(string(v.Page.Body), "<b>Nowak") || strings.Contains(string(v.Page.Body), "\u202e") {
		t.Error("markup came through")
	}
	address, form := v.Page.Form(v.w.RedeemStart(30))
	form.Set("x", strings.Repeat("x", 300<<10))
	page, err := v.Post(t.Context(), address, form)
	s.must(err)
	v.look(page, http.StatusRequestEntityTooLarge, "a huge form")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader("a=%zz"))
	s.must(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got, err := http.DefaultTransport.RoundTrip(r)
	s.must(err)
	got.Body.Close()
	if got.StatusCode != http.StatusBadRequest {
		t.Errorf("a broken form: %d", got.StatusCode)
	}
	for _, path := range []string{"/redeem?i=%00", "/redeem?i=inv_../../x", "/o/%2e%2e", "/i/%ff_%ff", "/receipts/red_%0a_" + strings.Repeat("0", 26), "/terms/customer?version=%3Cscript%3E", "/redeem?lang=%00&i=;", "/?lang=xx;y"} {
		page, err := v.Get(t.Context(), s.url+path)
		s.must(err)
		if page.Status >= 500 {
			t.Errorf("%s: %d", path, page.Status)
		}
	}
	// No word of the Host header reaches a page.
	r, err = http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/", nil)
	s.must(err)
	r.Host = "evil.example"
	got, err = http.DefaultTransport.RoundTrip(r)
	s.must(err)
	defer got.Body.Close()
	var body strings.Builder
	_, err = io.Copy(&body, got.Body)
	s.must(err)
	if strings.Contains(body.String(), "evil.example") {
		t.Error("the Host header stands in the page")
	}
}

// TestBroken: where the table is gone there is still a whole page, with the request's id and no cause.
func TestBroken(t *testing.T) {
	t.Parallel()
	s := open(t)
	_, link := s.invite(s.offer(nil), "anna@example.com", "en")
	v := s.visitor("pl")
	env := boot.Env{DynamoEndpoint: "http://127.0.0.1:1", Region: "eu-central-1", Table: "gone", AccessKey: "x", SecretKey: "y"}
	s.serve(dynamo.Open(env))
	for _, path := range []string{"/", link, "/nothing", "/terms/customer", "/receipts/" + token.Join("red_i"+strings.Repeat("0", 26), strings.Repeat("0", 26))} {
		page := v.get(http.StatusServiceUnavailable, path)
		v.has(v.w.SiteRequest(page.Header.Get("Request-Id")))
		if strings.Contains(page.Text(), "127.0.0.1:1") || page.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %s", path, page.Text())
		}
	}
	v.see("broken")
}

// TestNoJargon: what took too long, and what somebody changed meanwhile, say what a person can do, without the words of the API.
func TestNoJargon(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, language := range []string{"en", "pl"} {
		_, unavailable, _ := locale.Problem(locale.Language(language), "unavailable", nil)
		for said, failure := range map[string]error{
			locale.In(locale.Language(language)).SiteTimeout(): context.DeadlineExceeded, unavailable: fault.PreconditionFailed,
		} {
			out := httptest.NewRecorder()
			failing := site.New(s.env, s.Table, site.Route{Path: "/", Get: func(*site.Visit) error { return failure }})
			failing.ServeHTTP(out, httptest.NewRequest(http.MethodGet, "/?lang="+language, nil))
			if body := out.Body.String(); !strings.Contains(body, said) || strings.Contains(body, "Idempotency-Key") || strings.Contains(body, "ETag") {
				t.Errorf("%v:\n%s", failure, body)
			}
		}
	}
}

// TestCost counts what opening links asks of the table (infra/design/data.md, "Cost of each use").
func TestCost(t *testing.T) {
	t.Parallel()
	s := open(t)
	of := s.offer(nil)
	_, link := s.invite(of, "anna@example.com", "en")
	counting := &counter{Table: s.Table.Table}
	s.serve(counting)
	v := s.visitor("en")
	v.get(http.StatusOK, "/o/"+of.ID.Code())
	v.get(http.StatusOK, link)
	counting.reads = nil
	v.get(http.StatusOK, "/o/"+of.ID.Code())
	if got := strings.Join(counting.reads, " "); got != "InvitationFacts" {
		t.Errorf("a public link: %s", got)
	}
	counting.reads = nil
	v.get(http.StatusOK, "/redeem?i="+strings.Join(strings.Split(strings.TrimPrefix(link, "/i/"), "_")[:2], "_"))
	if got := strings.Join(counting.reads, " "); got != "Invitation InvitationFacts" {
		t.Errorf("a personal link: %s", got)
	}
}

// counter notes what is read of the table.
type counter struct {
	*dynamo.Table
	reads []string
}

func (c *counter) note(read string) { c.reads = append(c.reads, read) }

func (c *counter) CatalogView(ctx context.Context, plans []catalog.PlanID) (catalog.View, error) {
	c.note("CatalogView")
	return c.Table.CatalogView(ctx, plans)
}

func (c *counter) CatalogText(ctx context.Context, d catalog.Document, version, language string) (catalog.TermsText, error) {
	c.note("CatalogText")
	return c.Table.CatalogText(ctx, d, version, language)
}

func (c *counter) Invitation(ctx context.Context, i invitations.ID, fresh bool) (invitations.Invitation, error) {
	c.note("Invitation")
	return c.Table.Invitation(ctx, i, fresh)
}

func (c *counter) InvitationFacts(ctx context.Context, o offers.ID, fresh bool) (invitations.Facts, error) {
	c.note("InvitationFacts")
	return c.Table.InvitationFacts(ctx, o, fresh)
}

// TestOtherCountry: who is at home elsewhere reads of which country the offer is and whom to ask, and its yes is refused.
func TestOtherCountry(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		t.Run(language, func(t *testing.T) {
			s := open(t)
			v := s.member("anna@example.com", language)
			_, link := s.invite(s.offer(nil), "anna@example.com", language)
			s.profile("country", "DE")
			v.get(http.StatusForbidden, link)
			v.has(v.w.RedeemCountryTitle(), v.w.RedeemCountryText(v.w.Country("PL"), "Zakład Nowak", v.w.Country("DE")), v.w.RedeemCountryNext(v.w.Country("DE")), baltic, v.w.RedeemNoButton())
			v.see("other-country")
		})
	}
}

// TestAdministratorSays: whoever may order and not authorise is told at the question that only a global administrator says yes to it, also where
// the role shrank before the last button; a No lets the order through.
func TestAdministratorSays(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		t.Run(language, func(t *testing.T) {
			s := open(t)
			s.sells()
			v := s.member("anna@example.com", language)
			w := v.w
			_, link := s.invite(s.purchase(func(d *offers.Draft) { d.Delegation = &offers.Delegation{Role: offers.RoleLimited} }), "anna@example.com", language)
			v.get(http.StatusOK, link)
			v.press(http.StatusOK, w.RedeemNext(), "delegation", "yes")
			v.press(http.StatusOK, w.RedeemContinue())
			v.at("/redeem/check")
			s.roles(customer.BillingAdmin)
			v.order(http.StatusUnprocessableEntity)
			v.has(w.RedeemDelegationQuestion(baltic), w.RedeemDelegationAdministrator())
			v.get(http.StatusOK, link)
			v.has(w.RedeemDelegationAdministrator())
			v.press(http.StatusUnprocessableEntity, w.RedeemNext(), "delegation", "yes")
			v.has(w.FrameErrorSummary(), w.RedeemDelegationAdministrator())
			v.see("administrator-says")
			v.press(http.StatusOK, w.RedeemNext(), "delegation", "no")
			v.press(http.StatusOK, w.RedeemContinue())
			v.order(http.StatusOK)
			v.at("/receipts/")
		})
	}
}

// TestAdministersAlready: who asks for what it has is said to have it, with which rights and until when; a No leaves that as it is and says so.
func TestAdministersAlready(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		t.Run(language, func(t *testing.T) {
			s := open(t)
			s.sells()
			v := s.member("anna@example.com", language)
			w := v.w
			_, link := s.invite(s.offer(func(d *offers.Draft) {
				request(offers.DelegatedAdministration)(d)
				d.Delegation = &offers.Delegation{Role: offers.RoleLimited, Days: 90}
			}), "anna@example.com", language)
			v.get(http.StatusOK, link)
			v.press(http.StatusOK, w.RedeemNext(), "delegation", "yes")
			v.press(http.StatusOK, w.RedeemAuthorize(baltic), "agree", "yes")
			_, grant, err := s.Relationship(t.Context(), s.customer().Customer, asking)
			s.must(err)
			ends := grant.EndsAt.In(calendar.Zone("PL"))

			_, link = s.invite(s.purchase(func(d *offers.Draft) { d.Delegation = &offers.Delegation{Role: offers.RoleFull} }), "anna@example.com", language)
			v.get(http.StatusOK, link)
			v.has(w.RedeemDelegationNow(baltic, w.AdministrationLimitedName(), ends), w.RedeemDelegationQuestion(baltic))
			v.see("administers-already")
			v.press(http.StatusOK, w.RedeemNext(), "delegation", "no")
			v.press(http.StatusOK, w.RedeemContinue())
			v.has(w.RedeemDelegationNoKeeps(baltic, ends))
			v.see("administers-already-check")
		})
	}
}

// roles gives the owner of the newest customer other roles.
func (s *world) roles(roles ...customer.Role) {
	s.t.Helper()
	u := s.customer()
	u.Roles = roles
	s.must(s.SaveUser(context.Background(), u, event.New(s.op(), event.Customer(string(u.Customer)), event.Change{Type: "customer_user.changed", Subject: string(u.ID)}), s.op()))
}

// profile changes the newest customer behind the product's back.
func (s *world) profile(name, value string) {
	s.t.Helper()
	_, err := s.DB.UpdateItem(s.t.Context(), &dynamodb.UpdateItemInput{
		TableName: &s.Name, UpdateExpression: aws.String("SET #n = :v"), ExpressionAttributeNames: map[string]string{"#n": name},
		Key:                       map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: "CUSTOMER#" + s.customer().Customer.Bare()}, "SK": &types.AttributeValueMemberS{Value: "PROFILE"}},
		ExpressionAttributeValues: map[string]types.AttributeValue{":v": &types.AttributeValueMemberS{Value: value}},
	})
	s.must(err)
}

// TestTried: whoever has had the plan of a trial reads so before anything else, and by whom the offer is, and can say no.
func TestTried(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		t.Run(language, func(t *testing.T) {
			s := open(t)
			v := s.member("anna@example.com", language)
			_, link := s.invite(s.offer(nil), "anna@example.com", language)
			v.get(http.StatusConflict, link)
			plan := map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language]
			sub := s.subscriptions()[0]
			resave := func(change func(*subscription.Subscription)) {
				company{world: s}.save(s.subscriptions()[0], change)
			}
			ends := sub.TrialEndsAt.In(calendar.Zone("PL"))
			leads := func(words, to string) {
				t.Helper()
				if links := v.Page.Links(words); len(links) != 1 || links[0] != s.url+to {
					t.Errorf("%q leads to %q, not %s", words, links, to)
				}
			}
			v.has(v.w.RedeemTryingTitle(plan), v.w.RedeemTryingText(plan, "Zakład Nowak", ends), baltic, map[string]string{
				"en": "The trial of Skylark Suite at Zakład Nowak runs", "pl": "U klienta Zakład Nowak okres próbny planu Pakiet Skylark trwa",
			}[language])
			leads(v.w.SubscriptionsConvert(), "/account/buy/"+string(sub.Plan))
			leads(v.w.RedeemTriedSee(plan), "/account/subscriptions/"+string(sub.ID))
			v.see("trying")
			resave(func(sub *subscription.Subscription) {
				sub.Status, sub.TrialEndsAt, sub.GraceEndsAt = subscription.Expired, s.at.AddDate(0, 0, -3), s.at.AddDate(0, 0, 27)
			})
			v.get(http.StatusConflict, link)
			ended := s.subscriptions()[0]
			v.has(v.w.RedeemTriedTitle(), v.w.RedeemTriedGrace(plan, "Zakład Nowak", ended.TrialEndsAt.In(calendar.Zone("PL")), ended.GraceEndsAt.In(calendar.Zone("PL"))))
			leads(v.w.SubscriptionsConvert(), "/account/buy/"+string(sub.Plan))
			resave(func(sub *subscription.Subscription) { sub.Status, sub.Trial = subscription.Active, false })
			v.get(http.StatusConflict, link)
			v.has(v.w.RedeemHasTitle(plan), v.w.RedeemHasText("Zakład Nowak", plan))
			leads(v.w.RedeemTriedSee(plan), "/account/subscriptions/"+string(sub.ID))
			resave(func(sub *subscription.Subscription) { sub.Status = subscription.Deleted })
			v.get(http.StatusConflict, link)
			v.has(v.w.RedeemTriedTitle(), v.w.RedeemTriedText("Zakład Nowak", plan))
			v.see("tried")
			v.get(http.StatusOK, v.Page.Links(v.w.RedeemNoButton())[0])
			v.press(http.StatusOK, v.w.RedeemNoButton())
			v.has(v.w.ReceiptNoTitle())
		})
	}
}

// TestReadOnly: whose account can only be read is told why it can't say yes, by whom the offer is, and can say no.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		t.Run(language, func(t *testing.T) {
			s := open(t)
			v := s.member("anna@example.com", language)
			_, link := s.invite(s.offer(nil), "anna@example.com", language)
			s.profile("status", string(customer.ReadOnly))
			v.get(http.StatusConflict, link)
			v.has(v.w.RedeemReadOnlyTitle(), v.w.RedeemReadOnlyText("Zakład Nowak"), v.w.DeadUnavailableNext("Skylark Cloud"), baltic)
			v.see("read-only")
			v.get(http.StatusOK, v.Page.Links(v.w.RedeemNoButton())[0])
			v.press(http.StatusOK, v.w.RedeemNoButton())
			v.has(v.w.ReceiptNoTitle())
		})
	}
}
