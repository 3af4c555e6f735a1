package assets_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"liaison/shared/page"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const forever, notLong = "public, max-age=31536000, immutable", "public, max-age=60"

// TestFiles: a file is kept for a year only where its name says what is in it; what is no file is an ordinary page that says so.
func TestFiles(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	name, sheet := page.Sheet()
	for file, want := range map[string]struct {
		status       int
		keep, starts string
	}{
		name:                         {http.StatusOK, forever, sheet},
		"style-0123456789abcdef.css": {http.StatusOK, notLong, sheet},
		"brand-ffd400.css":           {http.StatusOK, forever, ":root{--brand:#ffd400;--on-brand:#000000}"},
		"brand-FFD400.css":           {http.StatusNotFound, "no-store", "<!DOCTYPE html>"},
		"style-x.css":                {http.StatusNotFound, "no-store", "<!DOCTYPE html>"},
		"none":                       {http.StatusNotFound, "no-store", "<!DOCTYPE html>"},
	} {
		for _, packed := range []bool{false, true} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/assets/"+file, nil)
			s.Must(err)
			r.Header.Set("Accept-Encoding", map[bool]string{false: "identity", true: "br, gzip"}[packed])
			got, err := http.DefaultTransport.RoundTrip(r)
			s.Must(err)
			defer got.Body.Close()
			body := io.Reader(got.Body)
			if wrapped := got.Header.Get("Content-Encoding") == "gzip"; wrapped != (packed && want.starts == sheet) {
				t.Errorf("%s: packed %v", file, wrapped)
			} else if wrapped {
				body, err = gzip.NewReader(body)
				s.Must(err)
			}
			text, err := io.ReadAll(body)
			s.Must(err)
			if got.StatusCode != want.status || got.Header.Get("Cache-Control") != want.keep || !strings.HasPrefix(string(text), want.starts) {
				t.Errorf("%s: %d, %q, %.80q", file, got.StatusCode, got.Header.Get("Cache-Control"), text)
			}
			if want.status == http.StatusOK && (got.Header.Get("Content-Type") != "text/css; charset=utf-8" || got.Header.Get("X-Content-Type-Options") != "nosniff") {
				t.Errorf("%s: %v", file, got.Header)
			}
		}
	}
}
