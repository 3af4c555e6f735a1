package service

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"

	"liaison/shared/access"
	"liaison/shared/fault"
	"liaison/shared/gateway"
)

// The reference, made of infra/openapi.yaml and infra/guides by shared/contract/generate: parts, each below a line with its name.
//
//go:embed docs_gen.txt
var pages string

// collection is the one for Bruno, sheet the pages' style.
var (
	//go:embed bruno_gen.json
	collection string
	//go:embed docs_gen.css
	sheet string
)

// sheeted lets a page load our style sheet and nothing else.
const sheeted = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Docs serves GET /docs: the first page of the reference.
func Docs() gateway.Endpoint {
	return part("GET /docs", func(*http.Request) string { return "start" })
}

// Reference serves GET /docs/{page}: a page of the reference, or one of its files. It fails with NotFound where there is no such page.
func Reference() gateway.Endpoint {
	return part("GET /docs/{page}", func(r *http.Request) string { return "pages/" + r.PathValue("page") })
}

// Guide serves GET /docs/guides/{guide}. It fails with NotFound where there is no such guide.
func Guide() gateway.Endpoint {
	return part("GET /docs/guides/{guide}", func(r *http.Request) string { return "guides/" + r.PathValue("guide") })
}

// part is the endpoint of a part of the reference, which the request names.
func part(pattern string, name func(r *http.Request) string) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  pattern,
		Requires: access.Public,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			text, ok := read(name(r))
			if !ok {
				return fault.NotFound
			}
			h := w.Header()
			kind := "text/html; charset=utf-8"
			switch path.Ext(r.URL.Path) {
			case ".css":
				kind = "text/css; charset=utf-8"
			case ".json":
				kind = "application/json"
			}
			h.Set("Content-Type", kind)
			h.Set("Content-Security-Policy", sheeted)
			h.Set("Cache-Control", "public, max-age=300")
			sum := sha256.Sum256([]byte(text))
			return pack(w, r, hex.EncodeToString(sum[:12]), text)
		},
	}
}

// read returns a page or a file of the reference, false where there is none of the name. The pane, which all pages have alike, says on each where its
// reader is.
func read(name string) (string, bool) {
	switch name {
	case "pages/bruno.json":
		return collection, true
	case "pages/style.css":
		return sheet, true
	}
	text, ok := cut(name)
	before, after, paned := strings.Cut(text, "__pane__\n")
	if !paned {
		return text, ok
	}
	pane, _ := cut("pane")
	here := `<a href="` + strings.TrimSuffix("/docs/"+strings.TrimPrefix(strings.TrimPrefix(name, "pages/"), "start"), "/") + `"`
	if at := strings.LastIndex(pane, here); at >= 0 {
		pane = pane[:at] + here + ` aria-current="page"` + pane[at+len(here):]
	}
	return before + pane + "\n" + after, true
}

// cut returns a part as it is kept.
func cut(name string) (string, bool) {
	if strings.Contains(name, "\n") {
		return "", false
	}
	_, rest, ok := strings.Cut(pages, "\n==== "+name+"\n")
	text, _, _ := strings.Cut(rest, "\n==== ")
	return text, ok
}

// pack answers with a text, or 304 where the reader has it. What is packed has a tag of its own.
func pack(w http.ResponseWriter, r *http.Request, tag, text string) error {
	if gateway.TakesGzip(r) {
		tag += "-gzip"
	}
	tag = `"` + tag + `"`
	w.Header().Set("ETag", tag)
	if gateway.Holds(r, tag) {
		w.Header().Add("Vary", "Accept-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return gateway.WriteText(w, r, text)
}
