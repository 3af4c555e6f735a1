// Package terms is the HTTP face of the vendor's legal texts: read and publish.
package terms

import (
	"context"
	"net/http"
	"strings"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/locale"
)

// Table is what these operations need of the table.
type Table interface {
	catalog.Store
	Terms(ctx context.Context, d catalog.Document, version string) (catalog.TermsHead, map[string]catalog.TermsText, error)
}

// Get serves GET /v1/terms/{document}: a document in one language, in the version that is in force unless another is named.
func Get(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/terms/{document}",
		Requires: access.Public,
		Queries:  []string{"version", "language"},
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			document, query := catalog.Document(r.PathValue("document")), r.URL.Query()
			if !document.Known() {
				return fault.NotFound
			}
			language := string(locale.Match(r.Header.Get("Accept-Language")))
			if query.Has("language") {
				given, ok := locale.Parse(query.Get("language"))
				if !ok || string(given) != query.Get("language") {
					return fault.InvalidValue.With(fault.OneOf(locale.Languages()...)).InParameter("language")
				}
				language = string(given)
			}
			version := query.Get("version")
			if query.Has("version") && !catalog.TermsVersion(version) {
				return fault.InvalidFormat.With(fault.TermsVersion).InParameter("version")
			}
			if version == "" {
				head, err := table.TermsHead(r.Context(), document)
				if err != nil {
					return err
				}
				if version = head.Version; version == "" {
					return fault.NotFound
				}
			}
			head, texts, err := table.Terms(r.Context(), document, version)
			if err != nil {
				return err
			}
			text, current := texts[language], head.Version == version
			w.Header().Set("Content-Language", language)
			w.Header().Add("Vary", "Accept-Language")
			return gateway.OK(w, r, tag(version, language, current), contract.Terms{
				Document: contract.TermsDocument(document), Version: version, Current: current, Language: contract.Language(language),
				Title: text.Title, Text: text.Markdown, HTML: text.HTML, Sha256: text.SHA256, PublishedAt: text.PublishedAt,
			})
		},
	}
}

// tag of a version that never changes, in a language; whether it is in force may change.
func tag(version, language string, current bool) string {
	if current {
		return `"` + version + "-" + language + `-current"`
	}
	return `"` + version + "-" + language + `-past"`
}

// Publish serves POST /v1/terms/{document}: an operator publishes a version, in every language, in force at once, never to change.
// html renders Markdown.
func Publish(table Table, html func(markdown string) (string, error)) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/terms/{document}",
		Requires: access.WriteCatalog,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.TermsPublish
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			draft := catalog.TermsDraft{Document: catalog.Document(r.PathValue("document")), Version: body.Version, Texts: map[string]catalog.TermsText{}}
			for language, text := range body.Texts {
				draft.Texts[language] = catalog.TermsText{Title: text.Title, Markdown: text.Text}
			}
			head, texts, err := catalog.PublishTerms(r.Context(), table, draft, html, gateway.Op(r))
			if err != nil {
				return err
			}
			return published(w, head.Document, texts)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			document, version, _ := strings.Cut(result, "/")
			_, found, err := table.Terms(r.Context(), catalog.Document(document), version)
			if err != nil {
				return err
			}
			var texts []catalog.TermsText
			for _, language := range catalog.Languages {
				texts = append(texts, found[language])
			}
			return published(w, catalog.Document(document), texts)
		},
	}
}

func published(w http.ResponseWriter, document catalog.Document, texts []catalog.TermsText) error {
	v := contract.TermsPublished{Document: contract.TermsDocument(document), Texts: map[string]contract.TermsHash{}}
	for _, text := range texts {
		v.Version, v.PublishedAt = text.Version, text.PublishedAt
		v.Texts[text.Language] = contract.TermsHash{Title: text.Title, Sha256: text.SHA256}
	}
	return gateway.Created(w, "/v1/terms/"+string(document)+"?version="+v.Version, `"`+v.Version+`"`, v)
}
