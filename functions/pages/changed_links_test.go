package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liaison/shared/token"
)

// TestChangedLinks follows links as programs and people change them: each leads to the clean one, and nothing is written.
func TestChangedLinks(t *testing.T) {
	t.Parallel()
	s := open(t)
	of := s.offer(nil)
	inv, link := s.invite(of, "anna@example.com", "en")
	_, secret, _ := token.Split(strings.TrimPrefix(link, "/i/"))
	ulid := s.op().NewID()
	before := s.Dump(t)
	// The secret holds every character that is misread, whatever the table made.
	const misread = "0123456789abcdefghjkmn01pq"
	for _, clean := range []string{
		"/o/" + of.ID.Code(), link, "/o/" + string(asking) + "_" + misread, "/i/" + token.Join(string(inv.ID), misread),
		"/unsubscribe/" + token.Join(string(inv.ID), token.Derive(secret, token.Unsubscribe)), "/unsubscribe/usr_abc123def456_" + ulid + "_" + misread,
		"/receipts/red_abc123def456_" + ulid + "_" + misread, "/receipts/red_i" + ulid + "_" + misread, "/set-password/usr_0bc123def456_" + ulid + "_" + misread,
	} {
		last := clean[strings.LastIndex(clean, "/")+1:]
		first := strings.TrimSuffix(clean, last)
		for _, changed := range []string{
			clean + ".", clean + ",", clean + ")", clean + "/", clean + ">", clean + `"`, clean + "'", clean + "”", clean + "»", clean + "…", clean + "%", clean + "!).",
			clean + " ", clean + "\u00a0", clean + "\u200b", clean + ">.", first + "<" + last + ">", first + "\u2060" + last, first + last[:9] + "\u00ad" + last[9:],
			first + last[:12] + "\r\n " + last[12:], strings.ToUpper(clean), strings.ToUpper(clean) + ".", first + strings.ToUpper(last),
			first + strings.ReplaceAll(last, "0", "o"), first + strings.ReplaceAll(last, "0", "O"),
			first + strings.ReplaceAll(last, "1", "l"), first + strings.ReplaceAll(last, "1", "I"), first + strings.ReplaceAll(last, "1", "i"), first + strings.ReplaceAll(last, "i", "l"),
		} {
			if changed == clean {
				continue
			}
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				to := url.URL{Path: changed, RawQuery: "lang=pl"}
				status, location := s.follow(method, to.String())
				if status != http.StatusFound || location != clean+"?lang=pl" {
					t.Errorf("%s %s: %d %q, want 302 to %s", method, to.String(), status, location, clean)
				}
			}
		}
		if status, location := s.follow(http.MethodGet, clean); status == http.StatusFound {
			t.Errorf("%s leads to %s", clean, location)
		}
	}
	// What is no link is not made one.
	for _, other := range []string{
		"/o/" + of.ID.Code() + "z", "/o/" + of.ID.Code() + "/more", "/o/u" + of.ID.Code()[1:], "/o/", "/i/..", "/x/" + of.ID.Code() + ".", "/O", "/i/" + of.ID.Code()[10:] + ".",
		"/redeem.", "/account/", "/terms/customer.",
	} {
		if status, location := s.follow(http.MethodGet, other); status == http.StatusFound {
			t.Errorf("%s leads to %s", other, location)
		}
	}
	if s.Dump(t) != before {
		t.Error("following a changed link changed something")
	}
}

// follow asks for a path and follows no redirect.
func (s *world) follow(method, path string) (status int, location string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, nil)
	s.must(err)
	got, err := http.DefaultTransport.RoundTrip(r)
	s.must(err)
	got.Body.Close()
	return got.StatusCode, got.Header.Get("Location")
}
