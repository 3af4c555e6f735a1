// Package vendorterms is where the vendor's people read its documents in every version and language, and publish new versions.
package vendorterms

import (
	"cmp"
	"context"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	catalog.Store
	Terms(ctx context.Context, d catalog.Document, version string) (catalog.TermsHead, map[string]catalog.TermsText, error)
	TermsVersions(ctx context.Context, d catalog.Document) ([]catalog.TermsText, error)
}

//go:embed *.html
var files embed.FS

var one, form, check = page.Parse(files, "one.html", "read.html"), page.Parse(files, "form.html"), page.Parse(files, "check.html", "read.html")

type termsPage struct {
	table Table
	html  func(markdown string) (string, error)
}

const path = "/vendor/terms"

// Page serves /vendor/terms, below it each document in all its versions, and of each the page that publishes the next. html renders Markdown.
func Page(env boot.Env, table Table, html func(markdown string) (string, error)) http.Handler {
	p := termsPage{table, html}
	only := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Operators(table, access.WriteCatalog, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: only(p.list)},
		site.Route{Path: path + "/{document}", Get: only(p.show)},
		site.Route{Path: path + "/{document}/new", Get: only(p.begin), Post: site.Keeping(table, only(p.post))},
	)
}

func at(d catalog.Document) string { return path + "/" + string(d) }

// name is what a document is called.
func name(w locale.Words, d catalog.Document) string {
	switch d {
	case catalog.CustomerTerms:
		return w.VendorTermsCustomer()
	case catalog.PartnerAgreement:
		return w.PartnerAgreementTitle()
	}
	return w.VendorTermsPrivacy()
}

// list shows the documents with the version that is in force.
func (p termsPage) list(v *site.Visit, _ site.Signed) error {
	w := v.Words
	l := v.Listing(path, "", page.Hidden{})
	l.Table.Heads = []string{w.VendorTermsDocument(), w.PartnerAgreementVersion(), w.VendorTermsSince(), w.VendorTermsLanguages()}
	for _, d := range catalog.Documents {
		head, err := p.table.TermsHead(v.R.Context(), d)
		if err != nil {
			return err
		}
		row := page.TableRow{Title: name(w, d), URL: at(d), Cells: []page.Cell{{Badges: []page.Badge{{Kind: "warn", Text: w.VendorTermsNone()}}}, {}, {}}}
		if head.Version != "" {
			var languages []string
			for _, l := range locale.Languages() {
				if head.SHA256[string(l)] != "" {
					languages = append(languages, locale.LanguageName(l))
				}
			}
			row.Cells = []page.Cell{{Text: head.Version}, {Text: w.Date(head.PublishedAt.UTC())}, {Text: strings.Join(languages, ", ")}}
		}
		l.Table.Rows = append(l.Table.Rows, row)
	}
	return v.RenderListing(v.Frame(w.VendorTerms()), l)
}

type oneBody struct {
	Languages *page.Tabs
	Text      *reading
	Digest    page.Details
	Versions  []page.Item
	Empty     page.Empty
}

// reading is one text as its readers have it.
type reading struct {
	Language, Title, Lead string
	HTML                  template.HTML // made from Markdown by what makes the published text; raw HTML and scripts are left out
}

// read returns a text as its readers have it.
func read(v *site.Visit, text catalog.TermsText) reading {
	w := v.ReadIn(locale.Language(text.Language)).Words
	return reading{Language: text.Language, Title: text.Title, Lead: w.TermsVersion(text.Version, text.PublishedAt.UTC()), HTML: template.HTML(text.HTML)}
}

// named returns the document in the path; NotFound where there is none.
func named(v *site.Visit) (catalog.Document, error) {
	if d := catalog.Document(v.R.PathValue("document")); d.Known() {
		return d, nil
	}
	return "", fault.NotFound
}

// show shows a document: the text of a version in a language, as readers see it, and all versions beside it.
func (p termsPage) show(v *site.Visit, _ site.Signed) error {
	d, err := named(v)
	if err != nil {
		return err
	}
	head, err := p.table.TermsHead(v.R.Context(), d)
	if err != nil {
		return err
	}
	texts, err := p.table.TermsVersions(v.R.Context(), d)
	if err != nil {
		return err
	}
	w, query := v.Words, v.R.URL.Query()
	frame := v.Frame(name(w, d))
	frame.Act = &page.Act{Text: w.VendorTermsNew(), URL: at(d) + "/new", Primary: true}
	frame.Back = &page.Link{URL: path, Text: w.VendorTerms()}
	if head.Version == "" {
		return v.Render(one, http.StatusOK, frame, oneBody{Empty: page.Empty{Icon: "scales", Title: w.VendorTermsNone(), Text: w.VendorTermsNoneText()}})
	}
	if query.Get("done") == "published" {
		frame.Notice = &page.Notice{Success: true, Text: w.VendorTermsPublished(head.Version)}
	}
	version := cmp.Or(query.Get("version"), head.Version)
	language, ok := locale.Parse(query.Get("in"))
	if !ok {
		language = w.Language()
	}
	b, err := whole(v, d, head, texts, version, language)
	if err != nil {
		return err
	}
	return v.Render(one, http.StatusOK, frame, b)
}

// whole is what a document's page shows. NotFound where there is no such version.
func whole(v *site.Visit, d catalog.Document, head catalog.TermsHead, texts []catalog.TermsText, version string, language locale.Language) (oneBody, error) {
	w := v.Words
	i := slices.IndexFunc(texts, func(t catalog.TermsText) bool { return t.Version == version && t.Language == string(language) })
	if i < 0 {
		return oneBody{}, fault.NotFound
	}
	shown := read(v, texts[i])
	b := oneBody{
		Text: &shown, Languages: &page.Tabs{Label: w.VendorTermsLanguages()},
		Digest: page.Details{Summary: w.TermsRecord(), Small: w.ReceiptRecordFor(), Text: w.TermsDigest(texts[i].SHA256)},
	}
	for _, l := range locale.Languages() {
		b.Languages.Links = append(b.Languages.Links, page.Link{Text: locale.LanguageName(l), URL: to(d, version, l), Current: l == language, Language: l})
	}
	slices.SortFunc(texts, func(a, b catalog.TermsText) int {
		return cmp.Or(b.PublishedAt.Compare(a.PublishedAt), cmp.Compare(a.Version, b.Version))
	})
	for _, text := range texts {
		if text.Language != string(language) {
			continue
		}
		item := page.Item{Title: w.VendorTermsVersion(text.Version), URL: to(d, text.Version, language), Lines: []string{w.Date(text.PublishedAt.UTC())}}
		if text.Version == head.Version {
			item.Badge = &page.Badge{Kind: "good", Text: w.VendorTermsCurrent()}
		}
		b.Versions = append(b.Versions, item)
	}
	return b, nil
}

// to is the page of one text.
func to(d catalog.Document, version string, l locale.Language) string {
	return at(d) + "?" + url.Values{"version": {version}, "in": {string(l)}}.Encode()
}
