package page

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"liaison/shared/locale"
)

const everything = `{{define "body"}}
<p>{{.Body.Text}}</p>
<form id="main-form" method="post" novalidate>
{{template "token" "tok"}}
{{template "input" (part $ .Body.Input)}}
{{template "textarea" (part $ .Body.Textarea)}}
{{template "select" (part $ .Body.Select)}}
{{template "radios" (part $ .Body.Radios)}}
{{template "checkboxes" (part $ .Body.Checkboxes)}}
<div class="buttons"><button class="button primary">Next</button><button class="button" name="answer" value="no">No, thank you</button><button class="link" name="answer" value="unknown">I do not know this partner</button></div>
</form>
{{template "details" (part $ .Body.Details)}}
{{template "inset" (part $ .Body.Text)}}
<div class="card"><h2>A card</h2><p class="muted">Contoso sp. z o.o.</p></div>
{{template "summary" (part $ .Body.Rows)}}
{{end}}`

type everythingBody struct {
	Text       string
	Input      Input
	Textarea   Textarea
	Select     Select
	Radios     Radios
	Checkboxes Checkboxes
	Details    Details
	Rows       []Row
}

func example(l locale.Language) Page {
	errs := Errors{{"email", "Enter a mail address"}, {"delegation", "Choose Yes or No"}, {"agree", "Agree to the terms"}}
	return Page{
		Frame: Frame{
			Words: locale.In(l).Shown(), Title: "Allow <Contoso> to help?", Errors: errs, Form: "main-form",
			Brand:     Brand{Name: "Northwind Cloud", LogoURL: "/assets/logo-0123456789abcdef.svg", SheetURL: "/assets/brand-4338ca.css", HelpPhone: "+48 22 123 45 67", HelpMail: "help@northwind.example", HelpHours: "8:00–16:00", Address: "ul. Prosta 1, 00-001 Warszawa", TermsURL: "/terms", PrivacyURL: "/privacy"},
			Links:     []Link{{Text: "Account", URL: "/account"}, {Text: "Partner", URL: "/partner", Current: true}},
			Languages: LanguageLinks(httptest.NewRequest("GET", "/redeem?i=inv_1", nil), l),
			Notice:    &Notice{Text: "The terms changed while you were reading."},
			Back:      &Link{URL: "/redeem"},
		},
		Body: everythingBody{
			Text:       "Plain <b>text</b> of a partner",
			Input:      Input{Name: "email", Label: "Mail address", Hint: "We send the link there", Value: `"><script>`, Error: errs.For("email"), Type: "email", Autocomplete: "email"},
			Textarea:   Textarea{Name: "reason", Label: "Reason", Value: "\nline"},
			Select:     Select{Name: "language", Label: "Language", Value: "pl", Options: []Option{{Value: "en", Label: "English"}, {Value: "pl", Label: "Polski"}}},
			Radios:     Radios{Name: "delegation", Legend: "Allow Contoso to be your delegated administrator?", Heading: true, Error: errs.For("delegation"), Options: []Option{{Value: "yes", Label: "Yes", Hint: "They can reset passwords"}, {Value: "no", Label: "No"}}},
			Checkboxes: Checkboxes{Name: "agree", Legend: "Terms", Error: errs.For("agree"), Options: []Option{{Value: "yes", Label: "I agree"}}},
			Details:    Details{Summary: "Terms of Contoso", Text: "1. First\n2. Second"},
			Rows:       []Row{{Key: "Company", Values: []string{"Contoso", "Warsaw"}, Change: &Link{URL: "/redeem/account", About: "company"}}, {Key: "Licences", Values: []string{"25"}}},
		},
	}
}

func render(t *testing.T, p Page) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	body := Parse(fstest.MapFS{"all.html": {Data: []byte(everything)}}, "all.html")
	if err := body.Render(w, http.StatusUnprocessableEntity, p); err != nil {
		t.Fatal(err)
	}
	return w
}

// TestRender shows every pattern at once. With LIAISON_PICTURES=folder it also leaves the pages there, to be looked at.
func TestRender(t *testing.T) {
	for _, l := range locale.Languages() {
		p := example(l)
		w := render(t, p)
		html := w.Body.String()
		for _, want := range []string{
			`<html lang="` + string(l) + `">`, `autofocus`, `href="#delegation"`, `aria-invalid="true"`,
			`<h1>Allow &lt;Contoso&gt; to help?</h1>`, `Plain &lt;b&gt;text&lt;/b&gt;`, `value="&#34;&gt;&lt;script&gt;"`,
			`href="tel:&#43;48221234567"`, `<img src="/assets/logo-0123456789abcdef.svg"`, `id="delegation-2"`, "<textarea class=\"input\" id=\"reason\" name=\"reason\" rows=\"4\">\n\nline</textarea>",
			`name="lang" value="`,
		} {
			if !strings.Contains(html, want) {
				t.Errorf("%s: no %s", l, want)
			}
		}
		if n := strings.Count(html, "<h1>"); n != 1 {
			t.Errorf("%d h1", n)
		}
		if strings.Contains(html, " checked") {
			t.Error("an answer is chosen beforehand")
		}
		if strings.Contains(html, "ZgotmplZ") || strings.Contains(html, " style=") || strings.Contains(html, "<script") {
			t.Error("something the policy forbids stands in the page")
		}
		if folder := os.Getenv("LIAISON_PICTURES"); folder != "" {
			if err := os.WriteFile(filepath.Join(folder, "page-"+string(l)+".html"), w.Body.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			p.Errors, p.Panel, p.Notice = nil, &Panel{Reference: "7K3M-Q2XF", Text: "Your trial has started."}, &Notice{Success: true, Text: "Saved."}
			if err := os.WriteFile(filepath.Join(folder, "panel-"+string(l)+".html"), render(t, p).Body.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestTied: a company's legal form does not break over two lines; what was typed into a field goes back as it was.
func TestTied(t *testing.T) {
	const name, tied = "Contoso sp. z o.o.", "Contoso sp.\u00a0z\u00a0o.o."
	p := example(locale.English)
	body := p.Body.(everythingBody)
	p.Title, body.Input.Value, body.Textarea.Value = name, name, "of "+name
	p.Body = body
	html := render(t, p).Body.String()
	for want, count := range map[string]int{tied: 3, `value="` + name + `"`: 1, "of " + name: 1, name: 2} {
		if n := strings.Count(html, want); n != count {
			t.Errorf("%d times %q, not %d", n, want, count)
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	w := render(t, example(locale.English))
	h := w.Header()
	for name, want := range map[string]string{
		"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8", "Content-Language": "en",
		"Strict-Transport-Security": "max-age=63072000; includeSubDomains",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	csp := h.Get("Content-Security-Policy")
	if strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("policy %q", csp)
	}
	name, _ := Sheet()
	if !strings.Contains(w.Body.String(), `<link rel="stylesheet" href="/assets/`+name+`">`) || !strings.Contains(csp, "style-src 'self';") || strings.Contains(w.Body.String(), "<style") {
		t.Error("the page does not load its style sheet from our own site, or carries another")
	}
}

func TestTitleSaysThereIsAnError(t *testing.T) {
	p := example(locale.Polish)
	if got, want := p.DocumentTitle(), "Błąd: Allow <Contoso> to help? – Northwind Cloud"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	p.Errors = nil
	if got, want := p.DocumentTitle(), "Allow <Contoso> to help? – Northwind Cloud"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestRenderWritesNothingWhenTheTemplateFails(t *testing.T) {
	w := httptest.NewRecorder()
	p := example(locale.English)
	p.Body = 7
	body := Parse(fstest.MapFS{"all.html": {Data: []byte(everything)}}, "all.html")
	if err := body.Render(w, http.StatusOK, p); err == nil || w.Body.Len() > 0 || len(w.Header()) > 0 {
		t.Errorf("error %v, wrote %d bytes and %v", err, w.Body.Len(), w.Header())
	}
}

func TestFormToken(t *testing.T) {
	secret := []byte("0123456789abcdef")
	token := FormToken(secret, "check", "ofr_1")
	for name, c := range map[string]struct {
		secret []byte
		token  string
		parts  []string
		want   bool
	}{
		"same":             {secret, token, []string{"check", "ofr_1"}, true},
		"other secret":     {[]byte("0123456789abcdeg"), token, []string{"check", "ofr_1"}, false},
		"other step":       {secret, token, []string{"redeem", "ofr_1"}, false},
		"parts run on":     {secret, token, []string{"checkofr_1", ""}, false},
		"part less":        {secret, token, []string{"check"}, false},
		"none":             {secret, "", []string{"check", "ofr_1"}, false},
		"cut":              {secret, token[:len(token)-1], []string{"check", "ofr_1"}, false},
		"no secret at all": {nil, FormToken(nil, "check", "ofr_1"), []string{"check", "ofr_1"}, false},
	} {
		if got := CheckFormToken(c.secret, c.token, c.parts...); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestCookies(t *testing.T) {
	w := httptest.NewRecorder()
	SetCookie(w, "inv_1", "secret", 0)
	line := w.Header().Get("Set-Cookie")
	if line != "__Host-inv_1=secret; Path=/; HttpOnly; Secure; SameSite=Lax" {
		t.Error(line)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Cookie", "__Host-inv_1=secret; inv_2=other")
	if Cookie(r, "inv_1") != "secret" || Cookie(r, "inv_2") != "" {
		t.Error("cookie read wrongly")
	}
	w = httptest.NewRecorder()
	DropCookie(w, "inv_1")
	if !strings.Contains(w.Header().Get("Set-Cookie"), "Max-Age=0") {
		t.Error(w.Header().Get("Set-Cookie"))
	}
}

func TestSameOrigin(t *testing.T) {
	refused := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	through := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	h, err := SameOrigin("https://pages.example/x", refused, through)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		method string
		header map[string]string
		want   int
	}{
		"get":                    {"GET", nil, 204},
		"get from elsewhere":     {"GET", map[string]string{"Sec-Fetch-Site": "cross-site"}, 204},
		"same origin":            {"POST", map[string]string{"Sec-Fetch-Site": "same-origin"}, 204},
		"old browser":            {"POST", map[string]string{"Origin": "https://pages.example"}, 204},
		"cross site":             {"POST", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403},
		"same site":              {"POST", map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "https://api.pages.example"}, 403},
		"old browser, elsewhere": {"POST", map[string]string{"Origin": "https://evil.example"}, 403},
		"origin null":            {"POST", map[string]string{"Origin": "null"}, 403},
		"no header":              {"POST", nil, 403},
		"no header, put":         {"PUT", nil, 403},
	} {
		r := httptest.NewRequest(c.method, "https://gateway.internal/redeem", nil)
		for k, v := range c.header {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d", name, w.Code, c.want)
		}
	}
	for _, base := range []string{"", "pages.example", "/x", "https://"} {
		if _, err := SameOrigin(base, refused, through); err == nil {
			t.Errorf("%q taken as a base URL", base)
		}
	}
}

func TestRedirectStaysHere(t *testing.T) {
	for path, ok := range map[string]bool{
		"/redeem?i=inv_1": true, "/": true,
		"//evil.example": false, "https://evil.example": false, "redeem": false, `/\evil.example`: false, "/a\r\nb": false, "": false, "/\t/evil.example": false,
	} {
		w := httptest.NewRecorder()
		err := Redirect(w, path)
		if (err == nil) != ok || ok && (w.Code != http.StatusSeeOther || w.Header().Get("Location") != path || w.Header().Get("X-Frame-Options") == "") {
			t.Errorf("%q: %v, %d", path, err, w.Code)
		}
	}
}

func TestLanguage(t *testing.T) {
	for name, c := range map[string]struct {
		target, cookie, accept string
		form                   url.Values
		known                  []locale.Language
		want                   locale.Language
	}{
		"default":           {target: "/", want: locale.Polish},
		"browser":           {target: "/", accept: "en", want: locale.English},
		"offer":             {target: "/", accept: "en", known: []locale.Language{"", locale.Polish}, want: locale.Polish},
		"first known":       {target: "/", known: []locale.Language{locale.English, locale.Polish}, want: locale.English},
		"cookie":            {target: "/", cookie: "pl", known: []locale.Language{locale.English}, want: locale.Polish},
		"asked":             {target: "/?lang=en", cookie: "pl", want: locale.English},
		"asked for nothing": {target: "/?lang=xx", cookie: "en", want: locale.English},
		"switch":            {target: "/?lang=en", form: url.Values{"lang": {"pl"}}, want: locale.Polish},
	} {
		r := httptest.NewRequest("GET", c.target, nil)
		if c.form != nil {
			r = httptest.NewRequest("POST", c.target, strings.NewReader(c.form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if c.cookie != "" {
			r.Header.Set("Cookie", "__Host-lang="+c.cookie)
		}
		r.Header.Set("Accept-Language", c.accept)
		if got := Language(r, locale.Polish, c.known...); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if got := Switched(r); got != (c.form != nil) {
			t.Errorf("%s: switched %v", name, got)
		}
		w := httptest.NewRecorder()
		RememberLanguage(w, r)
		if got, want := w.Header().Get("Set-Cookie") != "", name == "asked" || name == "switch"; got != want {
			t.Errorf("%s: cookie set %v", name, got)
		}
	}
}

func TestLanguageLinksKeepTheAddress(t *testing.T) {
	links := LanguageLinks(httptest.NewRequest("GET", "/o/12345674_x?a=1&lang=en", nil), locale.English)
	if len(links) != 2 || !links[0].Current || links[1].URL != "/o/12345674_x?a=1&lang=pl" || links[1].Text != "Polski" {
		t.Errorf("%+v", links)
	}
}

func TestStyleIsSmall(t *testing.T) {
	_, css := Sheet()
	if n := len(css); n > 45_000 {
		t.Errorf("style sheet has %d bytes", n)
	}
	if strings.Contains(css, "/*") {
		t.Error("a comment is sent to everyone")
	}
}
