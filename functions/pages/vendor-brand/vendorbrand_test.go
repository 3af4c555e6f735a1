package vendorbrand_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"liaison/shared/brand"
	"liaison/shared/catalog"
	"liaison/shared/locale"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	path  = "/vendor/brand"
	logo  = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 28"><path d="M2 26 14 2l12 24z" fill="#0f6b3c"/><circle cx="44" cy="14" r="12" fill="#0f6b3c"/></svg>`
	white = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 28"><path d="M2 26 14 2l12 24z" fill="#ffffff"/><circle cx="44" cy="14" r="12" fill="#ffffff"/></svg>`
)

// icon is a PNG of a size.
func icon(t *testing.T, side int) string {
	t.Helper()
	var made bytes.Buffer
	if err := png.Encode(&made, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
		t.Fatal(err)
	}
	return made.String()
}

// stored is the vendor as it stands.
func stored(s *pagetest.World) catalog.Vendor {
	found, err := s.Vendor(context.Background())
	s.Must(err)
	return found
}

// staff is an operator of a vendor that has all that a vendor must have.
func staff(s *pagetest.World, language string) *pagetest.Visitor {
	vendor := stored(s)
	vendor.Website = "https://skylark.example"
	s.Must(s.SaveVendor(context.Background(), vendor, s.Op()))
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
	return v
}

// TestChange follows a colour and three pictures from the form over the preview to every page.
func TestChange(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := staff(s, language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.VendorBrandNow(), "#3346d3", w.VendorBrandWhite(w.Number(7.1)))
		v.Lacks(w.VendorBrandNone(w.VendorBrandLogo()))
		v.See("vendor-brand")
		v.Click(http.StatusUnprocessableEntity, w.VendorBrandPreview())
		v.Has(w.VendorBrandNothing())

		v.Click(http.StatusUnprocessableEntity, w.VendorBrandPreview(), "accent", "yellow", "logo", logo, "icon", "GIF89a")
		v.Has(w.VendorBrandAccentWrong(), w.VendorBrandIcon()+": ", w.VendorBrandNew())
		if body := string(v.Page.Body); !strings.Contains(body, `value="yellow"`) || !strings.Contains(body, "data:image/svg&#43;xml;base64,") {
			t.Error("what was chosen is lost")
		}
		v.See("vendor-brand-wrong")
		v.Click(http.StatusOK, w.VendorBrandPreview(), "accent", " #FFD400 ", "logo_dark", white, "icon", icon(t, 32))
		v.Has(w.VendorBrandCheck(), "#ffd400", w.VendorBrandBlack(w.Number(14.6)), w.VendorBrandMeansMails())
		if body := string(v.Page.Body); strings.Count(body, "data:image/svg&#43;xml;base64,") != 2 || strings.Count(body, "data:image/png;base64,") != 2 || !strings.Contains(body, brand.Accent("#ffd400").SheetName()) {
			t.Error("the preview does not show what was chosen")
		}
		v.See("vendor-brand-check")
		v.Click(http.StatusOK, w.VendorBrandChange())
		if _, form := v.Page.Form(w.VendorBrandPreview()); form.Get("accent") != "#FFD400" || form.Get("logo_dark_kept") == "" || form.Get("icon_kept") == "" {
			t.Errorf("what was chosen is lost: %v", form)
		}
		if now := stored(s); now.Logo != "" || s.Holds(t, "picture") != 0 {
			t.Errorf("a preview saved %+v", now)
		}
		v.Click(http.StatusOK, w.VendorBrandPreview())
		address, pressed := v.Page.Form(w.VendorBrandSave())
		v.Click(http.StatusOK, w.VendorBrandSave())
		v.Has(w.VendorBrandSaved(), w.VendorBrandNone(w.VendorBrandLogo()))
		v.See("vendor-brand-saved")
		now := stored(s)
		if now.Accent != "#ffd400" || !strings.HasPrefix(now.Logo, "logo-") || !strings.HasPrefix(now.LogoDark, "logo-dark-") || !strings.HasSuffix(now.Icon, ".png") || !now.Sending || now.Website == "" {
			t.Fatalf("%+v", now)
		}
		if again, err := v.PostParts(t.Context(), address, pressed); err != nil || again.Status != http.StatusOK || again.URL.Query().Get("done") != "saved" {
			t.Errorf("the second press: %d %v", again.Status, err)
		}
		if n := s.CountEvents(catalog.BrandChangedEvent{}.Type()); n != 1 {
			t.Errorf("%d events", n)
		}
		s.Restart(2 * time.Minute)
		anna := s.Visitor(language)
		anna.Open(http.StatusOK, "/terms/customer")
		for _, file := range []string{now.Logo, now.LogoDark, now.Icon, brand.Accent(now.Accent).SheetName()} {
			if !strings.Contains(string(anna.Page.Body), "/assets/"+file) {
				t.Errorf("customers' pages lack %s", file)
			}
		}
		if served, err := anna.Get(t.Context(), s.URL+"/assets/"+now.Logo); err != nil || string(served.Body) != logo {
			t.Errorf("the logo is %q, %v", served.Body, err)
		}

		v.Open(http.StatusOK, path)
		v.Click(http.StatusOK, w.VendorBrandPreview(), "logo_dark_none", "yes")
		v.Click(http.StatusOK, w.VendorBrandSave())
		if less := stored(s); less.LogoDark != "" || less.Logo != now.Logo || less.Icon != now.Icon || less.Accent != now.Accent {
			t.Errorf("%+v", less)
		}
	})
}

// TestWrongFiles: each file that is no picture of ours is refused with its reason and what is taken, and nothing is saved.
func TestWrongFiles(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := staff(s, "en")
	w := v.W
	for file, why := range map[string]string{
		"a text":                    "picture_format",
		logo + "<script>x</script>": "picture_format",
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>x</script></svg>`: "picture_content",
		strings.Replace(logo, "viewBox", "data-box", 1):                                      "picture_dimensions",
		icon(t, 600): "picture_dimensions",
		strings.Replace(logo, "<path", "<desc>"+strings.Repeat("x", 33000)+"</desc><path", 1): "picture_too_large",
	} {
		v.Open(http.StatusOK, path)
		v.Click(http.StatusUnprocessableEntity, w.VendorBrandPreview(), "accent", "#0f6b3c", "logo", file)
		_, detail, _ := locale.Problem(locale.English, why, map[string]string{"limit": "32", "name": "<script>"})
		v.Has(w.VendorBrandLogo()+": "+detail, w.VendorBrandFileHint(32))
		if _, form := v.Page.Form(w.VendorBrandPreview()); form.Get("accent") != "#0f6b3c" || form.Get("logo_kept") != "" {
			t.Errorf("%s: %v", why, form)
		}
	}
	// A forged form carries what was never checked.
	address, form := v.Page.Form(w.VendorBrandPreview())
	form.Set("logo_kept", base64.StdEncoding.EncodeToString([]byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>x</script></svg>`)))
	form.Set("action", "save")
	page, err := v.PostParts(t.Context(), address, form)
	s.Must(err)
	v.Look(page, http.StatusUnprocessableEntity, "a forged picture")
	if now := stored(s); now.Logo != "" || now.Accent != "" {
		t.Errorf("%+v", now)
	}
}

// TestTooLarge: files that are larger than a request may be are refused on the form, which keeps the colour; a form that was cut is refused.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := staff(s, language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Click(http.StatusRequestEntityTooLarge, w.VendorBrandPreview(), "accent", "#0f6b3c", "logo", strings.Repeat("x", 300<<10))
		v.Has(w.VendorBrandTooLarge(32))
		if _, form := v.Page.Form(w.VendorBrandPreview()); form.Get("accent") != "#0f6b3c" {
			t.Errorf("the colour is lost: %v", form)
		}
		v.See("vendor-brand-too-large")
		v.Click(http.StatusOK, w.VendorBrandPreview(), "logo", logo)

		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path, strings.NewReader("--cut\r\nContent-Disposition: form-data; name=\"accent\"\r\n\r\n#0f6b3c\r\n--c"))
		s.Must(err)
		r.Header.Set("Content-Type", "multipart/form-data; boundary=cut")
		r.Header.Set("Origin", s.URL)
		got, err := http.DefaultTransport.RoundTrip(r)
		s.Must(err)
		got.Body.Close()
		if got.StatusCode != http.StatusBadRequest {
			t.Errorf("a form that was cut: %d", got.StatusCode)
		}
	})
}

// TestTwoChangeAtOnce: who saves over what a colleague changed meanwhile is shown both together first.
func TestTwoChangeAtOnce(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := staff(s, language)
		w := v.W
		v.Open(http.StatusOK, path)
		v.Click(http.StatusOK, w.VendorBrandPreview(), "accent", "#0f6b3c", "logo", logo)
		theirs := stored(s)
		theirs.Name = "Skylark"
		_, err := catalog.PutBrand(context.Background(), s, stored(s), theirs, nil, s.Op())
		s.Must(err)
		v.Click(http.StatusConflict, w.VendorBrandSave())
		v.Has(w.VendorBrandMeanwhile(), "#0f6b3c")
		if now := stored(s); now.Accent != "" || now.Name != "Skylark" {
			t.Fatalf("%+v", now)
		}
		v.Click(http.StatusOK, w.VendorBrandSave())
		if now := stored(s); now.Accent != "#0f6b3c" || now.Name != "Skylark" || now.Logo == "" {
			t.Errorf("%+v", now)
		}
	})
}

// TestNothingIsLost: a change of language and a session that ended leave what was chosen as it was.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := staff(s, "en")
	w := v.W
	v.Open(http.StatusOK, path)
	v.Click(http.StatusOK, w.VendorBrandPreview(), "accent", "#0f6b3c", "logo", logo)
	address, form := v.Page.Form(w.VendorBrandSave())
	sent := func(v *pagetest.Visitor, status int, change ...string) url.Values {
		t.Helper()
		with := url.Values{}
		for name, values := range form {
			with[name] = values
		}
		for i := 0; i < len(change); i += 2 {
			with.Set(change[i], change[i+1])
		}
		var err error
		v.Page, err = v.PostParts(t.Context(), address, with)
		s.Must(err)
		v.Look(v.Page, status, "sent")
		return with
	}
	sent(v, http.StatusOK, "lang", "pl")
	polish := locale.In(locale.Polish)
	if _, kept := v.Page.Form(polish.VendorBrandSave()); kept.Get("logo_kept") != form.Get("logo_kept") || kept.Get("accent") != "#0f6b3c" {
		t.Errorf("the switch of the preview: %v", kept)
	}
	if stored(s).Accent != "" {
		t.Error("a change of language saved")
	}
	gone := s.Visitor("en")
	sent(gone, http.StatusForbidden)
	if _, kept := gone.Page.Form(w.SiteSignedOutGoOn()); kept.Get("logo_kept") != form.Get("logo_kept") {
		t.Errorf("signed out: %v", kept)
	}
}

// TestOnlyOperators: people of partners see nothing of it.
func TestOnlyOperators(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	piotr := s.SignedIn("piotr@"+string(pagetest.Asking)+".example", "en")
	piotr.Open(http.StatusForbidden, path)
	piotr.Has(piotr.W.VendorElsewhereTitle())
}
