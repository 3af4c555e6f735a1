package pages_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	invitations "liaison/shared/invitation"
	"liaison/shared/listing"
	"liaison/shared/locale"
	offers "liaison/shared/offer"
	"liaison/shared/site"
	"liaison/shared/token"
	"liaison/tests/fixture/pagetest"
)

// TestOpeningWritesNothing opens every page three times by GET and HEAD: the table is byte-equal (infra/design/trust.md, rule 1).
func TestOpeningWritesNothing(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Listed(pagetest.Asking, listing.NoShare, nil)
	of := s.MakeOffer(nil)
	gone := s.MakeOffer(nil)
	s.Withdraw(gone.ID)
	inv, link := s.Invite(of, "anna@example.com", "en")
	_, accepted := s.Invite(of, "used@example.com", "en")
	done := s.AtCheck(accepted, "en", "yes")
	receipt := done.StartTrial(http.StatusOK).URL.Path
	_, expired := s.Invite(of, "late@example.com", "en")
	half := s.AtCheck(link, "en", "yes")
	_, secret, _ := token.Split(strings.TrimPrefix(link, "/i/"))
	i := "?i=" + string(inv.ID)
	paths := []string{
		"/", "/o/" + of.ID.Code(), "/o/" + of.ID.Code() + "?sent=1", "/o/" + gone.ID.Code(), "/o/x", link, accepted, expired, link + "?step=report", "/redeem" + i, "/redeem" + i + "&step=no",
		"/redeem" + i + "&step=report", "/redeem" + i + "&notice=stale", "/redeem/account" + i, "/redeem/check" + i, "/redeem/check" + i + "&notice=stale", receipt, receipt + "?format=json", receipt + "?taken=1",
		receipt + "/take-back", "/receipts/x", "/unsubscribe/" + token.Join(string(inv.ID), token.Derive(secret, token.Unsubscribe)), "/unsubscribe/" + token.Join(string(inv.ID), secret),
		"/terms/customer", "/terms/partner", "/terms/privacy?version=1", "/terms/customer?version=9", "/terms/none", "/feature-availability", "/feature-availability?country=PL", "/feature-availability?country=%00", "/assets/brand-4338ca.css", "/assets/none", "/nothing", "/become-a-partner", "/become-a-partner?sent=1", "/become-a-partner/confirm/x", "/find-a-partner/messages/{token}", "/redeem/nothing",
		"/find-a-partner", "/find-a-partner?q=mail&country=PL&back=%2Faccount%2Fbuy%2Fplan_mail", "/find-a-partner?country=x", "/find-a-partner/match?sent=1&country=PL&service=train", "/find-a-partner/" + string(pagetest.Asking),
		"/find-a-partner/" + string(pagetest.Stranger), "/find-a-partner/sitemap.xml", "/robots.txt", "/find-a-partner/contact", "/find-a-partner/contact?sent=mail", "/find-a-partner/contact?partner=" + string(pagetest.Asking),
	}
	before := s.Dump(t)
	for _, v := range []*pagetest.Visitor{half, s.Visitor("pl")} {
		for _, path := range paths {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				for range 3 {
					r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
					s.Must(err)
					for name, value := range map[string]string{"i_" + inv.ID.Bare(): secret} {
						if v == half {
							r.AddCookie(&http.Cookie{Name: "__Host-" + name, Value: value})
						}
					}
					got, err := http.DefaultTransport.RoundTrip(r)
					s.Must(err)
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
	s := pagetest.Open(t)
	of := s.MakeOffer(nil)
	inv, link := s.Invite(of, "anna@example.com", "en")
	_, accepted := s.Invite(of, "used@example.com", "en")
	receipt := s.AtCheck(accepted, "en", "yes").StartTrial(http.StatusOK).URL.Path
	_, secret, _ := token.Split(strings.TrimPrefix(link, "/i/"))
	second, dead := s.Invite(of, "dead@example.com", "en")
	s.ChangeInvitation(second.ID, func(i invitations.Invitation) (invitations.Invitation, error) { return i.Revoke(s.At) })
	v := s.AtCheck(link, "en", "yes")
	w := v.W
	stranger, strangers := s.Invite(of, "stranger@example.com", "en")
	other := s.AtCheck(strangers, "en", "yes")
	i := "?i=" + string(inv.ID)
	type form struct{ name, path, button string }
	for _, f := range []form{
		{"offer", "/o/" + of.ID.Code(), w.OfferSend()},
		{"read", "/redeem" + i, w.SiteNext()},
		{"partner check", "/redeem" + i, w.PartnerIDCheck()},
		{"no", "/redeem" + i + "&step=no", w.RedeemNoButton()},
		{"report", "/redeem" + i + "&step=report", w.RedeemReportButton()},
		{"access", "/redeem/access" + i, w.SiteNext()},
		{"account", "/redeem/account" + i, w.SiteNext()},
		{"check", "/redeem/check" + i, w.RedeemStart(30)},
		{"take back", receipt + "/take-back", w.ReceiptTakeButton()},
		{"unsubscribe", "/unsubscribe/" + token.Join(string(inv.ID), token.Derive(secret, token.Unsubscribe)), w.UnsubscribeStop()},
		{"ask", dead, w.UnavailableAsk()},
	} {
		status := http.StatusOK
		if f.name == "ask" {
			status = http.StatusGone
		}
		v.Open(status, f.path)
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
			s.Must(err)
			if page.Status != http.StatusForbidden {
				t.Errorf("%s, %s: %d on %s", f.name, what, page.Status, page.URL)
			}
			v.Look(page, page.Status, f.name)
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
		s.Must(err)
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
		s.Must(err)
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
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		of := s.MakeOffer(nil)
		inv, link := s.Invite(of, "anna@example.com", language)
		v := s.AtCheck(link, language, "no")
		w, i := v.W, "?i="+string(inv.ID)
		for _, c := range []struct {
			path, button string
			typed        []string
		}{
			{"/o/" + of.ID.Code() + "?lang=" + language, w.OfferSend(), []string{"email", "ewa@example.com"}},
			{"/redeem" + i, w.SiteNext(), []string{"advisor", "other", "partner_id", "4444 4444"}},
			{"/redeem/access" + i, w.SiteNext(), []string{"delegation", "yes"}},
			{"/redeem/account" + i, w.SiteNext(), []string{"company", "Zakład \"Nowy\" <b>", "name", "Ewa", "language", "pl"}},
			{"/redeem" + i + "&step=no", w.RedeemNoButton(), []string{"reason", "Zbyt drogo i zbyt późno"}},
			{"/redeem/check" + i, w.RedeemStart(30), []string{"agree", "yes"}},
			{"/redeem" + i + "&step=report", w.RedeemReportButton(), []string{"sure", "yes"}},
		} {
			v.Open(http.StatusOK, c.path)
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
			s.Must(err)
			v.Look(v.Page, http.StatusForbidden, c.path)
			v.Has(w.SiteOldFormTitle(), w.SiteOldFormText())
			v.See("old-form-" + c.typed[0])
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
		v.Open(http.StatusOK, "/redeem/account"+i)
		address, form := v.Page.Form(w.SiteNext())
		form.Set("company", "Zakład Inny")
		form.Set("form_token", "old")
		_, err := v.Post(t.Context(), address, form)
		s.Must(err)
		v.Click(http.StatusOK, w.SiteNext()) // what was typed is sent by the page that was shown again
		v.Has("Zakład Inny", w.RedeemCheckTitle())
	})
}

// TestStatic: the front page, the documents, 404 and 405.
func TestStatic(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Publish(catalog.CustomerTerms, "2")
	s.Restart(0)
	for _, language := range []string{"en", "pl"} {
		v := s.Visitor(language)
		v.Open(http.StatusOK, "/")
		v.Has(v.W.HomeTitle("Skylark Cloud"))
		v.See("home")
		for _, d := range catalog.Documents {
			v.Open(http.StatusOK, "/terms/"+string(d))
		}
		v.Open(http.StatusOK, "/terms/customer")
		v.See("terms")
		if !strings.Contains(string(v.Page.Body), "<li>") {
			t.Error("the terms are not rendered")
		}
		v.Open(http.StatusOK, "/terms/customer?version=1")
		v.Has(v.W.TermsOld())
		v.Open(http.StatusNotFound, "/terms/customer?version=9")
		v.Open(http.StatusNotFound, "/terms/other")
		v.Open(http.StatusNotFound, "/nothing")
		v.See("not-found")
	}
	english := locale.In(locale.English)
	for path, allow := range map[string]string{"/": "GET, HEAD", "/o/x": "GET, HEAD, POST", "/redeem": "GET, HEAD, POST", "/receipts/x": "GET, HEAD", "/nothing": "GET, HEAD"} {
		for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodOptions, "PROPFIND"} {
			r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
			s.Must(err)
			got, err := http.DefaultTransport.RoundTrip(r)
			s.Must(err)
			body, err := io.ReadAll(got.Body)
			s.Must(err)
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
	s := pagetest.Open(t)
	_, link := s.Invite(s.MakeOffer(pagetest.Plain), "anna@example.com", "en")
	v := s.Visitor("en")
	v.Open(http.StatusOK, link)
	v.Click(http.StatusOK, v.W.SiteNext())
	for _, name := range []string{"<script>alert(1)</script>\u0301\u0301", "a\ufffd", strings.Repeat("ż", 10000), "Раypal", "\x00", "\xff\xfe", "\u202e.", " ", strings.Repeat("\u0301", 3000)} {
		v.Click(http.StatusUnprocessableEntity, v.W.SiteNext(), "company", name, "name", name)
		if strings.Contains(string(v.Page.Body), "<script>alert") {
			t.Error("markup came through")
		}
	}
	v.See("account-hostile")
	v.Click(http.StatusOK, v.W.SiteNext(), "company", "\u202e<b>Nowak</b> & \"Sons\"\r\nBcc: x@y\x00", "name", "Zażółć Gęślą-Jaźń")
	v.Has(`<b>Nowak</b> & "Sons" Bcc: x@y`)
	if strings.Contains(string(v.Page.Body), "<b>Nowak") || strings.Contains(string(v.Page.Body), "\u202e") {
		t.Error("markup came through")
	}
	address, form := v.Page.Form(v.W.RedeemStart(30))
	form.Set("x", strings.Repeat("x", 300<<10))
	page, err := v.Post(t.Context(), address, form)
	s.Must(err)
	v.Look(page, http.StatusRequestEntityTooLarge, "a huge form")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader("a=%zz"))
	s.Must(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got, err := http.DefaultTransport.RoundTrip(r)
	s.Must(err)
	got.Body.Close()
	if got.StatusCode != http.StatusBadRequest {
		t.Errorf("a broken form: %d", got.StatusCode)
	}
	for _, path := range []string{"/redeem?i=%00", "/redeem?i=inv_../../x", "/o/%2e%2e", "/i/%ff_%ff", "/receipts/red_%0a_" + strings.Repeat("0", 26), "/terms/customer?version=%3Cscript%3E", "/redeem?lang=%00&i=;", "/?lang=xx;y"} {
		page, err := v.Get(t.Context(), s.URL+path)
		s.Must(err)
		if page.Status >= 500 {
			t.Errorf("%s: %d", path, page.Status)
		}
	}
	// No word of the Host header reaches a page.
	r, err = http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/", nil)
	s.Must(err)
	r.Host = "evil.example"
	got, err = http.DefaultTransport.RoundTrip(r)
	s.Must(err)
	defer got.Body.Close()
	var body strings.Builder
	_, err = io.Copy(&body, got.Body)
	s.Must(err)
	if strings.Contains(body.String(), "evil.example") {
		t.Error("the Host header stands in the page")
	}
}

// TestBroken: where the table is gone there is still a whole page, with the request's id and no cause.
func TestBroken(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	_, link := s.Invite(s.MakeOffer(nil), "anna@example.com", "en")
	v := s.Visitor("pl")
	env := boot.Env{DynamoEndpoint: "http://127.0.0.1:1", Region: "eu-central-1", Table: "gone", AccessKey: "x", SecretKey: "y"}
	s.Serve(dynamo.Open(env))
	for _, path := range []string{"/", link, "/nothing", "/terms/customer", "/receipts/" + token.Join("red_i"+strings.Repeat("0", 26), strings.Repeat("0", 26))} {
		page := v.Open(http.StatusServiceUnavailable, path)
		v.Has(v.W.SiteRequest(page.Header.Get("Request-Id")))
		if strings.Contains(page.Text(), "127.0.0.1:1") || page.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %s", path, page.Text())
		}
	}
	v.See("broken")
}

// TestNoJargon: what took too long, and what somebody changed meanwhile, say what a person can do, without the words of the API.
func TestNoJargon(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	for _, language := range []string{"en", "pl"} {
		_, unavailable, _ := locale.Problem(locale.Language(language), "unavailable", nil)
		for said, failure := range map[string]error{
			locale.In(locale.Language(language)).SiteTimeout(): context.DeadlineExceeded, unavailable: fault.PreconditionFailed,
		} {
			out := httptest.NewRecorder()
			failing := site.New(s.Env, s.Table, site.Route{Path: "/", Get: func(*site.Visit) error { return failure }})
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
	s := pagetest.Open(t)
	of := s.MakeOffer(nil)
	_, link := s.Invite(of, "anna@example.com", "en")
	counting := &counter{Table: s.Table.Table}
	s.Serve(counting)
	v := s.Visitor("en")
	v.Open(http.StatusOK, "/o/"+of.ID.Code())
	v.Open(http.StatusOK, link)
	counting.reads = nil
	v.Open(http.StatusOK, "/o/"+of.ID.Code())
	if got := strings.Join(counting.reads, " "); got != "InvitationFacts" {
		t.Errorf("a public link: %s", got)
	}
	counting.reads = nil
	v.Open(http.StatusOK, "/redeem?i="+strings.Join(strings.Split(strings.TrimPrefix(link, "/i/"), "_")[:2], "_"))
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
