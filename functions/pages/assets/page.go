// Package assets serves the files of the pages: what crawlers are to read, the one style sheet, the one script, the sheet of the vendor's accent, and the vendor's pictures.
package assets

import (
	"compress/gzip"
	"context"
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

// alone is the policy of a picture that is opened by itself: an SVG is a document, and this one runs and loads nothing.
const alone = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

// Table is what this page reads.
type Table interface {
	site.Table
	Picture(ctx context.Context, file string) (brand.Picture, error)
}

type files struct{ table Table }

// Page serves GET /assets/{file} and /robots.txt.
func Page(env boot.Env, table Table) http.Handler {
	return site.New(env, table, site.Route{Path: "/assets/{file}", Get: files{table}.show}, site.Route{Path: "/robots.txt", Get: robots})
}

// closed is where no crawler has anything to read: what is somebody's own, links that are, and searches, each of which leads to many others.
const closed = `User-agent: *
Disallow: /account
Disallow: /i/
Disallow: /o/
Disallow: /partner
Disallow: /receipts/
Disallow: /redeem
Disallow: /set-password/
Disallow: /sign-
Disallow: /unsubscribe/
Disallow: /vendor
Disallow: /become-a-partner/confirm/
Disallow: /find-a-partner?
Disallow: /find-a-partner/contact
Disallow: /find-a-partner/match?
Disallow: /find-a-partner/messages/
`

// robots says what crawlers may read, and where the partners' pages are named (RFC 9309).
func robots(v *site.Visit) error {
	return send(v, "text/plain; charset=utf-8", "public, max-age=3600", closed+"Sitemap: "+v.Env.PagesURL+"/find-a-partner/sitemap.xml\n")
}

func (f files) show(v *site.Visit) error {
	file := v.R.PathValue("file")
	if brand.IsPicture(file) {
		found, err := f.table.Picture(v.R.Context(), file)
		if err != nil {
			return err
		}
		v.W.Header().Set("Content-Security-Policy", alone)
		return send(v, found.Kind, kept, string(found.Data))
	}
	if css, ok := brand.Sheet(file); ok {
		return send(v, "text/css; charset=utf-8", kept, css)
	}
	name, css := page.Sheet()
	script, js := page.Script()
	switch {
	case file == script:
		return send(v, "text/javascript; charset=utf-8", kept, js)
	case file == name:
		return send(v, "text/css; charset=utf-8", kept, css)
	case page.IsSheet(file):
		return send(v, "text/css; charset=utf-8", passing, css)
	}
	return fault.NotFound
}

// send answers with a file, packed where that makes it smaller and the browser takes it so: API Gateway packs nothing.
func send(v *site.Visit, kind, keep, content string) error {
	h := v.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", keep)
	h.Set("Vary", "Accept-Encoding")
	if len(content) < 1000 || kind == brand.PNG || !strings.Contains(v.R.Header.Get("Accept-Encoding"), "gzip") {
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
