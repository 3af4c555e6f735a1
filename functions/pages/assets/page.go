// Package assets serves the files of the pages: the one style sheet and the sheet of the vendor's accent.
package assets

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"

	"liaison/shared/boot"
	"liaison/shared/brand"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/site"
)

// kept is for a file whose name says what is in it; passing is for the newest sheet under the name of another, which a page of before or after
// a deployment asks for while both are served.
const (
	kept    = "public, max-age=31536000, immutable"
	passing = "public, max-age=60"
)

// Page serves GET /assets/{file}.
func Page(env boot.Env, table site.Table) http.Handler {
	return site.New(env, table, site.Route{Path: "/assets/{file}", Get: show})
}

func show(v *site.Visit) error {
	file := v.R.PathValue("file")
	if css, ok := brand.Sheet(file); ok {
		return send(v, "text/css; charset=utf-8", kept, css)
	}
	name, css := page.Sheet()
	switch {
	case file == name:
		return send(v, "text/css; charset=utf-8", kept, css)
	case page.IsSheet(file):
		return send(v, "text/css; charset=utf-8", passing, css)
	}
	return fault.NotFound
}

// send answers with a file, packed where the browser takes it so: API Gateway packs nothing.
func send(v *site.Visit, kind, keep, content string) error {
	h := v.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", keep)
	h.Set("Vary", "Accept-Encoding")
	if len(content) < 1000 || !strings.Contains(v.R.Header.Get("Accept-Encoding"), "gzip") {
		_, err := io.WriteString(v.W, content)
		return err
	}
	h.Set("Content-Encoding", "gzip")
	packed := gzip.NewWriter(v.W)
	if _, err := io.WriteString(packed, content); err != nil {
		return err
	}
	return packed.Close()
}
