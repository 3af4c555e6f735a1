// Package home is the front page: what this is, in plain words.
package home

import (
	"embed"
	"net/http"

	"liaison/shared/boot"
	"liaison/shared/page"
	"liaison/shared/site"
)

//go:embed home.html
var files embed.FS

var home = page.Parse(files, "home.html")

// Page serves GET /: what this is, what a person with a mail or a link does next, and where the terms are.
func Page(env boot.Env, table site.Table) http.Handler {
	return site.New(env, table, site.Route{Path: "/{$}", Get: show})
}

type body struct {
	Vendor           string
	Terms, Agreement page.Link
	Privacy, API     page.Link
}

func show(v *site.Visit) error {
	shown, err := v.Catalogue()
	if err != nil {
		return err
	}
	v.Speak()
	frame := v.Frame(v.Words.HomeTitle(shown.Vendor.Name))
	return v.Render(home, http.StatusOK, frame, body{
		Vendor:    shown.Vendor.Name,
		Terms:     page.Link{Text: v.Words.HomeTerms(), URL: "/terms/customer"},
		Agreement: page.Link{Text: v.Words.HomeAgreement(), URL: "/terms/partner"},
		Privacy:   page.Link{Text: v.Words.HomePrivacy(), URL: "/terms/privacy"},
		API:       page.Link{Text: v.Words.HomeAPI(), URL: v.Env.APIURL + "/openapi.json"},
	})
}
