package page

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// SecurityHeaders sets what every answer of the pages carries, errors too (infra/design/trust.md, rule 3). A
// Cache-Control or Content-Security-Policy that is already there stays; otherwise nothing is kept by anyone.
// The Referrer-Policy is same-origin: no-referrer would make a form's Origin "null", which
// SameOrigin refuses.
func SecurityHeaders(h http.Header) {
	if h.Get("Content-Security-Policy") == "" {
		h.Set("Content-Security-Policy", policy)
	}
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
}

// FormsLeadTo lets the forms of this answer lead to another site as well, at the end of redirects: browsers hold those to form-action too.
// The address is configuration, or what configuration names, never the request's; an empty one changes nothing.
func FormsLeadTo(w http.ResponseWriter, address string) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || strings.ContainsAny(u.Host, " ;,") {
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), "form-action 'self'", "form-action 'self' "+u.Scheme+"://"+u.Host, 1))
}

// Secure gives every answer of next the security headers, before next runs.
func Secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		SecurityHeaders(w.Header())
		next.ServeHTTP(w, r)
	})
}

// SameOrigin lets requests that can change something through to next only if a browser sent
// them from our own pages, and gives the others to refused, which answers 403. Go's own
// protection lets a request through that names no origin at all; this one does not (infra/design/trust.md, rule 2).
// The base URL is the pages' own, from configuration; it fails where that is not an absolute URL.
func SameOrigin(baseURL string, refused, next http.Handler) (http.Handler, error) {
	base, err := url.Parse(baseURL)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("the pages' base URL %q is not absolute", baseURL)
	}
	protection := http.NewCrossOriginProtection()
	if err := protection.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
		return nil, err
	}
	protection.SetDenyHandler(refused)
	return protection.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodOptions:
		default:
			if r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "" {
				refused.ServeHTTP(w, r)
				return
			}
		}
		next.ServeHTTP(w, r)
	})), nil
}

// Redirect answers 303 to a path of our own site, with the security headers. It fails for
// anything else, so that no text from outside can become a target (infra/design/trust.md, rule 8).
func Redirect(w http.ResponseWriter, path string) error {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return errors.New("redirect to something that is not a path of this site")
	}
	SecurityHeaders(w.Header())
	w.Header().Set("Location", path)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}
