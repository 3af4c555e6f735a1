package service

import (
	"html"
	"net/http"
	"strings"

	"liaison/shared/access"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/locale"
)

// Problem serves GET /docs/problems/{code}: what a problem means, what to do about it and which operations answer it, as a page in the reader's
// language. Unknown codes are 404.
func Problem() gateway.Endpoint {
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
			page, ok := problem(language, r.PathValue("code"))
			if !ok {
				return fault.NotFound
			}
			h := w.Header()
			h.Set("Content-Type", "text/html; charset=utf-8")
			h.Set("Content-Language", string(language))
			h.Set("Content-Security-Policy", sheeted)
			h.Set("Cache-Control", "public, max-age=300")
			h.Add("Vary", "Accept-Language")
			_, err := w.Write([]byte(page))
			return err
		},
	}
}

// problem returns the whole page of a code, false where there is none. Every value in it is escaped.
func problem(language locale.Language, code string) (string, bool) {
	title, detail, ok := locale.Problem(language, code, nil)
	answered, known := read("problem/" + code)
	page, _ := read("problem")
	if !ok || !known {
		return "", false
	}
	status, rest, _ := strings.Cut(answered, "\n")
	sort, operations, _ := strings.Cut(rest, "\n")
	w := locale.In(language)
	var others strings.Builder
	for _, other := range locale.Languages() {
		if other != language {
			others.WriteString(`<a lang="` + string(other) + `" hreflang="` + string(other) + `" href="?language=` + string(other) + `">` + locale.LanguageName(other) + `</a>`)
		}
	}
	by := "<p>" + html.EscapeString(comesFrom(w, sort)) + "</p>"
	if operations != "" {
		by += "<ul>" + operations + "</ul>"
	}
	return strings.NewReplacer(
		"__language__", string(language), "__title__", html.EscapeString(title), "__detail__", html.EscapeString(detail), "__code__", html.EscapeString(code),
		"__status__", status, "__by__", by, "__switch__", others.String(), "__skip__", html.EscapeString(w.FrameSkip()), "__back__", html.EscapeString(w.FrameBack()),
		"__reference__", html.EscapeString(w.DocsReference()), "__all__", html.EscapeString(w.DocsProblemAll()), "__help__", html.EscapeString(w.DocsProblemHelp()),
		"__code_label__", html.EscapeString(w.DocsProblemCode()), "__status_label__", html.EscapeString(w.DocsProblemStatus()),
		"__answered__", html.EscapeString(w.DocsProblemAnswered()),
	).Replace(page), true
}

// comesFrom says which requests are answered with a problem: those of a sort, or the operations that follow.
func comesFrom(w locale.Words, sort string) string {
	switch sort {
	case "any":
		return w.DocsProblemAny()
	case "token":
		return w.DocsProblemToken()
	case "list":
		return w.DocsProblemList()
	case "key":
		return w.DocsProblemKey()
	case "match":
		return w.DocsProblemMatch()
	case "body":
		return w.DocsProblemBody()
	case "none":
		return w.DocsProblemNone()
	}
	return w.DocsProblemOperations()
}
