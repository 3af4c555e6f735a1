package assets_test

import (
	"bytes"
	"compress/gzip"
	"image"
	"image/png"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/brand"
	"liaison/shared/brand/picture"
	"liaison/shared/catalog"
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

const drawn = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><path d="M1 1h26v26H1z"/></svg>`

// TestPictures: the vendor's pictures are served for a year under the name of their content, alone in a sandbox, and every page shows them.
func TestPictures(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	var pixels bytes.Buffer
	s.Must(png.Encode(&pixels, image.NewGray(image.Rect(0, 0, 900, 200))))
	read := func(use brand.Use, data string) brand.Picture {
		made, err := picture.Read(use, []byte(data))
		s.Must(err)
		return made
	}
	logo, dark, icon := read(brand.Logo, drawn), read(brand.LogoDark, pixels.String()), read(brand.Icon, drawn)
	set := func(logo, dark, icon string, pictures ...brand.Picture) string {
		v, err := s.Vendor(t.Context())
		s.Must(err)
		wanted := v
		wanted.Website, wanted.Logo, wanted.LogoDark, wanted.Icon = "https://skylark.example", logo, dark, icon
		_, err = catalog.PutBrand(t.Context(), s.Table, v, wanted, pictures, s.Op())
		s.Must(err)
		s.Restart(0)
		return string(s.Visitor("en").Open(http.StatusOK, "/terms/customer").Body)
	}
	page := set(logo.File, dark.File, icon.File, logo, dark, icon)
	for _, want := range []string{
		`<picture><source srcset="/assets/` + dark.File + `" media="(prefers-color-scheme: dark)"><img src="/assets/` + logo.File + `" alt="" height="28"></picture>`,
		`<link rel="icon" href="/assets/` + icon.File + `">`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, one := range []brand.Picture{logo, dark, icon} {
		status, h, body := fetch(t, s, one.File)
		if status != http.StatusOK || body != string(one.Data) {
			t.Errorf("%s: %d, %d bytes", one.File, status, len(body))
		}
		for name, want := range map[string]string{
			"Content-Type": one.Kind, "Cache-Control": forever, "X-Content-Type-Options": "nosniff",
			"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q, and not %q", one.File, name, h.Get(name), want)
			}
		}
	}
	for _, unknown := range []string{
		brand.FileName(brand.Logo, brand.SVG, []byte("another")), strings.Replace(logo.File, "logo", "icon", 1) + "x",
		strings.Replace(logo.File, ".svg", ".png", 1), strings.ToUpper(logo.File),
	} {
		if status, h, _ := fetch(t, s, unknown); status != http.StatusNotFound || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %q", unknown, status, h.Get("Cache-Control"))
		}
	}

	before := week(s.Op().At)
	page = set(logo.File, "", "")
	if strings.Contains(page, "<picture") || !strings.Contains(page, `<img src="/assets/`+logo.File) || !strings.Contains(page, `<link rel="icon" href="data:,">`) {
		t.Error("without a dark logo and an icon the page shows the logo alone")
	}
	if status, _, _ := fetch(t, s, dark.File); status != http.StatusOK {
		t.Errorf("a picture that open pages still show: %d", status)
	}
	ends := func(file string) string {
		for _, item := range s.Items(t) {
			if fixture.Text(item, "SK") == "PICTURE#"+file {
				if end, is := item["ttl"].(*types.AttributeValueMemberN); is {
					return end.Value
				}
			}
		}
		return ""
	}
	if end := ends(dark.File); ends(logo.File) != "" || end < before || end > week(s.Op().At) || ends(icon.File) != end {
		t.Errorf("pictures end: %q, which is used; %q and %q, which no longer are", ends(logo.File), ends(dark.File), ends(icon.File))
	}
	set(logo.File, dark.File, "", logo, dark) // what stands there already is set again
	if ends(dark.File) != "" || ends(icon.File) == "" {
		t.Errorf("pictures end: %q, which is used again; %q, which is not", ends(dark.File), ends(icon.File))
	}
}

// week returns the time to live of a picture that is replaced at a time.
func week(from time.Time) string { return strconv.FormatInt(from.AddDate(0, 0, 7).Unix(), 10) }

func fetch(t *testing.T, s *pagetest.World, file string) (status int, h http.Header, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/assets/"+file, nil)
	s.Must(err)
	got, err := http.DefaultClient.Do(r)
	s.Must(err)
	defer got.Body.Close()
	read, err := io.ReadAll(got.Body)
	s.Must(err)
	return got.StatusCode, got.Header, string(read)
}
