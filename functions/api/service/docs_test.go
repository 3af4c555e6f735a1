package service_test

import (
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"liaison/functions/api/service"
	"liaison/shared/gateway"
	"liaison/shared/locale"
)

// endpoint returns what serves a path of the reference.
func endpoint(at string) gateway.Endpoint {
	switch {
	case at == "/openapi.json":
		return service.Openapi()
	case strings.HasPrefix(at, "/docs/problems/"):
		return service.Problem()
	case strings.HasPrefix(at, "/docs/guides/"):
		return service.Guide()
	case at == "/docs":
		return service.Docs()
	}
	return service.Reference()
}

// leaf is a page as a reader's browser has it.
type leaf struct {
	ids   []string
	links []string
}

func leafed(t *testing.T, text string) (l leaf) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			switch {
			case a.Key == "id":
				l.ids = append(l.ids, a.Val)
			case a.Key == "href":
				l.links = append(l.links, a.Val)
			}
		}
	}
	return l
}

// TestCrawl follows every link from the first page on: each answers 200, and what it leads to is there. In both languages each problem's page does.
func TestCrawl(t *testing.T) {
	seen := map[string]leaf{}
	type link struct{ from, to string }
	waiting, followed := []link{{"", "/docs"}}, []link{}
	for len(waiting) > 0 {
		next := waiting[0]
		waiting = waiting[1:]
		base, err := url.Parse(next.from)
		if err != nil {
			t.Fatal(err)
		}
		target, err := base.Parse(next.to)
		if err != nil {
			t.Fatal(err)
		}
		if target.IsAbs() { // another site, or the icon that is none
			continue
		}
		followed = append(followed, link{next.from, target.String()})
		whole := target.Path
		if target.RawQuery != "" {
			whole += "?" + target.RawQuery
		}
		if _, known := seen[whole]; known {
			continue
		}
		answer := ask(t, endpoint(target.Path), whole)
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Errorf("%s leads to %s: %d %v", next.from, whole, answer.StatusCode, err)
		}
		seen[whole] = leaf{}
		if ext := path.Ext(target.Path); ext == "" {
			found := leafed(t, string(body))
			seen[whole] = found
			for _, to := range found.links {
				waiting = append(waiting, link{whole, to})
			}
		}
	}
	for _, one := range followed {
		at, fragment, _ := strings.Cut(one.to, "#")
		if fragment != "" && !slices.Contains(seen[at].ids, fragment) {
			t.Errorf("%s leads to %s, which is not there", one.from, one.to)
		}
	}
	for at, found := range seen {
		ids := slices.Sorted(slices.Values(found.ids))
		for i := 1; i < len(ids); i++ {
			if ids[i] == ids[i-1] {
				t.Errorf("%s has %s twice", at, ids[i])
			}
		}
	}
	for _, code := range locale.ProblemCodes() {
		for _, language := range locale.Languages() {
			at := "/docs/problems/" + code
			if got := ask(t, service.Problem(), at, "Accept-Language", string(language)); got.StatusCode != http.StatusOK {
				t.Errorf("%s in %s: %d", code, language, got.StatusCode)
			}
			if _, found := seen[at]; !found {
				t.Errorf("no link leads to %s", at)
			}
			if _, found := seen[at+"?language="+string(language)]; !found {
				t.Errorf("no link leads to %s in %s", at, language)
			}
		}
	}
	if len(seen) < 400 {
		t.Errorf("only %d pages were seen", len(seen))
	}
}

// TestDocs: a page is kept for a while and asked for again by its tag, comes packed to who takes it so, and loads our sheet and nothing else.
func TestDocs(t *testing.T) {
	for at, kind := range map[string]string{
		"/docs": "text/html; charset=utf-8", "/docs/offers": "text/html; charset=utf-8", "/docs/guides/errors": "text/html; charset=utf-8",
		"/docs/style.css": "text/css; charset=utf-8", "/docs/bruno.json": "application/json",
	} {
		plain := ask(t, endpoint(at), at)
		h := plain.Header
		if h.Get("Content-Type") != kind || h.Get("Cache-Control") != "public, max-age=300" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; style-src 'self';") {
			t.Errorf("%s: %v", at, h)
		}
		if again := ask(t, endpoint(at), at, "If-None-Match", h.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s: %d to its own tag", at, again.StatusCode)
		}
		packed := ask(t, endpoint(at), at, "Accept-Encoding", "br, gzip", "If-None-Match", h.Get("ETag"))
		if packed.StatusCode != http.StatusOK || packed.Header.Get("Content-Encoding") != "gzip" || packed.Header.Get("ETag") == h.Get("ETag") {
			t.Errorf("%s, packed: %d %v", at, packed.StatusCode, packed.Header)
		}
		if again := ask(t, endpoint(at), at, "Accept-Encoding", "gzip", "If-None-Match", packed.Header.Get("ETag")); again.StatusCode != http.StatusNotModified || again.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s, packed: %d to its own tag", at, again.StatusCode)
		}
	}
	for _, at := range []string{"/docs/start", "/docs/problem", "/docs/nothing", "/docs/guides/nothing", "/docs/guides/start", "/docs/offers%0A%3C!DOCTYPE%20html%3E", "/docs/..%2Fstart"} {
		if got := ask(t, endpoint(at), at); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", at, got.StatusCode)
		}
	}
	if got := ask(t, service.Docs(), "/docs?x=1"); got.StatusCode != http.StatusBadRequest {
		t.Errorf("an unknown parameter: %d", got.StatusCode)
	}
}

// TestProblemSays: a problem's page says its status, and which operations answer it or which requests.
func TestProblemSays(t *testing.T) {
	for at, words := range map[string][]string{
		"offer_not_active?language=en": {"409, 422", `<a href="/docs/offers#OffersPause"><code>POST /v1/offers/{offer_id}/pause</code></a>`, locale.In(locale.English).DocsProblemOperations()},
		"offer_not_active?language=pl": {"409, 422", `/docs/offers#OffersPause`, locale.In(locale.Polish).DocsProblemOperations(), `<html lang="pl">`, ">English</a>"},
		"invalid_json?language=pl":     {"400", locale.In(locale.Polish).DocsProblemBody()},
		"form_expired?language=en":     {"403", locale.In(locale.English).DocsProblemNone()},
	} {
		answer := ask(t, service.Problem(), "/docs/problems/"+at)
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range append(words, `href="/docs/problems"`) {
			if !strings.Contains(string(body), word) {
				t.Errorf("%s does not say %q", at, word)
			}
		}
		if strings.Contains(string(body), "__") {
			t.Errorf("%s has a gap", at)
		}
	}
}
