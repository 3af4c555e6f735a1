// Package terms shows the vendor's documents: terms for customers, the partner agreement, the privacy notice.
package terms

import (
	"embed"
	"html/template"
	"net/http"
	"slices"

	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/textinput"
)

//go:embed terms.html
var files embed.FS

var terms = page.Parse(files, "terms.html")

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
}

// Page serves GET /terms/{document}: its current version or the one that ?version names, in the visitor's language.
func Page(env boot.Env, table Table) http.Handler {
	return site.New(env, table, site.Route{Path: "/terms/{document}", Get: site.Everybody(table, show)})
}

type body struct {
	Text   template.HTML // made from Markdown when it was published; never from a request
	Digest page.Details
}

func version(text string) bool {
	const letters = textinput.Large + textinput.Small + textinput.Digits + "._-"
	return textinput.Word(text, letters, letters, 1, 40)
}

func show(v *site.Visit) error {
	document := catalog.Document(v.R.PathValue("document"))
	wanted := v.R.URL.Query().Get("version")
	if !slices.Contains(catalog.Documents, document) || wanted != "" && !version(wanted) {
		return fault.NotFound
	}
	shown, err := v.Catalogue()
	if err != nil {
		return err
	}
	current := shown.Terms[document].Version
	if wanted == "" {
		wanted = current
	}
	if wanted == "" {
		return fault.NotFound
	}
	text, err := v.Terms(document, wanted)
	if err != nil {
		return err
	}
	frame := v.Frame(text.Title)
	frame.Narrow, frame.Lead = true, v.Words.TermsVersion(text.Version, text.PublishedAt.UTC())
	if wanted != current {
		frame.Notice = &page.Notice{
			Text: v.Words.TermsOld(), Link: &page.Link{Text: v.Words.TermsCurrent(), URL: "/terms/" + string(document)},
		}
	}
	return v.Render(terms, http.StatusOK, frame, body{
		Text: template.HTML(text.HTML), Digest: page.Details{Summary: v.Words.TermsRecord(), Small: v.Words.ReceiptRecordFor(), Text: v.Words.TermsDigest(text.SHA256)},
	})
}
