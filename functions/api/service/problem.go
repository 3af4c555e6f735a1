package service

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"net/http"
	"strings"

	"liaison/shared/access"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/locale"
)

const style = `:root{color-scheme:light dark}body{font:1.125rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}` +
	`nav{text-align:right}code{font-size:1em}`

// Problem serves GET /docs/problems/{code}: what a problem means and what to do about it, as a page in the reader's language. Unknown
// codes are 404.
func Problem() gateway.Endpoint {
	sum := sha256.Sum256([]byte(style))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return gateway.Endpoint{
		Pattern:  "GET /docs/problems/{code}",
		Requires: access.Public,
		Queries:  []string{"language"},
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			language := locale.Match(r.Header.Get("Accept-Language"))
			if query := r.URL.Query(); query.Has("language") {
				given, ok := locale.Parse(query.Get("language"))
				if !ok || string(given) != query.Get("language") {
					return fault.InvalidValue.With(fault.OneOf(locale.Languages()...)).InParameter("language")
				}
				language = given
			}
			code := r.PathValue("code")
			title, detail, ok := locale.Problem(language, code, nil)
			if !ok {
				return fault.NotFound
			}
			h := w.Header()
			h.Set("Content-Type", "text/html; charset=utf-8")
			h.Set("Content-Language", string(language))
			h.Set("Content-Security-Policy", policy)
			h.Set("Cache-Control", "public, max-age=300")
			h.Add("Vary", "Accept-Language")
			_, err := w.Write([]byte(page(language, code, title, detail)))
			return err
		},
	}
}

// page returns the whole page; every value in it is escaped.
func page(language locale.Language, code, title, detail string) string {
	words := locale.In(language)
	var b strings.Builder
	b.WriteString(`<!doctype html>` + "\n" + `<html lang="` + string(language) + `"><head><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width, initial-scale=1"><title>` + html.EscapeString(title) + `</title><style>` + style + `</style></head><body><nav>`)
	for _, other := range locale.Languages() {
		if other != language {
			b.WriteString(`<a lang="` + string(other) + `" hreflang="` + string(other) + `" href="?language=` + string(other) + `">` + locale.LanguageName(other) + `</a>`)
		}
	}
	b.WriteString(`</nav><main><h1>` + html.EscapeString(title) + `</h1><p>` + html.EscapeString(detail) + `</p><p>` +
		html.EscapeString(words.DocsProblemCode()) + ` <code>` + html.EscapeString(code) + `</code></p><p>` +
		html.EscapeString(words.DocsProblemHelp()) + "</p></main></body></html>\n")
	return b.String()
}
