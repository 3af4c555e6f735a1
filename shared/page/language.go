package page

import (
	"net/http"
	"net/url"
	"time"

	"liaison/shared/locale"
)

// LanguageField names the query parameter, the form field and the cookie that hold a chosen language.
const LanguageField = "lang"

// Language returns the language to show a page in: the one chosen with ?lang or the switch, the
// cookie's, the first of known that is set (signed-in user, invitation, offer), the browser's, or
// the vendor's default.
func Language(r *http.Request, def locale.Language, known ...locale.Language) locale.Language {
	if l, ok := chosen(r); ok {
		return l
	}
	if l, ok := locale.Parse(Cookie(r, LanguageField)); ok {
		return l
	}
	for _, tag := range known {
		if l, ok := locale.Parse(string(tag)); ok {
			return l
		}
	}
	if l, ok := locale.Preferred(r.Header.Get("Accept-Language")); ok {
		return l
	}
	if l, ok := locale.Parse(string(def)); ok {
		return l
	}
	return locale.English
}

// Switched says whether a form was posted by the language switch and not by one of its own
// buttons: then show the same page again with the typed values, and do nothing else.
func Switched(r *http.Request) bool {
	if r.Method != http.MethodPost || r.ParseForm() != nil {
		return false
	}
	_, ok := locale.Parse(r.PostForm.Get(LanguageField))
	return ok
}

// RememberLanguage keeps a language that was chosen with this request in a cookie for a year.
func RememberLanguage(w http.ResponseWriter, r *http.Request) {
	if l, ok := chosen(r); ok {
		SetCookie(w, LanguageField, string(l), 365*24*time.Hour)
	}
}

func chosen(r *http.Request) (locale.Language, bool) {
	if r.Form == nil && r.ParseForm() != nil {
		return "", false
	}
	return locale.Parse(r.Form.Get(LanguageField))
}

// LanguageLinks returns this page in every language, for Frame.Languages.
func LanguageLinks(r *http.Request, current locale.Language) []Link {
	var links []Link
	for _, l := range locale.Languages() {
		query := r.URL.Query()
		query.Set(LanguageField, string(l))
		target := url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: query.Encode()}
		links = append(links, Link{Text: locale.LanguageName(l), URL: target.String(), Current: l == current, Language: l})
	}
	return links
}
