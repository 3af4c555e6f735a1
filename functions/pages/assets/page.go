// Package assets serves the files of the pages: the one style sheet and the sheet of the vendor's accent.
package assets

import (
	"io"
	"net/http"

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

func send(v *site.Visit, kind, keep, content string) error {
	v.W.Header().Set("Content-Type", kind)
	v.W.Header().Set("Cache-Control", keep)
	_, err := io.WriteString(v.W, content)
	return err
}
