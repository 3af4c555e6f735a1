package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"liaison/tests/browser/chrome"
)

// TestReference: every kind of page of the API's reference, and its largest one, is what pages are: axe finds nothing, in light and in dark, they fit
// 320 pixels and text of twice the size. Nothing is refused by their policy: the sheet is there.
func TestReference(t *testing.T) {
	for path, heading := range map[string]string{
		"/docs": "API reference", "/docs/offers": "Offers", "/docs/partners": "Partners", "/docs/schemas": "Shared schemas", "/docs/problems": "Problems",
		"/docs/guides/errors": "Errors", "/docs/problems/offer_not_active?language=en": "", "/docs/problems/offer_not_active?language=pl": "",
	} {
		t.Run(path, func(t *testing.T) {
			page := set.Browser.Page(t, chrome.Options{Language: "en"})
			page.Open(set.System.Endpoints.API + path)
			page.Look(chrome.Desktop, false)
			s := page.Standing()
			language := "en"
			if strings.HasSuffix(path, "=pl") {
				language = "pl"
			}
			if s.Status != 200 || s.Language != language || s.Heading == "" || heading != "" && s.Heading != heading || !strings.Contains(s.Title, s.Heading) {
				t.Errorf("%d, %s, %q, %q", s.Status, s.Language, s.Heading, s.Title)
			}
			if bottom := page.Bottom(".top"); bottom == 0 || bottom > 80 {
				t.Errorf("the header ends at %.0f pixels: the sheet is not there", bottom)
			}
			for _, found := range page.Axe() {
				t.Errorf("axe: %s", found)
			}
			page.Enlarge(200)
			if page.Standing().Scrolls {
				t.Error("with text at 200 % the page has to be scrolled sideways")
			}
			page.Enlarge(100)
			picture(t, page, path, "desktop")
			page.Look(chrome.Desktop, true)
			picture(t, page, path, "dark")
			page.Look(chrome.Narrow, true)
			for _, found := range page.Axe("color-contrast", "target-size", "link-in-text-block") {
				t.Errorf("axe, narrow and dark: %s", found)
			}
			if page.Standing().Scrolls {
				t.Error("320 pixels are not enough")
			}
			for _, one := range page.Beyond() {
				t.Errorf("with 320 pixels one has to know that this is there: %s", one)
			}
			page.Look(chrome.Narrow, false)
			picture(t, page, path, "narrow")
		})
	}
}

// picture leaves what stands there as a file, where LIAISON_PICTURES names a folder.
func picture(t *testing.T, page *chrome.Page, path, look string) {
	t.Helper()
	folder := os.Getenv("LIAISON_PICTURES")
	if folder == "" {
		return
	}
	name := strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(strings.TrimPrefix(path, "/")) + "-" + look + ".png"
	if err := os.WriteFile(filepath.Join(folder, name), page.Picture(), 0o644); err != nil {
		t.Fatal(err)
	}
}
