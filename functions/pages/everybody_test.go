package pages_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	findapartner "liaison/functions/pages/find-a-partner"
	"liaison/shared/access"
	"liaison/shared/dynamo"
	"liaison/shared/listing"
	"liaison/shared/site"
	"liaison/tests/fixture/pagetest"
)

// everybodys are pages that everybody may see, with the status of each.
var everybodys = map[string]int{
	"/": http.StatusOK, "/find-a-partner": http.StatusOK, "/find-a-partner?country=x": http.StatusUnprocessableEntity, "/find-a-partner/match": http.StatusOK,
	"/find-a-partner/" + string(pagetest.Asking): http.StatusOK, "/find-a-partner/" + string(pagetest.Stranger): http.StatusNotFound,
	"/find-a-partner/contact?partner=" + string(pagetest.Asking): http.StatusOK, "/find-a-partner/contact": http.StatusNotFound, "/find-a-partner/messages/x": http.StatusNotFound,
	"/feature-availability": http.StatusOK, "/terms/customer": http.StatusOK, "/terms/none": http.StatusNotFound, "/become-a-partner": http.StatusOK, "/become-a-partner?sent=1": http.StatusOK,
	"/become-a-partner/confirm/x": http.StatusNotFound, "/nothing": http.StatusNotFound,
}

// TestEverybodysPages: what everybody may see says to whoever is signed in that they are, leads them on to where they belong and to the way out, and speaks
// their language; nobody keeps such a page. Everybody else is led to the sign-in.
func TestEverybodysPages(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Listed(pagetest.Asking, listing.NoShare, nil)
		staff, _ := s.Staff("Olga Operator", "olga@skylark.example", language)
		c := s.Company(language)
		ended, locked := s.Visitor(language), s.Visitor(language)
		o := s.Op()
		o.At = o.At.Add(-25 * time.Hour)
		old := o.IDs.Secret()
		_, err := s.SignIn(context.Background(), "https://issuer.example", "owner", "owner@example.com", old, "", o)
		s.Must(err)
		ended.Plant(s.URL, "__Host-"+site.SessionCookie, old)
		locked.Plant(s.URL, "__Host-"+site.SessionCookie, strings.Repeat("0", 26))
		w := c.W
		for name, who := range map[string]struct {
			v      *pagetest.Visitor
			person string
			leads  map[string]string // by their text
		}{
			"a visitor": {v: s.Visitor(language)}, "a session that has ended": {v: ended}, "a secret that is nobody's": {v: locked},
			"a customer's user": {c.Visitor, "owner@example.com", map[string]string{w.FrameMenuSubscriptions(): "/account/subscriptions", w.FrameMenuHome(): "/account"}},
			"a partner's user":  {s.SignedIn(asking, language), asking, map[string]string{w.FramePartner(): "/partner"}},
			"an operator":       {staff, "olga@skylark.example", map[string]string{w.FrameAdmin(): "/vendor"}},
		} {
			for path, status := range everybodys {
				who.v.Open(status, path)
				top, _, _ := strings.Cut(string(who.v.Page.Body), "</header>")
				_, top, _ = strings.Cut(top, "<header")
				in, out := strings.Contains(top, `href="/sign-out"`), strings.Contains(top, `href="/account">`+"<svg") && strings.Contains(top, w.SiteSignIn())
				if in != (who.person != "") || out != (who.person == "") {
					t.Errorf("%s, %s: signed in %v, led to the sign-in %v:\n%s", name, path, in, out, top)
				}
				if text := strings.ReplaceAll(top, "<wbr>", ""); !strings.Contains(text, who.person) {
					t.Errorf("%s, %s does not say who: %s", name, path, top)
				}
				for text, to := range who.leads {
					if !strings.Contains(top, `<a href="`+to+`">`+text+`</a>`) {
						t.Errorf("%s, %s does not lead to %s: %s", name, path, to, top)
					}
				}
				if kept := who.v.Page.Header.Get("Cache-Control"); kept != "no-store" {
					t.Errorf("%s, %s: %q keeps it", name, path, kept)
				}
			}
		}
		// The browser asks for another language, which a person's own goes before.
		other := map[string]string{"en": "pl", "pl": "en"}[language]
		foreign := s.Visitor(other)
		foreign.Plant(s.URL, "__Host-"+site.SessionCookie, *c.Session)
		for path, status := range everybodys {
			if page := foreign.Open(status, path); page.Header.Get("Content-Language") != language {
				t.Errorf("%s speaks %s to somebody who reads %s", path, page.Header.Get("Content-Language"), language)
			}
		}
		// What anybody keeps knows nobody.
		for _, path := range []string{"/find-a-partner/sitemap.xml", "/robots.txt"} {
			page, err := c.Get(t.Context(), s.URL+path)
			s.Must(err)
			visitors, err := s.Visitor(language).Get(t.Context(), s.URL+path)
			s.Must(err)
			if !strings.HasPrefix(page.Header.Get("Cache-Control"), "public") || string(page.Body) != string(visitors.Body) {
				t.Errorf("%s: %q, and not the same for everybody", path, page.Header.Get("Cache-Control"))
			}
		}
	})
}

// TestVisitorsAreNotAsked: who brings no session costs no read of one, and who brings one costs one; what anybody keeps never asks.
func TestVisitorsAreNotAsked(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Listed(pagetest.Asking, listing.NoShare, nil)
	table := &sessions{Table: s.Table.Table}
	s.Serve(table)
	finding := httptest.NewServer(findapartner.Page(s.Env, &found{dynamo.Listings{Table: s.Table.Table}, table}))
	t.Cleanup(finding.Close)
	signed := s.SignedIn(asking, "en").Session()
	asked := func(path, session string) (status, times int) {
		t.Helper()
		before, at := table.asked, s.URL
		if strings.HasPrefix(path, "/find-a-partner") && !strings.Contains(path, "/messages/") {
			at = finding.URL
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at+path, nil)
		s.Must(err)
		if session != "" {
			r.AddCookie(&http.Cookie{Name: "__Host-" + site.SessionCookie, Value: session})
		}
		got, err := http.DefaultTransport.RoundTrip(r)
		s.Must(err)
		got.Body.Close()
		return got.StatusCode, table.asked - before
	}
	for path, status := range everybodys {
		if strings.HasPrefix(path, "/find-a-partner/contact") {
			continue // its form has asked before
		}
		if got, times := asked(path, ""); got != status || times != 0 {
			t.Errorf("%s answers a visitor with %d, and asked %d times who is signed in", path, got, times)
		}
		if got, times := asked(path, signed); got != status || times != 1 {
			t.Errorf("%s answers somebody who is signed in with %d, and asked %d times who it is", path, got, times)
		}
	}
	if got, times := asked("/find-a-partner/sitemap.xml", signed); got != http.StatusOK || times != 0 {
		t.Errorf("the site map answers %d, and asked %d times who is signed in", got, times)
	}
}

// sessions counts how often it was asked who is signed in.
type sessions struct {
	*dynamo.Table
	asked int
}

func (s *sessions) SessionCaller(ctx context.Context, secret string, at time.Time) (access.Caller, error) {
	s.asked++
	return s.Table.SessionCaller(ctx, secret, at)
}

// found is what partners are found in, which asks there who is signed in.
type found struct {
	dynamo.Listings
	sessions *sessions
}

func (f *found) SessionCaller(ctx context.Context, secret string, at time.Time) (access.Caller, error) {
	return f.sessions.SessionCaller(ctx, secret, at)
}
