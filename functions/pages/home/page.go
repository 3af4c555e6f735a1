// Package home is the front page: what this is, in plain words.
package home

import (
	"embed"
	"net/http"

	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/page"
	"liaison/shared/site"
)

//go:embed home.html
var files embed.FS

var home = page.Parse(files, "home.html")

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
}

// Page serves GET /: what this is, what a person with a mail or a link does next, and where the terms are.
func Page(env boot.Env, table Table) http.Handler {
	return site.New(env, table, site.Route{Path: "/{$}", Get: site.Everybody(table, show)})
}

type body struct {
	Vendor    string
	Invited   []string
	Docs, API page.Link
	Documents []page.Item
}

func show(v *site.Visit) error {
	shown, err := v.Catalogue()
	if err != nil {
		return err
	}
	w := v.Words
	frame := v.Frame(w.HomeTitle(shown.Vendor.Name))
	frame.OwnTitle = true
	return v.Render(home, http.StatusOK, frame, body{
		Vendor:  shown.Vendor.Name,
		Invited: []string{w.HomeInvitedMail(), w.HomeInvitedDecide(), w.HomeInvitedNo(), w.HomeInvitedReceipt()},
		Docs:    page.Link{Text: w.HomeDocs(), URL: v.Env.APIURL + "/docs"},
		API:     page.Link{Text: w.HomeAPI(), URL: v.Env.APIURL + "/openapi.json"},
		Documents: []page.Item{
			{Icon: "scales", Title: w.HomeTerms(), URL: "/terms/customer"},
			{Icon: "hands", Title: w.HomeAgreement(), URL: "/terms/partner"},
			{Icon: "lock", Title: w.HomePrivacy(), URL: "/terms/privacy"},
			{Icon: "globe", Title: w.AvailabilityPageTitle(), URL: catalog.AvailabilityPath},
		},
	})
}
